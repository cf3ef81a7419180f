//! The categorical distribution.

use rappel_autodiff::{Float, Rng, Shape, Tensor, Var};

use super::noise::{generator, least};

/// Choices between the classes of the last axis, one for each row; as `torch.distributions.Categorical`.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::distribution::Categorical;
///
/// let tape = Tape::new();
/// let die = Categorical::from_logits(tape.var(&Tensor::zeros(&[2, 6])));
/// let shown = die.sample(&mut Rng::seed(0));
/// assert_eq!(shown.shape(), [2]);
/// assert!((die.log_prob(&shown).value().data()[0] + 6.0_f32.ln()).abs() < 1e-6);
/// assert!((die.entropy().value().data()[0] - 6.0_f32.ln()).abs() < 1e-6);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Categorical<'t, T: Float = f32> {
    /// The logarithms of the probabilities.
    logs: Var<'t, T>,
    probs: Option<Var<'t, T>>,
}

impl<'t, T: Float> Categorical<'t, T> {
    /// From logits `[.., classes]`: the probabilities are their softmax. A logit of -inf forbids a class.
    ///
    /// # Panics
    /// At the caller's line, when there is no axis or no class.
    #[track_caller]
    pub fn from_logits(logits: Var<'t, T>) -> Self {
        check_classes("Categorical::from_logits", &logits.shape());
        Categorical { logs: logits.log_softmax(-1), probs: None }
    }

    /// From probabilities `[.., classes]` or anything in proportion to them: they are divided by their sum. Logarithms are of
    /// probabilities held away from 0 and 1 by the number type's epsilon, as in PyTorch.
    ///
    /// # Panics
    /// At the caller's line, when there is no axis or no class, or one is negative or all of a row are 0; NaN passes.
    #[track_caller]
    pub fn from_probs(probs: Var<'t, T>) -> Self {
        const WHAT: &str = "Categorical::from_probs";
        check_classes(WHAT, &probs.shape());
        let values = probs.value();
        if let Some(i) = values.data().iter().position(|p| *p < T::ZERO) {
            panic!(
                "{WHAT}: value {i} is {}, and no probability is negative; logits go to `from_logits`",
                values.data()[i]
            );
        }
        let classes = values.shape()[values.rank() - 1];
        if let Some(row) = values.data().chunks(classes).position(|row| row.iter().all(|p| *p == T::ZERO)) {
            panic!("{WHAT}: all probabilities of row {row} are 0");
        }
        let probs = probs / probs.sum_axes(&[-1], true);
        Categorical { logs: probs.clamp(least::<T>(), 1.0 - least::<T>()).ln(), probs: Some(probs) }
    }

