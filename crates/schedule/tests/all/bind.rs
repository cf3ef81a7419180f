use rappel_schedule::{
    Clock, Node, Ratio, Registry, Schedule, ScheduleError, cosine, linear, linked, percent, rest, steps, warmup,
};

#[test]
fn steps_alone_need_no_clock() {
    let s = warmup(1e-3, 200).then(cosine(1e-3, 0.0, 800)).then(1e-6);
    assert_eq!(s.bind(&Clock::new()), s.over(1_000_000));
}

#[test]
fn the_rest_is_what_the_others_leave_wherever_it_stands() {
    for (s, seams) in [
        (linear(0.0, 1.0, rest()).then(linear(1.0, 0.0, 10)), [0.0, 90.0, 100.0]),
        (linear(0.0, 1.0, 10).then(linear(1.0, 0.0, rest())), [0.0, 10.0, 100.0]),
        (linear(0.0, 1.0, rest()).then(linear(1.0, 0.0, percent(25))), [0.0, 75.0, 100.0]),
        (linear(0.0, 1.0, steps(Ratio::new(1, 3))).then(linear(1.0, 0.0, rest())), [0.0, 1.0 / 3.0, 100.0]),
    ] {
        let plan = s.over(100).expect("room");
        let Node::Then(pieces) = Schedule::from(plan.clone()).node().clone() else { panic!("a sequence") };
        let first = pieces[0].bind(&Clock::new()).expect("in steps").length();
        assert_eq!((first, plan.length()), (Some(seams[1]), Some(seams[2])), "{s}");
    }
}

#[test]
fn a_boundary_just_past_a_step_is_not_on_it() {
    // 10 + 1e-17 is 10 as a float.
    let s = linear(1.0, 1.0, 10).then(linear(2.0, 2.0, steps(1e-17))).then(3.0);
    let plan = s.bind(&Clock::new()).expect("valid");
    assert_eq!([9, 10, 11].map(|k| plan.at_step(k)), [1.0, 2.0, 3.0]);
}

#[test]
fn sums_that_cannot_be_written_are_too_fine() {
    // Both are primes: the step has no common fraction that fits.
    let clock = Clock::new().batch(100_000_000_003_u64).tokens(1_000_000_000_039_u64);
    for text in ["linear(0, 1, 1sp).skip(1tok)", "linear(0, 1, 1sp).skip(1tok).repeat(forever, grow=2)"] {
        let error = text.parse::<Schedule>().expect("a text").bind(&clock).unwrap_err();
        assert!(matches!(error, ScheduleError::TooFine { .. }), "{text}: {error}");
    }
}

#[test]
fn no_room_is_an_error_with_both_numbers() {
    let s = warmup(1e-3, 200).then(cosine(1e-3, 0.0, rest()));
    for total in [100, 200] {
        let error = s.over(total).unwrap_err();
        assert_eq!(
            error,
            ScheduleError::NoRest { piece: "cosine(0.001, 0, rest)".into(), used: 200.into(), total: total.into() }
        );
        assert!(error.to_string().contains(&format!("{total} steps")), "{error}");
    }
    assert_eq!(s.over(201).expect("room for one").at_step(200), 1e-3);
}

#[test]
fn a_subtraction_that_wrapped_around_is_caught() {
    let steps = 100_usize;
    let s = warmup(1e-3, 200).then(cosine(1e-3, 0.0, steps.wrapping_sub(200)));
    let error = s.bind(&Clock::new()).unwrap_err();
    assert!(matches!(&error, ScheduleError::TooLong { steps, .. } if *steps == Ratio::from(u64::MAX - 99)), "{error}");
    assert!(error.to_string().contains("rest()"));
    let most = 1_u64 << 53;
    assert!(linear(0.0, 1.0, most).bind(&Clock::new()).is_ok());
    assert!(linear(0.0, 1.0, most).then(linear(0.0, 1.0, 1)).bind(&Clock::new()).is_err());
}

#[test]
fn values_that_follow_each_other_are_not_too_many() {
    let registry = Registry::new().link("lr", Schedule::from(0.5).bind(&Clock::new()).expect("a number"));
    let chain = |first: &str, n: usize| {
        let text = format!("{first} * linear(0, 1, 10){}", " >> linear(here, 2, 10)".repeat(n));
        text.parse::<Schedule>().expect("a text").bind_with(&Clock::new(), &registry)
    };
    // What @lr will be is not known, so each `here` asks the piece before.
    assert_eq!(chain("@lr", 100).expect("few").at_step(10), 0.5);
    assert!(matches!(chain("@lr", 200), Err(ScheduleError::TooDeep { .. })));
    assert!(matches!(chain("@lr", 50_000), Err(ScheduleError::TooDeep { .. })));
    // A number is one number.
    assert_eq!(chain("0.5", 20_000).expect("known").at_step(10), 0.5);
}

#[test]
fn plans_that_follow_each_other_are_not_too_many() {
    let chain = |n: usize| {
        (0..n).try_fold(Schedule::from(0.5).bind(&Clock::new())?, |plan, _| {
            let registry = Registry::new().link("lr", plan);
            (1.0 * linked("lr")).bind_with(&Clock::new(), &registry)
        })
    };
    assert_eq!(chain(30).expect("few").at_step(10), 0.5);
    for n in [200, 100_000] {
        assert!(matches!(chain(n), Err(ScheduleError::TooDeep { .. })), "{n}");
    }
    // A plan holds on to what it follows, not to all that was at hand.
    let last = (0..100_000).fold(Schedule::from(0.5).bind(&Clock::new()).expect("a number"), |plan, _| {
        let registry = Registry::new().link("lr", plan);
        Schedule::from(0.5).bind_with(&Clock::new(), &registry).expect("a number")
    });
    assert_eq!(last.at_step(0), 0.5);
}
