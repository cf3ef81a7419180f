//! Layers in a row, chosen at run time.

use std::fmt;

use rappel_autodiff::{Float, Module, ModuleExt, Var, Visitor, VisitorMut};

use crate::layer::{enter_around, or_panic, pass};
use crate::{Layer, Misfit};

/// Layers that are applied in turn, of any kinds and any number.
///
/// Parameters are called as in PyTorch's: `0.weight`, `2.bias`. Without layers the output is the input. When the layers are known
/// while compiling, a tuple does the same without boxes.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Layer, Linear, ModuleExt, Relu, Sequential};
///
/// let mut rng = Rng::seed(0);
/// let mut net = Sequential::new();
/// for (inputs, outputs) in [(2, 16), (16, 16)] {
///     net = net.push(Linear::new(inputs, outputs, &mut rng)).push(Relu);
/// }
/// let net = net.push(Linear::without_bias(16, 1, &mut rng));
///
/// let tape = Tape::new();
/// assert_eq!(net.forward(tape.input(&Tensor::zeros(&[8, 2]))).shape()[..], [8, 1]);
/// let names: Vec<_> = net.named_parameters().into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight"]);
/// ```
pub struct Sequential<T: Float = f32> {
    layers: Vec<Box<dyn Layer<T>>>,
}

impl<T: Float> Sequential<T> {
    /// No layers.
    pub fn new() -> Self {
        Sequential { layers: Vec::new() }
    }

    /// The same with another layer at the end.
    #[must_use]
    pub fn push(mut self, layer: impl Layer<T> + 'static) -> Self {
        self.layers.push(Box::new(layer));
        self
    }

    /// The layers in order.
    pub fn layers(&self) -> &[Box<dyn Layer<T>>] {
        &self.layers
    }

    /// The layers in order, to be changed, added to or replaced.
    pub fn layers_mut(&mut self) -> &mut Vec<Box<dyn Layer<T>>> {
        &mut self.layers
    }
}

impl<T: Float> Layer<T> for Sequential<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        or_panic(self.try_forward(x))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let why = self.layers.first()?.misfit(shape)?;
        Some(format!("Sequential[0]: {why}"))
    }

    #[track_caller]
    fn try_forward<'t>(&self, mut x: Var<'t, T>) -> Result<Var<'t, T>, Misfit> {
        let whole = enter_around(self, x);
        for (i, layer) in self.layers.iter().enumerate() {
            x = pass(&whole, i, layer, x).map_err(|misfit| misfit.inside(format_args!("Sequential[{i}]")))?;
        }
        Ok(whole.leave(x))
    }

    fn kind(&self) -> String {
        format!("Sequential({} layers)", self.layers.len())
    }
}

impl<T: Float> Module for Sequential<T> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.layers.visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        self.layers.visit_mut(visitor);
    }
}

impl<T: Float> Default for Sequential<T> {
    fn default() -> Self {
        Sequential::new()
    }
}

impl<T: Float> From<Vec<Box<dyn Layer<T>>>> for Sequential<T> {
    fn from(layers: Vec<Box<dyn Layer<T>>>) -> Self {
        Sequential { layers }
    }
}

impl<T: Float> FromIterator<Box<dyn Layer<T>>> for Sequential<T> {
    fn from_iter<I: IntoIterator<Item = Box<dyn Layer<T>>>>(layers: I) -> Self {
        Sequential { layers: layers.into_iter().collect() }
    }
}

impl<T: Float> fmt::Debug for Sequential<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sequential")
            .field("layers", &self.layers.len())
            .field("parameters", &self.count_parameters())
            .finish()
    }
}
