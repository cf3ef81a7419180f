//! An activation whose slope is learned.

use rappel_autodiff::{Float, Param, Shape, Tensor, Var};

use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// `x` where positive, else `weight x`, where the slope is learned: one for all values, or one for each channel.
///
/// Channels are axis 1 of `[n, channels, ..]`. As in PyTorch the slopes begin at 1/4; weight decay would make it a
/// [`Relu`](crate::Relu). The derivatives at 0 are the slope, and 0 in the slope. See [`Var::prelu`].
///
/// He et al., [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852), 2015.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, PRelu};
///
/// let mut relu = PRelu::per_channel(2);
/// relu.weight.value = Tensor::from([0.5, 0.25]);
/// let tape = Tape::new();
/// let y = relu.forward(tape.input(&Tensor::new([-1.0, 1.0, -1.0, 2.0], &[1, 2, 2])));
/// assert_eq!(y.value(), Tensor::new([-0.5, 1.0, -0.25, 2.0], &[1, 2, 2]));
/// ```
#[derive(Module, Debug, Clone)]
pub struct PRelu<T: Float = f32> {
    /// `[1]` or `[channels]`.
    pub weight: Param<T>,
}

impl<T: Float> PRelu<T> {
    /// With one slope, for inputs of any shape.
    pub fn new() -> Self {
        PRelu::per_channel(1)
    }

    /// With a slope for each channel, of inputs `[n, channels, ..]`.
    pub fn per_channel(channels: usize) -> Self {
        PRelu { weight: Param::new(Tensor::full(&[channels], T::of(0.25))) }
    }

    /// With slopes that begin elsewhere.
    #[must_use]
    pub fn init(mut self, slope: f64) -> Self {
        self.weight.value = Tensor::full(self.weight.value.shape(), T::of(slope));
        self
    }
}

impl<T: Float> Default for PRelu<T> {
    fn default() -> Self {
        PRelu::new()
    }
}

impl<T: Float> Layer<T> for PRelu<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        if let Some(why) = self.misfit(&x.shape()) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let layer = enter(self, x);
        let slope = x.tape().param(&self.weight);
        // One axis for the channels and for each behind them, of what the input has.
        let mut beside = Shape::from_elem(1, x.rank().min(1).max(x.rank().saturating_sub(1)));
        if let Some(channels) = beside.first_mut() {
            *channels = self.weight.value.len();
        }
        layer.leave(x.prelu(slope.reshape(&beside)))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        match *self.weight.value.shape() {
            [channels] if channels == 1 || shape.get(1) == Some(&channels) => None,
            [channels] => {
                Some(format!("{}: input of shape {shape:?} does not fit: expected [n, {channels}, ..]", self.kind()))
            }
            ref weight => Some(format!(
                "PRelu: a weight has shape [channels] or [1]; this one was replaced by one of shape {weight:?}"
            )),
        }
    }

    fn kind(&self) -> String {
        format!("PRelu({})", self.weight.value.len())
    }
}
