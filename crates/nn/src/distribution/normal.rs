//! The normal distribution.

use std::f64::consts::TAU;

use rappel_autodiff::{Float, Rng, Shape, Tensor, Var};

use super::noise::generator;
use crate::loss::target::stretches;

/// Normal distributions, one for each value of the mean; as `torch.distributions.Normal`.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::distribution::Normal;
///
/// let tape = Tape::new();
/// let [mean, std] = [[0.0, 1.0], [1.0, 0.5]].map(|x| tape.var(&Tensor::from(x)));
/// let normal = Normal::new(mean, std);
/// let log_prob = normal.log_prob(tape.input(&Tensor::from([0.0, 1.0]))).value();
/// assert!((log_prob.data()[0] + 0.9189385_f32).abs() < 1e-6); // -ln(2 pi) / 2
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Normal<'t, T: Float = f32> {
    mean: Var<'t, T>,
    std: Var<'t, T>,
}

impl<'t, T: Float> Normal<'t, T> {
    /// From means and standard deviations; one of the two may stretch to the shape of the other.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a standard deviation is 0 or negative. NaN is no mistake of the program and
    /// passes, as everywhere.
    #[track_caller]
    pub fn new(mean: Var<'t, T>, std: Var<'t, T>) -> Self {
        let (m, s) = (mean.shape(), std.shape());
        let (mean, std) = if m == s {
            (mean, std)
        } else if stretches(&s, &m) {
            (mean, std.expand(&m))
        } else if stretches(&m, &s) {
            (mean.expand(&s), std)
        } else {
            panic!("Normal: means of shape {:?} and standard deviations of shape {:?} must agree", &m[..], &s[..])
        };
        let values = std.value();
        if let Some(i) = values.data().iter().position(|s| *s <= T::ZERO) {
            panic!(
                "Normal: standard deviation {i} is {}, not above 0; predict its logarithm, or pass it through a softplus",
                values.data()[i]
            );
        }
        Normal { mean, std }
    }

    /// The means.
    pub fn mean(self) -> Var<'t, T> {
        self.mean
    }

    /// The most likely values, which are the means.
    pub fn mode(self) -> Var<'t, T> {
        self.mean
    }

    /// The standard deviations.
    pub fn std(self) -> Var<'t, T> {
        self.std
    }

    /// The variances.
    #[track_caller]
    pub fn variance(self) -> Var<'t, T> {
        self.std.square()
    }

    /// The shape of the batch.
    #[track_caller]
    pub fn shape(self) -> Shape {
        self.mean.shape()
    }

    /// One value of each.
    pub fn sample(self, rng: &mut Rng) -> Tensor<T> {
        self.mean.value() + self.std.value() * self.noise(rng)
    }

    /// One value of each, differentiable in mean and standard deviation: `mean + std noise`, with noise that is a function of the tape's
    /// seed, the step and the number of draws so far. (Kingma and Welling: Auto-encoding variational Bayes, 2014)
    ///
    /// # Panics
    /// At the caller's line, on a tape in evaluation mode: take the [`mean`](Self::mean) there, or [`rsample_with`](Self::rsample_with).
    #[track_caller]
    pub fn rsample(self) -> Var<'t, T> {
        let mut rng = generator("Normal::rsample", self.mean.tape());
        self.rsample_with(&mut rng)
    }

    /// [`rsample`](Self::rsample) with noise of a generator.
    #[track_caller]
    pub fn rsample_with(self, rng: &mut Rng) -> Var<'t, T> {
        self.mean + self.std * self.mean.tape().input(&self.noise(rng))
    }

    /// The logarithm of the density, `-((x - mean) / std)^2 / 2 - ln std - ln(2 pi) / 2`, at values that broadcast with the batch.
    ///
    /// # Panics
    /// At the caller's line, when they do not broadcast.
    #[track_caller]
    pub fn log_prob(self, value: Var<'t, T>) -> Var<'t, T> {
        -0.5 * ((value - self.mean) / self.std).square() - (self.std.ln() + 0.5 * TAU.ln())
    }

    /// The entropy, in nats: `ln std + (1 + ln(2 pi)) / 2`.
    #[track_caller]
    pub fn entropy(self) -> Var<'t, T> {
        self.std.ln() + 0.5 * (1.0 + TAU.ln())
    }

    /// The Kullback-Leibler divergence from another, in nats: `(r^2 - 1 - ln r^2 + ((mean - mean') / std')^2) / 2` with `r = std / std'`.
    ///
    /// # Panics
    /// At the caller's line, when the batches do not broadcast.
    #[track_caller]
    pub fn kl_divergence(self, other: Self) -> Var<'t, T> {
        let ratio = (self.std / other.std).square();
        let apart = ((self.mean - other.mean) / other.std).square();
        0.5 * (ratio + apart - 1.0 - ratio.ln())
    }

    fn noise(self, rng: &mut Rng) -> Tensor<T> {
        Tensor::normal(&self.mean.shape(), 0.0, 1.0, rng)
    }
}
