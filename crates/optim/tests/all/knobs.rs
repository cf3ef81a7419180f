//! Hyperparameters as schedules.

use rappel_autodiff::Param;
use rappel_optim::rules::{AdamRule, SgdRule};
use rappel_optim::schedule::ScheduleError;
use rappel_optim::{
    Adam, Clock, Optimizer, Rule, Schedule, Sgd, StepError, constant, cosine, empty, epochs, linear, percent, rest,
    warmup,
};

use crate::support::{gradients, pair, slope, step};
use rappel_autodiff::Tape;

/// Each hyperparameter of a rule, the learning rate included, follows a schedule over steps as it would follow a hand.
fn follows_schedules<R: Rule>(make: fn(Schedule) -> Optimizer<R, f64>, ranges: &[(&'static str, f64, f64)]) {
    assert_eq!(ranges.len(), R::KNOBS.len() + 1);
    for &(name, from, to) in ranges {
        let ramp = linear(from, to, 6);
        let values = ramp.bind(&Clock::new()).unwrap();
        let set = |optimizer: Optimizer<R, f64>, schedule: Schedule| match name {
            "lr" => {
                let mut optimizer = optimizer;
                optimizer.set_lr(schedule);
                optimizer
            }
            name => optimizer.knob(name, schedule),
        };
        let mut scheduled = set(make(constant(0.1)), ramp);
        let mut by_hand = make(constant(0.1));
        let (mut p, mut q) = (pair(1.0, -2.0), pair(1.0, -2.0));
        for k in 0..9 {
            by_hand = set(by_hand, constant(values.at_step(k)));
            let g = slope(&p);
            step(&mut scheduled, &mut p, &g);
            step(&mut by_hand, &mut q, &g);
            assert_eq!(p.value, q.value, "{name} at step {k}");
            let applied: Vec<_> = scheduled.applied().filter(|a| a.0 == name).collect();
            assert_eq!(applied, [(name, values.at_step(k))]);
        }
    }
}

#[test]
fn every_hyperparameter_is_a_schedule() {
    let sgd = |lr: Schedule| Sgd::new(lr).momentum(0.5);
    follows_schedules::<SgdRule>(
        sgd,
        &[
            ("lr", 0.2, 0.1),
            ("momentum", 0.5, 0.9),
            ("dampening", 0.0, 1.0),
            ("weight_decay", 0.0, 0.5),
            ("nesterov", 1.0, 1.0),
        ],
    );
    follows_schedules::<AdamRule>(
        Adam::new,
        &[("lr", 0.2, 0.1), ("beta1", 0.5, 0.9), ("beta2", 0.5, 0.9), ("eps", 0.0, 0.5), ("weight_decay", 0.0, 0.5)],
    );
}

#[test]
fn applied_values_are_those_of_the_last_step() {
    let mut adam = Adam::<f64>::new(warmup(0.1, 4)).betas(0.8, linear(0.5, 0.75, 2));
    assert!(adam.lr().is_nan() && adam.applied().all(|a| a.1.is_nan()));
    let mut p = pair(1.0, 2.0);
    step(&mut adam, &mut p, &slope(&pair(1.0, 2.0)));
    step(&mut adam, &mut p, &slope(&pair(1.0, 2.0)));
    let applied: Vec<_> = adam.applied().collect();
    assert_eq!(applied, [("lr", 0.05), ("beta1", 0.8), ("beta2", 0.625), ("eps", 1e-8), ("weight_decay", 0.0)]);
    assert_eq!((adam.lr(), adam.steps()), (0.05, 2));
}

#[test]
fn epochs_and_fractions_need_the_clock() {
    let schedule = || warmup(0.1, epochs(1)).then(cosine(0.1, 0.0, rest()));
    for schedule in [schedule(), linear(0.1, 0.0, percent(10))] {
        let mut p = pair(1.0, 2.0);
        let g = gradients(&Tape::default(), &[(&p, &slope(&p))]);
        let e = Sgd::new(schedule).step(&mut p, &g).unwrap_err();
        let StepError::Schedule { rule: "sgd", knob: "lr", reason } = &e else { panic!("{e}") };
        assert!(matches!(**reason, ScheduleError::Clock { .. }));
        assert!(e.to_string().contains("`.clock(Clock::new().epoch(steps).total(epochs(n)))`"), "{e}");
    }
    let mut p = pair(1.0, 2.0);
    let mut sgd = Sgd::new(schedule()).clock(Clock::new().epoch(4).total(epochs(2)));
    let rates = [(); 9].map(|()| {
        let g = slope(&p);
        step(&mut sgd, &mut p, &g);
        sgd.lr()
    });
    assert_eq!(rates[..5], [0.025, 0.05, 0.1 * 0.75, 0.1, 0.1]);
    assert!((rates[6] - 0.05).abs() < 1e-15 && rates[8] == 0.0, "{rates:?}");
}

/// A step with these settings is refused with this text, and nothing has changed.
#[track_caller]
fn refused<R: Rule>(mut optimizer: Optimizer<R, f64>, text: &str) {
    let mut p = pair(1.0, 2.0);
    let g = gradients(&Tape::default(), &[(&p, &slope(&p))]);
    let e = optimizer.step(&mut p, &g).unwrap_err();
    assert_eq!(e.to_string(), text);
    assert_eq!((p.value.data(), optimizer.steps()), (&[1.0, 2.0][..], 0));
    assert!(optimizer.applied().all(|a| a.1.is_nan()));
}

#[test]
fn values_outside_their_range_are_refused_by_name() {
    refused(Sgd::new(-0.1), "sgd: lr is -0.1 at step 0; required is 0 <= lr < inf");
    refused(Sgd::new(0.1).momentum(1.0), "sgd: momentum is 1 at step 0; required is 0 <= momentum < 1");
    refused(Sgd::new(0.1).momentum(-0.1), "sgd: momentum is -0.1 at step 0; required is 0 <= momentum < 1");
    refused(Sgd::new(0.1).dampening(1.5), "sgd: dampening is 1.5 at step 0; required is 0 <= dampening <= 1");
    refused(Adam::new(0.1).betas(1.0, 0.9), "adam: beta1 is 1 at step 0; required is 0 <= beta1 < 1");
    refused(Adam::new(0.1).betas(0.9, 1.0), "adam: beta2 is 1 at step 0; required is 0 <= beta2 < 1");
    refused(Adam::new(0.1).eps(-1e-8), "adam: eps is -0.00000001 at step 0; required is 0 <= eps < inf");
    refused(
        Adam::new(0.1).weight_decay(-1.0),
        "adam: weight_decay is -1 at step 0; required is 0 <= weight_decay < inf",
    );
    for lr in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let text = lr.to_string().to_lowercase();
        let text = format!(
            "the schedule of sgd's lr: {text}: {text} is not a value a schedule can have; values must be finite"
        );
        refused(Sgd::new(lr), &text);
    }
    refused(Sgd::new(empty()), "the schedule of sgd's lr: an empty schedule has no value; `then` something");
}

#[test]
fn nesterov_is_a_flag_that_needs_momentum_alone() {
    const TEXT: &str = "sgd: nesterov needs a momentum above 0 and a dampening of 0";
    refused(Sgd::new(0.1).nesterov(true), TEXT);
    refused(Sgd::new(0.1).momentum(0.9).dampening(0.1).nesterov(true), TEXT);
    refused(Sgd::new(0.1).momentum(0.9).dampening(linear(0.0, 0.1, 9)).nesterov(true), TEXT);
    refused(Sgd::new(0.1).knob("nesterov", linear(0.0, 1.0, 9)), TEXT);
    let half = Sgd::new(0.1).momentum(0.9).knob("nesterov", 0.5);
    refused(half, "sgd: nesterov is 0.5 at step 0; required is nesterov = 0 or 1");
    // On from step 2 on: it may be switched during a run.
    let mut late = Sgd::new(0.1).momentum(0.9).knob("nesterov", linear(0.0, 0.0, 2).then(1.0));
    let mut plain = Sgd::new(0.1).momentum(0.9);
    let (mut p, mut q) = (pair(1.0, 2.0), pair(1.0, 2.0));
    for k in 0..3 {
        let g = slope(&p);
        step(&mut late, &mut p, &g);
        step(&mut plain, &mut q, &g);
        assert_eq!(p.value == q.value, k < 2);
    }
}

#[test]
fn a_schedule_that_leaves_its_range_is_refused_at_that_step() {
    let mut sgd = Sgd::new(0.1).momentum(linear(0.5, 1.5, 4));
    let mut p = pair(1.0, 2.0);
    for _ in 0..2 {
        let g = slope(&p);
        step(&mut sgd, &mut p, &g);
    }
    let before: Vec<f64> = p.value.data().to_vec();
    let g = gradients(&Tape::default(), &[(&p, &slope(&p))]);
    for _ in 0..2 {
        let e = sgd.step(&mut p, &g).unwrap_err();
        assert!(matches!(e, StepError::Value { knob: "momentum", value: 1.0, step: 2, .. }), "{e}");
        assert_eq!((p.value.data(), sgd.steps()), (&before[..], 2));
        assert!(sgd.applied().any(|a| a == ("momentum", 0.75)));
    }
}

#[test]
fn a_misspelt_hyperparameter_is_refused_where_it_is_written() {
    let panic = std::panic::catch_unwind(|| Adam::<f32>::new(0.1).knob("beta_1", 0.5)).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert_eq!(text, "adam has no hyperparameter `beta_1`; it has [beta1, beta2, eps, weight_decay], and lr");
}

#[test]
fn a_zero_rate_changes_nothing() {
    let mut p: Param<f64> = pair(1.0, -2.0);
    let g = slope(&p);
    step(&mut Sgd::new(0.0).momentum(0.9), &mut p, &g);
    step(&mut Adam::new(0.0), &mut p, &g);
    assert_eq!(p.value.data(), [1.0, -2.0]);
}
