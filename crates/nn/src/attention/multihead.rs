//! Attention with several heads.

use std::fmt;

use rappel_autodiff::{AttentionMask, Float, Param, Scope, Tape, Tensor, Var};
use rappel_schedule::Schedule;

use super::masks::{Bias, Scores, causal};
use super::{AttentionOptions, Masks};
use crate::init::{self, Gain, Generator};
use crate::layer::enter_module;
use crate::{Dropout, Layer, Linear, Misfit, Module};

/// Attention with several heads, as `torch.nn.MultiheadAttention` has it: queries, keys and values are projected, cut into heads of
/// `embed / heads` numbers, each head attends by `softmax(q k^T / sqrt(embed / heads) + mask) v`, and the heads side by side are
/// projected again.
///
/// Queries are `[time, batch, embed]`, keys and values `[time', batch, ..]`; with [`batch_first`](Self::batch_first) the first two
/// axes are the other way round, and for one sequence the batch is left out. The output has the shape of the queries.
///
/// Names, layouts and initial values are PyTorch's: `in_proj_weight` `[3 embed, embed]`, the projections of queries, keys and values one
/// under the other (or, for keys or values of [other sizes](AttentionOptions::kdim), `q_proj_weight`, `k_proj_weight` and
/// `v_proj_weight`), `in_proj_bias` `[3 embed]`, `out_proj.weight` and `out_proj.bias`. Weights coming in begin as Xavier's uniform ones,
/// `out_proj.weight` as [`Linear`]'s, biases as zeros.
///
/// Scores are kept nowhere, and attention is one fused operation ([`Var::scaled_dot_product_attention`]), unless the weights are asked
/// for or are subject to dropout. What attends to itself should say so ([`forward_self`](Self::forward_self)): one product then gives
/// queries, keys and values. A query that sees no key gets zeros where PyTorch gives NaN; see [`Masks`].
///
/// Vaswani et al., [Attention is all you need](https://arxiv.org/abs/1706.03762), 2017, section 3.2.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Masks, MultiheadAttention};
///
/// let attention = MultiheadAttention::new(16, 4, &mut Rng::seed(0)).batch_first(true);
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::ones(&[2, 5, 16]));
/// let memory = tape.input(&Tensor::ones(&[2, 7, 16]));
/// assert_eq!(attention.forward(x, memory, memory).shape()[..], [2, 5, 16]);
/// assert_eq!(attention.forward_self(x, Masks::new().causal()).shape()[..], [2, 5, 16]);
/// let (_, weights) = attention.forward_weights(x, memory, memory, Masks::new());
/// assert_eq!(weights.shape()[..], [2, 4, 5, 7]);
/// ```
#[derive(Module, Debug, Clone)]
pub struct MultiheadAttention<T: Float = f32> {
    /// `[3 embed, embed]`; none if keys or values have a size of their own.
    pub in_proj_weight: Option<Param<T>>,
    /// `[embed, embed]`, if keys or values have a size of their own.
    pub q_proj_weight: Option<Param<T>>,
    /// `[embed, kdim]`, if keys or values have a size of their own.
    pub k_proj_weight: Option<Param<T>>,
    /// `[embed, vdim]`, if keys or values have a size of their own.
    pub v_proj_weight: Option<Param<T>>,
    /// `[3 embed]`, or none.
    pub in_proj_bias: Option<Param<T>>,
    /// `[1, 1, embed]`: a key that every query sees, or none.
    pub bias_k: Option<Param<T>>,
    /// `[1, 1, embed]`: its value.
    pub bias_v: Option<Param<T>>,
    /// What the heads go through in the end.
    pub out_proj: Linear<T>,
    #[module(skip)]
    sizes: Sizes,
    #[module(skip)]
    dropout: Dropout,
    #[module(skip)]
    zero_attn: bool,
    #[module(skip)]
    batch_first: bool,
}

/// Sizes of vectors, and the number of heads.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    embed: usize,
    heads: usize,
    kdim: usize,
    vdim: usize,
}

