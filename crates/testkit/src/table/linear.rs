//! The affine map with an activation behind it.

use proptest::prelude::*;
use rappel_autodiff::elem::rows;

use super::Cases;
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{shape_of, size, tensor};

/// Which activation: one whose derivative is a function of its output, or one of its argument.
#[derive(Clone, Copy, Debug)]
enum Act {
    Relu,
    Tanh,
    Sigmoid,
    Softplus,
    Square,
    /// Held in `[-1, 1.5]`: a row with constants.
    Clamp,
}

const BOUNDS: [f64; 2] = [-1.0, 1.5];

/// Inputs, a weight and sometimes a bias. Arguments of the activation are odd multiples of 1/8 with a bias, which keeps them away
/// from kinks; without one they are sums of multiples of 1/4 and may be 0, so activations with kinks have a bias.
fn cases() -> Cases<Act> {
    let act = prop_oneof![
        Just(Act::Relu),
        Just(Act::Tanh),
        Just(Act::Sigmoid),
        Just(Act::Softplus),
        Just(Act::Square),
        Just(Act::Clamp)
    ];
    let halves = || (-3_i32..=3).prop_map(|k| 0.5 * f64::from(k));
    let eighths = (-6_i32..=6).prop_map(|k| 0.25 * f64::from(k) + 0.125);
    (act, shape_of(0..3), size(), size(), any::<bool>())
        .prop_flat_map(move |(act, lead, n_in, n_out, bias)| {
            let x = [&lead[..], &[n_in]].concat();
            let smooth = !matches!(act, Act::Relu | Act::Clamp);
            let bias = (Just(bias || !smooth), tensor(&[n_out], eighths.clone()));
            (Just(act), tensor(&x, halves()), tensor(&[n_out, n_in], halves()), bias)
        })
        .prop_map(|(act, x, w, (with, b))| (act, if with { vec![x, w, b] } else { vec![x, w] }))
        .boxed()
}

fn activate(act: Act, x: f64) -> f64 {
    match act {
        Act::Relu => x.max(0.0),
        Act::Tanh => x.tanh(),
        Act::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Act::Softplus => x.exp().ln_1p(),
        Act::Square => x * x,
        Act::Clamp => x.clamp(BOUNDS[0], BOUNDS[1]),
    }
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row! {
            name: "linear_act",
            args: Act,
            cases: cases(),
            vars: |act, x| {
                let (w, b) = (x[1], x.get(2).copied());
                match act {
                    Act::Relu => x[0].linear_act::<rows::Relu>(w, b, [0.0; 2]),
                    Act::Tanh => x[0].linear_act::<rows::Tanh>(w, b, [0.0; 2]),
                    Act::Sigmoid => x[0].linear_act::<rows::Sigmoid>(w, b, [0.0; 2]),
                    Act::Softplus => x[0].linear_act::<rows::Softplus>(w, b, [0.0; 2]),
                    Act::Square => x[0].linear_act::<rows::Square>(w, b, [0.0; 2]),
                    Act::Clamp => x[0].linear_act::<rows::Clamp>(w, b, BOUNDS),
                }
            },
            numbers: |act, x| {
                let (v, w) = (&x[0], &x[1]);
                let mut shape = v.shape().to_vec();
                *shape.last_mut().expect("a last axis") = w.shape()[0];
                Plain::from_fn(&shape, |i| {
                    let (lead, o) = (&i[..i.len() - 1], i[i.len() - 1]);
                    let products = (0..w.shape()[1]).map(|j| v.at(&[lead, &[j]].concat()) * w.at(&[o, j]));
                    activate(*act, products.sum::<f64>() + x.get(2).map_or(0.0, |b| b.at(&[o])))
                })
            },
            composed: |act, x| {
                let z = x[0].linear(x[1], x.get(2).copied());
                match act {
                    Act::Relu => z.relu(),
                    Act::Tanh => z.tanh(),
                    Act::Sigmoid => z.sigmoid(),
                    Act::Softplus => z.softplus(),
                    Act::Square => z.square(),
                    Act::Clamp => z.clamp(BOUNDS[0], BOUNDS[1]),
                }
            },
        }
        .fused(),
    ]
}