    /// The logarithms of the probabilities.
    pub fn logits(self) -> Var<'t, T> {
        self.logs
    }

    /// The probabilities.
    #[track_caller]
    pub fn probs(self) -> Var<'t, T> {
        match self.probs {
            Some(probs) => probs,
            None => self.logs.exp(),
        }
    }

    /// The likeliest class of each row; the first of equals.
    #[track_caller]
    pub fn mode(self) -> Tensor<u32> {
        self.logs.argmax(-1)
    }

    /// The shape of the batch: without the axis of the classes.
    #[track_caller]
    pub fn shape(self) -> Shape {
        let mut shape = self.logs.shape();
        shape.pop();
        shape
    }

    /// A class for each row.
    ///
    /// # Panics
    /// At the caller's line, when a row has NaN: it has no probabilities.
    #[track_caller]
    pub fn sample(self, rng: &mut Rng) -> Tensor<u32> {
        let (shape, probs) = (self.shape(), self.probs().value());
        let classes = probs.shape()[shape.len()];
        if let Some(i) = probs.data().iter().position(|p| p.re().is_nan()) {
            panic!("Categorical::sample: the probabilities of row {} are NaN", i / classes);
        }
        Tensor::from_fn(&shape, |row| pick(&probs.data()[row * classes..][..classes], rng.uniform()))
    }

    /// The logarithm of the probability of classes of the batch's shape, or with more axes before.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or there is no such class.
    #[track_caller]
    pub fn log_prob(self, value: &Tensor<u32>) -> Var<'t, T> {
        let batch = self.shape();
        assert!(
            value.shape().ends_with(&batch),
            "Categorical::log_prob: classes of shape {:?} do not go with a batch of shape {:?}",
            value.shape(),
            &batch[..]
        );
        let classes = self.logs.shape()[batch.len()];
        if let Some(i) = value.data().iter().position(|c| *c as usize >= classes) {
            panic!("Categorical::log_prob: value {i} is {}, and there are {classes} classes", value.data()[i]);
        }
        let with = |last: usize| [value.shape(), &[last]].concat();
        let logs = if value.shape() == &batch[..] { self.logs } else { self.logs.expand(&with(classes)) };
        logs.gather(-1, &value.reshape(&with(1))).squeeze(-1)
    }

    /// The entropy of each row, in nats: `-sum p ln p`; a class that is impossible adds nothing.
    #[track_caller]
    pub fn entropy(self) -> Var<'t, T> {
        let logs = self.logs.eq(f64::NEG_INFINITY).where_cond(0.0, self.logs);
        -(self.probs() * logs).sum_axes(&[-1], false)
    }

    /// The Kullback-Leibler divergence of each row from another's, in nats: `sum p ln(p / q)`; infinite where q forbids a class that is
    /// possible.
    ///
    /// # Panics
    /// At the caller's line, when the batches do not broadcast.
    #[track_caller]
    pub fn kl_divergence(self, other: Self) -> Var<'t, T> {
        let p = self.probs();
        let ratio = p.eq(0.0).where_cond(0.0, self.logs - other.logs);
        (p * ratio).sum_axes(&[-1], false)
    }

    /// Almost a choice, differentiable in the parameters: the softmax of `(ln p + Gumbel noise) / temperature`, with noise that is a
    /// function of the tape's seed, the step and the number of draws so far. The lower the temperature, the nearer to one class.
    ///
    /// With `hard` the values are 1 for the largest and 0 for the others, and the gradient is still that of the softmax.
    /// (Jang et al.: Categorical reparameterization with Gumbel-softmax, 2017)
    ///
    /// # Panics
    /// At the caller's line, on a tape in evaluation mode, and unless the temperature is above 0.
    #[track_caller]
    pub fn gumbel_softmax(self, temperature: f64, hard: bool) -> Var<'t, T> {
        const WHAT: &str = "Categorical::gumbel_softmax";
        assert!(temperature > 0.0, "{WHAT}: the temperature must be above 0, not {temperature}");
        let tape = self.logs.tape();
        let mut rng = generator(WHAT, tape);
        let noise = Tensor::from_fn(&self.logs.shape(), |_| T::of(gumbel(rng.uniform())));
        let soft = ((self.logs + tape.input(&noise)) / temperature).softmax(-1);
        if !hard {
            return soft;
        }
        let (values, classes) = (soft.value(), soft.shape()[soft.rank() - 1]);
        let chosen = soft.argmax(-1);
        let one_hot = |i: usize| T::of(f64::from(u8::from(chosen.data()[i / classes] as usize == i % classes)));
        tape.input(&Tensor::from_fn(values.shape(), one_hot)) + (soft - soft.detach())
    }
}

#[track_caller]
fn check_classes(what: &str, shape: &[usize]) {
    assert!(shape.last().is_some_and(|&n| n > 0), "{what}: shape {shape:?} has no classes; they are the last axis");
}

/// The class into whose share of `[0, 1)` a number falls. Rounding may leave it beyond all shares: then the last that is possible.
fn pick<T: Float>(probs: &[T], u: f64) -> u32 {
    let (mut sum, mut last) = (0.0, 0);
    for (class, p) in probs.iter().map(|p| p.re()).enumerate().filter(|(_, p)| *p > 0.0) {
        sum += p;
        last = class as u32;
        if u < sum {
            break;
        }
    }
    last
}

/// The number of the Gumbel distribution at a uniform one of `[0, 1)`: `-ln(-ln(1 - u))`, finite.
fn gumbel(u: f64) -> f64 {
    // Half the step of uniform numbers stands for their 0.
    -(-(-u.max(f64::EPSILON / 4.0)).ln_1p()).ln()
}
