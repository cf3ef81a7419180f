//! A block of a transformer: self-attention, and a small net at each position.

use rappel_autodiff::{Float, Var};
use rappel_schedule::Schedule;

use super::{Masks, MultiheadAttention, part};
use crate::init::Generator;
use crate::layer::enter;
use crate::{Dropout, Layer, LayerNorm, Linear, Misfit, Module, Relu};

/// A block of a transformer as `torch.nn.TransformerEncoderLayer` has it: self-attention, then two linear maps with an activation
/// between them, each beside a residual and with a normalisation.
///
/// With f the attention or the small net: `x = norm(x + dropout(f(x)))`, or with [`norm_first`](Self::norm_first)
/// `x = x + dropout(f(norm(x)))`, which trains without a warm-up and is what GPT-2 and its successors use. Names, initial values and
/// defaults are PyTorch's: relu, a **dropout of 0.1** (on attention weights and inside the small net too), eps 1e-5, sequences
/// `[time, batch, size]`.
///
/// The block of a GPT is this layer, pre-norm and [causal](Self::causal):
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor, Var};
/// use rappel_nn::{Embedding, Gelu, Layer, LayerNorm, LearnedPositions, Linear, Module, TransformerEncoderLayer};
///
/// #[derive(Module)]
/// struct Gpt {
///     words: Embedding,
///     places: LearnedPositions,
///     blocks: Vec<TransformerEncoderLayer<f32, Gelu>>,
///     norm: LayerNorm,
///     out: Linear,
/// }
///
/// impl Gpt {
///     fn forward<'t>(&self, tape: &'t Tape, x: &Tensor<u32>) -> Var<'t> {
///         let mut x = self.places.forward(self.words.forward(tape, x));
///         for block in &self.blocks {
///             x = block.forward(x);
///         }
///         self.out.forward(self.norm.forward(x))
///     }
/// }
///
/// let rng = &mut Rng::seed(0);
/// let mut block = || {
///     let block = TransformerEncoderLayer::new(16, 2, 64, rng).activation(Gelu).dropout(0.0);
///     block.norm_first(true).batch_first(true).causal(true)
/// };
/// let blocks = vec![block(), block()];
/// let net = Gpt {
///     words: Embedding::new(65, 16, rng),
///     places: LearnedPositions::new(32, 16, rng),
///     blocks,
///     norm: LayerNorm::new(&[16]),
///     out: Linear::new(16, 65, rng),
/// };
/// let tape = Tape::new();
/// assert_eq!(net.forward(&tape, &Tensor::zeros(&[4, 10]).map(|_: &f32| 7)).shape()[..], [4, 10, 65]);
/// ```
///
/// Vaswani et al., [Attention is all you need](https://arxiv.org/abs/1706.03762), 2017, section 3.1; Xiong et al.,
/// [On layer normalization in the transformer architecture](https://arxiv.org/abs/2002.04745), 2020.
#[derive(Module, Debug, Clone)]
pub struct TransformerEncoderLayer<T: Float = f32, A: Module = Relu> {
    /// What attends.
    pub self_attn: MultiheadAttention<T>,
    /// Into the small net.
    pub linear1: Linear<T>,
    /// Out of the small net.
    pub linear2: Linear<T>,
    /// That of the attention.
    pub norm1: LayerNorm<T>,
    /// That of the small net.
    pub norm2: LayerNorm<T>,
    /// Between the linear maps.
    pub activation: A,
    #[module(skip)]
    dropout: Dropout,
    #[module(skip)]
    norm_first: bool,
    #[module(skip)]
    causal: bool,
}

impl<T: Float> TransformerEncoderLayer<T> {
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
        TransformerEncoderLayer {
            self_attn: part::attention(embed, heads, bias, rng),
            linear1: part::linear(embed, feedforward, bias, rng),
            linear2: part::linear(feedforward, embed, bias, rng),
            norm1: LayerNorm::new(&[embed]).bias(bias),
            norm2: LayerNorm::new(&[embed]).bias(bias),
            activation: Relu,
            dropout: Dropout::new(0.0),
            norm_first: false,
            causal: false,
        }
        .dropout(0.1)
    }
}

