//! Adaptive clipping.

use proptest::prelude::*;
use rappel_autodiff::Param;
use rappel_tensor::Tensor;

use super::{along, parsed};

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/adaptive_clip.txt"), 10);
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

proptest! {
    #[test]
    fn no_unit_is_above_its_share_and_directions_stay(
        w in prop::collection::vec(-2.0..2.0_f64, 12),
        g in prop::collection::vec(-9.0..9.0_f64, 12),
        clipping in 0.0..2.0_f64,
    ) {
        let mut optimizer = parsed(&format!("sgd(lr=1) | adaptive_clip({clipping}, eps=0.5)"));
        let (old, g) = (Tensor::from_fn(&[3, 2, 2], |i| w[i]), Tensor::from_fn(&[3, 2, 2], |i| g[i]));
        let mut p = Param::new(old.clone());
        along(&mut optimizer, &mut p, &g);
        let step = &old - &p.value;
        for ((w, g), s) in w.chunks(4).zip(g.data().chunks(4)).zip(step.data().chunks(4)) {
            let most = clipping * norm(w).max(0.5);
            let share = (most / norm(g)).min(1.0);
            prop_assert!(norm(s) <= most + 1e-12);
            prop_assert!(s.iter().zip(g).all(|(s, g)| (s - share * g).abs() < 1e-12), "{s:?} of {g:?}");
        }
    }
}

#[test]
fn a_vector_is_one_unit_and_so_is_a_number() {
    for (w, g, expected) in [
        (Tensor::from([3.0, 4.0]), Tensor::from([6.0, 8.0]), vec![3.0 - 1.5, 4.0 - 2.0]),
        (Tensor::scalar(-2.0), Tensor::scalar(8.0), vec![-3.0]),
    ] {
        let mut p = Param::new(w);
        along(&mut parsed("sgd(lr=1) | adaptive_clip(0.5)"), &mut p, &g);
        super::assert_near(p.value.data(), &expected, "clipped to half the weights");
    }
}
