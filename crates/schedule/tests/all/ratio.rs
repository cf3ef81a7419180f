use proptest::prelude::*;
use rappel_schedule::Ratio;

#[test]
fn floats_are_the_decimals_they_print_as() {
    for (float, ratio) in [
        (0.29, Ratio::new(29, 100)),
        (2.4, Ratio::new(12, 5)),
        (-0.5, Ratio::new(-1, 2)),
        (0.0, Ratio::new(0, 1)),
        (2e9, Ratio::new(2_000_000_000, 1)),
        (1e-5, Ratio::new(1, 100_000)),
        (1.25e3, Ratio::new(1250, 1)),
    ] {
        assert_eq!(Ratio::from(float), ratio, "{float}");
    }
    for float in [1e-38, 1.234_567_890_123_456_7e-22, 1.7e38] {
        assert_eq!(Ratio::from(float).numerator() as f64 / Ratio::from(float).denominator() as f64, float);
    }
    assert_eq!(Ratio::from(0.1_f32), Ratio::new(1, 10));
}

#[test]
fn what_is_no_amount_is_kept_and_says_so() {
    for (ratio, text) in [
        (Ratio::from(f64::NAN), "nan"),
        (Ratio::from(f32::NAN), "nan"),
        (Ratio::new(0, 0), "nan"),
        (Ratio::from(f64::INFINITY), "inf"),
        (Ratio::from(-f64::INFINITY), "-inf"),
        (Ratio::new(-3, 0), "-inf"),
        (Ratio::from(1e300), "inf"),
        (Ratio::from(-5), "-5"),
        (Ratio::from(1e-300), "0"),
        (Ratio::from(1e-39), "0"),
        // Its last digit is the 39th decimal.
        (Ratio::from(1.234_567_890_123_456_7e-23), "0"),
        (Ratio::from(1.8e38), "inf"),
    ] {
        assert!(!ratio.is_positive(), "{text}");
        assert_eq!(ratio.to_string(), text);
    }
}

#[test]
fn extremes_do_not_overflow() {
    assert_eq!(Ratio::new(i64::MIN, i64::MIN), Ratio::from(1));
    assert_eq!(Ratio::new(i64::MIN, -1).numerator(), 1_i128 << 63);
    assert_eq!(Ratio::from(u64::MAX).to_string(), "18446744073709551615");
    assert_eq!(Ratio::from(f64::MIN_POSITIVE).to_string(), "0");
}

#[test]
fn terminating_fractions_print_as_decimals() {
    for (num, den, text) in [
        (1, 2, "0.5"),
        (-1, 8, "-0.125"),
        (1, 3, "1/3"),
        (-7, 6, "-7/6"),
        (6, 3, "2"),
        (101, 100, "1.01"),
        (1, 40, "0.025"),
    ] {
        assert_eq!(Ratio::new(num, den).to_string(), text);
    }
}

proptest! {
    #[test]
    fn lowest_terms(num in -1000..1000_i64, den in 1..1000_i64, factor in 1..1000_i64) {
        let r = Ratio::new(num, den);
        prop_assert_eq!(Ratio::new(num * factor, den * factor), r);
        prop_assert_eq!(Ratio::new(-num * factor, -den * factor), r);
        prop_assert_eq!(r.numerator() * i128::from(den), i128::from(num) * r.denominator());
    }

    #[test]
    fn a_float_survives_its_ratio(x in 1e-9..1e12_f64) {
        let text = Ratio::from(x).to_string();
        prop_assert_eq!(text.parse::<f64>().expect("a decimal"), x);
    }
}
