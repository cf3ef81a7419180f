//! A block of a transformer that also looks at the output of an encoder.

use rappel_autodiff::{Float, Var};
use rappel_schedule::Schedule;

use super::{Masks, MultiheadAttention, part};
use crate::init::Generator;
use crate::layer::enter_module;
use crate::{Dropout, Layer, LayerNorm, Linear, Misfit, Module, Relu};

/// A block of a transformer as `torch.nn.TransformerDecoderLayer` has it: self-attention, attention to a memory (the output of an
/// encoder), then a small net at each position, each beside a residual and with a normalisation.
///
/// The options are those of [`TransformerEncoderLayer`](crate::TransformerEncoderLayer), with its defaults.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Masks, TransformerDecoderLayer};
///
/// let block = TransformerDecoderLayer::new(8, 2, 16, &mut Rng::seed(0)).batch_first(true);
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::ones(&[3, 4, 8]));
/// let memory = tape.input(&Tensor::ones(&[3, 7, 8]));
/// let y = block.forward_with(x, memory, Masks::new().causal(), Masks::new());
/// assert_eq!(y.shape()[..], [3, 4, 8]);
/// ```
#[derive(Module, Debug, Clone)]
pub struct TransformerDecoderLayer<T: Float = f32, A: Module = Relu> {
    /// What attends to its own sequence.
    pub self_attn: MultiheadAttention<T>,
    /// What attends to the memory.
    pub multihead_attn: MultiheadAttention<T>,
    /// Into the small net.
    pub linear1: Linear<T>,
    /// Out of the small net.
    pub linear2: Linear<T>,
    /// That of the attention to the own sequence.
    pub norm1: LayerNorm<T>,
    /// That of the attention to the memory.
    pub norm2: LayerNorm<T>,
    /// That of the small net.
    pub norm3: LayerNorm<T>,
    /// Between the linear maps.
    pub activation: A,
    #[module(skip)]
    dropout: Dropout,
    #[module(skip)]
    norm_first: bool,
}

impl<T: Float> TransformerDecoderLayer<T> {
    /// Vectors of size `embed`, so many heads, and a small net that is `feedforward` wide (PyTorch: 2048), with relu.
    ///
    /// # Panics
    /// As [`MultiheadAttention::new`].
    #[track_caller]
    pub fn new(embed: usize, heads: usize, feedforward: usize, rng: &mut impl Generator) -> Self {
        Self::make(embed, heads, feedforward, true, rng)
    }

    /// [`new`](Self::new) without biases in attention, linear maps and normalisations.
    ///
    /// # Panics
    /// As [`MultiheadAttention::new`].
    #[track_caller]
    pub fn without_bias(embed: usize, heads: usize, feedforward: usize, rng: &mut impl Generator) -> Self {
        Self::make(embed, heads, feedforward, false, rng)
    }

    #[track_caller]
    fn make(embed: usize, heads: usize, feedforward: usize, bias: bool, rng: &mut impl Generator) -> Self {
        TransformerDecoderLayer {
            self_attn: part::attention(embed, heads, bias, rng),
            multihead_attn: part::attention(embed, heads, bias, rng),
            linear1: part::linear(embed, feedforward, bias, rng),
            linear2: part::linear(feedforward, embed, bias, rng),
            norm1: LayerNorm::new(&[embed]).bias(bias),
            norm2: LayerNorm::new(&[embed]).bias(bias),
            norm3: LayerNorm::new(&[embed]).bias(bias),
            activation: Relu,
            dropout: Dropout::new(0.0),
            norm_first: false,
        }
        .dropout(0.1)
    }
}

impl<T: Float, A: Module> TransformerDecoderLayer<T, A> {
    /// Another activation in the small net: any layer that keeps the shape.
    #[must_use]
    pub fn activation<B: Layer<T>>(self, activation: B) -> TransformerDecoderLayer<T, B> {
        TransformerDecoderLayer {
            self_attn: self.self_attn,
            multihead_attn: self.multihead_attn,
            linear1: self.linear1,
            linear2: self.linear2,
            norm1: self.norm1,
            norm2: self.norm2,
            norm3: self.norm3,
            activation,
            dropout: self.dropout,
            norm_first: self.norm_first,
        }
    }

