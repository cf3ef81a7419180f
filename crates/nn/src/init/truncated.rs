//! The truncated normal distribution.

use std::f64::consts::SQRT_2;

use rappel_autodiff::elem::Elem;
use rappel_autodiff::{Float, Tensor};

use super::Generator;

/// From which share of the normal distribution on draws from it are rejected; below it, draws from the interval are.
const WIDE: f64 = 0.3;

/// Independent values of a normal distribution, within `[low, high]`: `torch.nn.init.trunc_normal_`, whose defaults are 0, 1, -2 and 2.
///
/// By rejection, as PyTorch does from version 2.15 on: where the interval holds more than 30 % of the distribution, normal numbers outside
/// are drawn again; elsewhere uniform ones of the interval are kept with a probability in proportion to the density.
///
/// ```
/// use rappel_nn::autodiff::Rng;
/// use rappel_nn::init;
///
/// let x = init::trunc_normal::<f32>(&[1000], 0.0, 0.02, -0.03, 0.03, &mut Rng::seed(0));
/// assert!(x.data().iter().all(|x| x.abs() <= 0.03));
/// ```
///
/// # Panics
/// At the caller's line, unless `low < high`, both are finite, and `std` is above 0.
#[track_caller]
pub fn trunc_normal<T: Float>(
    shape: &[usize],
    mean: f64,
    std: f64,
    low: f64,
    high: f64,
    rng: &mut impl Generator,
) -> Tensor<T> {
    assert!(std > 0.0 && std.is_finite(), "init::trunc_normal: the standard deviation must be above 0, not {std}");
    assert!(
        low < high && low.is_finite() && high.is_finite(),
        "init::trunc_normal: the interval [{low}, {high}] must be finite and not empty"
    );
    let below = |x: f64| 0.5 * (1.0 + Elem::erf((x - mean) / (std * SQRT_2)));
    if below(high) - below(low) > WIDE {
        rejected(shape, mean, std, [low, high], rng)
    } else {
        accepted(shape, mean, std, [low, high], rng)
    }
}

/// Normal values; those outside are replaced until there are none. A round draws for every place, needed or not.
fn rejected<T: Float>(shape: &[usize], mean: f64, std: f64, bounds: [f64; 2], rng: &mut impl Generator) -> Tensor<T> {
    let [low, high] = bounds.map(T::of);
    let outside = |x: &T| *x < low || *x > high;
    let mut x: Tensor<T> = rng.draw_normal(shape, mean, std);
    while x.data().iter().any(outside) {
        let again: Tensor<T> = rng.draw_normal(shape, mean, std);
        for (x, again) in x.data_mut().iter_mut().zip(again.data()).filter(|(x, _)| outside(x)) {
            *x = *again;
        }
    }
    x
}

/// Uniform values, each kept with the probability of its density over the largest in the interval.
fn accepted<T: Float>(shape: &[usize], mean: f64, std: f64, bounds: [f64; 2], rng: &mut impl Generator) -> Tensor<T> {
    let [low, high] = bounds;
    let log_density = |x: f64| -0.5 * ((x - mean) / std).powi(2);
    let peak = log_density(mean.clamp(low, high));
    let mut x: Tensor<T> = Tensor::zeros(shape);
    let mut pending = vec![true; x.len()];
    while pending.contains(&true) {
        let candidates: Tensor<T> = rng.draw_uniform(shape, low, high);
        let chances: Tensor<T> = rng.draw_uniform(shape, 0.0, 1.0);
        for (i, open) in pending.iter_mut().enumerate().filter(|(_, open)| **open) {
            x.data_mut()[i] = candidates.data()[i];
            *open = chances.data()[i].re().ln() > log_density(candidates.data()[i].re()) - peak;
        }
    }
    x
}
