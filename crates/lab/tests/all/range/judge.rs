use rappel_lab::LabError;
use rappel_lab::autodiff::Rng;
use rappel_lab::range::{Curve, Judge, NoDescent, Suggestion};

use super::synthetic::synthetic;

/// 100 rates from 1e-7 to 10.
fn curve(loss: impl FnMut(f64) -> f64) -> Curve {
    let rates: Vec<f64> = (0..100).map(|i| 10_f64.powf(-7.0 + 8.0 * f64::from(i) / 99.0)).collect();
    let losses = rates.iter().copied().map(loss).collect();
    Curve::new(rates, losses).unwrap()
}

/// What range tests look like: level, a descent from 2.3 to 1.1 about 0.01, an explosion from 0.5 on.
fn usual(rate: f64) -> f64 {
    let x = rate.log10();
    2.3 - 1.2 / (1.0 + (-4.0 * (x + 2.0)).exp()) + (8.0 * (x + 0.1)).exp()
}

fn noisy(amplitude: f64, seed: u64, mut loss: impl FnMut(f64) -> f64) -> Curve {
    let mut rng = Rng::seed(seed);
    curve(|rate| loss(rate) + amplitude * rng.normal())
}

fn suggested(curve: &Curve) -> Suggestion {
    curve.judge().unwrap().suggestion.unwrap()
}

fn ratio(a: f64, b: f64) -> f64 {
    (a / b).max(b / a)
}

/// The data on which Lightning's rule moves 145-fold.
#[test]
fn noise_moves_it_little() {
    let clean = suggested(&synthetic(None));
    for (amplitude, least) in [(0.1, 95), (0.3, 90)] {
        let near = |&seed: &u32| {
            let with_noise = suggested(&synthetic(Some((seed, amplitude))));
            ratio(with_noise.rate, clean.rate) <= 2.0
        };
        let held = (0..100).filter(near).count();
        assert!(held >= least, "within a factor of 2 for {held} of 100 seeds of noise of {amplitude}");
    }
    assert!(clean.falls_at_end);
}

/// On a usual curve: between the steepest point and the lowest, wherever noise puts it, and the band holds the truth as often
/// as it says.
#[test]
fn usual_curves() {
    let clean = suggested(&curve(usual));
    assert!(ratio(clean.steepest, 0.01) < 1.3 && ratio(clean.lowest, 0.17) < 1.5, "{clean:?}");
    assert!(clean.steepest < clean.rate && clean.rate < clean.lowest && !clean.falls_at_end, "{clean:?}");
    let (mut near, mut held) = (0, 0);
    for seed in 0..100 {
        let found = suggested(&noisy(0.1, seed, usual));
        assert!(found.low <= found.rate && found.rate <= found.high);
        near += usize::from(ratio(found.rate, clean.rate) <= 2.0);
        held += usize::from(found.low <= clean.rate && clean.rate <= found.high);
    }
    assert!(near >= 95, "within a factor of 2 for {near} of 100 seeds");
    assert!((70..=95).contains(&held), "the band of 80 % holds the clean curve's suggestion for {held} of 100 seeds");
}

/// Spikes and gaps do not count.
#[test]
fn spikes_and_gaps() {
    let clean = suggested(&noisy(0.03, 5, usual));
    for spike in [50.0, -50.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut i = 0;
        let spiked = noisy(0.03, 5, |rate| {
            i += 1;
            usual(rate) + if i % 13 == 0 && i < 90 { spike } else { 0.0 }
        });
        let found = suggested(&spiked);
        assert!(ratio(found.rate, clean.rate) < 1.5, "{spike}: {found:?} and {clean:?}");
    }
}

/// The explosion at the end has no say, however high.
#[test]
fn explosions() {
    let until = |most: f64| suggested(&noisy(0.03, 1, |rate| if rate > 0.5 { most } else { usual(rate).min(3.0) }));
    assert_eq!(until(1e2), until(1e30));
    let level = |most: f64| noisy(0.03, 1, |rate| if rate > 0.5 { most } else { 2.3 }).judge().unwrap().suggestion;
    assert!(level(1e2).is_err() && level(1e30).is_err());
}

