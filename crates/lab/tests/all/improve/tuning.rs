//! The bound descended in knobs.

use rappel_lab::LabError;
use rappel_lab::improve::Tuning;
use rappel_lab::schedule::{
    LastIterate, Schedule, ScheduleError, cosine, exponential, hold, linear, noise, rest, warmup,
};

fn tune(tuning: Tuning, schedule: &Schedule, steps: u32) -> rappel_lab::improve::Tuned {
    tuning.run(&schedule.over(steps).expect("valid"), steps as usize).expect("it is tuned")
}

/// With gradients of one norm, the best of each family is the one nearest to linear decay.
#[test]
fn knobs_find_linear_decay() {
    // No warm-up; and the last rate is not quite 0.
    let tuned = tune(Tuning::new(), &warmup(1.0, 30).then(linear(1.0, 0.0, rest())), 100);
    assert!(tuned.plan.knobs()[1].value() < 3.0, "{}", tuned.schedule);
    assert!(tuned.start.bound > 0.216 && tuned.best.bound < 0.2023, "{}", tuned.best.bound);
    // A cooldown as long as the run.
    let tuned = tune(Tuning::new().knobs([1]), &hold(1.0, 80).then(linear(1.0, 0.0, rest())), 100);
    assert!(tuned.plan.knobs()[1].value() < 10.0, "{}", tuned.schedule);
    assert_eq!(tuned.moved, [1]);
    // A cosine is let down further.
    let tuned = tune(Tuning::new(), &cosine(1.0, 0.3, rest()), 100);
    let knobs: Vec<f64> = tuned.plan.knobs().iter().map(|k| k.value()).collect();
    assert!(knobs[1] / knobs[0] < 0.1, "{}", tuned.schedule);
    assert!(tuned.start.bound > 0.2139 && tuned.best.bound < 0.2027);
}

/// Large gradients at the start ask for a warm-up that is longer than they last.
#[test]
fn large_gradients_at_the_start_ask_for_a_warm_up() {
    let norms: Vec<f64> = (0..100).map(|k| if k < 20 { 4.0 } else { 1.0 }).collect();
    let tuned =
        tune(Tuning::new().norms(norms.clone()).knobs([1]), &warmup(1.0, 5).then(linear(1.0, 0.0, rest())), 100);
    let length = tuned.plan.knobs()[1].value();
    assert!((20.0..60.0).contains(&length), "{}", tuned.schedule);
    // What is said of it is what is so.
    let rates: Vec<f64> = (0..100).map(|k| tuned.plan.at_step(k)).collect();
    let best = LastIterate::with_norms(&rates, |k| norms[k], 1.0).expect("rates").best();
    assert!((best.bound - tuned.best.bound).abs() <= 1e-12 && (best.rate - tuned.best.rate).abs() <= 1e-12 * best.rate);
    assert!(best.bound < tuned.start.bound);
}

#[test]
fn what_was_tuned_prints_and_parses() {
    let tuned = tune(Tuning::new().steps(50), &warmup(0.3, 30).then(cosine(0.3, 0.1, rest())), 100);
    let parsed: Schedule = tuned.schedule.to_string().parse().expect("it parses");
    assert_eq!(parsed, tuned.schedule);
    let plan = parsed.over(100).expect("valid");
    assert!((0..100).all(|k| (plan.at_step(k) - tuned.plan.at_step(k)).abs() <= 1e-14));
}

/// A knob without a derivative stays, or is refused where it was asked for.
#[test]
fn knobs_that_jump_stay() {
    let schedule = hold(1.0, 50).then(linear(0.5, 0.0, rest()));
    let tuned = tune(Tuning::new(), &schedule, 100);
    assert!(!tuned.moved.contains(&1) && tuned.moved.contains(&2), "{:?}", tuned.moved);
    assert_eq!(tuned.plan.knobs()[1].value(), 50.0);
    assert!(tuned.best.bound < tuned.start.bound);
    for knob in [1, 17] {
        let refused = Tuning::new().knobs([knob]).run(&schedule.over(100).expect("valid"), 100);
        assert!(matches!(refused, Err(LabError::Schedule(ScheduleError::NoDerivative { .. }))), "{refused:?}");
    }
}

#[test]
fn seeds_stay() {
    let plan = (linear(1.0, 0.2, 100) * (noise(0.1, 42.0, 10) + 1.0)).over(100).expect("valid");
    let seed = plan.knobs().iter().position(|knob| knob.value() == 42.0).expect("a knob");
    let tuned = Tuning::new().steps(20).run(&plan, 100).expect("it is tuned");
    assert!(!tuned.moved.contains(&seed) && tuned.moved.contains(&1), "{:?}", tuned.moved);
}

/// A descent that would leave what can be bound, or would be worse, goes back.
#[test]
fn steps_too_far_are_taken_back() {
    for schedule in [exponential(1.0, 0.3, 100), cosine(1.0, 0.2, 100) + -0.1, linear(1.0, 0.0, 100)] {
        for rate in [0.1, 3.0, 100.0] {
            let tuned = tune(Tuning::new().rate(rate).steps(40), &schedule, 100);
            assert!(tuned.best.bound <= tuned.start.bound, "{schedule} {rate}");
        }
    }
}

#[test]
fn what_cannot_be_tuned_is_refused() {
    let plan = cosine(1.0, 0.1, 20).over(20).expect("valid");
    let setting = |tuning: Tuning, steps| {
        let refused = tuning.run(&plan, steps);
        assert!(matches!(refused, Err(LabError::Setting { .. })), "{refused:?}");
    };
    setting(Tuning::new(), 0);
    setting(Tuning::new(), 1);
    setting(Tuning::new().norms([1.0; 3]), 20);
    setting(Tuning::new().rate(0.0), 20);
    setting(Tuning::new().rate(f64::NAN), 20);
    setting(Tuning::new().knobs([]), 20);
    assert!(matches!(Tuning::new().norms([0.0; 20]).run(&plan, 20), Err(LabError::Norm { at: 0, .. })));
    let below = linear(1.0, -1.0, 20).over(20).expect("valid");
    assert!(matches!(Tuning::new().run(&below, 20), Err(LabError::Schedule(ScheduleError::Rate { .. }))));
}
