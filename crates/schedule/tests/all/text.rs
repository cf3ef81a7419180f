use crate::random::any_tree;
use proptest::prelude::*;
use rappel_schedule::{
    After, Clock, Schedule, ScheduleError, Value, constant, cosine, empty, epochs, linear, percent, rest, samples,
    share, tokens, warmup,
};

#[test]
fn numbers_print_as_python_prints_them_without_a_trailing_zero() {
    for (x, text) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (0.001, "0.001"),
        (0.0001, "0.0001"),
        (0.00009999, "9.999e-05"),
        (1e-5, "1e-05"),
        (-1.5e-7, "-1.5e-07"),
        (0.1 + 0.2, "0.30000000000000004"),
        (9500.0, "9500"),
        (1e15, "1000000000000000"),
        (9999999999999998.0, "9999999999999998"),
        (1e16, "1e+16"),
        (1.2345e22, "1.2345e+22"),
        (f64::MAX, "1.7976931348623157e+308"),
        (5e-324, "5e-324"),
        (f64::NAN, "nan"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        assert_eq!(constant(x).to_string(), text);
    }
}

#[test]
fn schedules_print_as_they_are_written() {
    for (s, text) in [
        (linear(0.0, 1e-3, 500).then(cosine(1e-3, 1e-5, 9_500)), "linear(0, 0.001, 500) >> cosine(0.001, 1e-05, 9500)"),
        (warmup(1e-3, 200), "warmup(0.001, 200)"),
        (cosine(1.0, 0.1, percent(90)).inclusive().then(0.1), "cosine(1, 0.1, 90%).inclusive() >> 0.1"),
        (linear(1.0, 0.0, epochs(2.4)), "linear(1, 0, 2.4ep)"),
        (linear(1.0, 0.0, samples(1e6)), "linear(1, 0, 1000000sp)"),
        (linear(1.0, 0.0, tokens(2e9)), "linear(1, 0, 2000000000tok)"),
        (linear(1.0, 0.0, rest()), "linear(1, 0, rest)"),
        (linear(1.0, 0.0, -5), "linear(1, 0, -5)"),
        (linear(1.0, 0.0, percent(f64::NAN)), "linear(1, 0, nan%)"),
        (empty(), "empty"),
    ] {
        assert_eq!(s.to_string(), text);
    }
}

/// Whatever a level is made of, on a test's stack.
#[test]
fn the_deepest_schedule_is_read_back() {
    let levels: [fn(Schedule) -> Schedule; 5] = [
        |s| linear(Value::from(s), 0.0, 10).inclusive().after(After::Continue),
        |s| share("p", 1.0, |_| s),
        |s| 2.0 * (s + 1.0),
        |s| -s.take(5),
        |s| s.min(constant(1.0)).then(2.0).reverse(),
    ];
    for level in levels {
        let mut s = linear(0.0, 1.0, 10);
        loop {
            let deeper = level(s.clone());
            if matches!(deeper.check(), Err(ScheduleError::TooDeep { .. })) {
                break;
            }
            s = deeper;
        }
        assert!(s.to_string().len() > 60 * 6, "{s}");
        assert_eq!(s.to_string().parse::<Schedule>().unwrap(), s);
        assert_eq!(s.normal(), s);
        let simple = s.simplify().bind(&Clock::new()).map(|plan| plan.at_step(3)).map_err(|error| error.to_string());
        assert_eq!(s.bind(&Clock::new()).map(|plan| plan.at_step(3)).map_err(|error| error.to_string()), simple);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// As `==`, and as printed by `{:?}`, where -0 is not 0 and every number has its shortest digits.
    #[test]
    fn what_is_printed_is_read_back(s in any_tree()) {
        let text = s.to_string();
        let read: Schedule = text.parse().map_err(|error| TestCaseError::fail(format!("{error}")))?;
        prop_assert_eq!(format!("{read:?}"), format!("{s:?}"), "{}", text);
        prop_assert_eq!(read.to_string(), text);
    }

    #[test]
    fn numbers_read_back_as_the_same_bits(bits in any::<u64>()) {
        let x = f64::from_bits(bits);
        prop_assume!(!x.is_nan());
        let text = Schedule::from(x).to_string();
        prop_assert_eq!(text.parse::<f64>().expect("a number").to_bits(), bits, "{}", text);
        prop_assert!(!text.ends_with(".0"));
    }
}
