//! What the rules that find their own rate have in common.

use rappel_autodiff::{Param, Tape, Tensor, Var};
use rappel_optim::{AnyOptimizer, StepError};

use crate::golden::trace;
use crate::support::pair;

/// Those that step along gradients.
const STAGED: [&str; 7] = ["dadapt_adamw", "dog", "dowg", "momo", "momo_adam", "polyak_sgd", "prodigy"];

#[test]
fn the_defaults_decrease_the_loss() {
    let searches = ["armijo", "lbfgs", "lbfgs(line_search_fn=\"strong_wolfe\")"];
    for text in STAGED.into_iter().chain(searches) {
        // By at least so much of what lies above the least loss, which is 0 for the net and 3.236 for the matrix.
        for (problem, least, part) in [("vector", 0.0, 0.85), ("matrix", 3.236, 0.8), ("net", 0.0, 0.01)] {
            let (losses, _) = trace(text, problem, 100, 1.0);
            let (first, last) = (losses[0] - least, losses[100] - least);
            assert!(last <= (1.0 - part) * first, "{text} on {problem}: from {first} to {last}");
            assert!(losses[20] < losses[0], "{text} on {problem}: {} after 20 steps", losses[20]);
        }
    }
}

/// Rules of which nothing but the ratio of gradients counts, without an eps and, where they ask for one, with a first distance.
#[test]
fn the_scale_of_the_loss_does_not_matter() {
    let invariant = [
        "dadapt_adamw(estim_lr0=0.01, eps=0)",
        "dog(eps=0, reps_rel=0.01)",
        "dowg(eps=0, init_estim_sq_dist=0.01)",
        "momo_adam(lr=0.1, eps=0)",
        "polyak_sgd(max_learning_rate=1e9)",
        "prodigy(estim_lr0=0.01, eps=0)",
    ];
    for text in invariant {
        for problem in ["vector", "matrix", "net"] {
            for by in [1.0 / 64.0, 0.3, 50.0] {
                let (one, other) = (trace(text, problem, 15, 1.0), trace(text, problem, 15, by));
                assert!((one.0[0] - one.0[15]).abs() > 1e-3, "{text} moves {problem}");
                for (a, b) in one.1.iter().zip(&other.1) {
                    assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0), "{text} on {problem}, times {by}: {a}, {b}");
                }
            }
        }
    }
}

#[test]
fn a_rate_of_zero_changes_nothing() {
    for name in STAGED.iter().chain(&["armijo", "lbfgs"]) {
        let texts = [format!("{name}(lr=0)"), format!("{name}(lr=0, line_search_fn=\"strong_wolfe\")")];
        for text in &texts[..if *name == "lbfgs" { 2 } else { 1 }] {
            let (losses, values) = trace(text, "net", 3, 1.0);
            assert_eq!(values, trace("sgd(lr=0)", "net", 0, 1.0).1, "{text}");
            assert!(losses.iter().all(|loss| *loss == losses[0]), "{text}");
        }
    }
}

#[test]
fn a_parameter_without_slope_stays_finite() {
    // Without an eps nothing but the rule itself keeps 0 / 0 away.
    let without = ["dadapt_adamw", "dog(eps=0)", "dowg(eps=0)", "momo", "momo_adam(eps=0)", "polyak_sgd", "prodigy"];
    for text in without {
        let mut optimizer: AnyOptimizer<f64> = text.parse().unwrap();
        let mut w = pair(1.0, 2.0);
        for _ in 0..3 {
            let tape = Tape::default();
            let gradients = (tape.param(&w) * 0.0).sum().backward();
            optimizer.step(&mut w, &gradients).unwrap();
        }
        assert!(
            optimizer.memos().all(|(_, value)| value.is_finite()),
            "{text}: {:?}",
            optimizer.memos().collect::<Vec<_>>()
        );
    }
}

#[test]
fn rules_that_follow_the_loss_ask_for_it() {
    for name in ["momo", "momo_adam", "polyak_sgd"] {
        let mut optimizer: AnyOptimizer<f64> = name.parse().unwrap();
        let mut w = pair(1.0, 2.0);
        let mut gradients = Tape::default().param(&w).square().sum().backward();
        gradients.set_loss(None);
        assert_eq!(optimizer.step(&mut w, &gradients), Err(StepError::NoLoss { rule: name }));
        assert_eq!((w.value.data(), optimizer.steps(), optimizer.memos().count()), (&[1.0, 2.0][..], 0, 0));
    }
}

