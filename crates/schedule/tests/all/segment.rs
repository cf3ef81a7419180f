use rappel_schedule::{After, Clock, Ratio, Schedule, cosine, linear, steps, warmup};

fn values<const N: usize>(s: Schedule) -> [f64; N] {
    let mut out = [f64::NAN; N];
    s.bind(&Clock::new()).expect("valid").fill(&mut out, 0);
    out
}

#[test]
fn when_the_end_is_reached() {
    assert_eq!(values(linear(0.0, 4.0, 4)), [0.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
    assert_eq!(values(linear(0.0, 3.0, 4).inclusive()), [0.0, 1.0, 2.0, 3.0, 3.0]);
    assert_eq!(values(warmup(4.0, 4)), [1.0, 2.0, 3.0, 4.0, 4.0, 4.0]);
}

#[test]
fn one_inclusive_step_is_the_end_value() {
    for s in [linear(1.0, 2.0, 1).inclusive(), cosine(1.0, 2.0, 1).inclusive(), warmup(2.0, 1)] {
        assert_eq!(values(s), [2.0, 2.0]);
    }
    // Less than one step, too: there is no 0 / 0 and no way below zero.
    let half = steps(Ratio::new(1, 2));
    for s in [linear(1.0, 2.0, half).inclusive(), cosine(1.0, 2.0, half).inclusive(), warmup(2.0, half)] {
        assert_eq!(values(s), [2.0, 2.0]);
    }
    assert_eq!(values(linear(1.0, 2.0, 1)), [1.0, 2.0]);
}

#[test]
fn what_is_at_its_end_at_once_goes_on_nowhere() {
    for n in [Ratio::new(1, 1), Ratio::new(1, 3)] {
        let line = || linear(3.0, 2.0, steps(n)).inclusive();
        assert_eq!(values(line().after(After::Continue)), [2.0; 5], "{n}");
        assert_eq!(values(line().reverse()), values::<5>(linear(2.0, 3.0, steps(n)).inclusive()), "{n}");
        assert_eq!(values(line().reverse()), [3.0; 5], "{n}");
    }
    assert_eq!(values(linear(3.0, 2.0, 2).inclusive().after(After::Continue)), [3.0, 2.0, 1.0]);
}

#[test]
fn a_warm_up_is_an_inclusive_line_from_its_first_share() {
    for n in [1, 2, 3, 7, 200, 1999] {
        let (a, b): ([f64; 2002], [f64; 2002]) =
            (values(warmup(1e-3, n)), values(linear(1e-3 / f64::from(n), 1e-3, n).inclusive()));
        for (a, b) in a.into_iter().zip(b) {
            assert!((a - b).abs() <= 1e-15 * b, "{a} {b}");
        }
    }
}

#[test]
fn before_the_start_is_the_start_value() {
    for s in [linear(1.0, 2.0, 4), cosine(1.0, 2.0, 4), linear(1.0, 2.0, 4).then(5.0)] {
        let plan = s.bind(&Clock::new()).expect("valid");
        assert_eq!((plan.at(-1.0), plan.at(f64::NEG_INFINITY)), (1.0, 1.0));
        assert!(plan.at(f64::NAN).is_nan());
    }
    assert_eq!(warmup(1.0, 4).bind(&Clock::new()).expect("valid").at(-5.0), 0.25, "that of step 0");
}
