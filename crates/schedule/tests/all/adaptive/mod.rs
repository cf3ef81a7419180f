//! Rules that follow a metric: what holds of all of them, then a module for each file of rules.

mod golden;
mod greedy;
mod settings;
mod stable;

use proptest::prelude::*;
use rappel_schedule::{
    Adaptive, Clock, Mode, Plan, Registry, Schedule, ScheduleError, State, adaptive, adaptive_rule, cosine, forever,
    greedy, hold, linear, plateau, plateau_keras, plateau_optax, stable,
};
use std::sync::Arc;

/// The state after a log of metrics, one per step from step `from` on.
pub(crate) fn replay(plan: &Plan, state: &State, from: u64, metrics: &[f64]) -> State {
    (from..).zip(metrics).fold(state.clone(), |state, (step, metric)| plan.observe(&state, step, *metric))
}

/// What each step of a run applies: step k after the metrics of the steps before it.
pub(crate) fn values(plan: &Plan, metrics: &[f64]) -> Vec<f64> {
    let mut state = plan.state();
    let mut values = vec![plan.at_with(0.0, &state)];
    for (k, metric) in metrics.iter().enumerate() {
        state = plan.observe(&state, k as u64, *metric);
        values.push(plan.at_with(k as f64 + 1.0, &state));
    }
    values
}

fn bind(schedule: impl Into<Schedule>) -> Plan {
    schedule.into().bind(&Clock::new()).unwrap()
}

/// Halves with each metric, whatever it is; done after three.
#[derive(Debug)]
struct Halves;

impl Adaptive for Halves {
    fn start(&self) -> Vec<f64> {
        vec![1.0]
    }

    fn observe(&self, memory: &mut [f64], _: f64) {
        memory[0] *= 0.5;
    }

    fn factor(&self, memory: &[f64]) -> f64 {
        memory[0]
    }

    fn done(&self, memory: &[f64]) -> bool {
        memory[0] == 0.125
    }
}

fn halves() -> Schedule {
    adaptive("halves", [])
}

fn registry() -> Registry {
    Registry::new().adaptive("halves", |numbers| match numbers {
        [] => Ok(Arc::new(Halves)),
        _ => Err("it takes no number".into()),
    })
}

fn with_halves(schedule: &Schedule) -> Plan {
    schedule.bind_with(&Clock::new(), &registry()).unwrap()
}

/// Schedules with rules in every place where there can be one.
fn followers() -> Vec<Schedule> {
    let (fast, slow) = (plateau().factor(0.5).patience(1), plateau_keras().patience(3).cooldown(2));
    vec![
        fast.into(),
        0.1 * plateau_optax().factor(0.5).patience(2).accumulation_size(2),
        cosine(1.0, 0.1, 30) * greedy().factor(0.5).patience(1).window(3),
        linear(0.0, 1.0, 10).then(cosine(1.0, 0.0, 10) * fast).then(0.5 * slow),
        linear(0.0, 1.0, 20)
            .until(stable().window(3).tolerance(0.2))
            .then(hold(1.0, 5) * fast)
            .then(Schedule::from(slow)),
        (hold(1.0, 7) * fast).repeat(forever()),
        linear(Schedule::from(fast), 0.1, 20).clamp(0.05, 0.9),
        (linear(1.0, 0.0, 12) * fast).take(9).then(cosine(1.0, Schedule::from(slow), 20)),
        (hold(1.0, 30) * fast).hold_every(4).min(0.8) + Schedule::from(slow),
        linear(0.0, 1.0, 5).splice(cosine(1.0, 0.0, 20) * fast),
        (hold(1.0, 4) * fast).repeat(rappel_schedule::times(3).grow(2).decay(0.5)),
    ]
}

