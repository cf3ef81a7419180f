//! Fused operations against what they are fused from.

use rappel_autodiff::{Tensor, Var};

use super::Broken;
use super::run::{Place, close, inputs, magnitude, or_zeros, pull, seed_for};
use crate::row::Case;

pub(super) fn composed(case: &Case) -> Result<(), Broken> {
    let tape = Case::tape::<f64>();
    let leaves: Vec<_> = inputs::<f64>(case)
        .iter()
        .zip(case.movable())
        .map(|(x, m)| if m { tape.var(x) } else { tape.input(x) })
        .collect();
    let Some(y) = case.composed(&leaves) else { return Ok(()) };
    let u = seed_for(case);
    let (value, fused) = pull::<f64>(case, Place::Alone, &u);
    close("fused and composed, value", &value, &y.value(), 1e-13 * magnitude([&value]))?;
    if value.first_non_finite().is_some() {
        return Ok(());
    }
    let gradients = with_a_leaf(y).backward_with(&u);
    for (i, (leaf, x)) in leaves.iter().zip(case.inputs()).enumerate() {
        let (f, c) = (or_zeros(&fused[i], x), or_zeros(&gradients.wrt(*leaf).cloned(), x));
        close(&format!("fused and composed, gradient in input {i}"), &f, &c, 1e-13 * magnitude([&f, &u]))?;
    }
    Ok(())
}

/// The same value with a leaf of its own added: backward has something to go to, whatever the function.
fn with_a_leaf<'t>(y: Var<'t, f64>) -> Var<'t, f64> {
    y + y.tape().var(&Tensor::scalar(0.0))
}