/// The memo of an optimizer after some steps on `|w|^2`.
fn memo(text: &str, steps: usize) -> (Vec<(&'static str, f64)>, Param<f64>) {
    let mut optimizer: AnyOptimizer<f64> = text.parse().unwrap();
    let mut w = pair(3.0, 4.0);
    for _ in 0..steps {
        let tape = Tape::default();
        let gradients = tape.param(&w).square().sum().backward();
        optimizer.step(&mut w, &gradients).unwrap();
    }
    (optimizer.memos().collect(), w)
}

#[test]
fn what_is_remembered_of_the_net_is_readable() {
    for (text, names) in [
        ("sgd(lr=0.1, momentum=0.9)", &[][..]),
        ("prodigy", &["estim_lr", "numerator_weighted", "estim_lr_applied"]),
        ("dadapt_adamw", &["estim_lr", "numerator_weighted", "estim_lr_applied"]),
        ("dog", &["max_dist", "sum_sq_norm_grads", "learning_rate"]),
        ("dowg", &["estim_sq_dist", "weighted_sq_norm_grads", "learning_rate"]),
        ("momo", &["barf", "gamma", "lb", "learning_rate", "share", "count"]),
        ("momo_adam", &["barf", "gamma", "lb", "learning_rate", "share", "count"]),
        ("polyak_sgd", &["learning_rate"]),
    ] {
        assert!(memo(text, 0).0.is_empty(), "{text}");
        let found: Vec<_> = memo(text, 2).0.into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, names, "{text}");
    }
    let value = |text: &str, steps, name: &str| {
        let memo = memo(text, steps).0;
        memo.iter().find(|m| m.0 == name).unwrap_or_else(|| panic!("{text} has {name}")).1
    };
    // The distance that was gone is known one step later.
    let far = Tensor::from([3.0, 4.0])
        .data()
        .iter()
        .zip(memo("dog(reps_rel=0.01)", 4).1.value.data())
        .map(|(a, b)| (a - b).powi(2))
        .sum::<f64>()
        .sqrt();
    assert!((value("dog(reps_rel=0.01)", 5, "max_dist") - far).abs() < 1e-12);
    for name in ["prodigy(estim_lr0=0.01)", "dadapt_adamw(estim_lr0=0.01)"] {
        let mut last = 0.01;
        for steps in 1..10 {
            let (d, applied) = (value(name, steps, "estim_lr"), value(name, steps, "estim_lr_applied"));
            assert!(d >= last && applied == last, "{name}: {d} after {last}, {applied}");
            last = d;
        }
        assert!(last > 0.02, "{name} has grown to {last}");
    }
    assert_eq!(value("momo(lr=0.001)", 3, "learning_rate"), 0.001);
    assert_eq!(value("momo", 1, "lb"), 0.0);
}

fn loss<'t>(tape: &'t Tape<f64>, net: &(Param<f64>, Param<f64>)) -> Var<'t, f64> {
    let (a, b) = (tape.param(&net.0), tape.param(&net.1));
    ((a * b - 0.5).square() + a.square() * 0.3).sum()
}

/// The fused pass and the formula on variables, and the slope of the loss after some steps in the learning rate.
#[test]
fn a_step_on_variables_is_the_same_step() {
    let texts = [
        "dadapt_adamw(lr=0.7, estim_lr0=0.01, weight_decay=0.1)",
        "dog(lr=0.7, reps_rel=0.01, weight_decay=0.1)",
        "dog(lr=0.7, init_learning_rate=0.01)",
        "dowg(lr=0.7, init_estim_sq_dist=0.01, weight_decay=0.1)",
        "momo(lr=0.02, weight_decay=0.1)",
        "momo(lr=5, weight_decay=0.1, adapt_lower_bound=true)",
        "momo_adam(lr=0.02, weight_decay=0.1, adapt_lower_bound=true)",
        "polyak_sgd(lr=0.7, scaling=0.9, f_min=0.1)",
        "prodigy(lr=0.7, estim_lr0=0.01, weight_decay=0.1)",
        "prodigy(lr=0.7, estim_lr0=0.01, safeguard_warmup=true)",
    ];
    for text in texts {
        let start = (pair(1.0, -0.7), pair(0.3, 2.0));
        let after = |lr: f64| {
            let mut optimizer: AnyOptimizer<f64> = text.parse().unwrap();
            optimizer.set_lr(lr);
            let mut net = (Param::new(start.0.value.clone()), Param::new(start.1.value.clone()));
            for _ in 0..6 {
                let tape = Tape::default();
                let gradients = loss(&tape, &net).backward();
                optimizer.step(&mut net, &gradients).unwrap();
            }
            loss(&Tape::default(), &net).item()
        };
        let optimizer: AnyOptimizer<f64> = text.parse().unwrap();
        let lr = optimizer.schedules().next().and_then(|(_, lr)| lr.number()).unwrap();
        let tape = Tape::<f64>::default();
        let rate = tape.var(&Tensor::scalar(lr));
        let mut steps = optimizer.unroll(&tape, &start).unwrap();
        steps.set("lr", move |_| rate).unwrap();
        for _ in 0..6 {
            let inner = steps.run(&start, || loss(&tape, &start));
            steps.step(inner).unwrap();
        }
        let outer = steps.run(&start, || loss(&tape, &start));
        let expected = after(lr);
        assert!(
            (outer.item() - expected).abs() <= 1e-12 * expected.abs().max(1.0),
            "{text}: {} {expected}",
            outer.item()
        );
        let (slope, h) = (outer.grad(&[rate])[0].item(), 1e-6 * lr);
        let by_difference = (after(lr + h) - after(lr - h)) / (2.0 * h);
        assert!((slope - by_difference).abs() <= 1e-5 * slope.abs().max(0.1), "{text}: {slope} {by_difference}");
    }
}
