use rappel_schedule::{
    Clock, Length, Ratio, ScheduleError, Unit, epochs, fraction, linear, percent, rest, samples, steps, tokens,
};

fn length(duration: impl Into<Length>, clock: &Clock) -> Result<Option<f64>, ScheduleError> {
    linear(0.0, 1.0, duration).bind(clock).map(|plan| plan.length())
}

#[test]
fn every_unit_becomes_steps() {
    let clock = Clock::new().total(epochs(5)).epoch(937.5).batch(64).tokens(64 * 1024);
    for (duration, expected) in [
        (steps(500), 500.0),
        (epochs(2), 1875.0),
        (samples(60_000), 937.5),
        (tokens(6_553_600), 100.0),
        (percent(10), 468.75),
        (fraction(0.5), 2343.75),
        (rest(), 4687.5),
    ] {
        assert_eq!(length(duration, &clock), Ok(Some(expected)), "{duration}");
    }
}

#[test]
fn parts_of_the_run_are_exact() {
    for (part, total) in [(29, 100), (7, 100), (57, 1000), (14, 50)] {
        let expected = f64::from(part * total / 100);
        assert_eq!(length(percent(part), &Clock::new().total(total)), Ok(Some(expected)));
        assert_eq!(length(fraction(f64::from(part) / 100.0), &Clock::new().total(total)), Ok(Some(expected)));
    }
}

#[test]
fn a_unit_it_does_not_know_is_an_error_that_names_the_call() {
    for (duration, unit, cure) in [
        (epochs(2), Unit::Epochs, ".epoch("),
        (samples(9), Unit::Samples, ".batch("),
        (tokens(9), Unit::Tokens, ".tokens("),
        (percent(10), Unit::Run, ".over("),
        (rest(), Unit::Rest, ".over("),
    ] {
        let error = length(duration, &Clock::new()).unwrap_err();
        assert_eq!(error, ScheduleError::Clock { piece: format!("linear(0, 1, {duration})"), unit });
        assert!(error.to_string().contains(cure), "{error}");
    }
    // A run in epochs needs to know what one is.
    let error = length(percent(10), &Clock::new().total(epochs(5))).unwrap_err();
    assert_eq!(error, ScheduleError::Clock { piece: "a run of 5ep".into(), unit: Unit::Epochs });
}

#[test]
fn its_own_numbers_are_checked_when_needed() {
    let nonsense = Clock::new().epoch(0).batch(-1).tokens(f64::NAN);
    for (duration, what) in
        [(epochs(2), "steps per epoch"), (samples(9), "samples per step"), (tokens(9), "tokens per step")]
    {
        assert!(matches!(length(duration, &nonsense), Err(ScheduleError::ClockValue { what: w, .. }) if w == what));
    }
    for total in [steps(0), steps(-3), steps(f64::INFINITY), percent(50), rest()] {
        let expected = ScheduleError::ClockValue { what: "the length of the run", value: total.amount() };
        assert_eq!(length(percent(10), &Clock::new().total(total)), Err(expected), "{total}");
    }
    assert_eq!(length(500, &nonsense.total(0)), Ok(Some(500.0)));
}

#[test]
fn sums_that_cannot_be_exact_are_refused() {
    let tiny = |k: i64| steps(Ratio::new(1, i64::MAX - k));
    let s = (0..6).fold(rappel_schedule::empty(), |s, k| s.then(linear(0.0, 1.0, tiny(k))));
    assert!(matches!(s.bind(&Clock::new()), Err(ScheduleError::TooFine { .. })));
}
