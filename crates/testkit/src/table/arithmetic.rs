//! `+ - * /` and negation, between variables and with numbers on either side.

use proptest::prelude::*;

use super::{one, two};
use crate::row;
use crate::row::Row;
use crate::strategies::away_from;

/// Values that may be divided by.
fn nonzero() -> impl Strategy<Value = f64> + Clone {
    away_from(&[0.0], 0.4, -2.0..2.0)
}

/// One row of two variables.
macro_rules! between {
    ($name:literal, $op:tt) => {
        row! {
            name: $name,
            args: (),
            cases: two(nonzero(), nonzero()),
            vars: |(), &[a, b]| a $op b,
            numbers: |(), [a, b]| a.zip(b, |a, b| a $op b),
        }
    };
}

/// One row with a number on the right, one with it on the left.
macro_rules! numbers {
    ($right:literal, $left:literal, $op:tt) => {
        [
            row! {
                name: $right,
                args: (),
                cases: one(nonzero()),
                vars: |(), &[x]| x $op 1.75,
                numbers: |(), [x]| x.map(|x| x $op 1.75),
            },
            row! {
                name: $left,
                args: (),
                cases: one(nonzero()),
                vars: |(), &[x]| -3 $op x,
                numbers: |(), [x]| x.map(|x| -3.0 $op x),
            },
        ]
    };
}

pub(super) fn rows() -> Vec<Row> {
    let between = vec![
        between!("add", +),
        between!("sub", -),
        between!("mul", *),
        between!("div", /),
        row! {
            name: "neg",
            args: (),
            cases: one(-2.0..2.0),
            vars: |(), &[x]| -x,
            numbers: |(), [x]| x.map(|x| -x),
        },
    ];
    let with_numbers = [
        numbers!("x + number", "number + x", +),
        numbers!("x - number", "number - x", -),
        numbers!("x * number", "number * x", *),
        numbers!("x / number", "number / x", /),
    ];
    between.into_iter().chain(with_numbers.into_iter().flatten()).collect()
}
