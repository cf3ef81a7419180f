use rappel_schedule::{
    Adaptive, Clock, Plan, Registry, Schedule, adaptive, adaptive_rule, constant, cosine, hold, linear, percent, rest,
    steps, user, warmup,
};
use std::sync::Arc;

#[test]
fn the_schedule_of_the_first_program() {
    let total = 4690_usize;
    let by_hand = warmup(1e-3, 200).then(cosine(1e-3, 0.0, total - 200)).bind(&Clock::new()).expect("steps only");
    let by_rest = warmup(1e-3, 200).then(cosine(1e-3, 0.0, rest())).over(total).expect("room");
    for k in 0..5000 {
        assert_eq!(by_hand.at_step(k), by_rest.at_step(k));
    }
    assert_eq!(by_hand.at_step(0), 5e-6);
    assert_eq!([199, 200].map(|k| by_hand.at_step(k)), [1e-3, 1e-3]);
    assert!((by_hand.at_step(2445) - 5e-4).abs() < 1e-18);
    assert_eq!([4690, 9180, u64::MAX].map(|k| by_hand.at_step(k)), [0.0; 3]);
}

#[test]
fn lengths() {
    let of = |s: Schedule| s.over(95).map(|p: Plan| (p.length(), p.steps())).expect("valid");
    assert_eq!(of(constant(1.0)), (None, None));
    assert_eq!(of(linear(0.0, 1.0, 10).then(1.0)), (None, None));
    assert_eq!(of(linear(0.0, 1.0, 10)), (Some(10.0), Some(10)));
    assert_eq!(of(linear(0.0, 1.0, percent(10))), (Some(9.5), Some(10)));
    assert_eq!(of(linear(0.0, 1.0, percent(10)).then(cosine(1.0, 0.0, 5))), (Some(14.5), Some(15)));
    assert_eq!(of(linear(0.0, 1.0, steps(0.25))), (Some(0.25), Some(1)));
}

#[test]
fn ends() {
    let end = |s: Schedule| s.bind(&Clock::new()).expect("valid").end();
    assert_eq!(end(constant(0.3)), 0.3);
    assert_eq!(end(cosine(1.0, 0.1, 10)), 0.1);
    assert_eq!(end(warmup(0.7, 3)), 0.7);
    assert_eq!(end(warmup(0.7, 3).then(linear(0.7, 0.2, 3))), 0.2);
}

#[test]
fn a_tenth_of_95_steps_ends_between_two() {
    let plan = linear(0.0, 9.5, percent(10)).then(linear(100.0, 185.5, rest())).over(95).expect("valid");
    assert_eq!(plan.at_step(9), 9.0);
    assert_eq!(plan.at_step(10), 100.5, "half a step into the second piece");
    assert_eq!(plan.at_step(95), 185.5);
}

#[test]
fn lengths_that_vanish_are_passed_over() {
    let plan = linear(1.0, 2.0, 10).then(linear(3.0, 4.0, 10)).bind(&Clock::new()).expect("valid");
    for gone in [0.0, -5.0] {
        let mut knob = 0;
        let lifted = plan.lift(|v: f64| {
            knob += 1;
            if knob == 3 { gone } else { v }
        });
        assert!((-20..40).all(|k| lifted.at(f64::from(k)).is_finite()));
        assert_eq!(lifted.at(1.0), plan.at(11.0 - gone));
    }
}

#[test]
fn before_the_start_is_the_start_value() {
    let two = hold(1.0, 5).then(hold(2.0, 5));
    for (s, t, value) in [
        (two.clone().skip(5), 0.0, 2.0),
        (two.clone().skip(5), -0.0, 2.0),
        (two.clone(), 0.0, 1.0),
        (two, 5.0, 1.0),
        (linear(0.0, 1.0, 10).skip(5), -2.0, 0.5),
        (linear(0.0, 1.0, 10).skip(5), f64::NEG_INFINITY, 0.5),
    ] {
        let plan = s.bind(&Clock::new()).expect("valid");
        assert_eq!(plan.before(t), value, "{s} before {t}");
    }
}

/// A rule that does not show what it was made from.
struct Secret(f64);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Adaptive for Secret {
    fn start(&self) -> Vec<f64> {
        vec![self.0]
    }
    fn observe(&self, _: &mut [f64], _: f64) {}
    fn factor(&self, memory: &[f64]) -> f64 {
        memory[0]
    }
}

#[test]
fn plans_are_equal_that_are_made_of_the_same() {
    let of = |factor: f64| {
        Registry::new()
            .function("f", move |_, _| factor)
            .adaptive("secret", move |numbers| Ok(Arc::new(Secret(numbers[0] * factor))))
    };
    let (one, two) = (of(1.0), of(2.0));
    let bind = |s: &Schedule, registry: &Registry| s.bind_with(&Clock::new(), registry).expect("valid");
    for s in
        [user("f", [1.0], 10), adaptive("secret", [0.5]), hold(1.0, 3).until(adaptive_rule("secret", [0.5])).then(1.0)]
    {
        assert_eq!(bind(&s, &one), bind(&s, &one.clone()), "{s}");
        assert_ne!(bind(&s, &one), bind(&s, &two), "{s}");
    }
    assert_ne!(bind(&adaptive("secret", [0.5]), &one), bind(&adaptive("secret", [0.25]), &one));
    let plateaus = ["plateau()", "plateau(patience=10)", "plateau(patience=9)"].map(|s| s.parse().expect("a text"));
    let [a, b, c] = plateaus.map(|s: Schedule| bind(&s, &one));
    assert_eq!(a, b);
    assert_ne!(a, c);
}
