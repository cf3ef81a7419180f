//! The value is the reference's.

use rappel_autodiff::Tensor;

use super::Broken;
use super::run::{close, inputs, magnitude, value};
use crate::row::Case;

pub(super) fn holds(case: &Case) -> Result<(), Broken> {
    let reference = case.reference();
    let expected = Tensor::new(reference.data().to_vec(), reference.shape());
    let scale = magnitude(inputs::<f64>(case).iter().chain([&expected]));
    close("value and reference", &value::<f64>(case), &expected, 1e-13 * scale)
}
