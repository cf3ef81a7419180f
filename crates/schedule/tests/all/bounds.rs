use crate::random::tree;
use proptest::prelude::*;
use rappel_schedule::{Clock, Registry, Schedule, ScheduleError, exponential, linear, stable, user};

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
        ("plateau() * 1e+308 * 20", "plateau() * (1e308 * 20)"),
        ("exponential_decay(1, 2, 10)", "plateau() * exponential_decay(1, 2, 10)"),
        ("greedy(max_factor=100) * 1e+308", "greedy(max_factor=100) * 1e308"),
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
        "exponential(plateau(), 1, 10)",
        "greedy(max_factor=100) * 1e306",
        // The bounds of a power are no narrower than it is.
        "linear(0, 1, 10).clamp(exponential(1, 1, 10), 1)",
        "linear(-1, 0, 10).clamp(-1, exponential(-1, -1, 10))",
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
fn what_is_not_known_hides_nothing_beside_it() {
    let registry = Registry::new().function("tame", |_, _| 1.0);
    let bind = |s: &Schedule| s.bind_with(&Clock::new(), &registry);
    let (tame, endless) = (|| user("tame", [1.0], 10), || rappel_schedule::user_steps("tame", [1.0]));
    let grows = || read("exponential_decay(1, 2, 10)");
    for s in [
        endless() * grows(),
        endless() + grows(),
        endless().max(grows()),
        tame().then(grows()),
        tame().splice(grows()),
        tame().until(stable()).then(grows()),
        tame().repeat(rappel_schedule::times(100_000).decay(2.0)),
        linear(endless(), grows(), 20_000),
    ] {
        assert!(matches!(bind(&s), Err(ScheduleError::Unbounded { .. })), "{s}: {:?}", bind(&s));
    }
    let crosses = || exponential(linear(1.0, -1.0, 10), 1.0, 10);
    for s in [tame().splice(crosses()), tame().until(stable()).then(crosses()), endless() * crosses()] {
        assert!(matches!(bind(&s), Err(ScheduleError::Shape { .. })), "{s}: {:?}", bind(&s));
    }
    // What bounds it bounds it, whatever it is.
    for s in [
        (endless() * grows()).min(1.0),
        (endless() + grows()).clamp(0.0, 1.0),
        grows().clamp(endless(), 2.0),
        grows().min(endless()),
        tame().then(linear(0.0, 1.0, 10)),
    ] {
        let plan = bind(&s).unwrap_or_else(|error| panic!("{error}"));
        assert!([0, 5, 100_000, 1 << 53].iter().all(|k| plan.at_step(*k).is_finite()), "{s}");
    }
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
