use crate::random::tree;
use proptest::prelude::*;
use rappel_schedule::{Clock, Registry, Schedule, ScheduleError};

fn read(text: &str) -> Schedule {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn what_grows_beyond_floats_is_refused() {
    // The piece that is to blame, then in what.
    for (piece, text) in [
        ("20 * 1e+308", "20 * 1e+308"),
        ("20 * 1e+308", "linear(0, 1, 10) >> 20 * 1e+308"),
        ("exponential_decay(1, 2, 10)", "exponential_decay(1, 2, 10)"),
        ("exponential_decay(1, 2, 10)", "0.5 * exponential_decay(1, 2, 10)"),
        ("exponential_decay(1, 2, 10)", "exponential_decay(1, 2, 10).hold_every(3)"),
        ("exponential(1, 2, 10).after(continue)", "exponential(1, 2, 10).after(continue)"),
        ("hold(1, 10).repeat(100000, decay=2)", "hold(1, 10).repeat(100000, decay=2)"),
        ("hold(1, 10).repeat(100000, decay=-2)", "hold(1, 10).repeat(100000, decay=-2)"),
        // Of a line that is all over on its first step, nothing can be continued.
        ("linear(0, 1, 1).inclusive().after(continue)", "linear(0, 1, 1).inclusive().after(continue)"),
    ] {
        match read(text).bind(&Clock::new()) {
            Err(ScheduleError::Unbounded { piece: found, steps }) => {
                assert_eq!((found.as_str(), steps), (piece, 9007199254740992.0), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    let error = read("exponential_decay(1, 2, 10)").bind(&Clock::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "exponential_decay(1, 2, 10): its values up to step 9007199254740992 are not all finite; what grows needs an end, as \
         `take(n)`, a bound, as `clamp(low, high)`, or the length of the run"
    );
}

#[test]
fn what_stays_within_floats_is_not() {
    for text in [
        "1e308",
        "linear(-1.7976931348623157e308, 1.7976931348623157e308, 10)",
        "cosine(1e308, -1e308, 3)",
        "exponential(1e-300, 1e300, 10)",
        "exponential(-5e-324, -1e300, 10)",
        "harmonic(5e-324, 1e300, 10)",
        "exponential_decay(1, 2, 10).take(5000)",
        "exponential_decay(1, 2, 10).min(1)",
        "exponential_decay(1, 2, 10).clamp(0, 1)",
        "exponential_decay(1, 0.5, 10)",
        "linear(0, 1e-3, 10).after(continue)",
        "cosine(1, 0, 10).after(continue)",
        "hold(1, 10).repeat(1000, decay=2)",
        "hold(1, 10).repeat(forever, decay=-1)",
        "linear(0, 1, 10).repeat(20, grow=2)",
        "1e308 + noise(1e308, 1, 1).take(1) * 0",
    ] {
        let plan = read(text).bind(&Clock::new()).unwrap_or_else(|error| panic!("{error}"));
        for step in [0, 1, 5, 9, 10, 100, 4999, 5000, 1 << 53] {
            assert!(plan.at_step(step).is_finite(), "{text} at {step}");
        }
    }
    // In a run whose length is known nothing is asked of what comes after.
    assert!(read("exponential_decay(1, 2, 10)").over(10_000).is_ok());
    assert!(read("exponential_decay(1, 2, 10)").over(11_000).is_err());
    // Of what only the user knows nothing is said.
    let registry = Registry::new().function("wild", |_, _| f64::INFINITY);
    assert!(read("user::wild()").bind_with(&Clock::new(), &registry).is_ok());
}

#[test]
fn an_exponential_between_floats_far_apart_is_one() {
    let plan = read("exponential(1e-300, 1e300, 600)").bind(&Clock::new()).unwrap();
    for (step, value) in [(0, 1e-300), (1, 1e-299), (300, 1.0), (599, 1e299), (600, 1e300)] {
        assert!((plan.at_step(step) / value - 1.0).abs() < 1e-12, "step {step}: {}", plan.at_step(step));
    }
}

#[test]
fn knobs_that_move_go_together_all_the_way() {
    for (text, reason) in [
        ("exponential(linear(1, -1, 10), 1, 10)", "by a ratio"),
        ("harmonic(1, linear(1, 0, 10), 10)", "by a ratio"),
        ("polynomial(1, 0, linear(1, 0, 10), 10)", "power of a polynomial"),
        ("exponential_decay(1, linear(1, 0, 10), 10)", "factor must be above 0"),
    ] {
        match read(text).bind(&Clock::new()) {
            Err(ScheduleError::Shape { piece, reason: found }) => {
                assert!(piece == text && found.contains(reason), "{text}: {piece}: {found}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    let clamped = read("linear(0, 1, 10).clamp(linear(2, 3, 10), 1)").bind(&Clock::new());
    assert!(matches!(clamped, Err(ScheduleError::Clamp { low: 2.0, high: 1.0, .. })), "{clamped:?}");
    // Even of what the run ends before.
    assert!(read("hold(1, 100) >> exponential(0.hold_every(1), 1, 10)").over(50).is_err());
    assert!(read("hold(1, 100) >> 20 * 1e308").over(50).is_ok());
    // The piece ends before its knob gets to zero.
    assert!(read("exponential(linear(1, 0, 10), 1, 5)").bind(&Clock::new()).is_ok());
}

proptest! {
    /// The trees of the laws are tame: none of them is refused by mistake, and their values are finite.
    #[test]
    fn no_tame_tree_is_refused(s in tree(), big in 1e3..1e100) {
        for s in [s.clone(), s * big] {
            let plan = s.bind(&Clock::new()).map_err(|error| TestCaseError::fail(error.to_string()))?;
            for k in (0..200).chain([1 << 20, 1 << 53]) {
                prop_assert!(plan.at_step(k).is_finite(), "step {k} of {s}");
            }
        }
    }
}
