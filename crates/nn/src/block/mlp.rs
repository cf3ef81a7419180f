//! The perceptron of several layers.

use std::fmt;

use rappel_autodiff::{Float, Module, Var, Visitor, VisitorMut};

use super::MlpOptions;
use crate::init::Generator;
use crate::layer::{enter_around, or_panic, pass};
use crate::{Dropout, Layer, LayerNorm, Linear, Misfit, Residual, Sequential};

/// Linear maps with an activation between them, none after the last: `[.., sizes[0]]` becomes `[.., sizes[last]]`.
///
/// It is the [`Sequential`] one would write, with its names: without options `0.weight`, `0.bias`, `2.weight`, .. In each hidden layer
/// the order is linear map, normalisation, activation, dropout.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Gelu, Layer, Mlp, MlpOptions, ModuleExt, Relu};
///
/// let rng = &mut Rng::seed(0);
/// let net: Mlp = Mlp::new(&[784, 128, 10], Relu, rng);
/// assert_eq!(net.to_string(), "Mlp(784 -> 128 -> 10)");
/// let names: Vec<_> = net.named_parameters().into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["0.weight", "0.bias", "2.weight", "2.bias"]);
/// let tape = Tape::new();
/// assert_eq!(net.forward(tape.input(&Tensor::zeros(&[5, 784]))).shape()[..], [5, 10]);
///
/// let options = MlpOptions::new().layer_norm().dropout(0.1).residual();
/// let deep: Mlp = Mlp::with(&[40, 100, 100, 10], Gelu, options, rng);
/// assert_eq!(deep.forward(tape.input(&Tensor::zeros(&[5, 40]))).shape()[..], [5, 10]);
/// ```
pub struct Mlp<T: Float = f32> {
    layers: Sequential<T>,
    sizes: Vec<usize>,
}

impl<T: Float> Mlp<T> {
    /// Sizes from input to output. Every hidden layer gets a copy of the activation; one that learns gets parameters of its own.
    ///
    /// # Panics
    /// At the caller's line, for fewer than two sizes.
    #[track_caller]
    pub fn new(sizes: &[usize], activation: impl Layer<T> + Clone + 'static, rng: &mut impl Generator) -> Self {
        Self::with(sizes, activation, MlpOptions::new(), rng)
    }

    /// [`new`](Self::new) with normalisations, dropouts, residuals, or without biases.
    ///
    /// # Panics
    /// At the caller's line, for fewer than two sizes, or as [`Dropout::new`].
    #[track_caller]
    pub fn with(
        sizes: &[usize],
        activation: impl Layer<T> + Clone + 'static,
        options: MlpOptions,
        rng: &mut impl Generator,
    ) -> Self {
        let [hidden @ .., inputs, outputs] = sizes else {
            panic!("Mlp::new({sizes:?}): give the sizes of input and output, and those between them")
        };
        let dropout = match options.dropout {
            Some(p) => Some(Dropout::new(p)),
            None => None,
        };
        let mut linear = |inputs, outputs| {
            if options.bias { Linear::new(inputs, outputs, rng) } else { Linear::without_bias(inputs, outputs, rng) }
        };
        let mut layers = Sequential::new();
        for pair in sizes[..=hidden.len()].windows(2) {
            let &[from, to] = pair else { continue };
            let mut stage = Sequential::new().push(linear(from, to));
            if options.layer_norm {
                stage = stage.push(LayerNorm::new(&[to]));
            }
            stage = stage.push(activation.clone());
            if let Some(dropout) = &dropout {
                stage = stage.push(dropout.clone());
            }
            if options.residual && from == to {
                layers = layers.push(Residual::new(stage));
            } else {
                layers.layers_mut().append(stage.layers_mut());
            }
        }
        Mlp { layers: layers.push(linear(*inputs, *outputs)), sizes: sizes.into() }
    }

    /// The layers in order.
    pub fn layers(&self) -> &[Box<dyn Layer<T>>] {
        self.layers.layers()
    }

    /// The layers as a [`Sequential`], to be changed or added to.
    pub fn into_sequential(self) -> Sequential<T> {
        self.layers
    }
}

impl<T: Float> Layer<T> for Mlp<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        or_panic(self.try_forward(x))
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let why = self.layers().first()?.misfit(shape)?;
        Some(format!("Mlp[0]: {why}"))
    }

    #[track_caller]
    fn try_forward<'t>(&self, mut x: Var<'t, T>) -> Result<Var<'t, T>, Misfit> {
        let whole = enter_around(self, x);
        for (i, layer) in self.layers().iter().enumerate() {
            x = pass(&whole, i, layer, x).map_err(|misfit| misfit.inside(format_args!("Mlp[{i}]")))?;
        }
        Ok(whole.leave(x))
    }

    fn kind(&self) -> String {
        self.to_string()
    }
}

impl<T: Float> Module for Mlp<T> {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.layers.visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        self.layers.visit_mut(visitor);
    }
}

/// Kind and sizes, as messages name the layer: `Mlp(784 -> 128 -> 10)`.
impl<T: Float> fmt::Display for Mlp<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: Vec<String> = self.sizes.iter().map(usize::to_string).collect();
        write!(f, "Mlp({})", sizes.join(" -> "))
    }
}

impl<T: Float> fmt::Debug for Mlp<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mlp").field("sizes", &self.sizes).finish_non_exhaustive()
    }
}
