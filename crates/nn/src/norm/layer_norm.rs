//! Layer normalisation.

use rappel_autodiff::{Float, Param, Var};

use super::affine;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// Layer normalisation: `(x - mean) / sqrt(var + eps) weight + bias`, with mean and variance over the last axes.
///
/// The variance is divided by the number of values. Every position of the other axes is normalised by itself, so training and
/// evaluation are the same. Names and defaults are PyTorch's: `weight` and `bias` (ones and zeros) have the shape of what is normalised
/// over; eps is 1e-5.
///
/// Ba, Kiros & Hinton, [Layer normalization](https://arxiv.org/abs/1607.06450), 2016.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, LayerNorm};
///
/// let norm = LayerNorm::new(&[4]);
/// let tape = Tape::new();
/// let y = norm.forward(tape.input(&Tensor::from([[1.0, 1.0, 3.0, 3.0], [5.0, 5.0, 5.0, 5.0]])));
/// assert!((y.value().data()[0] + 1.0).abs() < 1e-5);
/// assert_eq!(y.value().data()[4..], [0.0; 4]);
/// ```
#[derive(Module, Debug, Clone)]
pub struct LayerNorm<T: Float = f32> {
    /// The shape of what is normalised over, or none.
    pub weight: Option<Param<T>>,
    /// The shape of what is normalised over, or none.
    pub bias: Option<Param<T>>,
    #[module(skip)]
    over: Vec<usize>,
    #[module(skip)]
    eps: f64,
}

impl<T: Float> LayerNorm<T> {
    /// Over the last axes, whose sizes are given: `&[features]`, or more.
    ///
    /// # Panics
    /// At the caller's line, when none are given.
    #[track_caller]
    pub fn new(over: &[usize]) -> Self {
        check("LayerNorm::new", over);
        LayerNorm { weight: affine::weight(true, over), bias: affine::bias(true, over), over: over.into(), eps: 1e-5 }
    }

    /// What is added to the variance: at least 0, 1e-5 by default.
    #[must_use]
    pub fn eps(self, eps: f64) -> Self {
        LayerNorm { eps, ..self }
    }

    /// Whether there are a weight and a bias; both by default.
    #[must_use]
    pub fn elementwise_affine(self, affine: bool) -> Self {
        LayerNorm { weight: affine::weight(affine, &self.over), bias: affine::bias(affine, &self.over), ..self }
    }

    /// Whether there is a bias; there is by default.
    #[must_use]
    pub fn bias(self, bias: bool) -> Self {
        LayerNorm { bias: affine::bias(bias, &self.over), ..self }
    }
}

impl<T: Float> Layer<T> for LayerNorm<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        if let Some(why) = self.misfit(&x.shape()) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let (layer, tape) = (enter(self, x), x.tape());
        let (weight, bias) = (affine::on(tape, &self.weight), affine::on(tape, &self.bias));
        layer.leave(x.layer_norm(&self.over, weight, bias, self.eps))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        misfit(&self.kind(), &self.over, shape)
    }

    fn kind(&self) -> String {
        kind("LayerNorm", &self.over)
    }
}

/// # Panics
/// At the caller's line, when there are no sizes.
#[track_caller]
pub(super) fn check(function: &str, over: &[usize]) {
    assert!(!over.is_empty(), "{function}(&[]): give the sizes of the axes to normalise over, at least one");
}

/// `LayerNorm(64)`, `LayerNorm([8, 8])`.
pub(super) fn kind(name: &str, over: &[usize]) -> String {
    match over {
        [size] => format!("{name}({size})"),
        sizes => format!("{name}({sizes:?})"),
    }
}

/// Why a shape does not end in what is normalised over.
pub(super) fn misfit(kind: &str, over: &[usize], shape: &[usize]) -> Option<String> {
    let expected = match over {
        [size] => format!("the last axis must be {size}"),
        sizes => format!("the last axes must be {sizes:?}"),
    };
    (!shape.ends_with(over)).then(|| format!("{kind}: input of shape {shape:?} does not fit: {expected}"))
}
