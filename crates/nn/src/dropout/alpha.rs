//! Dropout that keeps mean and variance.

use rappel_autodiff::{Float, Var};
use rappel_schedule::Schedule;

use super::channel::mask;
use super::probability::Probability;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// How far below 0 [`Selu`](crate::Selu) goes: what is dropped becomes minus this.
const FLOOR: f64 = 1.758_099_340_847_376_6;

/// On a tape in training mode, gives each value with probability p the lowest value of [`Selu`](crate::Selu), and scales and shifts all
/// so that values of mean 0 and variance 1 keep both; in evaluation mode, nothing.
///
/// With `f = 1.7581`, a kept value becomes `a x + b` and a dropped one `b - a f`, where `a = ((1 - p) (1 + p f^2))^(-1/2)` and
/// `b = a f p`. A zero, as [`Dropout`](crate::Dropout) leaves, would widen what a self-normalising net holds at variance 1.
///
/// Klambauer et al., [Self-normalizing neural networks](https://arxiv.org/abs/1706.02515), 2017.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{AlphaDropout, Layer};
///
/// let (drop, zeros) = (AlphaDropout::new(0.5), Tensor::zeros(&[100]));
/// let (train, eval) = (Tape::training(1), Tape::new());
/// let y = drop.forward(train.input(&zeros)).value();
/// assert!(y.data().iter().all(|y| (y.abs() - 0.779_194_7).abs() < 1e-6));
/// assert_eq!(drop.forward(eval.input(&zeros)).value(), zeros);
/// ```
#[derive(Module, Debug, Clone, PartialEq)]
pub struct AlphaDropout {
    #[module(skip)]
    p: Probability,
}

/// [`AlphaDropout`] of whole channels: all positions of a channel of `[n, channels, ..]` are dropped or kept together.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{FeatureAlphaDropout, Layer};
///
/// let tape = Tape::training(1);
/// let y = FeatureAlphaDropout::new(0.5).forward(tape.input(&Tensor::zeros(&[8, 4, 3]))).value();
/// assert!(y.data().chunks(3).all(|channel| channel[0] == channel[1] && channel[1] == channel[2]));
/// ```
#[derive(Module, Debug, Clone, PartialEq)]
pub struct FeatureAlphaDropout {
    #[module(skip)]
    p: Probability,
}

macro_rules! probability {
    ($($name:ident)*) => { $(
        impl $name {
            /// With probability `p` of dropping: a number, or a schedule that is read at the step of the tape.
            ///
            /// # Panics
            /// At the caller's line, unless `0 <= p < 1`, or when a schedule cannot be bound or follows what is observed. In `forward`,
            /// at a step at which the schedule's value is not in that range.
            #[track_caller]
            pub fn new(p: impl Into<Schedule>) -> Self {
                $name { p: Probability::new(concat!(stringify!($name), "::new"), p.into()) }
            }

            /// The probability of dropping.
            pub fn p(&self) -> &Schedule {
                self.p.schedule()
            }
        }
    )* };
}
probability!(AlphaDropout FeatureAlphaDropout);

impl<T: Float> Layer<T> for AlphaDropout {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let layer = enter(self, x);
        if !x.tape().is_training() {
            return layer.leave(x);
        }
        let p = self.p.at(x);
        // What is dropped is 0 in the shifted values, so a plain dropout does it.
        let y = (x + FLOOR).dropout(p);
        layer.leave(if p > 0.0 { settle(y, p) } else { x })
    }

    fn kind(&self) -> String {
        format!("AlphaDropout({})", self.p())
    }
}

impl<T: Float> Layer<T> for FeatureAlphaDropout {
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
        let y = (x + FLOOR) * mask(x, p);
        layer.leave(if p > 0.0 { settle(y, p) } else { x })
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        (shape.len() < 2).then(|| {
            format!(
                "FeatureAlphaDropout({}): input of shape {shape:?} does not fit: expected [n, channels, ..]",
                self.p()
            )
        })
    }

    fn kind(&self) -> String {
        format!("FeatureAlphaDropout({})", self.p())
    }
}

/// Scales and shifts `(x + FLOOR) / (1 - p)`, or 0 where dropped, so that mean 0 and variance 1 of x stay.
#[track_caller]
fn settle<T: Float>(y: Var<'_, T>, p: f64) -> Var<'_, T> {
    let kept = 1.0 - p;
    let scale = (kept / (1.0 + p * FLOOR * FLOOR)).sqrt();
    y * scale - scale * FLOOR
}
