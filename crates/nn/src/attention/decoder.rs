//! Blocks of a transformer that look at a memory, one after the other.

use rappel_autodiff::{Float, Var};

use super::{Masks, TransformerDecoderLayer};
use crate::layer::enter_module;
use crate::{Layer, LayerNorm, Misfit, Module, Relu};

/// Blocks in turn that all look at one memory, and a normalisation behind them if there is one, as `torch.nn.TransformerDecoder` has
/// them; PyTorch copies one block, here every block is drawn by itself.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Masks, TransformerDecoder, TransformerDecoderLayer};
///
/// let rng = &mut Rng::seed(0);
/// let net = TransformerDecoder::new((0..2).map(|_| TransformerDecoderLayer::new(8, 2, 16, rng)).collect());
/// let tape = Tape::new();
/// let (x, memory) = (tape.input(&Tensor::ones(&[4, 3, 8])), tape.input(&Tensor::ones(&[7, 3, 8])));
/// assert_eq!(net.forward_with(x, memory, Masks::new().causal(), Masks::new()).shape()[..], [4, 3, 8]);
/// ```
#[derive(Module, Debug, Clone)]
pub struct TransformerDecoder<T: Float = f32, A: Module = Relu> {
    /// The blocks in order.
    pub layers: Vec<TransformerDecoderLayer<T, A>>,
    /// What the last block's output goes through.
    pub norm: Option<LayerNorm<T>>,
}

impl<T: Float, A: Module> TransformerDecoder<T, A> {
    /// Blocks, without a normalisation behind them.
    pub fn new(layers: Vec<TransformerDecoderLayer<T, A>>) -> Self {
        TransformerDecoder { layers, norm: None }
    }

    /// The same with a normalisation behind the blocks.
    #[must_use]
    pub fn norm(self, norm: LayerNorm<T>) -> Self {
        TransformerDecoder { norm: Some(norm), ..self }
    }
}

impl<T: Float, A: Layer<T>> TransformerDecoder<T, A> {
    /// The output where every position sees every other, and all of the memory.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward<'t>(&self, x: Var<'t, T>, memory: Var<'t, T>) -> Var<'t, T> {
        self.forward_with(x, memory, Masks::new(), Masks::new())
    }

    /// The output; the masks are those of every block.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward_with<'t>(
        &self,
        mut x: Var<'t, T>,
        memory: Var<'t, T>,
        masks: Masks<'t, T>,
        of_memory: Masks<'t, T>,
    ) -> Var<'t, T> {
        let whole = enter_module(self, || format!("TransformerDecoder({} layers)", self.layers.len()), x.tape());
        let shapes = [&x.shape()[..], &memory.shape()];
        for (i, layer) in self.layers.iter().enumerate() {
            if let Some(why) = layer.apart(shapes, masks, of_memory) {
                panic!("{}", Misfit::at(&whole, format!("TransformerDecoder.layers[{i}]: {why}")));
            }
        }
        if let Some(why) = self.norm.as_ref().and_then(|norm| norm.misfit(shapes[0])) {
            panic!("{}", Misfit::at(&whole, format!("TransformerDecoder.norm: {why}")));
        }
        for layer in &self.layers {
            x = layer.forward_with(x, memory, masks, of_memory);
        }
        whole.leave(match &self.norm {
            Some(norm) => norm.forward(x),
            None => x,
        })
    }
}
