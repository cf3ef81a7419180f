//! Single precision against double.

use rappel_autodiff::Tensor;

use super::Broken;
use super::run::{Place, close, inputs, magnitude, or_zeros, pull, seed_for};
use crate::row::Case;

pub(super) fn single(case: &Case) -> Result<(), Broken> {
    // Inputs and cotangent are rounded first, so that both compute the same thing.
    let rounded = case.at(inputs::<f32>(case).iter().map(Tensor::cast).collect());
    let u: Tensor<f32> = seed_for(&rounded).cast();
    for place in Place::BOTH {
        let (y, g) = pull::<f32>(&rounded, place, &u);
        let (wide_y, wide_g) = pull::<f64>(&rounded, place, &u.cast());
        let allowed = |x: &Tensor<f64>| 1e-5 * case.facts.f32_factor * magnitude([x]);
        close("f32 and f64, value", &y, &wide_y, allowed(&wide_y))?;
        for (i, x) in rounded.inputs().iter().enumerate() {
            let wide = or_zeros(&wide_g[i], x);
            close(&format!("f32 and f64, gradient in input {i}"), &or_zeros(&g[i], x), &wide, allowed(&wide))?;
        }
    }
    Ok(())
}