proptest! {
    #[test]
    fn a_log_replays_to_the_same_values_from_any_state_in_it(
        metrics in prop::collection::vec(prop_oneof![9 => 0.0..2.0_f64, 1 => Just(f64::NAN)], 0..60),
        cut in 0..60_usize,
        which in 0..11_usize,
    ) {
        let plan = bind(followers()[which].clone());
        let straight = values(&plan, &metrics);
        prop_assert_eq!(&straight, &values(&plan, &metrics));
        let cut = cut.min(metrics.len());
        let half = replay(&plan, &plan.state(), 0, &metrics[..cut]);
        prop_assert_eq!(plan.check_state(&half), Ok(()));
        let kept = half.clone();
        for k in cut..=metrics.len() {
            let state = replay(&plan, &half, cut as u64, &metrics[cut..k]);
            prop_assert_eq!(plan.at_with(k as f64, &state).to_bits(), straight[k].to_bits());
        }
        // Neither evaluating nor observing changes the state they are given.
        prop_assert_eq!(format!("{half:?}"), format!("{kept:?}"));
        prop_assert!(straight.iter().all(|v| v.is_finite()));
    }
}

#[test]
fn a_rule_is_told_of_the_steps_of_its_own_piece() {
    let plan = with_halves(&hold(1.0, 3).then(hold(1.0, 2) * halves()).then(4.0 * halves()));
    assert_eq!(values(&plan, &[0.0; 6]), [1.0, 1.0, 1.0, 1.0, 0.5, 4.0, 2.0]);
    // The value of an earlier step in a later state is that of the rule as it is now.
    let state = replay(&plan, &plan.state(), 0, &[0.0; 6]);
    assert_eq!([2.0, 3.0, 5.0].map(|t| plan.at_with(t, &state)), [1.0, 0.25, 2.0]);
    assert_eq!(plan.at_step(3), 1.0);
}

#[test]
fn a_period_begins_anew_as_if_it_were_written_out() {
    let once = linear(4.0, 0.0, 4) * halves();
    let twice = once.clone().then(once.clone());
    let metrics = [0.0; 8];
    for repeated in [once.clone().repeat(2), once.repeat(forever())] {
        assert_eq!(values(&with_halves(&repeated), &metrics)[..8], values(&with_halves(&twice), &metrics)[..8]);
    }
    // One outside goes on.
    let outside = halves() * linear(4.0, 0.0, 4).repeat(2);
    assert_eq!(values(&with_halves(&outside), &metrics[..5]), [4.0, 1.5, 0.5, 0.125, 0.25, 0.09375]);
    // Of nested ones each period is another.
    let nested = (hold(1.0, 2) * halves()).repeat(2).repeat(forever());
    assert_eq!(values(&with_halves(&nested), &[0.0; 9]), [1.0, 0.5, 1.0, 0.5, 1.0, 0.5, 1.0, 0.5, 1.0, 0.5]);
}

#[test]
fn a_piece_lasts_until_its_rule_says_so() {
    let until = hold(1.0, 10).until(adaptive_rule("halves", [])).then(linear(4.0, 0.0, 4));
    let plan = with_halves(&until);
    assert_eq!((plan.length(), plan.steps()), (None, None));
    assert_eq!(values(&plan, &[0.0; 6]), [1.0, 1.0, 1.0, 4.0, 3.0, 2.0, 1.0]);
    // Without an observation it is as long as it is.
    assert_eq!([9, 10, 12, 14].map(|k| plan.at_step(k)), [1.0, 4.0, 2.0, 0.0]);
    // `here` is the value that was reached.
    let from_here = linear(0.0, 1.0, 10).until(adaptive_rule("halves", [])).then_from_here(|here| linear(here, 0.0, 3));
    let reached = values(&with_halves(&from_here), &[0.0; 6]);
    assert_eq!(reached, [0.0, 0.1, 0.2, 0.3, 0.3 - 0.3 / 3.0, 0.3 - 0.3 * (2.0 / 3.0), 0.0]);
    // Of a piece without end, nothing follows before it is told.
    let endless = with_halves(&Schedule::from(1.0).until(adaptive_rule("halves", [])).then(0.5));
    assert_eq!((endless.at_step(1 << 40), values(&endless, &[0.0; 3])[3]), (1.0, 0.5));
}

