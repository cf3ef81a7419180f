//! Normalisation by the root of the mean square.

use rappel_autodiff::{Float, Param, Var};

use super::affine;
use super::layer_norm::{check, kind, misfit};
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// `x / sqrt(mean(x^2) + eps) weight`, the mean over the last axes: [`LayerNorm`](crate::LayerNorm) without its centring.
///
/// Names and defaults are PyTorch's: `weight` (ones) has the shape of what is normalised over; eps is the machine epsilon of the number
/// type, 1.2e-7 for `f32` and 2.2e-16 for `f64`. Many language models use 1e-6 or 1e-5.
///
/// Zhang & Sennrich, [Root mean square layer normalization](https://arxiv.org/abs/1910.07467), 2019.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, RmsNorm};
///
/// let norm = RmsNorm::new(&[2]).eps(0.0);
/// let tape = Tape::new();
/// let y = norm.forward(tape.input(&Tensor::from([[1.0, 7.0]])));
/// assert_eq!(y.value(), Tensor::from([[0.2, 1.4]]));
/// ```
#[derive(Module, Debug, Clone)]
pub struct RmsNorm<T: Float = f32> {
    /// The shape of what is normalised over, or none.
    pub weight: Option<Param<T>>,
    #[module(skip)]
    over: Vec<usize>,
    #[module(skip)]
    eps: f64,
}

impl<T: Float> RmsNorm<T> {
    /// Over the last axes, whose sizes are given: `&[features]`, or more.
    ///
    /// # Panics
    /// At the caller's line, when none are given.
    #[track_caller]
    pub fn new(over: &[usize]) -> Self {
        check("RmsNorm::new", over);
        RmsNorm { weight: affine::weight(true, over), over: over.into(), eps: epsilon::<T>() }
    }

    /// What is added to the mean square: at least 0, the machine epsilon by default.
    #[must_use]
    pub fn eps(self, eps: f64) -> Self {
        RmsNorm { eps, ..self }
    }

    /// Whether there is a weight; there is by default.
    #[must_use]
    pub fn elementwise_affine(self, affine: bool) -> Self {
        RmsNorm { weight: affine::weight(affine, &self.over), ..self }
    }
}

/// The distance from 1 to the next number.
fn epsilon<T: Float>() -> f64 {
    let double = T::of(1.0 + f64::EPSILON) > T::ONE;
    if double { f64::EPSILON } else { f32::EPSILON.into() }
}

impl<T: Float> Layer<T> for RmsNorm<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        if let Some(why) = self.misfit(&x.shape()) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let layer = enter(self, x);
        let weight = affine::on(x.tape(), &self.weight);
        layer.leave(x.rms_norm(&self.over, weight, self.eps))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        misfit(&self.kind(), &self.over, shape)
    }

    fn kind(&self) -> String {
        kind("RmsNorm", &self.over)
    }
}
