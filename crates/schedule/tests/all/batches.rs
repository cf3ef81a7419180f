//! Batch sizes that change.

use proptest::prelude::*;
use rappel_schedule::{
    BatchSizes, Clock, Dur, Length, Ratio, Schedule, ScheduleError, Unit, cosine, empty, epochs, hold, inverse_sqrt,
    linear, percent, plateau, rest, samples, share, share_length, steps, tokens, warmup,
};

fn sizes(schedule: impl Into<Schedule>) -> Result<BatchSizes, ScheduleError> {
    Clock::new().batch_schedule(schedule).batches()
}

fn first(batches: &BatchSizes, n: u64) -> Vec<u64> {
    (0..n).map(|k| batches.at(k).unwrap()).collect()
}

#[test]
fn gpt_3s_ramp() {
    // 32 thousand tokens a step, growing to 3.2 million over the first 4 billion; sequences of 2048.
    let (low, high, over) = (16.0, 1600.0, 4e9 / 2048.0);
    let clock = Clock::new().sequence(2048).batch_schedule(linear(low, high, tokens(4e9))).total(tokens(300e9));
    let batches = clock.batches().unwrap();
    // By hand, from the definition.
    let mut seen = 0.0_f64;
    let mut step = 0;
    while seen < over {
        let size = (low + (high - low) * (seen / over)).round();
        assert_eq!((batches.at(step), batches.seen(step)), (Some(size as u64), Some(seen as u64)), "step {step}");
        seen += size;
        step += 1;
    }
    assert_eq!((batches.at(step), batches.at(1 << 50)), (Some(1600), Some(1600)));
    assert!((5_600..5_700).contains(&step), "4.6 = ln 100 times as many as at the full size: {step}");
    // The warm-up over 375 million tokens takes more steps than at the full size; the run ends where its tokens do.
    let lr = linear(0.0, 6e-5, tokens(375e6)).then(cosine(6e-5, 6e-6, tokens(260e9))).then(linear(6e-6, 6e-6, rest()));
    let plan = lr.bind(&clock).unwrap();
    let warm = (0..).find(|k| plan.at_step(*k) == 6e-5 || plan.at_step(*k) > plan.at_step(k + 1)).unwrap();
    assert!(
        batches.seen(warm).unwrap() as f64 * 2048.0 >= 374e6
            && batches.seen(warm - 1).unwrap() as f64 * 2048.0 <= 376e6
    );
    let run = plan.steps().unwrap();
    assert!(
        batches.seen(run).unwrap() as f64 * 2048.0 >= 300e9 && batches.seen(run - 1).unwrap() as f64 * 2048.0 < 300e9
    );
}

#[test]
fn llama_3s_steps() {
    // 4 million tokens a step, 8 from 252 million on, 16 from 2.87 trillion on; sequences of 4096 throughout.
    let schedule = hold(1024.0, tokens(252e6)).then(hold(2048.0, tokens(2.87e12 - 252e6))).then(4096.0);
    let clock = Clock::new().sequence(4096).batch_schedule(schedule).total(tokens(15.6e12));
    let batches = clock.batches().unwrap();
    let (a, b) = (252_000_000_u64.div_ceil(1024 * 4096), 2_870_000_000_000_u64);
    assert_eq!([a - 1, a].map(|k| batches.at(k)), [Some(1024), Some(2048)]);
    let second = a + (b / 4096 + 1 - a * 1024).div_ceil(2048);
    assert!((second - 1..=second).any(|k| batches.at(k) == Some(2048) && batches.at(k + 1) == Some(4096)), "{second}");
    // The last 40 million tokens, from the end of the run back.
    let lr = warmup(8e-5, 8000).then(cosine(8e-5, 8e-7, rest())).then(linear(8e-7, 0.0, tokens(40e6)));
    let plan = lr.bind(&clock).unwrap();
    let run = plan.length().unwrap();
    let last = 40e6 / (4096.0 * 4096.0);
    assert!((plan.at(run - last) - 8e-7).abs() < 1e-13, "{}", plan.at(run - last));
    assert!((plan.at(run - 0.5 * last) - 4e-7).abs() < 1e-13 && plan.at(run) == 0.0);
}

#[test]
fn sizes_are_whole_numbers_the_nearest() {
    // Read at the samples seen: 0, 1, 3, 6.
    assert_eq!(first(&sizes(linear(1.4, 5.4, samples(10))).unwrap(), 7), [1, 2, 3, 4, 5, 5, 5]);
    assert_eq!(first(&sizes(hold(1.5, samples(2)).then(2.4)).unwrap(), 3), [2, 2, 2]);
    // In steps it is read at the step.
    assert_eq!(first(&sizes(linear(1.0, 5.0, 4)).unwrap(), 6), [1, 2, 3, 4, 5, 5]);
    assert_eq!(first(&sizes(64.0).unwrap(), 2), [64, 64]);
    assert_eq!(first(&Clock::new().batch(64).batches().unwrap(), 2), [64, 64]);
    assert_eq!(Clock::new().batch(64).batches().unwrap().seen(3), Some(192));
}

