//! Dropout.

use proptest::prelude::*;
use rappel_autodiff::Tape;

use crate::plain::Plain;
use crate::row;
use crate::row::{Case, Row};
use crate::strategies;

pub(super) fn rows() -> Vec<Row> {
    vec![row! {
        name: "dropout",
        args: f64,
        cases: (prop_oneof![Just(0.0), 0.1..0.9], strategies::one(-2.0..2.0)).prop_map(|(p, x)| (p, vec![x])),
        vars: |p, &[x]| x.dropout(*p),
        numbers: |p, [x]| {
            // The documented mask: 32 bits per value from the counter-based generator, dropped below p 2^32.
            let key = Tape::<f64>::training_in(Case::SEED).draw().expect("a key in training mode");
            let bits = |i: usize| {
                let (key, block) = ([key as u32, (key >> 32) as u32], i / 4);
                rappel_tensor::random::philox(key, [block as u32, 0, 0, 0])[i % 4]
            };
            let keep = |(i, x): (usize, &f64)| {
                if f64::from(bits(i)) < (p * 4_294_967_296.0).floor() { 0.0 } else { x / (1.0 - p) }
            };
            Plain::new(x.shape(), x.data().iter().enumerate().map(keep).collect())
        },
    }]
}