    /// The probability of all dropouts: a number or a schedule, 0.1 by default.
    ///
    /// # Panics
    /// As [`Dropout::new`].
    #[must_use]
    #[track_caller]
    pub fn dropout(self, p: impl Into<Schedule>) -> Self {
        let dropout = Dropout::new(p);
        let self_attn = self.self_attn.dropout(dropout.p().clone());
        let multihead_attn = self.multihead_attn.dropout(dropout.p().clone());
        TransformerDecoderLayer { self_attn, multihead_attn, dropout, ..self }
    }

    /// What the normalisations add to the variance: 1e-5 by default.
    #[must_use]
    pub fn layer_norm_eps(self, eps: f64) -> Self {
        let [norm1, norm2, norm3] = [self.norm1, self.norm2, self.norm3].map(|norm| norm.eps(eps));
        TransformerDecoderLayer { norm1, norm2, norm3, ..self }
    }

    /// Whether sequences are `[batch, time, size]`; by default `[time, batch, size]`, as in PyTorch.
    #[must_use]
    pub fn batch_first(self, first: bool) -> Self {
        let self_attn = self.self_attn.batch_first(first);
        TransformerDecoderLayer { self_attn, multihead_attn: self.multihead_attn.batch_first(first), ..self }
    }

    /// Whether what is added to a residual is normalised before it is computed from, instead of the sum; not by default.
    #[must_use]
    pub fn norm_first(self, first: bool) -> Self {
        TransformerDecoderLayer { norm_first: first, ..self }
    }
}

impl<T: Float, A: Layer<T>> TransformerDecoderLayer<T, A> {
    /// The output where every position sees every other, and all of the memory.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward<'t>(&self, x: Var<'t, T>, memory: Var<'t, T>) -> Var<'t, T> {
        self.forward_with(x, memory, Masks::new(), Masks::new())
    }

    /// The output: `masks` say which positions of its own sequence a position sees, `of_memory` which of the memory.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward_with<'t>(
        &self,
        x: Var<'t, T>,
        memory: Var<'t, T>,
        masks: Masks<'t, T>,
        of_memory: Masks<'t, T>,
    ) -> Var<'t, T> {
        let layer = enter_module(self, || self.kind(), x.tape());
        if let Some(why) = self.apart([&x.shape(), &memory.shape()], masks, of_memory) {
            panic!("{}", Misfit::at(&layer, why));
        }
        let attend = |x| self.dropout.forward(self.self_attn.forward_self(x, masks));
        let remember = |x| self.dropout.forward(self.multihead_attn.forward_with(x, memory, memory, of_memory));
        let think = |x| {
            let hidden = self.dropout.forward(self.activation.forward(self.linear1.forward(x)));
            self.dropout.forward(self.linear2.forward(hidden))
        };
        layer.leave(if self.norm_first {
            let x = x + attend(self.norm1.forward(x));
            let x = x + remember(self.norm2.forward(x));
            x + think(self.norm3.forward(x))
        } else {
            let x = self.norm1.forward(x + attend(x));
            let x = self.norm2.forward(x + remember(x));
            self.norm3.forward(x + think(x))
        })
    }

    /// Why inputs or masks do not fit.
    pub(super) fn apart(
        &self,
        [x, memory]: [&[usize]; 2],
        masks: Masks<'_, T>,
        of_memory: Masks<'_, T>,
    ) -> Option<String> {
        let own = self.self_attn.fit([x; 3], masks).err();
        let why = own.or_else(|| self.multihead_attn.fit([x, memory, memory], of_memory).err())?;
        Some(format!("{}: {why}", self.kind()))
    }

    fn kind(&self) -> String {
        part::kind("TransformerDecoderLayer", &self.self_attn, &self.linear1)
    }
}
