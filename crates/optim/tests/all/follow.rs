//! Hyperparameters that follow each other, what is observed, and functions of the user's own.

use rappel_autodiff::Tape;
use rappel_optim::schedule::{State, adaptive, user};
use rappel_optim::{
    Adam, After, Clock, Optimizer, Registry, Rule, Schedule, ScheduleError, Sgd, StepError, hold, linear, linked,
    plateau, plateau_keras, stable,
};

use crate::support::{gradients, pair, slope, step};

/// What each of so many steps applied of a hyperparameter, each followed by a metric.
fn applied<R: Rule>(optimizer: &mut Optimizer<R, f64>, name: &str, metrics: &[f64]) -> Vec<f64> {
    let mut p = pair(1.0, -2.0);
    metrics
        .iter()
        .map(|metric| {
            let g = slope(&p);
            step(optimizer, &mut p, &g);
            optimizer.observe(*metric).unwrap();
            optimizer.applied().find(|a| a.0 == name).unwrap().1
        })
        .collect()
}

fn refused<R: Rule>(optimizer: &mut Optimizer<R, f64>) -> StepError {
    let mut p = pair(1.0, 2.0);
    let g = gradients(&Tape::default(), &[(&p, &slope(&p))]);
    let error = optimizer.step(&mut p, &g).unwrap_err();
    assert_eq!(p.value.data(), [1.0, 2.0]);
    error
}

#[test]
fn a_hyperparameter_follows_another() {
    let mut sgd = Sgd::new(linear(0.5, 0.0, 4)).momentum(0.75 - linked("lr")).weight_decay(0.5 * linked("momentum"));
    let mut p = pair(1.0, -2.0);
    for expected in [[0.5, 0.25, 0.125], [0.375, 0.375, 0.1875], [0.25, 0.5, 0.25]] {
        let g = slope(&p);
        step(&mut sgd, &mut p, &g);
        let of = |name| sgd.applied().find(|a| a.0 == name).unwrap().1;
        assert_eq!(["lr", "momentum", "weight_decay"].map(of), expected);
    }
    // Another rate in the middle of the run is followed too.
    sgd.set_lr(0.5);
    assert_eq!(applied(&mut sgd, "momentum", &[0.0]), [0.25]);
    let mut adam = Adam::new(linked("beta1") * 0.1).betas(0.5, 0.9);
    assert_eq!(applied(&mut adam, "lr", &[0.0]), [0.05]);
}

#[test]
fn a_circle_is_refused_by_the_names_in_it() {
    let mut sgd = Sgd::new(linked("momentum")).momentum(0.5 * linked("lr"));
    let error = refused(&mut sgd);
    let StepError::Schedule { rule: "sgd", knob: "lr", reason } = &error else { panic!("{error}") };
    assert_eq!(**reason, ScheduleError::LinkCycle { names: ["lr", "momentum", "lr"].map(String::from).into() });
    let mut unknown = Sgd::new(0.1).momentum(linked("beta1"));
    let error = refused(&mut unknown).to_string();
    assert!(error.contains("sgd's momentum") && error.contains("@beta1"), "{error}");
    // The registry may know it.
    let beta1 = Schedule::from(0.5).bind(&Clock::new()).unwrap();
    let mut known = unknown.registry(Registry::new().link("beta1", beta1));
    assert_eq!(applied(&mut known, "momentum", &[0.0]), [0.5]);
}

#[test]
fn rules_in_any_hyperparameter_are_told_what_is_observed() {
    let halves = plateau().factor(0.5).patience(0);
    let metrics = [1.0; 4];
    let mut sgd = Sgd::new(hold(8.0, 2).then(8.0 * halves)).momentum(0.5 * halves).weight_decay(linked("lr") * 0.5);
    assert_eq!(applied(&mut sgd, "lr", &metrics), [8.0, 8.0, 8.0, 8.0]);
    assert_eq!(applied(&mut sgd, "lr", &[1.0]), [4.0]);
    // The first metric is good, the others are not; what follows it remembers the same.
    let mut sgd = Sgd::new(8.0 * halves).momentum(0.5 * halves).weight_decay(linked("lr") * 0.5);
    assert_eq!(applied(&mut sgd, "weight_decay", &metrics), [4.0, 4.0, 2.0, 1.0]);
    assert_eq!((sgd.lr(), sgd.applied().find(|a| a.0 == "momentum").unwrap().1), (2.0, 0.0625 * 2.0));
    // What is observed at a step tells the next; a piece until then ends with the step that was observed.
    let warm = linear(0.0, 1.0, 100).until(stable().window(2)).then(0.5);
    assert_eq!(applied(&mut Sgd::new(warm), "lr", &[9.0, 1.0, 1.0, 1.0]), [0.0, 0.01, 0.02, 0.5]);
}

