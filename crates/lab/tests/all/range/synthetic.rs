//! The curve of Lightning's issue 21141: it rises, then falls until its end.

use rappel_lab::autodiff::random::Mersenne;
use rappel_lab::range::Curve;

/// 100 points from 1.2e-8 to 1; with a seed, noise of numpy's `RandomState(seed).uniform(-amplitude, amplitude, 100)`.
pub(super) fn synthetic(noise: Option<(u32, f64)>) -> Curve {
    let mut numpy = noise.map(|(seed, amplitude)| (Mersenne::seed(seed), amplitude));
    let (rates, losses) = (0..100)
        .map(|i| {
            let x = -50.0 + 100.0 * f64::from(i) / 99.0;
            let noise = numpy.as_mut().map_or(0.0, |(numpy, a)| numpy.uniform(-*a, *a));
            (1e-8 * 1e8_f64.powf(f64::from(i + 1) / 100.0), (-x * x - 30.0 * x + 4000.0) / 1000.0 + noise)
        })
        .unzip();
    Curve::new(rates, losses).unwrap()
}
