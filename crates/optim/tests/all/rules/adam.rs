//! Adam.

use rappel_autodiff::Param;
use rappel_optim::Adam;
use rappel_optim::rules::AdamRule;
use rappel_tensor::Tensor;

use crate::support::step;

#[test]
fn trajectories_are_those_of_pytorch() {
    assert_eq!(super::golden::<AdamRule>(), 7);
}

#[test]
fn problems_are_solved_as_by_pytorch() {
    assert_eq!(crate::golden::hold("rules/adam.txt"), 14);
}

/// `1 - beta` and `1 - beta^t` keep their digits in f32 too, where beta is as close to 1 as f64 can tell.
#[test]
fn a_constant_gradient_moves_by_the_rate_however_close_to_1_the_betas() {
    for (beta1, beta2) in [(0.9, 0.999), (0.999_999, 0.999_999_99), (1.0 - 1e-12, 1.0 - 1e-14)] {
        let mut p = Param::<f32>::new(Tensor::from([0.0]));
        let mut adam = Adam::new(0.125).betas(beta1, beta2).eps(0.0);
        for k in 1..=5 {
            step(&mut adam, &mut p, &Tensor::from([3.0]));
            let (found, expected) = (p.value.item(), -0.125 * k as f32);
            assert!((found - expected).abs() < 2e-6, "betas {beta1}, {beta2}: {found} after {k} steps");
        }
    }
}
