//! Adam.

use rappel_autodiff::{Param, Tape};
use rappel_optim::rules::AdamRule;
use rappel_optim::{Adam, AdamW, AnyOptimizer};
use rappel_tensor::Tensor;

use crate::support::{gradients, pair, slope, step};

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

#[test]
fn a_flag_in_text_chooses_the_rule_that_keeps_the_greatest() {
    for (text, slots) in [("adam(lr=0.1)", 2), ("adamw(lr=0.1)", 2), ("adam(lr=0.1, amsgrad=true)", 3)] {
        let mut adam: AnyOptimizer<f64> = text.parse().unwrap();
        assert_eq!(adam.to_string(), text);
        let mut p = pair(1.0, 2.0);
        let g = gradients(&Tape::default(), &[(&p, &slope(&p))]);
        adam.step(&mut p, &g).unwrap();
        assert_eq!(adam.state(p.id()).unwrap().slots().count(), slots, "{text}");
    }
    for text in ["adam(lr=0.1, amsgrad=false)", "adam(lr=0.1, amsgrad=0)"] {
        assert_eq!(text.parse::<AnyOptimizer>().unwrap().to_string(), "adam(lr=0.1)");
    }
    let text = "adamw(lr=0.1, weight_decay=0.2, amsgrad=true) | group(\"*.bias\", weight_decay=0)";
    assert_eq!(text.parse::<AnyOptimizer>().unwrap().to_string(), text);
    assert_eq!(AdamW::<f32>::new(0.1).weight_decay(0.2).amsgrad().to_string(), text.split(" | ").next().unwrap());
    for (text, error) in [
        ("adam(lr=0.1, amsgrad=2)", "required is amsgrad = 0 or 1"),
        ("adam(lr=0.1, amsgrad=linear(0, 1, 5))", "true or false for the whole run"),
        ("adam(lr=0.1, amsgrad=true, amsgrad=true)", "given twice"),
        ("adam(lr=0.1, amsgrd=true)", "did you mean `amsgrad`?"),
        ("adam(lr=0.1, maximize=true)", "there are lr, betas, eps, weight_decay, amsgrad"),
        ("nadam(lr=0.1, amsgrad=true)", "`nadam` has no hyperparameter `amsgrad`"),
    ] {
        let found = text.parse::<AnyOptimizer>().unwrap_err().to_string();
        assert!(found.contains(error), "{found}");
    }
}

/// Gradients that shrink make Adam's steps longer, and with `amsgrad` not.
#[test]
fn the_greatest_mean_square_is_kept() {
    let (mut p, mut adam) = (pair(0.0, 0.0), Adam::new(0.1).betas(0.0, 0.5).eps(0.0).amsgrad());
    let mut last = 0.0;
    for g in [4.0, 1.0, 1.0] {
        last = p.value.data()[0];
        step(&mut adam, &mut p, &Tensor::from([g, g]));
    }
    // v is 8, 4.5, 2.75 and its greatest 8, corrected by 1 / (1 - 0.5^3).
    assert!((last - p.value.data()[0] - 0.1 / (8.0_f64 / 0.875).sqrt()).abs() < 1e-15);
    assert_eq!(adam.state(p.id()).unwrap().slot("max_exp_avg_sq").unwrap().data(), [8.0, 8.0]);
}
