//! Rules that take no notice of the size of gradients.

use rappel_autodiff::Tape;
use rappel_optim::AnyOptimizer;

use crate::golden::Problem;
use crate::support::within;

/// Rules without what breaks it: an eps, a decay that is added to the gradient. Muon takes matrices only.
const INVARIANT: [(&str, &[&str]); 21] = [
    ("adabelief(lr=0.05, eps=0, eps_root=0)", ALL),
    ("adagrad(lr=0.1, eps=0, lr_decay=0.1)", ALL),
    ("adam(lr=0.05, eps=0)", ALL),
    ("adam(lr=0.05, eps=0, betas=[0.5, 0.9], amsgrad=true)", ALL),
    ("adamw(lr=0.05, eps=0, weight_decay=0.3)", ALL),
    ("adamax(lr=0.05, eps=0)", ALL),
    ("adan(lr=0.05, eps=0, eps_root=0)", ALL),
    ("ademamix(lr=0.02, eps=0)", ALL),
    ("amsgrad(lr=0.05, eps=0)", ALL),
    ("lamb(lr=0.05, eps=0, weight_decay=0.1)", ALL),
    ("lars(lr=10)", ALL),
    ("lars(lr=10, momentum=0.5, nesterov=true)", ALL),
    ("lion(lr=0.02, weight_decay=0.1)", ALL),
    ("muon(lr=0.05, eps=0, weight_decay=0.1)", &["matrix"]),
    ("nadam(lr=0.05, eps=0)", ALL),
    ("nadamw(lr=0.05, eps=0, weight_decay=0.1)", ALL),
    ("rmsprop(lr=0.02, eps=0, alpha=0.9)", ALL),
    ("rmsprop(lr=0.02, eps=0, alpha=0.9, momentum=0.5)", ALL),
    ("rmsprop(lr=0.02, eps=0, alpha=0.9, centered=true)", ALL),
    ("rprop(lr=0.02)", ALL),
    ("adam_hd(lr=0.02, eps=0, hypergrad_lr=0)", ALL),
];

const ALL: &[&str] = &["vector", "matrix", "net"];

/// The weights after ten steps on a loss times a factor.
fn after(text: &str, problem: &str, factor: f64) -> Vec<f64> {
    let mut optimizer: AnyOptimizer<f64> = text.parse().unwrap_or_else(|e| panic!("{e}"));
    let (mut net, mut tape) = (Problem::named(problem).unwrap(), Tape::default());
    let start = net.values();
    for _ in 0..10 {
        optimizer.step_with(&mut net, &mut tape, |net, tape| net.loss(tape) * factor).unwrap();
    }
    let values = net.values();
    assert!(values.iter().zip(&start).all(|(a, b)| a.is_finite() && a != b), "{text} on {problem}: {values:?}");
    values
}

/// By powers of two bit for bit, since nothing is rounded then that was not before; by others to rounding.
#[test]
fn gradients_times_a_number_give_the_same_steps() {
    let mut wrong = Vec::new();
    for (text, problems) in INVARIANT {
        for problem in problems {
            let plain = after(text, problem, 1.0);
            for (factor, near) in [(1024.0, 0.0), (0.125, 0.0), (3.0, 1e-10), (1e-3, 1e-10)] {
                let other = after(text, problem, factor);
                if let Some((a, b)) = plain.iter().zip(&other).find(|(a, b)| !within(**a, **b, near)) {
                    wrong.push(format!("{text} on {problem} by {factor}: {b:?}, not {a:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An eps breaks it, and gradient descent never had it.
#[test]
fn other_rules_notice() {
    for text in ["sgd(lr=0.1)", "adam(lr=0.05, eps=0.1)", "lars(lr=10, eps=0.5)", "adadelta(lr=5)"] {
        assert!(after(text, "net", 1.0) != after(text, "net", 1024.0), "{text}");
    }
}
