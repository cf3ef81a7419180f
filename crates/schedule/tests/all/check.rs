use rappel_schedule::{
    Clock, Ratio, Schedule, ScheduleError, constant, cosine, empty, epochs, fraction, linear, percent, rest, steps,
    warmup,
};

fn refused(s: &Schedule) -> ScheduleError {
    let error = s.check().unwrap_err();
    // `bind` says the same; Debug, as NaN is not equal to itself.
    let clock = Clock::new().total(1000).epoch(100);
    assert_eq!(format!("{:?}", s.bind(&clock).unwrap_err()), format!("{error:?}"));
    error
}

#[test]
fn values_are_finite() {
    for v in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for s in [
            constant(v),
            linear(v, 1.0, 10),
            linear(1.0, v, 10),
            cosine(v, 1.0, 10),
            cosine(1.0, v, 10).inclusive(),
            warmup(v, 10),
            linear(0.0, 1.0, 10).then(v),
        ] {
            assert!(matches!(refused(&s), ScheduleError::Value { value, .. } if value.to_bits() == v.to_bits()), "{s}");
        }
    }
}

#[test]
fn durations_are_positive() {
    for duration in [
        steps(0),
        steps(-5),
        steps(f64::NAN),
        steps(f64::INFINITY),
        epochs(0.0),
        epochs(1e300),
        fraction(-0.1),
        percent(f64::NAN),
        percent(0),
    ] {
        for s in [linear(0.0, 1.0, duration), cosine(0.0, 1.0, duration).then(1.0), warmup(1.0, duration)] {
            let amount = duration.amount();
            assert!(matches!(refused(&s), ScheduleError::Duration { amount: a, .. } if a == amount), "{s}");
        }
    }
}

#[test]
fn parts_are_at_most_the_whole() {
    let over = |s: Schedule| match refused(&s) {
        ScheduleError::OverWhole { sum, .. } => sum,
        other => panic!("{other}"),
    };
    assert_eq!(over(linear(0.0, 1.0, percent(120))), Ratio::new(6, 5));
    assert_eq!(
        over(linear(0.0, 1.0, percent(60)).then(linear(1.0, 0.0, 10)).then(warmup(1.0, percent(41)))),
        Ratio::new(101, 100)
    );
    // Ten tenths are the whole: as floats, 0.1 ten times and 0.7 + 0.2 + 0.1 are not 1.
    let tenths = (0..10).fold(empty(), |s, _| s.then(linear(0.0, 1.0, fraction(0.1))));
    assert_eq!(tenths.check(), Ok(()));
}

#[test]
fn only_the_last_piece_is_endless_and_one_is_the_rest() {
    assert_eq!(
        refused(&constant(0.5).then(linear(0.5, 0.0, 10))),
        ScheduleError::Unreachable { piece: "linear(0.5, 0, 10)".into(), endless: "0.5".into() }
    );
    assert_eq!(
        refused(&linear(0.0, 1.0, rest()).then(linear(0.5, 0.0, rest()))),
        ScheduleError::TwoRests { first: "linear(0, 1, rest)".into(), second: "linear(0.5, 0, rest)".into() }
    );
    assert_eq!(refused(&empty()), ScheduleError::Empty);
    assert_eq!(refused(&empty().then(empty()).inclusive()), ScheduleError::Empty);
}

#[test]
fn messages_name_the_numbers_and_the_cure() {
    for (error, parts) in [
        (refused(&linear(0.0, f64::NAN, 500)), ["linear(0, nan, 500)", "finite"]),
        (refused(&cosine(1e-3, 0.0, -5)), ["cannot last -5", "above zero"]),
        (refused(&linear(0.0, 1.0, percent(120))), ["120 % of the run", "rest()"]),
        (refused(&constant(1e-3).then(2e-3)), ["0.002 is never reached: 0.001", "hold(v, n)"]),
        (refused(&empty()), ["empty", "`then`"]),
    ] {
        for part in parts {
            assert!(error.to_string().contains(part), "{part} in {error}");
        }
    }
}
