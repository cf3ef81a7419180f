//! Clipping by the norm.

use proptest::prelude::*;
use rappel_autodiff::Param;
use rappel_tensor::Tensor;

use super::{along, parsed};

#[test]
fn trajectories_are_those_of_torch() {
    assert_eq!(crate::golden::hold("adapters/clip_norm.txt"), 7);
}

proptest! {
    #[test]
    fn no_step_is_longer_than_the_bound(g in prop::collection::vec(-1e3..1e3_f64, 1..9), bound in 0.0..50.0_f64) {
        let g = Tensor::from(g);
        for clip in ["clip_norm", "clip_group_norm"] {
            let mut p = Param::new(Tensor::zeros(g.shape()));
            let report = along(&mut parsed(&format!("sgd(lr=1) | {clip}({bound})")), &mut p, &g);
            let norm = |x: &Tensor<f64>| x.data().iter().map(|x| x * x).sum::<f64>().sqrt();
            prop_assert!(norm(&p.value) <= bound);
            prop_assert!((report.norm.unwrap() - norm(&g)).abs() <= 1e-12 * norm(&g));
            prop_assert_eq!(report.clipped.is_some(), norm(&g) + 1e-6 > bound);
            if norm(&g) + 1e-6 <= bound {
                prop_assert!(p.value.data().iter().zip(g.data()).all(|(p, g)| *p == -g));
            }
        }
    }
}

#[test]
fn a_norm_that_is_not_finite_clips_nothing() {
    for clip in ["clip_norm(1)", "clip_group_norm(1)"] {
        let mut p = Param::new(Tensor::from([0.0, 0.0]));
        let report = along(&mut parsed(&format!("sgd(lr=1) | {clip}")), &mut p, &Tensor::from([f64::INFINITY, 2.0]));
        assert!(!p.value.data()[0].is_finite() && p.value.data()[1] == -2.0, "{clip}: {:?}", p.value.data());
        assert_eq!(report.clipped, None, "{clip}");
    }
}