#[test]
fn a_replaced_schedule_begins_anew_and_the_others_go_on() {
    let halves = plateau().factor(0.5).patience(0);
    let mut sgd = Sgd::new(8.0 * halves).momentum(0.5 * halves).weight_decay(linked("lr"));
    applied(&mut sgd, "lr", &[1.0; 3]);
    sgd.set_lr(4.0 * halves);
    let mut p = pair(1.0, 2.0);
    let g = slope(&p);
    step(&mut sgd, &mut p, &g);
    let now: Vec<f64> = sgd.applied().map(|a| a.1).collect();
    assert_eq!((now[0], now[1], now[3]), (4.0, 0.125, 4.0), "{now:?}");
    // The same schedule is no other.
    applied(&mut sgd, "lr", &[1.0; 2]);
    sgd.set_lr(4.0 * halves);
    assert_eq!(applied(&mut sgd, "lr", &[1.0]), [2.0]);
}

#[test]
fn a_saved_state_goes_on_as_if_nothing_had_happened() {
    let make = || {
        let lr = linear(1.0, 0.0, 20) * plateau_keras().factor(0.5).patience(1);
        Sgd::<f64>::new(lr).momentum(0.5 * plateau().factor(0.5).patience(1))
    };
    let metrics: Vec<f64> = (0..12).map(|k| 1.0 + 0.3 * f64::from(k).sin()).collect();
    let mut straight = make();
    let momenta = applied(&mut straight, "momentum", &metrics);
    assert!(momenta.windows(2).any(|pair| pair[0] != pair[1]));
    let mut first = make();
    assert_eq!(first.schedule_states().count(), 0);
    applied(&mut first, "momentum", &metrics[..5]);
    let saved: Vec<(&str, State)> = first.schedule_states().map(|(name, state)| (name, state.clone())).collect();
    assert_eq!(
        saved.iter().map(|s| s.0).collect::<Vec<_>>(),
        ["lr", "momentum", "dampening", "weight_decay", "nesterov"]
    );
    // Momentum has no steps in it, so that the count of steps is of no consequence.
    let mut second = make();
    for (name, state) in saved {
        second.set_schedule_state(name, state).unwrap();
    }
    assert_eq!(applied(&mut second, "momentum", &metrics[5..]), momenta[5..]);
    // A state that does not fit is refused, and nothing is changed.
    let before: Vec<State> = second.schedule_states().map(|(_, state)| state.clone()).collect();
    let error = second.set_schedule_state("lr", State::default()).unwrap_err();
    assert!(matches!(error, StepError::Schedule { knob: "lr", .. }), "{error}");
    let error = second.set_schedule_state("beta1", State::default()).unwrap_err();
    assert!(error.to_string().starts_with("sgd has no hyperparameter `beta1`; there are `lr`, "), "{error}");
    assert!(second.schedule_states().map(|(_, state)| state).eq(&before));
}

#[test]
fn a_step_after_the_end_of_a_strict_schedule_is_refused() {
    let mut sgd = Sgd::<f64>::new(linear(1.0, 0.0, 2).after(After::Error));
    assert_eq!(applied(&mut sgd, "lr", &[0.0; 2]), [1.0, 0.5]);
    let error = refused(&mut sgd);
    let StepError::Schedule { knob: "lr", reason, .. } = &error else { panic!("{error}") };
    assert!(matches!(**reason, ScheduleError::PastEnd { step: 2, .. }));
    assert_eq!((sgd.steps(), sgd.lr()), (2, 0.5));
    // The run is known to be longer.
    let error = refused(&mut Sgd::new(linear(1.0, 0.0, 2).after(After::Error)).clock(Clock::new().total(3)));
    assert!(matches!(error, StepError::Schedule { reason, .. } if matches!(*reason, ScheduleError::EndsEarly { .. })));
}

#[test]
fn functions_and_rules_of_the_users_own() {
    let registry = || Registry::new().function("square", |z, v| v[0] * z * z);
    let mut sgd = Sgd::new(user("square", [1.0], 4)).registry(registry());
    assert_eq!(applied(&mut sgd, "lr", &[0.0; 5]), [0.0, 0.0625, 0.25, 0.5625, 1.0]);
    let error = refused(&mut Sgd::new(adaptive("calm", [])).registry(registry()));
    assert!(error.to_string().contains("adaptive::calm"), "{error}");
    assert!(Sgd::<f64>::new(user("cube", [1.0], 4)).observe(1.0).is_err());
}