#[test]
fn a_long_piece_is_not_gone_through_step_by_step() {
    let batches = sizes(hold(2.0, samples(1_u64 << 40)).then(hold(3.0, samples(1_u64 << 40))).then(4.0)).unwrap();
    let second = 1_u64 << 39;
    assert_eq!([second - 1, second].map(|k| batches.at(k)), [Some(2), Some(3)]);
    assert_eq!(batches.seen(second + 1), Some((1 << 40) + 3));
}

#[test]
fn what_does_not_settle_is_known_as_far_as_it_was_followed() {
    let clock = Clock::new().batch_schedule(inverse_sqrt(1000.0, samples(1000)));
    let batches = clock.batches().unwrap();
    assert_eq!((batches.at(0), batches.at(1 << 40), batches.seen(1 << 40)), (Some(1000), None, None));
    let error = linear(0.0, 1.0, samples(1_u64 << 50)).bind(&clock).unwrap_err();
    assert!(matches!(error, ScheduleError::BatchSchedule { .. }), "{error}");
    assert!(linear(0.0, 1.0, samples(100_000)).bind(&clock).is_ok());
}

#[test]
fn batch_sizes_that_make_no_sense_are_refused() {
    for (schedule, words) in [
        (linear(10.0, 0.0, samples(100)), "at step"),
        (Schedule::from(0.4), "0.4 at step 0"),
        (Schedule::from(1e300), "at step 0"),
        (hold(8.0, 10).then(linear(8.0, 16.0, samples(100))), "in steps and in samples"),
        (hold(8.0, 10).then(linear(8.0, 16.0, tokens(100))), "in steps and in samples"),
        (
            share("n", 10.0, |_| hold(8.0, Length::Shared("n".into())).then(hold(8.0, samples(9)))),
            "in steps and in samples",
        ),
        (8.0 * plateau(), "observed"),
    ] {
        match sizes(schedule.clone()) {
            Err(ScheduleError::BatchSchedule { reason, .. }) => assert!(reason.contains(words), "{schedule}: {reason}"),
            other => panic!("{schedule}: {other:?}"),
        }
    }
    assert_eq!(sizes(empty()), Err(ScheduleError::Empty));
    assert!(matches!(sizes(linear(1.0, 2.0, tokens(9))), Err(ScheduleError::Clock { unit: Unit::Tokens, .. })));
    assert!(matches!(sizes(linear(1.0, 2.0, percent(9))), Err(ScheduleError::Clock { unit: Unit::Run, .. })));
    assert!(matches!(Clock::new().batches(), Err(ScheduleError::Clock { unit: Unit::Samples, .. })));
    let half = Clock::new().batch(0.5).batches();
    assert!(matches!(half, Err(ScheduleError::ClockValue { what: "samples per step", .. })));
}

#[test]
fn parts_of_the_run_count_as_the_run_does() {
    let doubling = hold(4.0, percent(50)).then(8.0);
    let by = |total: Dur| Clock::new().total(total).batch_schedule(doubling.clone());
    assert_eq!(first(&by(steps(4)).batches().unwrap(), 4), [4, 4, 8, 8]);
    assert_eq!(first(&by(samples(32)).batches().unwrap(), 6), [4, 4, 4, 4, 8, 8]);
    assert_eq!(first(&by(epochs(2)).epoch_samples(16).batches().unwrap(), 6), [4, 4, 4, 4, 8, 8]);
    // The run in samples is then 6 steps long.
    assert_eq!(linear(0.0, 1.0, rest()).bind(&by(samples(32))).unwrap().length(), Some(6.0));
    let mixed = hold(4.0, percent(50)).then(hold(8.0, samples(4))).then(16.0);
    let error = Clock::new().total(40).batch_schedule(mixed).batches().unwrap_err();
    assert!(matches!(error, ScheduleError::BatchSchedule { .. }), "{error}");
}

