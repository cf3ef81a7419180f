//! Masks and selection.

use proptest::prelude::*;

use crate::row;
use crate::row::Row;
use crate::strategies::{self, broadcasting, gridded, tensor};

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "where_cond",
            args: (),
            cases: broadcasting()
                .prop_flat_map(|(m, n)| {
                    let mask = prop_oneof![Just(0.0), Just(1.0)];
                    (tensor(&m, mask), tensor(&n, -2.0..2.0), tensor(&m, -2.0..2.0))
                })
                .prop_map(|(mask, a, b)| ((), vec![mask, a, b])),
            vars: |(), &[mask, a, b]| mask.where_cond(a, b),
            numbers: |(), [mask, a, b]| {
                let taken = mask.zip(a, |m, a| if m == 0.0 { f64::NAN } else { a });
                taken.zip(b, |t, b| if t.is_nan() { b } else { t })
            },
        }
        .constants(&[0]),
        row! {
            name: "comparisons choose",
            args: usize,
            cases: (0..6_usize, strategies::pair(gridded(0.0), gridded(0.1))).prop_map(|(k, (a, b))| (k, vec![a, b])),
            vars: |k, &[a, b]| {
                let mask = match k {
                    0 => a.lt(b),
                    1 => a.le(b),
                    2 => a.gt(b),
                    3 => a.ge(b),
                    4 => a.eq(b),
                    _ => a.ne(b),
                };
                mask.where_cond(a * 2.0, b * b)
            },
            numbers: |k, [a, b]| {
                a.zip(b, |a, b| {
                    let holds = match k {
                        0 => a < b,
                        1 => a <= b,
                        2 => a > b,
                        3 => a >= b,
                        4 => a == b,
                        _ => a != b,
                    };
                    if holds { 2.0 * a } else { b * b }
                })
            },
        },
        row! {
            name: "masks combine",
            args: (),
            cases: strategies::pair(gridded(0.0), gridded(0.1)).prop_map(|(a, b)| ((), vec![a, b])),
            vars: |(), &[a, b]| ((a.gt(0.1) & b.lt(0.2)) | !a.lt(b)).where_cond(a.sin(), b.square()),
            numbers: |(), [a, b]| a.zip(b, |a, b| if (a > 0.1 && b < 0.2) || a >= b { a.sin() } else { b * b }),
        },
    ]
}
