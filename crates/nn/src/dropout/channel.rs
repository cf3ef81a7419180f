//! Dropout of whole channels.

use rappel_autodiff::{Float, Shape, Var};
use rappel_schedule::Schedule;

use super::probability::Probability;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// Dropout of the channels of sequences `[n, channels, length]`; see [`ChannelDropout`].
pub type Dropout1d = ChannelDropout<1>;

/// Dropout of the channels of images `[n, channels, height, width]`; see [`ChannelDropout`].
pub type Dropout2d = ChannelDropout<2>;

/// On a tape in training mode, zeroes each channel of each sample with probability p and divides the others by 1 - p; in evaluation
/// mode, nothing.
///
/// Neighbouring values of a convolution's output are alike, so that dropping them one by one takes away little: here all positions of
/// a channel go together. Which go is a function of the tape's seed, its step and the number of draws so far, as for
/// [`Dropout`](crate::Dropout).
///
/// Tompson et al., [Efficient object localization using convolutional networks](https://arxiv.org/abs/1411.4280), 2015.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Dropout1d, Layer};
///
/// let tape = Tape::training(1);
/// let y = Dropout1d::new(0.5).forward(tape.input(&Tensor::ones(&[8, 4, 3]))).value();
/// assert!(y.data().chunks(3).all(|channel| channel == [0.0; 3] || channel == [2.0; 3]));
/// ```
#[derive(Module, Debug, Clone, PartialEq)]
pub struct ChannelDropout<const AXES: usize> {
    #[module(skip)]
    p: Probability,
}

impl<const AXES: usize> ChannelDropout<AXES> {
    /// A dropout with probability `p` of zeroing a channel: a number, or a schedule that is read at the step of the tape.
    ///
    /// # Panics
    /// At the caller's line, unless `0 <= p < 1`, or when a schedule cannot be bound or follows what is observed. In `forward`, at a
    /// step at which the schedule's value is not in that range.
    #[track_caller]
    pub fn new(p: impl Into<Schedule>) -> Self {
        ChannelDropout { p: Probability::new(&format!("Dropout{AXES}d::new"), p.into()) }
    }

    /// The probability of zeroing a channel.
    pub fn p(&self) -> &Schedule {
        self.p.schedule()
    }

    fn name(&self) -> String {
        format!("Dropout{AXES}d({})", self.p())
    }
}

impl<const AXES: usize, T: Float> Layer<T> for ChannelDropout<AXES> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        if let Some(why) = <Self as Layer<T>>::misfit(self, &x.shape()) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let layer = enter(self, x);
        if !x.tape().is_training() {
            return layer.leave(x);
        }
        let p = self.p.at(x);
        layer.leave(if x.rank() == AXES + 2 {
            x * mask(x, p)
        } else {
            let x = x.unsqueeze(0);
            (x * mask(x, p)).squeeze(0)
        })
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        // Three axes for `Dropout2d` are [n, channels, length] to PyTorch, which warns.
        let (alone, full) = if AXES == 1 { ("[channels, length] or ", "length") } else { ("", "height, width") };
        let fits = shape.len() == AXES + 2 || AXES == 1 && shape.len() == 2;
        (!fits).then(|| {
            format!("{}: input of shape {shape:?} does not fit: expected {alone}[n, channels, {full}]", self.name())
        })
    }

    fn kind(&self) -> String {
        self.name()
    }
}

/// What to multiply the channels of `[n, channels, ..]` with: 0 with probability `p`, else `1 / (1 - p)`.
#[track_caller]
pub(super) fn mask<T: Float>(x: Var<'_, T>, p: f64) -> Var<'_, T> {
    let mut shape = Shape::from_elem(1, x.rank());
    shape[..2].copy_from_slice(&x.shape()[..2]);
    x.tape().constant(1.0).expand(&shape).dropout(p)
}
