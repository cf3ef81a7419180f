//! The fully connected layer.

use std::fmt;

use rappel_autodiff::{Float, Param, Var};

use crate::init::{self, Generator};
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// An affine map of the last axis, `y = x w^T + b`: `[.., inputs]` becomes `[.., outputs]`.
///
/// Layout and names are PyTorch's: `weight` of shape `[outputs, inputs]`, `bias` of shape `[outputs]`. The fields may be replaced
/// (another initialisation, a weight [tied](Param::tie) to another layer's); the sizes are those of the weight.
///
/// ```
/// use rappel_nn::autodiff::{Param, Tape, Tensor};
/// use rappel_nn::{Layer, Linear};
///
/// let fc = Linear {
///     weight: Param::new(Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])),
///     bias: Some(Param::new(Tensor::from([0.5, 0.0, -0.5]))),
/// };
/// assert_eq!(format!("{fc}"), "Linear(2 -> 3)");
/// let tape = Tape::new();
/// assert_eq!(fc.forward(tape.input(&Tensor::from([[1.0, 10.0]]))).value(), Tensor::from([[21.5, 43.0, 64.5]]));
/// ```
#[derive(Module, Debug, Clone)]
pub struct Linear<T: Float = f32> {
    /// `[outputs, inputs]`.
    pub weight: Param<T>,
    /// `[outputs]`, or none.
    pub bias: Option<Param<T>>,
}

impl<T: Float> Linear<T> {
    /// Random weights and biases, PyTorch's default: uniform on `[-1/sqrt(inputs), 1/sqrt(inputs))`, the weight drawn first, row by
    /// row. Without inputs the bias is 0.
    ///
    /// ```
    /// use rappel_nn::Linear;
    /// use rappel_nn::autodiff::Rng;
    ///
    /// let fc: Linear = Linear::new(100, 10, &mut Rng::seed(1));
    /// assert_eq!(fc.weight.value.shape(), [10, 100]);
    /// assert!(fc.weight.value.data().iter().all(|w| w.abs() <= 0.1));
    /// ```
    pub fn new(inputs: usize, outputs: usize, rng: &mut impl Generator) -> Self {
        let fc = Linear::without_bias(inputs, outputs, rng);
        Linear { bias: Some(init::default_bias(outputs, &[outputs, inputs], rng)), ..fc }
    }

    /// A linear map: random weights as in [`new`](Self::new), no bias.
    pub fn without_bias(inputs: usize, outputs: usize, rng: &mut impl Generator) -> Self {
        Linear { weight: init::default_weight(&[outputs, inputs], rng), bias: None }
    }

    /// The size of the input's last axis.
    ///
    /// # Panics
    /// At the caller's line, when the weight was replaced by one that is no matrix.
    #[track_caller]
    pub fn inputs(&self) -> usize {
        self.sizes()[1]
    }

    /// The size of the output's last axis.
    ///
    /// # Panics
    /// As [`inputs`](Self::inputs).
    #[track_caller]
    pub fn outputs(&self) -> usize {
        self.sizes()[0]
    }

    #[track_caller]
    fn sizes(&self) -> [usize; 2] {
        match *self.weight.value.shape() {
            [outputs, inputs] => [outputs, inputs],
            ref shape => panic!("Linear: the weight has shape {shape:?}; expected [outputs, inputs]"),
        }
    }
}

impl<T: Float> Layer<T> for Linear<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        if let Some(why) = self.misfit(&x.shape()) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let (layer, tape) = (enter(self, x), x.tape());
        let weight = tape.param(&self.weight);
        let bias = match &self.bias {
            Some(bias) => Some(tape.param(bias)),
            None => None,
        };
        layer.leave(x.linear(weight, bias))
    }

    fn kind(&self) -> String {
        self.to_string()
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let &[outputs, inputs] = self.weight.value.shape() else {
            return Some(format!("{self}: a weight has shape [outputs, inputs]; this one was replaced by another"));
        };
        if self.bias.as_ref().is_some_and(|bias| *bias.value.shape() != [outputs]) {
            return Some(format!("{self}: a bias has shape [{outputs}]; this one was replaced by another"));
        }
        if shape.last() == Some(&inputs) {
            return None;
        }
        let hint = match shape {
            [_, rest @ ..] if rest.iter().product::<usize>() == inputs => "; put a `Flatten` before it",
            _ => "",
        };
        Some(format!("{self}: input of shape {shape:?} does not fit: the last axis must be {inputs}{hint}"))
    }
}

/// Kind and sizes, as messages name the layer: `Linear(784 -> 128)`.
impl<T: Float> fmt::Display for Linear<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.weight.value.shape() {
            [outputs, inputs] => write!(f, "Linear({inputs} -> {outputs})"),
            shape => write!(f, "Linear(weight {shape:?})"),
        }
    }
}
