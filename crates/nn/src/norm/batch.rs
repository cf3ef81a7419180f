//! Batch normalisation.

use rappel_autodiff::{Buffer, Float, Param, Tensor, Update, Var};
use rappel_schedule::Schedule;

use super::affine;
use crate::layer::{enter, or_panic};
use crate::rate::Rate;
use crate::{Layer, Misfit, Module};

/// Batch normalisation of vectors `[n, features]` and sequences `[n, features, length]`; see [`BatchNorm`].
pub type BatchNorm1d<T = f32> = BatchNorm<1, T>;

/// Batch normalisation of images `[n, features, height, width]`; see [`BatchNorm`].
pub type BatchNorm2d<T = f32> = BatchNorm<2, T>;

/// Batch normalisation: for each feature `(x - mean) / sqrt(var + eps) weight + bias`.
///
/// On a tape in training mode, mean and variance are those of the batch, over all axes but the features' (axis 1), the variance
/// divided by the number of values m. In evaluation mode they are the running ones, so that an output does not depend on what
/// else is in the batch. Training moves these towards the batch's, `(1 - momentum) running + momentum batch`, the variance there
/// divided by m - 1. The layer itself changes nothing: it hands the [update](Update) to the tape, and the step of an optimizer makes
/// it. So accumulated micro-batches count one by one, a skipped step counts nothing, and a net can be evaluated by several threads.
///
/// [`BatchNorm1d`] takes `[n, features]` and `[n, features, length]`, [`BatchNorm2d`] `[n, features, height, width]`. Names and
/// defaults are PyTorch's: `weight` and `bias` (ones and zeros), `running_mean`, `running_var` (zeros and ones) of shape `[features]`
/// and `num_batches_tracked`, a scalar; eps 1e-5, momentum 0.1.
///
/// In training, one value per feature has no variance and is a misfit. A batch of no samples passes through and is not counted.
///
/// Ioffe & Szegedy, [Batch normalization](https://arxiv.org/abs/1502.03167), 2015.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{BatchNorm1d, Layer};
///
/// let mut norm = BatchNorm1d::new(2);
/// let x = Tensor::from([[1.0, 0.0], [3.0, 4.0]]);
///
/// let train = Tape::training(1);
/// let y = norm.forward(train.input(&x));
/// assert!((y.value().data()[0] + 1.0).abs() < 1e-5);
/// // What the step of an optimizer does.
/// y.sum().backward().apply_updates(&mut norm);
///
/// let mean = norm.running_mean.as_ref().unwrap();
/// assert_eq!(mean.value, Tensor::from([0.2, 0.2]));
/// let eval = Tape::new();
/// assert_eq!(norm.forward(eval.input(&Tensor::from([[0.2, 0.2]]))).value(), Tensor::from([[0.0, 0.0]]));
/// ```
#[derive(Module, Debug, Clone)]
pub struct BatchNorm<const AXES: usize, T: Float = f32> {
    /// `[features]`, or none.
    pub weight: Option<Param<T>>,
    /// `[features]`, or none.
    pub bias: Option<Param<T>>,
    /// `[features]`, or none: then the statistics are the batch's in evaluation too.
    pub running_mean: Option<Buffer<T>>,
    /// `[features]`, or none.
    pub running_var: Option<Buffer<T>>,
    /// How many batches the running statistics have seen, a scalar, or none.
    pub num_batches_tracked: Option<Buffer<i64>>,
    #[module(skip)]
    features: usize,
    #[module(skip)]
    eps: f64,
    /// None for the mean of all batches.
    #[module(skip)]
    momentum: Option<Rate>,
}

impl<const AXES: usize, T: Float> BatchNorm<AXES, T> {
    /// Of so many features, with PyTorch's defaults.
    pub fn new(features: usize) -> Self {
        let norm = BatchNorm {
            weight: affine::weight(true, &[features]),
            bias: affine::bias(true, &[features]),
            running_mean: None,
            running_var: None,
            num_batches_tracked: None,
            features,
            eps: 1e-5,
            momentum: Some(Rate::new("BatchNorm::momentum", 0.1.into())),
        };
        norm.track_running_stats(true)
    }

    /// What is added to the variance: at least 0, 1e-5 by default.
    #[must_use]
    pub fn eps(self, eps: f64) -> Self {
        BatchNorm { eps, ..self }
    }

    /// By which share the running statistics move towards a batch's: a number from 0 to 1, or a schedule that is read at the step of
    /// the tape. 0.1 by default. (Other libraries call one less this number the momentum.)
    ///
    /// # Panics
    /// At the caller's line, when a number is not in that range, or a schedule cannot be bound or follows what is observed.
    #[must_use]
    #[track_caller]
    pub fn momentum(self, momentum: impl Into<Schedule>) -> Self {
        BatchNorm { momentum: Some(share("BatchNorm::momentum", momentum.into())), ..self }
    }

    /// The running statistics become the mean of those of all batches so far: PyTorch's `momentum=None`.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{BatchNorm1d, Layer};
    ///
    /// let mut norm = BatchNorm1d::new(1).cumulative();
    /// for shift in [1.0, 2.0, 6.0] {
    ///     let tape = Tape::training(0);
    ///     let x = tape.input(&Tensor::from([[shift - 1.0], [shift + 1.0]]));
    ///     norm.forward(x).sum().backward().apply_updates(&mut norm);
    /// }
    /// assert_eq!(norm.running_mean.unwrap().value, Tensor::from([3.0]));
    /// ```
    #[must_use]
    pub fn cumulative(self) -> Self {
        BatchNorm { momentum: None, ..self }
    }

