use rappel_lab::range::{Curve, fastai, lightning, others};

use super::synthetic::synthetic;

/// What the libraries' own code gives on this curve, clean and with the noise of seed 42.
#[test]
fn published_suggestions() {
    let table = [
        ("fastai valley", 1.585e-3, 5.754e-3),
        ("fastai steep", 3.311e-1, 1.445e-2),
        ("fastai minimum", 3.981e-2, 3.981e-2),
        ("fastai slide", 7.586e-8, 2.089e-2),
        ("Lightning to 2.5.2", 8.318e-1, 8.318e-1),
        ("Lightning from 2.5.3", 1.906e-5, 1.318e-7),
    ];
    let (clean, noisy) = (others(&synthetic(None)), others(&synthetic(Some((42, 0.1)))));
    for ((name, on_clean, on_noisy), (clean, noisy)) in table.into_iter().zip(clean.into_iter().zip(noisy)) {
        for (found, expected) in [(clean, on_clean), (noisy, on_noisy)] {
            assert_eq!(found.name, name);
            let rate = found.rate.unwrap();
            assert!((rate / expected - 1.0).abs() < 0.01, "{name}: {rate:e}, not {expected:e}");
        }
    }
}

fn curve(losses: &[f64]) -> Curve {
    let rates = (0..losses.len()).map(|i| 10_f64.powf(i as f64 / 10.0 - 6.0)).collect();
    Curve::new(rates, losses.to_vec()).unwrap()
}

/// Where the libraries fail with an index error, there is no suggestion; where they have one, so have we.
#[test]
fn little_is_left() {
    let falling = |n: u32| curve(&(0..n).map(|i| -f64::from(i)).collect::<Vec<_>>());
    for n in 0..40 {
        let of = |rule: fn(&Curve) -> Option<f64>| rule(&falling(n)).is_some();
        let left = n.saturating_sub(5).saturating_sub(n / 10);
        assert_eq!(of(fastai::valley), left >= 1, "{n}");
        assert_eq!(of(fastai::minimum), left >= 1, "{n}");
        assert_eq!(of(fastai::steep), left >= 2, "{n}");
        assert_eq!(of(fastai::slide), left >= 16, "{n}");
        assert_eq!(of(lightning::old), n >= 13, "{n}");
        assert_eq!(of(lightning::new), n >= 13, "{n}");
    }
}

/// fastai forgets what follows a NaN, Lightning passes over what is no number.
#[test]
fn losses_that_are_no_numbers() {
    let mut losses: Vec<f64> = (0..60).map(|i| 60.0 - f64::from(i)).collect();
    losses[30] = f64::NAN;
    losses[40] = -1e3;
    let rates = curve(&losses).rates().to_vec();
    let close = |found: Option<f64>, i: usize| (found.unwrap() / rates[i] - 1.0).abs() < 1e-12;
    assert!(close(fastai::minimum(&curve(&losses)).map(|r| 10.0 * r), 29));
    assert!(close(lightning::old(&curve(&losses)), 39));
    losses[40] = f64::NEG_INFINITY;
    assert!(close(lightning::old(&curve(&losses)), 29)); // the gradient is -1, and -1.5 over the two gaps
}
