//! Alpha of noisy losses and gradients.

use rappel_lab::autodiff::{Gradients, Param, Rng, Tensor};
use rappel_lab::gauge::{Gauge, Line};
use rappel_lab::optim::{Adam, Sgd, Stepper};

const SPECTRUM: [f64; 4] = [1.0, 3.0, 10.0, 30.0];

/// How noisy a micro-batch is.
#[derive(Debug, Clone, Copy)]
struct Spread {
    /// In its loss, whatever the weights.
    loss: f64,
    /// In each slope, and so in the loss.
    slope: f64,
}

/// Micro-batches of half the sum of `c x^2`.
fn batches(w: &Param<f64>, n: usize, spread: Spread, rng: &mut Rng) -> Vec<(f64, Gradients<f64>)> {
    let x = w.value.data();
    let one = |_| {
        let tilt: Vec<f64> = x.iter().map(|_| spread.slope * rng.normal()).collect();
        let height: f64 = x.iter().zip(SPECTRUM).zip(&tilt).map(|((x, c), t)| c * x * x / 2.0 + t * x).sum();
        let g = Tensor::from_fn(&[x.len()], |i| SPECTRUM[i] * x[i] + tilt[i]);
        let mut gradients = Gradients::from_fn(w, |_, _| g.clone());
        gradients.set(w, g);
        (height + spread.loss * rng.normal(), gradients)
    };
    (0..n).map(one).collect()
}

/// Median errors of alpha along updates with a minimum ahead: of ours, of ours without the noise, and of four equal weights. One that is
/// not found is infinitely wrong.
fn errors(optimizer: &dyn Stepper<f64>, n: usize, spread: Spread) -> [f64; 3] {
    let mut all: [Vec<f64>; 3] = Default::default();
    for seed in 0..40 {
        let mut rng = Rng::seed(seed);
        let mut w = Param::new(Tensor::from([1.0, -1.0, 1.0, -1.0]));
        let (mut optimizer, mut gauge) = (optimizer.boxed(), Gauge::<f64>::new());
        let mut before = w.value.clone();
        for _ in 0..30 {
            let here = w.value.clone();
            let batches = batches(&w, n, spread, &mut rng);
            let reading = gauge.step_batches(&mut *optimizer, &mut w, &batches).unwrap();
            if let Some(line) = reading.and_then(|r| r.line) {
                let (a, b) = (before.data(), here.data());
                let slope = |at: &[f64]| (0..4).map(|i| SPECTRUM[i] * at[i] * (b[i] - a[i])).sum::<f64>();
                let truth = [slope(a), slope(b)];
                let d = line.loss[1] - line.loss[0] - (line.slope[0] + line.slope[1]) / 2.0;
                let equal = line.slope.map(|s| s + d / 5.0);
                let fits = [line.fit(), Line { noise: None, ..line }.fit(), equal];
                if truth[0] < 0.0 {
                    let alpha =
                        |[start, end]: [f64; 2]| if start < 0.0 { (-end / start).max(-1.0) } else { f64::INFINITY };
                    all.iter_mut().zip(fits).for_each(|(all, fit)| all.push((alpha(fit) - alpha(truth)).abs()));
                }
            }
            before = here;
        }
    }
    all.map(|mut errors| {
        errors.sort_by(f64::total_cmp);
        errors[errors.len() / 2]
    })
}

/// From 16 micro-batches of various noise, alpha is nearer the truth than without what they tell: mean ratios of errors.
#[test]
fn what_is_certain_counts_more() {
    let rules: [(&str, Box<dyn Stepper<f64>>); 3] = [
        ("sgd", Box::new(Sgd::new(0.03))),
        ("momentum", Box::new(Sgd::new(0.01).momentum(0.9))),
        ("adam", Box::new(Adam::new(0.03))),
    ];
    let spreads = [(0.3, 0.3), (0.01, 0.3), (0.0, 1.0), (1.0, 0.1)];
    for (name, rule) in rules {
        let mut ln = [0.0; 2];
        for (loss, slope) in spreads {
            let [ours, untold, equal] = errors(&*rule, 16, Spread { loss, slope });
            assert!(ours < 1.1 * untold.min(equal), "{name} {loss} {slope}: {ours} {untold} {equal}");
            (ln[0], ln[1]) = (ln[0] + (ours / untold).ln(), ln[1] + (ours / equal).ln());
        }
        let [untold, equal] = ln.map(|x| (x / spreads.len() as f64).exp());
        assert!(
            untold < 0.8 && equal < 0.75,
            "{name}: {untold} of the error of an untold gauge, {equal} of equal weights"
        );
    }
}

/// Micro-batches that all say the same have no noise, and one tells nothing of it: both are as if none was told.
#[test]
fn no_spread_is_no_noise() {
    let rule: Box<dyn Stepper<f64>> = Box::new(Sgd::new(0.02).momentum(0.5));
    let run = |n: usize, batches_too: bool| {
        let mut w = Param::new(Tensor::from([1.0, -1.0, 1.0, -1.0]));
        let (mut optimizer, mut gauge) = (rule.clone(), Gauge::<f64>::new());
        let still = Spread { loss: 0.0, slope: 0.0 };
        let mut readings = Vec::new();
        for _ in 0..5 {
            let batches = batches(&w, n, still, &mut Rng::seed(0));
            let reading = if batches_too {
                gauge.step_batches(&mut *optimizer, &mut w, &batches)
            } else {
                gauge.step(&mut *optimizer, &mut w, batches[0].0, &batches[0].1)
            };
            readings.extend(reading.unwrap().map(|r| (r.alpha.unwrap(), r.line.unwrap().noise)));
        }
        readings
    };
    let plain = run(1, false);
    assert!(plain.iter().all(|r| r.1.is_none()));
    assert_eq!(run(1, true), plain);
    for (told, untold) in run(4, true).iter().zip(&plain) {
        assert_eq!((told.0, told.1.unwrap().loss, told.1.unwrap().slope), (untold.0, [0.0; 2], [0.0; 2]));
    }
}

/// The spread in the log is that of the micro-batches: variances and covariances of their means.
#[test]
fn spreads_are_those_of_means() {
    let n = 5000;
    let mut w = Param::new(Tensor::from([1.0, -1.0, 1.0, -1.0]));
    let (mut gauge, mut rng) = (Gauge::<f64>::new(), Rng::seed(5));
    let ends = [[1.0, -1.0, 1.0, -1.0], [0.5, -1.5, 1.0, -1.0]];
    let mut noise = None;
    for x in ends {
        w.value = Tensor::from(x);
        gauge.before_batches(&w, &batches(&w, n, Spread { loss: 2.0, slope: 0.5 }, &mut rng)).unwrap();
        noise = gauge.after(0.1).map(|reading| reading.line.unwrap().noise.unwrap());
    }
    let noise = noise.unwrap();
    let update: Vec<f64> = (0..4).map(|i| ends[1][i] - ends[0][i]).collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for (end, x) in ends.iter().enumerate() {
        // A tilt of 0.5 in each coordinate is in the loss and in the slope.
        let of_mean = |variance: f64| variance / f64::from(n as u32);
        let loss = of_mean(4.0 + 0.25 * dot(x, x));
        let slope = of_mean(0.25 * dot(&update, &update));
        let both = of_mean(0.25 * dot(x, &update));
        assert!((noise.loss[end] / loss - 1.0).abs() < 0.1 && (noise.slope[end] / slope - 1.0).abs() < 0.1);
        assert!((noise.both[end] - both).abs() < 0.05 * (loss * slope).sqrt(), "{} {both}", noise.both[end]);
    }
}
