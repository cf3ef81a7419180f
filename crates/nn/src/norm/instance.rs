//! Instance normalisation.

use rappel_autodiff::{Buffer, Float, Param, Tensor, Update, Var};
use rappel_schedule::Schedule;

use super::affine;
use super::batch::{misfit, share};
use crate::layer::{enter, or_panic};
use crate::rate::Rate;
use crate::{Layer, Misfit, Module};

/// Instance normalisation of sequences `[n, features, length]`; see [`InstanceNorm`].
pub type InstanceNorm1d<T = f32> = InstanceNorm<1, T>;

/// Instance normalisation of images `[n, features, height, width]`; see [`InstanceNorm`].
pub type InstanceNorm2d<T = f32> = InstanceNorm<2, T>;

/// Instance normalisation: `(x - mean) / sqrt(var + eps)`, mean and variance those of one feature of one sample, over the positions.
///
/// The variance is divided by the number of positions. Defaults are PyTorch's: eps 1e-5, no weight and bias, no running statistics, so
/// that training and evaluation are the same. With [`affine`](Self::affine) a `weight` and a `bias` of shape `[features]` follow. With
/// [`track_running_stats`](Self::track_running_stats), evaluation uses `running_mean` and `running_var`, which training moves towards
/// the mean over the batch of the samples' statistics (the variances divided by one less than the number of positions), through
/// [updates](Update) that the step makes. `num_batches_tracked` is there for PyTorch's files, and as there it does not count.
///
/// A single position has no variance, and is a misfit where its statistics are needed. Samples without positions, and batches without
/// samples, pass through and move nothing.
///
/// Ulyanov, Vedaldi & Lempitsky, [Instance normalization](https://arxiv.org/abs/1607.08022), 2016.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{InstanceNorm1d, Layer};
///
/// let norm = InstanceNorm1d::new(2).eps(0.0);
/// let tape = Tape::new();
/// let y = norm.forward(tape.input(&Tensor::new([1.0, 3.0, 10.0, 50.0], &[1, 2, 2])));
/// assert_eq!(y.value(), Tensor::new([-1.0, 1.0, -1.0, 1.0], &[1, 2, 2]));
/// ```
#[derive(Module, Debug, Clone)]
pub struct InstanceNorm<const AXES: usize, T: Float = f32> {
    /// `[features]`, or none.
    pub weight: Option<Param<T>>,
    /// `[features]`, or none.
    pub bias: Option<Param<T>>,
    /// `[features]`, or none.
    pub running_mean: Option<Buffer<T>>,
    /// `[features]`, or none.
    pub running_var: Option<Buffer<T>>,
    /// A scalar that stays 0, or none.
    pub num_batches_tracked: Option<Buffer<i64>>,
    #[module(skip)]
    features: usize,
    #[module(skip)]
    eps: f64,
    #[module(skip)]
    momentum: Rate,
}

impl<const AXES: usize, T: Float> InstanceNorm<AXES, T> {
    /// Of so many features, with PyTorch's defaults.
    pub fn new(features: usize) -> Self {
        InstanceNorm {
            weight: None,
            bias: None,
            running_mean: None,
            running_var: None,
            num_batches_tracked: None,
            features,
            eps: 1e-5,
            momentum: Rate::new("InstanceNorm::momentum", 0.1.into()),
        }
    }

    /// What is added to the variance: at least 0, 1e-5 by default.
    #[must_use]
    pub fn eps(self, eps: f64) -> Self {
        InstanceNorm { eps, ..self }
    }

    /// By which share the running statistics move towards a batch's: a number from 0 to 1, or a schedule that is read at the step of
    /// the tape. 0.1 by default.
    ///
    /// # Panics
    /// At the caller's line, when a number is not in that range, or a schedule cannot be bound or follows what is observed.
    #[must_use]
    #[track_caller]
    pub fn momentum(self, momentum: impl Into<Schedule>) -> Self {
        InstanceNorm { momentum: share("InstanceNorm::momentum", momentum.into()), ..self }
    }

    /// Whether there are a weight and a bias; neither by default.
    #[must_use]
    pub fn affine(self, affine: bool) -> Self {
        let shape = [self.features];
        InstanceNorm { weight: affine::weight(affine, &shape), bias: affine::bias(affine, &shape), ..self }
    }

    /// Whether there is a bias; there is none by default.
    #[must_use]
    pub fn bias(self, bias: bool) -> Self {
        InstanceNorm { bias: affine::bias(bias, &[self.features]), ..self }
    }

    /// Whether running statistics are kept, for evaluation; they are not by default.
    #[must_use]
    pub fn track_running_stats(self, track: bool) -> Self {
        InstanceNorm {
            running_mean: track.then(|| Buffer::new(Tensor::zeros(&[self.features]))),
            running_var: track.then(|| Buffer::new(Tensor::ones(&[self.features]))),
            num_batches_tracked: track.then(|| Buffer::integers(Tensor::scalar(0))),
            ..self
        }
    }

    /// Why a sample has no variance, if it has one position.
    fn lone(&self, shape: &[usize]) -> Option<String> {
        (shape[2..].iter().product::<usize>() == 1).then(|| {
            let name = self.name();
            format!("{name}: input of shape {shape:?} has one position, and the statistics of a sample need two")
        })
    }

    /// Asks the step to move the running statistics towards the samples'.
    fn collect(&self, x: Var<'_, T>, share: f64) {
        let (Some(running_mean), Some(running_var)) = (&self.running_mean, &self.running_var) else { return };
        let (tape, x) = (x.tape(), x.value());
        let positions: Vec<isize> = (2..x.rank() as isize).collect();
        let mean = x.mean_axes(&positions, false).mean_axes(&[0], false);
        let var = x.var_axes(&positions, 1.0, false).mean_axes(&[0], false);
        tape.collect(Update::blend(running_mean, mean, share));
        tape.collect(Update::blend(running_var, var, share));
    }

    fn name(&self) -> String {
        format!("InstanceNorm{AXES}d({})", self.features)
    }
}

impl<const AXES: usize, T: Float> Layer<T> for InstanceNorm<AXES, T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        or_panic(self.try_forward(x))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let by_sample = self.running_mean.is_none() || self.running_var.is_none();
        misfit(&self.name(), AXES, false, self.features, shape)
            .or_else(|| if by_sample { self.lone(shape) } else { None })
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
                if training && !shape.contains(&0) {
                    self.collect(x, self.momentum.at(x));
                }
                x.instance_norm(weight, bias, self.eps)
            }
        };
        Ok(layer.leave(y))
    }

    fn kind(&self) -> String {
        self.name()
    }
}