/// What attends to what.
#[derive(Clone, Copy)]
enum Inputs<'t, T: Float> {
    Same(Var<'t, T>),
    Each([Var<'t, T>; 3]),
}

impl<'t, T: Float> Inputs<'t, T> {
    fn each(self) -> [Var<'t, T>; 3] {
        match self {
            Inputs::Same(x) => [x; 3],
            Inputs::Each(x) => x,
        }
    }
}

impl<T: Float> MultiheadAttention<T> {
    /// Sizes of a vector, and of heads, as a block around the attention names them.
    pub(super) fn size_and_heads(&self) -> [usize; 2] {
        [self.sizes.embed, self.sizes.heads]
    }

    /// Vectors of size `embed` and so many heads, PyTorch's initial values.
    ///
    /// # Panics
    /// At the caller's line, unless `embed` is a multiple of `heads`, both above 0.
    #[track_caller]
    pub fn new(embed: usize, heads: usize, rng: &mut impl Generator) -> Self {
        Self::with(embed, heads, AttentionOptions::new(), rng)
    }

    /// [`new`](Self::new) with keys or values of other sizes, without biases, or with a key of its own.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    #[track_caller]
    pub fn with(embed: usize, heads: usize, options: AttentionOptions, rng: &mut impl Generator) -> Self {
        assert!(
            embed > 0 && heads > 0 && embed.is_multiple_of(heads),
            "MultiheadAttention: a vector of {embed} cannot be cut into {heads} heads of one size"
        );
        let kdim = options.kdim.unwrap_or(embed);
        let vdim = options.vdim.unwrap_or(embed);
        // The output's weights are drawn first, as PyTorch does; its bias is drawn, and then set to zero.
        let mut out_proj =
            if options.bias { Linear::new(embed, embed, rng) } else { Linear::without_bias(embed, embed, rng) };
        if let Some(bias) = &mut out_proj.bias {
            bias.value = Tensor::zeros(&[embed]);
        }
        let mut draw = |shape: [usize; 2]| Some(Param::new(init::xavier_uniform(&shape, Gain::Linear, rng)));
        let ([whole, q, k], v) = if kdim == embed && vdim == embed {
            ([draw([3 * embed, embed]), None, None], None)
        } else {
            ([None, draw([embed, embed]), draw([embed, kdim])], draw([embed, vdim]))
        };
        let mut own = || options.bias_kv.then(|| Param::new(init::xavier_normal(&[1, 1, embed], Gain::Linear, rng)));
        let [bias_k, bias_v] = [own(), own()];
        MultiheadAttention {
            in_proj_weight: whole,
            q_proj_weight: q,
            k_proj_weight: k,
            v_proj_weight: v,
            in_proj_bias: options.bias.then(|| Param::new(Tensor::zeros(&[3 * embed]))),
            bias_k,
            bias_v,
            out_proj,
            sizes: Sizes { embed, heads, kdim, vdim },
            dropout: Dropout::new(0.0),
            zero_attn: false,
            batch_first: false,
        }
    }

    /// The probability with which a weight of a key is dropped in training: a number or a schedule, 0 by default.
    ///
    /// # Panics
    /// As [`Dropout::new`].
    #[must_use]
    #[track_caller]
    pub fn dropout(self, p: impl Into<Schedule>) -> Self {
        MultiheadAttention { dropout: Dropout::new(p), ..self }
    }

    /// Whether a key and a value of zeros are added that every query sees; not by default.
    #[must_use]
    pub fn add_zero_attn(self, add: bool) -> Self {
        MultiheadAttention { zero_attn: add, ..self }
    }

    /// Whether sequences are `[batch, time, ..]`; by default `[time, batch, ..]`, as in PyTorch.
    #[must_use]
    pub fn batch_first(self, first: bool) -> Self {
        MultiheadAttention { batch_first: first, ..self }
    }

    /// Queries attend to keys, and get their values. Every query sees every key.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward<'t>(&self, query: Var<'t, T>, key: Var<'t, T>, value: Var<'t, T>) -> Var<'t, T> {
        self.forward_with(query, key, value, Masks::new())
    }

    /// [`forward`](Self::forward) where queries do not see every key.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward_with<'t>(
        &self,
        query: Var<'t, T>,
        key: Var<'t, T>,
        value: Var<'t, T>,
        masks: Masks<'t, T>,
    ) -> Var<'t, T> {
        let module = enter_module(self, || self.to_string(), query.tape());
        let y = self.attend(&module, Inputs::Each([query, key, value]), masks, false).0;
        module.leave(y)
    }

    /// Self-attention: `forward_with(x, x, x, masks)`, with one product for queries, keys and values.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward_self<'t>(&self, x: Var<'t, T>, masks: Masks<'t, T>) -> Var<'t, T> {
        let module = enter_module(self, || self.to_string(), x.tape());
        let y = self.attend(&module, Inputs::Same(x), masks, false).0;
        module.leave(y)
    }

    /// [`forward_with`](Self::forward_with), and with how much weight each query looked at each key: `[batch, heads, queries, keys]`,
    /// without the batch for one sequence.
    ///
    /// Keys of the module's own come last. In training, weights are as dropout left them. PyTorch's average over the heads is
    /// `weights.mean_axes(&[-3], false)`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward_weights<'t>(
        &self,
        query: Var<'t, T>,
        key: Var<'t, T>,
        value: Var<'t, T>,
        masks: Masks<'t, T>,
    ) -> (Var<'t, T>, Var<'t, T>) {
        let module = enter_module(self, || self.to_string(), query.tape());
        let (y, weights) = self.attend(&module, Inputs::Each([query, key, value]), masks, true);
        let weights = weights.expect("they were asked for");
        let batched = query.rank() == 3;
        (module.leave(y), if batched { weights } else { weights.squeeze(0) })
    }

    /// Output and, if asked for, weights.
    #[track_caller]
    fn attend<'t>(
        &self,
        module: &Scope<'t, T>,
        inputs: Inputs<'t, T>,
        masks: Masks<'t, T>,
        wanted: bool,
    ) -> (Var<'t, T>, Option<Var<'t, T>>) {
        let [query, key, value] = inputs.each();
        let tape = query.tape();
        let scores = match self.fit([query, key, value].map(|x| x.shape()).each_ref().map(|x| &x[..]), masks) {
            Ok(scores) => scores,
            Err(why) => panic!("{}", Misfit::at(module, format!("{self}: {why}"))),
        };
        let [q, k, v] = self.project(inputs).map(|x| self.split(x, scores.batch));
        let [k, v] = self.with_own(tape, k, v, scores);
        let bias = masks.on(tape, scores);
        let dropped = tape.is_training() && self.dropout.p().number() != Some(0.0);
        let (y, weights) = if wanted || dropped {
            let (y, weights) = self.attend_openly(q, k, v, bias, scores);
            (y, Some(weights))
        } else {
            let mask = match bias {
                Bias::None => AttentionMask::None,
                Bias::Causal => AttentionMask::Causal,
                Bias::Add(bias) => AttentionMask::Add(bias),
            };
            (q.scaled_dot_product_attention(k, v, mask, None), None)
        };
        let y = if self.batch_first || query.rank() == 2 { y.swap_axes(1, 2) } else { y.permute(&[2, 0, 1, 3]) };
        (self.out_proj.forward(y.reshape(&query.shape())), weights)
    }

    /// The composition that the fused operation stands for, with dropout between its products.
    fn attend_openly<'t>(
        &self,
        q: Var<'t, T>,
        k: Var<'t, T>,
        v: Var<'t, T>,
        bias: Bias<'t, T>,
        s: Scores,
    ) -> (Var<'t, T>, Var<'t, T>) {
        let tape = q.tape();
        let scores = q.matmul_with(k, false, true) * ((self.sizes.embed / self.sizes.heads) as f64).sqrt().recip();
        let bias = match bias {
            Bias::None => None,
            Bias::Causal => Some(tape.input(&causal(s.queries, s.keys, 0))),
            Bias::Add(bias) => Some(bias),
        };
        let weights = match bias {
            None => scores.softmax(-1),
            Some(bias) => {
                let scores = scores + bias;
                let blind = scores.logsumexp(-1, true).eq(f64::NEG_INFINITY);
                blind.where_cond(0.0, blind.where_cond(0.0, scores).softmax(-1))
            }
        };
        let weights = self.dropout.forward(weights);
        (weights.matmul(v), weights)
    }

    /// Queries, keys and values `[.., embed]`.
    fn project<'t>(&self, inputs: Inputs<'t, T>) -> [Var<'t, T>; 3] {
        let [query, key, value] = inputs.each();
        let tape = query.tape();
        let third = [self.sizes.embed; 3];
        let bias = self.in_proj_bias.as_ref().map(|bias| tape.param(bias));
        if let (Inputs::Same(x), Some(weight)) = (inputs, &self.in_proj_weight) {
            return three(x.linear(tape.param(weight), bias).split(&third, -1));
        }
        let weights = match (&self.in_proj_weight, &self.q_proj_weight, &self.k_proj_weight, &self.v_proj_weight) {
            (Some(weight), ..) => three(tape.param(weight).split(&third, 0)),
            (None, Some(q), Some(k), Some(v)) => [q, k, v].map(|weight| tape.param(weight)),
            _ => unreachable!("`fit` has looked"),
        };
        let biases = match bias {
            Some(bias) => three(bias.split(&third, 0)).map(Some),
            None => [None; 3],
        };
        [query.linear(weights[0], biases[0]), key.linear(weights[1], biases[1]), value.linear(weights[2], biases[2])]
    }

    /// `[.., embed]` as `[batch, heads, time, embed / heads]`.
    fn split<'t>(&self, x: Var<'t, T>, batch: usize) -> Var<'t, T> {
        let Sizes { embed, heads, .. } = self.sizes;
        let part = embed / heads;
        let shape = x.shape();
        match shape[..] {
            [time, _] => x.reshape(&[1, time, heads, part]).swap_axes(1, 2),
            [_, time, _] if self.batch_first => x.reshape(&[batch, time, heads, part]).swap_axes(1, 2),
            _ => x.reshape(&[shape[0], batch, heads, part]).permute(&[1, 2, 0, 3]),
        }
    }

    /// Keys and values with those of the module's own behind them.
    fn with_own<'t>(&self, tape: &'t Tape<T>, k: Var<'t, T>, v: Var<'t, T>, s: Scores) -> [Var<'t, T>; 2] {
        if s.own == 0 {
            return [k, v];
        }
        let part = self.sizes.embed / self.sizes.heads;
        let one = [s.batch, s.heads, 1, part];
        let join = |x: Var<'t, T>, own: &Option<Param<T>>| {
            let learned = own.as_ref().map(|own| tape.param(own).reshape(&[1, s.heads, 1, part]).expand(&one));
            let zero = self.zero_attn.then(|| tape.input(&Tensor::zeros(&one)));
            let all: Vec<_> = [Some(x), learned, zero].into_iter().flatten().collect();
            Var::concat(&all, 2)
        };
        [join(k, &self.bias_k), join(v, &self.bias_v)]
    }

    /// The sizes of the scores, or why shapes of queries, keys and values, or masks, do not fit.
    pub(super) fn fit(&self, [query, key, value]: [&[usize]; 3], masks: Masks<'_, T>) -> Result<Scores, String> {
        let Sizes { embed, heads, kdim, vdim } = self.sizes;
        let apart = [&self.q_proj_weight, &self.k_proj_weight, &self.v_proj_weight];
        if self.in_proj_weight.is_none() && apart.iter().any(|weight| weight.is_none()) {
            return Err("of its fields, `in_proj_weight` or the three other weights must be there".into());
        }
        if self.bias_k.is_some() != self.bias_v.is_some() {
            return Err("of its fields, `bias_k` and `bias_v` must both be there, or neither".into());
        }
        let layout = if self.batch_first { "[batch, time, " } else { "[time, batch, " };
        for (name, shape, size) in [("query", query, embed), ("key", key, kdim), ("value", value, vdim)] {
            if !(2..=3).contains(&shape.len()) || shape.last() != Some(&size) {
                return Err(format!(
                    "{name} of shape {shape:?} does not fit: {layout}{size}] or [time, {size}] is expected"
                ));
            }
        }
        let times = |shape: &[usize]| match *shape {
            [time, _] => (None, time),
            _ if self.batch_first => (Some(shape[0]), shape[1]),
            _ => (Some(shape[1]), shape[0]),
        };
        let ((batch, queries), (of_keys, keys)) = (times(query), times(key));
        if of_keys != batch || times(value) != (batch, keys) {
            return Err(format!(
                "query of shape {query:?}, key {key:?} and value {value:?} do not fit: the batch must be one, and there must be a \
                 value per key"
            ));
        }
        let own = usize::from(self.bias_k.is_some()) + usize::from(self.zero_attn);
        let scores = Scores { batch: batch.unwrap_or(1), heads, queries, keys, own };
        match masks.misfit(scores, batch.is_some()) {
            None => Ok(scores),
            Some(why) => Err(why),
        }
    }
}

/// The three parts of what was split in three.
fn three<T: Float>(parts: Vec<Var<'_, T>>) -> [Var<'_, T>; 3] {
    let [q, k, v] = parts[..] else { panic!("split in three") };
    [q, k, v]
}

/// Kind and sizes, as messages name the module: `MultiheadAttention(64, 4 heads)`.
impl<T: Float> fmt::Display for MultiheadAttention<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sizes { embed, heads, kdim, vdim } = self.sizes;
        write!(f, "MultiheadAttention({embed}, {heads} heads")?;
        if kdim != embed || vdim != embed {
            write!(f, ", keys of {kdim}, values of {vdim}")?;
        }
        write!(f, ")")
    }
}