#[test]
fn time_that_is_changed_has_no_rules_in_it() {
    let rule = || hold(1.0, 9) * plateau();
    let waits = || hold(1.0, 9).until(stable());
    for (schedule, name) in [
        (rule().reverse(), "reverse"),
        (rule().stretch(2), "stretch"),
        (rule().skip(1), "skip"),
        (waits().stretch(2), "stretch"),
        (waits().skip(1), "skip"),
        (hold(1.0, 9).then(rule().skip(2)), "skip"),
    ] {
        match schedule.bind(&Clock::new()) {
            Err(ScheduleError::AdaptiveUnder { under, .. }) => assert_eq!(under, name),
            other => panic!("{schedule}: {other:?}"),
        }
    }
}

#[test]
fn the_state_of_another_schedule_is_refused_and_gives_the_first_factor() {
    let plan = bind(0.1 * plateau().factor(0.5).patience(0));
    let own = replay(&plan, &plan.state(), 0, &[1.0, 1.0]);
    assert_eq!((plan.check_state(&own), plan.at_with(2.0, &own)), (Ok(()), 0.05));
    let others = [
        State::default(),
        bind(0.5).state(),
        bind(plateau_optax()).state(),
        bind(plateau() * Schedule::from(plateau())).state(),
    ];
    for other in &others {
        let error = plan.check_state(other).unwrap_err();
        assert!(matches!(&error, ScheduleError::State { expected, .. } if expected == &[4]), "{error}");
    }
    let optax = replay(&bind(plateau_optax().patience(1)), &others[2], 0, &[1.0, 1.0]);
    assert_eq!(plan.at_with(2.0, &optax), 0.1);
    assert_eq!(format!("{:?}", plan.observe(&optax, 2, 1.0)), format!("{optax:?}"));
}

#[test]
fn what_is_linked_follows_its_own_metrics_wherever_it_is_read() {
    let lr = with_halves(&(linear(1.0, 0.0, 10) * halves()));
    let registry = registry().link("lr", lr.clone());
    let here = hold(7.0, 3).then(hold(1.0, 3) * halves() * rappel_schedule::linked("lr"));
    let here = here.then(rappel_schedule::linked("lr") + rappel_schedule::linked("lr"));
    let plan = here.bind_with(&Clock::new(), &registry).unwrap();
    let (own, reads) = (values(&lr, &[0.0; 9]), values(&plan, &[0.0; 9]));
    for k in 0..=9 {
        let expected = match k {
            0..3 => 7.0,
            3..6 => 0.5_f64.powi(k - 3) * own[k as usize],
            _ => 2.0 * own[k as usize],
        };
        assert_eq!(reads[k as usize], expected, "step {k}");
    }
    // Through another quantity.
    let through =
        rappel_schedule::linked("momentum").bind_with(&Clock::new(), &registry.link("momentum", plan.clone()));
    assert_eq!(values(&through.unwrap(), &[0.0; 9]), reads);
}

#[test]
fn one_of_the_users_own_is_looked_up_when_it_is_bound() {
    let unknown = halves().bind(&Clock::new()).unwrap_err();
    assert_eq!(unknown, ScheduleError::UnknownRule { name: "halves".into() });
    let wrong = adaptive("halves", [2.0]).bind_with(&Clock::new(), &registry()).unwrap_err();
    assert_eq!(wrong.to_string(), "adaptive::halves(2): it takes no number");
    assert!(matches!(adaptive("no name", []).check(), Err(ScheduleError::Name { .. })));
    assert!(matches!(adaptive("halves", [f64::NAN]).check(), Err(ScheduleError::Value { .. })));
}

#[test]
fn metrics_that_get_larger_are_told_by_the_mode() {
    let rising = [0.1, 0.2, 0.3, 0.4];
    for (mode, last) in [(Mode::Max, 1.0), (Mode::Min, 0.125)] {
        assert_eq!(values(&bind(plateau().factor(0.5).patience(0).mode(mode)), &rising)[4], last);
        assert_eq!(values(&bind(plateau_keras().factor(0.5).patience(1).mode(mode)), &rising)[4], last);
    }
}
