//! Blocks of a transformer, one after the other.

use rappel_autodiff::{Float, Var};

use super::{Masks, TransformerEncoderLayer};
use crate::layer::enter;
use crate::{Layer, LayerNorm, Misfit, Module, Relu};

/// Blocks in turn, and a normalisation behind them if there is one, as `torch.nn.TransformerEncoder` has them.
///
/// PyTorch copies one block, so that all begin with the same values; here every block is drawn by itself, unless one is cloned. After
/// blocks with [`norm_first`](TransformerEncoderLayer::norm_first) there should be a normalisation.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{LayerNorm, Masks, ModuleExt, TransformerEncoder, TransformerEncoderLayer};
///
/// let rng = &mut Rng::seed(0);
/// let blocks = (0..2).map(|_| TransformerEncoderLayer::new(8, 2, 16, rng).batch_first(true).norm_first(true));
/// let net = TransformerEncoder::new(blocks.collect()).norm(LayerNorm::new(&[8]));
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::ones(&[3, 5, 8]));
/// assert_eq!(net.forward_with(x, Masks::new().causal()).shape()[..], [3, 5, 8]);
/// assert!(net.named_parameters().iter().any(|(name, _)| name == "layers.1.self_attn.in_proj_weight"));
/// ```
#[derive(Module, Debug, Clone)]
pub struct TransformerEncoder<T: Float = f32, A: Module = Relu> {
    /// The blocks in order.
    pub layers: Vec<TransformerEncoderLayer<T, A>>,
    /// What the last block's output goes through.
    pub norm: Option<LayerNorm<T>>,
}

impl<T: Float, A: Module> TransformerEncoder<T, A> {
    /// Blocks, without a normalisation behind them.
    pub fn new(layers: Vec<TransformerEncoderLayer<T, A>>) -> Self {
        TransformerEncoder { layers, norm: None }
    }

    /// The same with a normalisation behind the blocks.
    #[must_use]
    pub fn norm(self, norm: LayerNorm<T>) -> Self {
        TransformerEncoder { norm: Some(norm), ..self }
    }
}

impl<T: Float, A: Layer<T>> TransformerEncoder<T, A> {
    /// The output, where positions do not see every other; the masks are those of every block.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward_with<'t>(&self, mut x: Var<'t, T>, masks: Masks<'t, T>) -> Var<'t, T> {
        let whole = enter(self, x);
        if let Some(why) = self.apart(&x.shape(), masks) {
            panic!("{}", Misfit::at(&whole, why));
        }
        for layer in &self.layers {
            x = layer.forward_with(x, masks);
        }
        whole.leave(match &self.norm {
            Some(norm) => norm.forward(x),
            None => x,
        })
    }

    /// Why an input or masks do not fit. The blocks keep the shape, so each is asked with the input's.
    fn apart(&self, shape: &[usize], masks: Masks<'_, T>) -> Option<String> {
        let place = |(i, layer): (usize, &TransformerEncoderLayer<T, A>)| {
            Some(format!("TransformerEncoder.layers[{i}]: {}", layer.apart(shape, masks)?))
        };
        let blocks = self.layers.iter().enumerate().find_map(place);
        blocks.or_else(|| Some(format!("TransformerEncoder.norm: {}", self.norm.as_ref()?.misfit(shape)?)))
    }
}

/// Every position sees every other, but in [causal](TransformerEncoderLayer::causal) blocks.
impl<T: Float, A: Layer<T>> Layer<T> for TransformerEncoder<T, A> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.forward_with(x, Masks::new())
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        self.apart(shape, Masks::new())
    }

    fn kind(&self) -> String {
        format!("TransformerEncoder({} layers)", self.layers.len())
    }
}
