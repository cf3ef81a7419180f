//! Variables that are used more than once.

use rappel_autodiff::{Tensor, Var};

use super::Broken;
use super::run::{Place, close, direction, magnitude, or_zeros, pull, seed_for};
use crate::row::Case;

const ULPS: f64 = 64.0 * f64::EPSILON;

/// `f(x, x)` gets the sum of what the two places get.
pub(super) fn aliasing(case: &Case) -> Result<(), Broken> {
    let movable = case.movable();
    let n = movable.len();
    for (i, j) in (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))) {
        let same = case.inputs()[i].shape() == case.inputs()[j].shape();
        if !(same && movable[i] && movable[j]) {
            continue;
        }
        let mut inputs = case.inputs().to_vec();
        inputs[j] = inputs[i].clone();
        let apart = case.at(inputs);
        let u = seed_for(&apart);
        let (y, separate) = pull::<f64>(&apart, Place::Alone, &u);
        let tape = Case::tape::<f64>();
        let mut x: Vec<_> = apart.inputs().iter().map(|x| tape.var(x)).collect();
        x[j] = x[i];
        let together = (apart.vars(&x) + tape.var(&Tensor::scalar(0.0))).backward_with(&u).wrt(x[i]).cloned();
        let like = &apart.inputs()[i];
        let [a, b] = [i, j].map(|k| or_zeros(&separate[k], like));
        let scale = magnitude([&a, &b, &u, &y]);
        close(&format!("inputs {i} and {j} the same"), &or_zeros(&together, like), &(&a + &b), ULPS * scale)?;
    }
    Ok(())
}

/// When the other uses of the inputs are recorded. The backward pass meets them in the opposite order.
#[derive(Clone, Copy, Debug)]
enum Others {
    Before,
    After,
    Around,
}

/// Inputs that are used elsewhere too get the sum over the uses: `<a, x^2>` and `<b, x / 2>` beside `<u, f(x)>`.
pub(super) fn accumulation(case: &Case) -> Result<(), Broken> {
    let u = seed_for(case);
    let (a, b) = (direction(case, 5), direction(case, 6));
    let (y, alone) = pull::<f64>(case, Place::Alone, &u);
    for others in [Others::Before, Others::After, Others::Around] {
        let tape = Case::tape::<f64>();
        let leaves: Vec<_> = case.inputs().iter().map(|x| tape.var(x)).collect();
        // Not the leaves themselves: a cotangent that is moved on must still be whole afterwards.
        let x: Vec<_> = leaves.iter().map(|x| *x * 1.0).collect();
        let squares = || weigh(&x, &a, |x| x.square());
        let halves = || weigh(&x, &b, |x| x * 0.5);
        let op = || (case.vars(&x) * tape.input(&u)).sum();
        let total = match others {
            Others::Before => squares() + halves() + op(),
            Others::After => op() + squares() + halves(),
            Others::Around => squares() + op() + halves(),
        };
        let gradients = total.backward();
        for (i, x) in case.inputs().iter().enumerate() {
            let own = or_zeros(&alone[i], x);
            let expected = &own + &(x * &a[i] * 2.0) + &(&b[i] * 0.5);
            let scale = magnitude([&own, &expected, &u, &y, x]);
            let found = or_zeros(&gradients.wrt(leaves[i]).cloned(), x);
            close(&format!("input {i}, its other uses {others:?}"), &found, &expected, ULPS * scale)?;
        }
    }
    residual(case, &u, &alone)
}

fn weigh<'t>(x: &[Var<'t, f64>], by: &[Tensor<f64>], f: impl Fn(Var<'t, f64>) -> Var<'t, f64>) -> Var<'t, f64> {
    let tape = x[0].tape();
    let each = x.iter().zip(by).map(|(x, w)| (f(*x) * tape.input(w)).sum());
    each.fold(tape.constant(0.0), |a, b| a + b)
}

/// `f(x) + x` and `x + f(x)`: one cotangent, moved to both.
fn residual(case: &Case, u: &Tensor<f64>, alone: &[Option<Tensor<f64>>]) -> Result<(), Broken> {
    for (i, input) in case.inputs().iter().enumerate() {
        if input.shape() != u.shape() || !case.movable()[i] {
            continue;
        }
        let own = or_zeros(&alone[i], input);
        for first in [true, false] {
            let tape = Case::tape::<f64>();
            let x: Vec<_> = case.inputs().iter().map(|x| tape.var(x)).collect();
            let y = case.vars(&x);
            let z = if first { x[i] + y } else { y + x[i] };
            let found = or_zeros(&z.backward_with(u).wrt(x[i]).cloned(), input);
            let scale = magnitude([&own, u]);
            close(&format!("input {i} of f(x) + x, x first: {first}"), &found, &(&own + u), ULPS * scale)?;
        }
    }
    Ok(())
}
