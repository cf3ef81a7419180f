//! The rules of Lightning's finder, for comparison.
//!
//! As `suggestion` in `lightning/pytorch/tuner/lr_finder.py` (Apache-2.0): each looks at the curve without its first ten points, its
//! last, and those whose loss is no number, and takes the rate where the gradient is lowest. Lightning records averaged losses, so
//! a curve of its own is to be [`averaged`](Curve::averaged) with 0.98 first. `None` where fewer than two points are left.

use super::Curve;
use super::fastai::{gradient, lowest};

/// What is left of the curve: rates and losses.
fn trimmed(curve: &Curve) -> (Vec<f64>, Vec<f64>) {
    let points = curve.rates().iter().zip(curve.losses());
    let kept = points.take(curve.len().saturating_sub(1)).skip(10).filter(|(_, loss)| loss.is_finite());
    kept.map(|(&rate, &loss)| (rate, loss)).unzip()
}

/// Up to 2.5.2: the gradient by the index of the point, whatever the rates are.
pub fn old(curve: &Curve) -> Option<f64> {
    let (rates, losses) = trimmed(curve);
    lowest(gradient(&losses)?.into_iter()).map(|i| rates[i])
}

/// From 2.5.3: the gradient by the rate, not its logarithm; second-order on the uneven grid, one-sided at the ends.
pub fn new(curve: &Curve) -> Option<f64> {
    let (rates, losses) = trimmed(curve);
    let last = losses.len().checked_sub(1).filter(|&last| last > 0)?;
    let secant = |i: usize| (losses[i + 1] - losses[i]) / (rates[i + 1] - rates[i]);
    let slope = |i: usize| match i {
        0 => secant(0),
        i if i == last => secant(last - 1),
        i => {
            let (before, after) = (rates[i] - rates[i - 1], rates[i + 1] - rates[i]);
            (after * secant(i - 1) + before * secant(i)) / (before + after)
        }
    };
    lowest((0..=last).map(slope)).map(|i| rates[i])
}
