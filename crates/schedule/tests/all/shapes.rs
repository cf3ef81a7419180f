use proptest::prelude::*;
use rappel_schedule::{Clock, Plan, cosine, linear, warmup};

fn plan(s: rappel_schedule::Schedule) -> Plan {
    s.bind(&Clock::new()).expect("valid")
}

// cos(pi / 8) and cos(pi / 4), to the last digit.
const COS_8: f64 = 0.923_879_532_511_286_7;
const COS_4: f64 = 0.707_106_781_186_547_5;

#[test]
fn golden_lines() {
    let p = plan(linear(1e-3, 1e-5, 9_500));
    for (step, value) in [(0, 1e-3), (4750, 5.05e-4), (9_499, 1.010_421_052_631_579e-5), (9_500, 1e-5)] {
        assert!((p.at_step(step) - value).abs() <= 1e-18, "step {step}: {}", p.at_step(step));
    }
}

#[test]
fn golden_cosines() {
    // (1 + cos(pi k / 8)) / 2 for k = 0 to 8.
    let expected = [
        1.0,
        (1.0 + COS_8) / 2.0,
        (1.0 + COS_4) / 2.0,
        0.691_341_716_182_544_9,
        0.5,
        0.308_658_283_817_455_1,
        (1.0 - COS_4) / 2.0,
        (1.0 - COS_8) / 2.0,
        0.0,
    ];
    let p = plan(cosine(1.0, 0.0, 8));
    for (step, value) in (0..).zip(expected) {
        assert!((p.at_step(step) - value).abs() <= 2e-16, "step {step}: {}", p.at_step(step));
    }
}

#[test]
fn a_cosine_to_zero_keeps_its_digits_to_the_last_step() {
    // 1 - cos x = x^2 / 2 for small x: a difference of ones would leave four digits here.
    let p = plan(cosine(1.0, 0.0, 1_000_000));
    let x = std::f64::consts::PI * 1e-6;
    assert!((p.at_step(999_999) / (x * x / 4.0) - 1.0).abs() < 1e-9);
    assert_eq!(p.at_step(1_000_000), 0.0);
}

proptest! {
    #[test]
    fn ends_are_exact_and_the_way_is_monotone(
        from in -1e3..1e3_f64, to in -1e3..1e3_f64, n in 1..300_u64, kind in 0..3_u8, inclusive in any::<bool>()
    ) {
        let s = match kind {
            0 => linear(from, to, n),
            1 => cosine(from, to, n),
            _ => warmup(to, n),
        };
        let p = plan(if inclusive { s.inclusive() } else { s });
        if kind < 2 && n > 1 {
            prop_assert_eq!(p.at_step(0), from);
        }
        prop_assert_eq!(p.at_step(if inclusive || kind == 2 { n - 1 } else { n }), to);
        let rising = p.at_step(n) >= p.at_step(0);
        for k in 0..n {
            let (a, b) = (p.at_step(k), p.at_step(k + 1));
            prop_assert!(if rising { a <= b } else { a >= b }, "{} then {}", a, b);
        }
    }

    #[test]
    fn the_last_floats_before_the_end_are_not_past_it(
        from in -1.0..1.0_f64, to in -1.0..1.0_f64, scales in (-40..40, -40..40), ulps in 1..50
    ) {
        let (from, to) = (from * 2.0_f64.powi(scales.0), to * 2.0_f64.powi(scales.1));
        let t = (0..ulps).fold(1.0, |t: f64, _| t.next_down());
        for p in [plan(linear(from, to, 1)), plan(cosine(from, to, 1))] {
            prop_assert!((from.min(to)..=from.max(to)).contains(&p.at(t)), "{} at {}", p.at(t), t);
        }
    }

    #[test]
    fn a_flat_piece_is_flat(v in prop_oneof![Just(0.1), -1e3..1e3_f64], n in 1..300_u64) {
        for s in [linear(v, v, n), cosine(v, v, n)] {
            let p = plan(s);
            for k in 0..n + 2 {
                prop_assert_eq!(p.at_step(k), v);
            }
        }
    }

    #[test]
    fn huge_values_do_not_overflow(way in 0.0..1.0_f64) {
        for s in [linear(-f64::MAX, f64::MAX, 1), cosine(f64::MAX, -f64::MAX, 1), linear(f64::MAX, f64::MAX / 2.0, 1)] {
            prop_assert!(plan(s).at(way).is_finite());
        }
    }
}
