//! Scaled dot-product attention, fused.

use rappel_tensor::shape::count;
use rappel_tensor::{Comparison, Float, Soft, Tensor};
use smallvec::SmallVec;

use super::{LogSumExp, Softmax};
use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

/// Which keys a query sees.
#[derive(Clone, Copy, Debug)]
pub enum AttentionMask<'t, T: Float = f32> {
    /// All.
    None,
    /// Query i sees the keys 0 to i.
    Causal,
    /// Those where the mask is not 0; it stretches to the scores' shape `[.., queries, keys]`. PyTorch's boolean mask.
    Keep(Var<'t, T>),
    /// All, with something added to their scores, which stretches to `[.., queries, keys]` and may have a gradient; `-inf` hides a key.
    Add(Var<'t, T>),
}

impl<'t, T: Float> Var<'t, T> {
    /// Scaled dot-product attention: `softmax(scale q k^T + mask) v` for queries `self` `[.., t, d]`, keys `[.., s, d]` and values
    /// `[.., s, e]`, with the same leading axes (batch, heads): `[.., t, e]`. Without a scale, it is `1 / sqrt(d)`.
    ///
    /// Fused: of the scores, at most 64 rows of one head are in memory at a time on each thread, and nothing of them is kept; the backward
    /// pass computes them anew. A query that sees no key gets zeros, and passes no gradient (PyTorch gives NaN). The values of hidden
    /// keys must be finite: `0 * inf` is NaN.
    ///
    /// Vaswani et al., [Attention is all you need](https://arxiv.org/abs/1706.03762), 2017.
    ///
    /// ```
    /// use rappel_autodiff::{AttentionMask, Tape};
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let q = tape.input(&Tensor::zeros(&[2, 3]));
    /// let v = tape.input(&Tensor::from([[1.0], [3.0]]));
    /// assert_eq!(q.scaled_dot_product_attention(q, v, AttentionMask::None, None).value().data(), [2.0, 2.0]);
    /// assert_eq!(q.scaled_dot_product_attention(q, v, AttentionMask::Causal, None).value().data(), [1.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn scaled_dot_product_attention(
        self,
        keys: Self,
        values: Self,
        mask: AttentionMask<'t, T>,
        scale: Option<f64>,
    ) -> Self {
        let depth = self.shape().last().copied().unwrap_or(0);
        let scale = scale.unwrap_or(1.0 / (depth as f64).sqrt());
        let (causal, bias) = match mask {
            AttentionMask::None => (false, None),
            AttentionMask::Causal => (true, None),
            AttentionMask::Keep(mask) => (false, Some(mask.where_cond(0.0, f64::NEG_INFINITY))),
            AttentionMask::Add(bias) => (false, Some(bias)),
        };
        let op = Attention { causal, scale };
        match bias {
            None => self.apply3(keys, values, op),
            Some(bias) => Array::apply(op, &[&self, &keys, &values, &bias]),
        }
    }
}

/// Inputs: queries, keys, values and, if there are four, what is added to the scores.
#[derive(Clone, Debug)]
pub(crate) struct Attention {
    causal: bool,
    scale: f64,
}

/// The operands as stacks of matrices.
struct Stacks<V> {
    q: V,
    k: V,
    v: V,
    /// Scores, before they are scaled, become probabilities.
    p: V,
}

impl Attention {
    /// The text of forward: `[b, t, d]` operands and their probabilities `[b, t, s]`.
    fn stacks<T: Float, V: Array<T>>(&self, x: &[&V]) -> Stacks<V> {
        let (q, k, v) = (stack(x[0]), stack(x[1]), stack(x[2]));
        let scores = q.matmul(false, &k, true).times(self.scale);
        let dims = scores.dims();
        let scores = match x.get(3) {
            None => scores,
            Some(bias) => {
                let mut full = x[0].dims();
                let rank = full.len();
                full[rank - 1] = dims[2];
                scores.add(&bias.expand(&full).reshape(&dims))
            }
        };
        let scores = if self.causal {
            let hidden = |i: usize| i % dims[2] > i / dims[2];
            let bias = |i: usize| if hidden(i) { T::NEG_INFINITY } else { T::ZERO };
            scores.add(&scores.fixed(Tensor::from_fn(&dims[1..], bias)))
        } else {
            scores
        };
        // A query that sees nothing: replaced before the softmax, not only after it, so that the derivatives are finite there too.
        let sum = V::apply(LogSumExp { axes: smallvec::smallvec![2], keep: true }, &[&scores]);
        let blind = sum.compare(Comparison::Eq, &sum.constant(f64::NEG_INFINITY));
        let zero = sum.constant(0.0);
        let soft = V::apply(Softmax { soft: Soft::Max, axis: 2 }, &[&V::select(&blind, &zero, &scores)]);
        Stacks { q, k, v, p: V::select(&blind, &zero, &soft) }
    }
}

/// An array `[.., m, n]` as `[b, m, n]`.
fn stack<T: Float, V: Array<T>>(x: &V) -> V {
    let dims = x.dims();
    let (leading, matrix) = dims.split_at(dims.len() - 2);
    x.reshape(&[leading.iter().product(), matrix[0], matrix[1]])
}

impl Primitive for Attention {
    fn name(&self) -> &'static str {
        "scaled_dot_product_attention"
    }

    fn multiply_adds(&self, x: &[&[usize]], y: &[usize]) -> u64 {
        let ([.., queries, depth], [.., keys, values]) = (x[0], x[2]) else { return 0 };
        let heads = count(&y[..y.len() - 2]);
        (heads * queries * keys * (depth + values)) as u64
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].scaled_dot_product_attention(x[1], x[2], x.get(3).copied(), self.causal, self.scale), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let Stacks { p, v, .. } = self.stacks(x);
        p.matmul(false, &v, false).d.map(|d| d.reshape(y.shape()))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let inputs: SmallVec<[&V; 4]> = (0..c.inputs()).map(|i| c.x(i)).collect();
        let Stacks { q, k, v, p } = self.stacks(&inputs);
        let g = stack(&g);
        if s.needs(2) {
            s.add(2, p.matmul(true, &g, false).reshape(&c.x(2).dims()));
        }
        let pulled = g.matmul(false, &v, true);
        let scores = p.mul(&pulled.sub(&pulled.mul(&p).sum_keep(2)));
        if s.needs(0) {
            s.add(0, scores.matmul(false, &k, false).times(self.scale).reshape(&c.x(0).dims()));
        }
        if s.needs(1) {
            s.add(1, scores.matmul(true, &q, false).times(self.scale).reshape(&c.x(1).dims()));
        }
        if c.inputs() == 4 && s.needs(3) {
            let mut full = c.x(0).dims();
            let rank = full.len();
            full[rank - 1] = k.dims()[1];
            s.add(3, scores.reshape(&full));
        }
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        let bias = (c.inputs() == 4).then(|| c.x(3));
        let wanted = std::array::from_fn(|i| i < c.inputs() && s.needs(i));
        let (q, k, v) = (c.x(0), c.x(1), c.x(2));
        let pulled = Tensor::scaled_dot_product_attention_chain(&g, q, k, v, bias, self.causal, self.scale, wanted);
        for (i, g) in pulled.into_iter().enumerate() {
            if let Some(g) = g {
                s.add(i, g);
            }
        }
    }
}
