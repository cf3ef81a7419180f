//! Decoupled weight decay.

use proptest::prelude::*;
use rappel_autodiff::Param;
use rappel_tensor::Tensor;

use super::{along, parsed};

#[test]
fn trajectories_are_those_of_optax() {
    assert_eq!(crate::golden::hold("adapters/weight_decay.txt"), 7);
}

proptest! {
    #[test]
    fn without_a_gradient_it_shrinks_by_one_minus_rate_times_decay(p in -1e3..1e3_f64, lr in 0.0..1.0_f64, decay in 0.0..1.0_f64) {
        for (rule, around) in [("sgd", ""), ("adam", ""), ("rmsprop", ""), ("sgd", " | cautious()")] {
            let mut optimizer = parsed(&format!("{rule}(lr={lr}) | weight_decay({decay}){around}"));
            let mut w = Param::new(Tensor::from([p]));
            for k in 1..=3 {
                along(&mut optimizer, &mut w, &Tensor::from([0.0]));
                let expected = p * (1.0 - lr * decay).powi(k);
                prop_assert!((w.value.item() - expected).abs() <= 8.0 * f64::EPSILON * p.abs(), "{rule}{around}");
            }
        }
    }
}

#[test]
fn around_adam_it_is_adamw() {
    let (own, around) =
        (super::walk("adamw(lr=0.1, weight_decay=0.3)", 6), super::walk("adam(lr=0.1) | weight_decay(0.3)", 6));
    for (own, around) in own.iter().zip(&around) {
        super::assert_near(&around[0], &own[0], "adamw");
    }
}