impl<T: Float, A: Module> TransformerEncoderLayer<T, A> {
    /// Another activation in the small net: any layer that keeps the shape.
    #[must_use]
    pub fn activation<B: Layer<T>>(self, activation: B) -> TransformerEncoderLayer<T, B> {
        TransformerEncoderLayer {
            self_attn: self.self_attn,
            linear1: self.linear1,
            linear2: self.linear2,
            norm1: self.norm1,
            norm2: self.norm2,
            activation,
            dropout: self.dropout,
            norm_first: self.norm_first,
            causal: self.causal,
        }
    }

    /// The probability of all dropouts: on attention weights, on what is added to the residuals, inside the small net. A number or a
    /// schedule, 0.1 by default. With 0, attention is one fused operation in training too.
    ///
    /// # Panics
    /// As [`Dropout::new`].
    #[must_use]
    #[track_caller]
    pub fn dropout(self, p: impl Into<Schedule>) -> Self {
        let dropout = Dropout::new(p);
        let self_attn = self.self_attn.dropout(dropout.p().clone());
        TransformerEncoderLayer { self_attn, dropout, ..self }
    }

    /// What the normalisations add to the variance: 1e-5 by default.
    #[must_use]
    pub fn layer_norm_eps(self, eps: f64) -> Self {
        TransformerEncoderLayer { norm1: self.norm1.eps(eps), norm2: self.norm2.eps(eps), ..self }
    }

    /// Whether sequences are `[batch, time, size]`; by default `[time, batch, size]`, as in PyTorch.
    #[must_use]
    pub fn batch_first(self, first: bool) -> Self {
        TransformerEncoderLayer { self_attn: self.self_attn.batch_first(first), ..self }
    }

    /// Whether what is added to a residual is normalised before it is computed from, instead of the sum; not by default.
    #[must_use]
    pub fn norm_first(self, first: bool) -> Self {
        TransformerEncoderLayer { norm_first: first, ..self }
    }

    /// Whether each position sees only itself and those before it, whatever else masks say; not by default.
    #[must_use]
    pub fn causal(self, causal: bool) -> Self {
        TransformerEncoderLayer { causal, ..self }
    }
}

impl<T: Float, A: Layer<T>> TransformerEncoderLayer<T, A> {
    /// The output, where positions do not see every other.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward_with<'t>(&self, x: Var<'t, T>, masks: Masks<'t, T>) -> Var<'t, T> {
        let layer = enter(self, x);
        if let Some(why) = self.apart(&x.shape(), masks) {
            panic!("{}", Misfit::at(&layer, why));
        }
        let masks = if self.causal { masks.causal() } else { masks };
        let attend = |x| self.dropout.forward(self.self_attn.forward_self(x, masks));
        let think = |x| {
            let hidden = self.dropout.forward(self.activation.forward(self.linear1.forward(x)));
            self.dropout.forward(self.linear2.forward(hidden))
        };
        layer.leave(if self.norm_first {
            let x = x + attend(self.norm1.forward(x));
            x + think(self.norm2.forward(x))
        } else {
            let x = self.norm1.forward(x + attend(x));
            self.norm2.forward(x + think(x))
        })
    }

    /// Why an input or masks do not fit.
    pub(super) fn apart(&self, shape: &[usize], masks: Masks<'_, T>) -> Option<String> {
        let why = self.self_attn.fit([shape; 3], masks).err()?;
        Some(format!("{}: {why}", self.kind()))
    }
}

/// Every position sees every other, unless the layer is [causal](TransformerEncoderLayer::causal).
impl<T: Float, A: Layer<T>> Layer<T> for TransformerEncoderLayer<T, A> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.forward_with(x, Masks::new())
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        self.apart(shape, Masks::new())
    }

    fn kind(&self) -> String {
        part::kind("TransformerEncoderLayer", &self.self_attn, &self.linear1)
    }
}