    /// Whether there are a weight and a bias; both by default.
    #[must_use]
    pub fn affine(self, affine: bool) -> Self {
        let shape = [self.features];
        BatchNorm { weight: affine::weight(affine, &shape), bias: affine::bias(affine, &shape), ..self }
    }

    /// Whether there is a bias; there is by default.
    #[must_use]
    pub fn bias(self, bias: bool) -> Self {
        BatchNorm { bias: affine::bias(bias, &[self.features]), ..self }
    }

    /// Whether running statistics are kept; they are by default. Without them, evaluation uses the batch's too.
    #[must_use]
    pub fn track_running_stats(self, track: bool) -> Self {
        BatchNorm {
            running_mean: track.then(|| Buffer::new(Tensor::zeros(&[self.features]))),
            running_var: track.then(|| Buffer::new(Tensor::ones(&[self.features]))),
            num_batches_tracked: track.then(|| Buffer::integers(Tensor::scalar(0))),
            ..self
        }
    }

    /// Why the batch has no variance, if it has one value per feature.
    fn lone(&self, shape: &[usize]) -> Option<String> {
        (values_per_feature(shape) == 1).then(|| {
            format!(
                "{}: input of shape {shape:?} has one value per feature, and the statistics of a batch need two: put more samples in \
                 it, or evaluate on a tape that does not train",
                self.name()
            )
        })
    }

    /// Asks the step to move the running statistics towards the batch's, of which `m` values per feature were seen.
    #[track_caller]
    fn collect(&self, x: Var<'_, T>, mean: Tensor<T>, var: &Tensor<T>, m: usize) {
        let (Some(running_mean), Some(running_var)) = (&self.running_mean, &self.running_var) else { return };
        let (tape, var) = (x.tape(), var.scaled(m as f64 / (m - 1) as f64));
        if let Some(count) = &self.num_batches_tracked {
            tape.collect(Update::count(count, 1));
        }
        match (&self.momentum, &self.num_batches_tracked) {
            (Some(momentum), _) => {
                let share = momentum.at(x);
                tape.collect(Update::blend(running_mean, mean, share));
                tape.collect(Update::blend(running_var, var, share));
            }
            (None, Some(count)) => {
                tape.collect(Update::average(running_mean, mean, count));
                tape.collect(Update::average(running_var, var, count));
            }
            // As in PyTorch: a mean of all batches needs their number.
            (None, None) => {}
        }
    }

    fn name(&self) -> String {
        format!("BatchNorm{AXES}d({})", self.features)
    }
}

impl<const AXES: usize, T: Float> Layer<T> for BatchNorm<AXES, T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        or_panic(self.try_forward(x))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let by_batch = self.running_mean.is_none() || self.running_var.is_none();
        misfit(&self.name(), AXES, (AXES == 1).then_some(1), self.features, shape)
            .or_else(|| if by_batch { self.lone(shape) } else { None })
    }

    #[track_caller]
    fn try_forward<'t>(&self, x: Var<'t, T>) -> Result<Var<'t, T>, Misfit> {
        let (shape, tape) = (x.shape(), x.tape());
        let training = tape.is_training();
        let why = self.misfit(&shape).or_else(|| if training { self.lone(&shape) } else { None });
        if let Some(why) = why {
            return Err(Misfit::of(self, x, why));
        }
        let layer = enter(self, x);
        let (weight, bias) = (affine::on(tape, &self.weight), affine::on(tape, &self.bias));
        let y = match (&self.running_mean, &self.running_var) {
            (Some(mean), Some(var)) if !training => {
                x.batch_norm_with((tape.input(&mean.value), tape.input(&var.value)), weight, bias, self.eps)
            }
            _ => {
                let (y, mean, var) = x.batch_norm(weight, bias, self.eps);
                let m = values_per_feature(&shape);
                if training && m > 1 {
                    self.collect(x, mean, &var, m);
                }
                y
            }
        };
        Ok(layer.leave(y))
    }

    fn kind(&self) -> String {
        self.name()
    }
}

/// By which share running statistics move.
///
/// # Panics
/// At the caller's line, when a number is not between 0 and 1, or a schedule cannot be followed.
#[track_caller]
pub(super) fn share(of: &str, momentum: Schedule) -> Rate {
    if let Some(momentum) = momentum.number() {
        assert!((0.0..=1.0).contains(&momentum), "{of}({momentum}): the momentum must be at least 0 and at most 1");
    }
    Rate::new(of, momentum)
}

/// How many values an array of a batch has for each feature.
pub(super) fn values_per_feature(shape: &[usize]) -> usize {
    shape[0] * shape[2..].iter().product::<usize>()
}

/// Why a shape is not `[n, features, ..]` with so many further axes. With one axis less it will do where that axis, `short`, has the
/// features: 1 for vectors `[n, features]`, 0 for one sample.
pub(super) fn misfit(
    layer: &str,
    axes: usize,
    short: Option<usize>,
    features: usize,
    shape: &[usize],
) -> Option<String> {
    let rank = shape.len();
    let fits = |axis: usize| shape[axis] == features;
    if rank == axes + 2 && fits(1) || rank == axes + 1 && short.is_some_and(fits) {
        return None;
    }
    let positions = if axes == 1 { "length" } else { "height, width" };
    let short = match short {
        Some(0) => format!("[{features}, {positions}] or "),
        Some(_) => format!("[n, {features}] or "),
        None => String::new(),
    };
    let hint = match shape {
        [.., last] if *last == features && rank == axes + 2 => "; the features are axis 1: move them there",
        [first, ..] if *first == features && rank == axes + 1 => "; `unsqueeze(0)` makes a batch of one sample",
        _ => "",
    };
    Some(format!("{layer}: input of shape {shape:?} does not fit: expected {short}[n, {features}, {positions}]{hint}"))
}
