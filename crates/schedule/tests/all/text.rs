use proptest::prelude::*;
use rappel_schedule::{Schedule, constant, cosine, empty, epochs, linear, percent, rest, samples, tokens, warmup};

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

proptest! {
    #[test]
    fn numbers_read_back_as_the_same_bits(bits in any::<u64>()) {
        let x = f64::from_bits(bits);
        prop_assume!(!x.is_nan());
        let text = Schedule::from(x).to_string();
        prop_assert_eq!(text.parse::<f64>().expect("a number").to_bits(), bits, "{}", text);
        prop_assert!(!text.ends_with(".0"));
    }
}
