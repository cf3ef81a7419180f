//! Group normalisation.

use rappel_autodiff::{Float, Param, Var};

use super::affine;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// Group normalisation of `[n, channels, ..]`: `(x - mean) / sqrt(var + eps) weight + bias`, where mean and variance are those of a group
/// of neighbouring channels of one sample.
///
/// The variance is divided by the number of values. Every sample is normalised by itself, so training and evaluation are the same, and
/// a batch may have one sample. One group is a layer normalisation of everything but the samples, with a weight per channel; as many
/// groups as channels is an [instance normalisation](crate::InstanceNorm). A group of one value becomes the bias.
///
/// Names and defaults are PyTorch's: `weight` and `bias` (ones and zeros) of shape `[channels]`, eps 1e-5.
///
/// Wu & He, [Group normalization](https://arxiv.org/abs/1803.08494), 2018.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{GroupNorm, Layer};
///
/// let norm = GroupNorm::new(2, 4).eps(0.0);
/// let tape = Tape::new();
/// let y = norm.forward(tape.input(&Tensor::from([[1.0, 3.0, 10.0, 50.0]])));
/// assert_eq!(y.value(), Tensor::from([[-1.0, 1.0, -1.0, 1.0]]));
/// ```
#[derive(Module, Debug, Clone)]
pub struct GroupNorm<T: Float = f32> {
    /// `[channels]`, or none.
    pub weight: Option<Param<T>>,
    /// `[channels]`, or none.
    pub bias: Option<Param<T>>,
    #[module(skip)]
    groups: usize,
    #[module(skip)]
    channels: usize,
    #[module(skip)]
    eps: f64,
}

impl<T: Float> GroupNorm<T> {
    /// Of so many channels in so many equal groups, in PyTorch's order.
    ///
    /// # Panics
    /// At the caller's line, when the channels are no multiple of the groups, or there are no groups.
    #[track_caller]
    pub fn new(groups: usize, channels: usize) -> Self {
        assert!(
            groups > 0 && channels.is_multiple_of(groups),
            "GroupNorm::new({groups}, {channels}): {channels} channels do not fall into {groups} equal groups"
        );
        let shape = [channels];
        GroupNorm {
            weight: affine::weight(true, &shape),
            bias: affine::bias(true, &shape),
            groups,
            channels,
            eps: 1e-5,
        }
    }

    /// What is added to the variance: at least 0, 1e-5 by default.
    #[must_use]
    pub fn eps(self, eps: f64) -> Self {
        GroupNorm { eps, ..self }
    }

    /// Whether there are a weight and a bias; both by default.
    #[must_use]
    pub fn affine(self, affine: bool) -> Self {
        let shape = [self.channels];
        GroupNorm { weight: affine::weight(affine, &shape), bias: affine::bias(affine, &shape), ..self }
    }

    /// Whether there is a bias; there is by default.
    #[must_use]
    pub fn bias(self, bias: bool) -> Self {
        GroupNorm { bias: affine::bias(bias, &[self.channels]), ..self }
    }
}

impl<T: Float> Layer<T> for GroupNorm<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        if let Some(why) = self.misfit(&x.shape()) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let (layer, tape) = (enter(self, x), x.tape());
        let (weight, bias) = (affine::on(tape, &self.weight), affine::on(tape, &self.bias));
        layer.leave(x.group_norm(self.groups, weight, bias, self.eps))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let channels = self.channels;
        if shape.get(1) == Some(&channels) {
            return None;
        }
        let hint = match shape {
            [.., last] if *last == channels && shape.len() > 2 => "; the channels are axis 1: move them there",
            _ => "",
        };
        Some(format!("{}: input of shape {shape:?} does not fit: expected [n, {channels}, ..]{hint}", self.kind()))
    }

    fn kind(&self) -> String {
        format!("GroupNorm({} groups of {})", self.groups, self.channels / self.groups)
    }
}
