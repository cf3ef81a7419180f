//! The Bernoulli distribution.

use rappel_autodiff::{Float, LossReduction, Rng, Shape, Tensor, Var};

use super::noise::least;

/// Coins, one for each value of the batch, that show 1 with a probability; as `torch.distributions.Bernoulli`.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::distribution::Bernoulli;
///
/// let tape = Tape::new();
/// let coin = Bernoulli::from_probs(tape.var(&Tensor::from([0.25])));
/// assert!((coin.log_prob(tape.constant(1.0)).value().data()[0] - 0.25_f32.ln()).abs() < 1e-6);
/// assert_eq!(coin.variance().value().data(), [0.1875]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Bernoulli<'t, T: Float = f32> {
    logits: Var<'t, T>,
    probs: Option<Var<'t, T>>,
}

impl<'t, T: Float> Bernoulli<'t, T> {
    /// From logits: the probability is their sigmoid.
    pub fn from_logits(logits: Var<'t, T>) -> Self {
        Bernoulli { logits, probs: None }
    }

    /// From probabilities. Their logits are of probabilities held away from 0 and 1 by the number type's epsilon, as in PyTorch.
    ///
    /// # Panics
    /// At the caller's line, when one is not from 0 to 1; NaN passes.
    #[track_caller]
    pub fn from_probs(probs: Var<'t, T>) -> Self {
        let values = probs.value();
        if let Some(i) = values.data().iter().position(|p| *p < T::ZERO || *p > T::ONE) {
            panic!(
                "Bernoulli::from_probs: value {i} is {}, and a probability is from 0 to 1; logits go to `from_logits`",
                values.data()[i]
            );
        }
        let held = probs.clamp(least::<T>(), 1.0 - least::<T>());
        Bernoulli { logits: held.ln() - (-held).ln_1p(), probs: Some(probs) }
    }

    /// The logits, `ln(p / (1 - p))`.
    pub fn logits(self) -> Var<'t, T> {
        self.logits
    }

    /// The probabilities of 1.
    #[track_caller]
    pub fn probs(self) -> Var<'t, T> {
        match self.probs {
            Some(probs) => probs,
            None => self.logits.sigmoid(),
        }
    }

    /// The means, which are the probabilities.
    #[track_caller]
    pub fn mean(self) -> Var<'t, T> {
        self.probs()
    }

    /// The variances, `p (1 - p)`.
    #[track_caller]
    pub fn variance(self) -> Var<'t, T> {
        let p = self.probs();
        p * (1.0 - p)
    }

    /// The more likely of 0 and 1; 0 at one half.
    #[track_caller]
    pub fn mode(self) -> Tensor<T> {
        self.logits.gt(0.0).value()
    }

    /// The shape of the batch.
    #[track_caller]
    pub fn shape(self) -> Shape {
        self.logits.shape()
    }

    /// 0 or 1 for each.
    #[track_caller]
    pub fn sample(self, rng: &mut Rng) -> Tensor<T> {
        self.probs().value().map(|p| if rng.uniform() < p.re() { T::ONE } else { T::ZERO })
    }

    /// The logarithm of the probability of values, under broadcasting: `x ln p + (1 - x) ln(1 - p)`, from the logits, without overflow.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not broadcast.
    #[track_caller]
    pub fn log_prob(self, value: Var<'t, T>) -> Var<'t, T> {
        -self.logits.bce_with_logits_with(value, None, None, LossReduction::None)
    }

    /// The entropy, in nats: `-p ln p - (1 - p) ln(1 - p)`.
    #[track_caller]
    pub fn entropy(self) -> Var<'t, T> {
        self.logits.bce_with_logits_with(self.probs(), None, None, LossReduction::None)
    }

    /// The Kullback-Leibler divergence from another, in nats: `p ln(p / q) + (1 - p) ln((1 - p) / (1 - q))`; infinite where the other
    /// rules out what is possible.
    ///
    /// # Panics
    /// At the caller's line, when the batches do not broadcast.
    #[track_caller]
    pub fn kl_divergence(self, other: Self) -> Var<'t, T> {
        let (p, q) = (self.probs(), other.probs());
        let (a, b) = (self.logits, other.logits);
        let ones = q.eq(0.0).where_cond(f64::INFINITY, p * ((-b).softplus() - (-a).softplus()));
        let zeros = q.eq(1.0).where_cond(f64::INFINITY, (1.0 - p) * (b.softplus() - a.softplus()));
        p.eq(0.0).where_cond(0.0, ones) + p.eq(1.0).where_cond(0.0, zeros)
    }
}
