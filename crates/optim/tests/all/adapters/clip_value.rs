//! Clipping of values.

use rappel_autodiff::Param;
use rappel_tensor::Tensor;

use super::{along, parsed};

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/clip_value.txt"), 6);
}

#[test]
fn values_stay_within_and_nan_stays() {
    for (g, expected) in
        [(0.5, 0.5), (-0.5, -0.5), (3.0, 1.0), (-3.0, -1.0), (f64::INFINITY, 1.0), (-f64::INFINITY, -1.0)]
    {
        let mut p = Param::new(Tensor::from([0.0]));
        along(&mut parsed("sgd(lr=1) | clip_value(1)"), &mut p, &Tensor::from([g]));
        assert_eq!(p.value.data(), [-expected], "{g}");
    }
    let mut p = Param::new(Tensor::from([0.0]));
    along(&mut parsed("sgd(lr=1) | clip_value(1)"), &mut p, &Tensor::from([f64::NAN]));
    assert!(p.value.item().is_nan());
}