#[test]
fn lengths_depend_on_where_a_piece_begins() {
    let clock = Clock::new().batch_schedule(hold(10.0, samples(100)).then(20.0)).sequence(5).epoch_samples(60);
    for (schedule, length) in [
        (linear(0.0, 1.0, samples(60)), 6.0),
        (linear(0.0, 1.0, samples(60)).then(linear(1.0, 0.0, samples(80))), 12.0),
        (hold(1.0, 10).then(linear(1.0, 0.0, samples(80))), 14.0),
        (linear(0.0, 1.0, tokens(300)), 6.0),
        (linear(0.0, 1.0, epochs(2)), 11.0),
        (linear(0.0, 1.0, samples(95)), 9.5),
        (hold(1.0, samples(95)).then(linear(0.0, 1.0, samples(15))), 10.5),
    ] {
        assert_eq!(schedule.bind(&clock).unwrap().length(), Some(length), "{schedule}");
    }
    let unknown = |schedule: Schedule| match schedule.bind(&clock) {
        Err(ScheduleError::UnknownStart { unit, .. }) => unit,
        other => panic!("{schedule}: {other:?}"),
    };
    assert_eq!(unknown(linear(0.0, 1.0, samples(60)).repeat(2)), Unit::Samples);
    assert_eq!(unknown(linear(0.0, 1.0, epochs(1)).reverse()), Unit::Epochs);
    assert_eq!(unknown(share_length("n", tokens(60), |n| linear(0.0, 1.0, n))), Unit::Tokens);
    // What a step has by itself is not known where the batch size changes.
    for (clock, unit) in [(clock.clone().tokens(50), Unit::Tokens), (clock.clone().epoch(6), Unit::Epochs)] {
        let duration = if unit == Unit::Tokens { tokens(50) } else { epochs(1) };
        let error = linear(0.0, 1.0, duration).bind(&clock).unwrap_err();
        assert!(matches!(error, ScheduleError::ChangingBatch { unit: u, .. } if u == unit), "{error}");
    }
    // A clock that is told more afterwards knows it.
    assert_eq!(clock.batch(10).batches().unwrap().at(99), Some(10));
}

#[test]
fn the_rest_is_what_pieces_before_and_behind_leave() {
    let clock = Clock::new().batch_schedule(hold(10.0, samples(100)).then(20.0)).total(samples(300));
    let lr = hold(1.0, samples(60)).then(hold(2.0, rest())).then(hold(3.0, samples(30))).then(hold(4.0, samples(70)));
    let plan = lr.bind(&clock).unwrap();
    assert_eq!(plan.length(), Some(20.0));
    assert_eq!([5.9, 6.0, 14.9, 15.0, 16.4, 16.5].map(|t| plan.at(t)), [1.0, 2.0, 2.0, 3.0, 3.0, 4.0]);
    let too_much = hold(1.0, rest()).then(hold(2.0, samples(400))).bind(&clock).unwrap_err();
    assert!(matches!(too_much, ScheduleError::NoRest { .. }), "{too_much}");
    // One that begins nowhere known still has no length.
    let nested = hold(1.0, rest()).then(hold(2.0, samples(20)) + hold(1.0, samples(40)));
    assert!(matches!(nested.bind(&clock), Err(ScheduleError::UnknownStart { .. })));
}

proptest! {
    #[test]
    fn pieces_in_samples_add_up(
        pieces in prop::collection::vec((1..40_u32, 1..60_u64), 1..6),
        lengths in prop::collection::vec((1..200_i64, 1..4_i64), 1..6),
    ) {
        let ramp = pieces.iter().fold(empty(), |ramp, (size, n)| ramp.then(hold(f64::from(*size), samples(*n))));
        let clock = Clock::new().batch_schedule(ramp.then(7.0));
        let parts = lengths.iter().map(|(n, d)| Ratio::new(*n, *d));
        let split = parts.fold(empty(), |split, n| split.then(hold(1.0, samples(n))));
        // The sum, over a common denominator of 6.
        let all = Ratio::new(lengths.iter().map(|(n, d)| n * 6 / d).sum(), 6);
        prop_assume!(lengths.iter().all(|(n, d)| n * 6 % d == 0));
        let whole = hold(1.0, samples(all)).bind(&clock).unwrap();
        prop_assert_eq!(split.bind(&clock).unwrap().length(), whole.length());
        // The batches sum to what was seen.
        let batches = clock.batches().unwrap();
        let mut seen = 0;
        for k in 0..40 {
            prop_assert_eq!(batches.seen(k), Some(seen));
            seen += batches.at(k).unwrap();
        }
        let steps = whole.steps().unwrap();
        prop_assert!(Ratio::from(batches.seen(steps).unwrap()) == all || batches.seen(steps).unwrap() as f64 >= all.numerator() as f64 / all.denominator() as f64);
        prop_assert!((batches.seen(steps - 1).unwrap() as f64) < all.numerator() as f64 / all.denominator() as f64);
    }
}