/// A level curve, a rising one, noise alone: no rate is made up.
#[test]
fn no_descent() {
    for loss in [|_| 2.3, |_| 0.0, |rate: f64| rate, |rate: f64| rate.ln()] {
        let NoDescent { fall, .. } = curve(loss).judge().unwrap().suggestion.unwrap_err();
        assert!(fall >= 0.0, "{fall}");
    }
    let made_up = (0..200).filter(|&seed| noisy(0.1, seed, |_| 2.3).judge().unwrap().suggestion.is_ok()).count();
    assert!(made_up <= 8, "{made_up} of 200 level curves have a suggestion");
    let why = noisy(0.1, 0, |_| 2.3).judge().unwrap().suggestion.unwrap_err().to_string();
    assert!(why.starts_with("no descent: the smoothed loss falls by "), "{why}");
}

/// A descent in two parts with a plateau between: one of its two edges, not the plateau's middle.
#[test]
fn plateaus() {
    let step = |x: f64| 1.0 / (1.0 + (-8.0 * x).exp());
    let two = |rate: f64| 3.0 - step(rate.log10() + 5.0) - 1.5 * step(rate.log10() + 1.5);
    for seed in 0..20 {
        let found = suggested(&noisy(0.05, seed, two));
        assert!(ratio(found.steepest, 10_f64.powf(-1.5)) < 1.6, "{found:?}");
        assert!(found.rate >= found.steepest && found.rate < 0.2, "{found:?}");
    }
}

/// Few points are refused, the fewest that are not are judged.
#[test]
fn tiny_curves() {
    let falling =
        |n: i32| Curve::new((1..=n).map(f64::from).collect(), (1..=n).map(|i| -f64::from(i)).collect()).unwrap();
    for n in 0..12 {
        let error = falling(n).judge().unwrap_err();
        assert!(matches!(&error, LabError::Setting { value, .. } if *value == n.to_string()), "{error}");
    }
    assert_eq!(suggested(&falling(12)).lowest, 12.0);
    let none = Curve::new((1..=50).map(f64::from).collect(), vec![f64::NAN; 50]).unwrap();
    assert!(none.judge().is_err());
}

/// A line and a parabola are smoothed into themselves, with their derivatives in ln rate.
#[test]
fn parabolas_are_kept() {
    let judged = curve(|rate| 3.0 - rate.ln() + 0.25 * rate.ln().powi(2)).judge().unwrap();
    for ((rate, smoothed), slope) in judged.rates.iter().zip(&judged.smoothed).zip(&judged.slopes) {
        let u = rate.ln();
        assert!((smoothed - (3.0 - u + 0.25 * u * u)).abs() < 1e-9, "{smoothed}");
        assert!((slope - (0.5 * u - 1.0)).abs() < 1e-9, "{slope}");
    }
}

#[test]
fn settings() {
    let curve = noisy(0.1, 0, usual);
    let with = |judge: Judge| judge.judge(&curve);
    assert_eq!(with(Judge::default()).unwrap(), with(Judge::default()).unwrap());
    let rate = |slope| with(Judge { slope, margin: 1.0, ..Judge::default() }).unwrap().suggestion.unwrap().rate;
    assert!(rate(1.0) < rate(0.5) && rate(0.5) < rate(0.0));
    let bad = [
        Judge { span: 0.0, ..Judge::default() },
        Judge { span: 1.5, ..Judge::default() },
        Judge { span: f64::NAN, ..Judge::default() },
        Judge { slope: -0.1, ..Judge::default() },
        Judge { slope: f64::NAN, ..Judge::default() },
        Judge { margin: 0.5, ..Judge::default() },
        Judge { margin: f64::NAN, ..Judge::default() },
        Judge { resamples: 19, ..Judge::default() },
    ];
    for judge in bad {
        assert!(matches!(with(judge.clone()), Err(LabError::Setting { .. })), "{judge:?}");
    }
}
