//! Scaled dot-product attention, fused.

use super::place;
use crate::kernels::attention::{Heads, Offsets, Pulled, chain, forward};
use crate::number::Float;
use crate::shape::{Shape, broadcast, count, count_or_panic, strides_under};
use crate::tensor::Tensor;

/// Sizes of an attention, after the check of its operands.
struct Sizes {
    leading: Shape,
    queries: usize,
    keys: usize,
    depth: usize,
    values: usize,
}

impl Sizes {
    #[track_caller]
    fn new(q: &[usize], k: &[usize], v: &[usize], bias: Option<&[usize]>) -> Self {
        const OP: &str = "scaled_dot_product_attention";
        let matrices = q.len().min(k.len()).min(v.len()) >= 2;
        assert!(
            matrices
                && q.len() == k.len()
                && q.len() == v.len()
                && q[..q.len() - 2] == k[..k.len() - 2]
                && q[..q.len() - 2] == v[..v.len() - 2],
            "{OP}: queries {q:?}, keys {k:?} and values {v:?} do not fit: [.., t, d] is expected of each, with the same leading axes \
             (use `expand`)"
        );
        let (leading, rest) = q.split_at(q.len() - 2);
        let (queries, depth) = (rest[0], rest[1]);
        let [keys, depth_of_keys] = [k[k.len() - 2], k[k.len() - 1]];
        assert!(depth == depth_of_keys, "{OP}: queries {q:?} and keys {k:?} must have the same last size");
        assert!(v[v.len() - 2] == keys, "{OP}: there are {keys} keys ({k:?}) and {} values ({v:?})", v[v.len() - 2]);
        let sizes = Sizes { leading: leading.into(), queries, keys, depth, values: v[v.len() - 1] };
        count_or_panic(OP, &sizes.scores());
        if let Some(bias) = bias {
            let scores = sizes.scores();
            assert!(
                broadcast(bias, &scores).is_some_and(|s| s == scores),
                "{OP}: a mask of shape {bias:?} does not stretch to the scores' shape {:?} ([.., queries, keys])",
                &scores[..]
            );
        }
        sizes
    }

    /// `[.., queries, keys]`.
    fn scores(&self) -> Shape {
        let mut shape = self.leading.clone();
        shape.extend([self.queries, self.keys]);
        shape
    }
}

/// A bias as matrices of full size, and where that of each head is.
fn matrices<T: Float>(bias: &Tensor<T>, sizes: &Sizes) -> (Tensor<T>, Offsets) {
    let kept = bias.rank().saturating_sub(2);
    let mut shape: Shape = bias.shape()[..kept].into();
    shape.extend([sizes.queries, sizes.keys]);
    let bias = bias.expand(&shape);
    let mut strides = strides_under(&shape, &sizes.scores());
    strides.truncate(sizes.leading.len());
    (bias, Offsets { leading: sizes.leading.clone(), strides })
}

/// The operands of an attention: what `forward` and `chain` have in common.
struct Operands<'a, T: Float> {
    q: &'a Tensor<T>,
    k: &'a Tensor<T>,
    v: &'a Tensor<T>,
    causal: bool,
    scale: f64,
}

impl<T: Float> Operands<'_, T> {
    fn run<R>(&self, sizes: &Sizes, bias: Option<&Tensor<T>>, f: impl FnOnce(&Heads<'_, T>) -> R) -> R {
        let full = bias.map(|bias| matrices(bias, sizes));
        f(&Heads {
            q: self.q.data(),
            k: self.k.data(),
            v: self.v.data(),
            bias: full.as_ref().map(|(bias, offsets)| (bias.data(), offsets)),
            heads: count(&sizes.leading),
            queries: sizes.queries,
            keys: sizes.keys,
            depth: sizes.depth,
            values: sizes.values,
            causal: self.causal,
            scale: self.scale,
            workspace: place(self.q, self.k),
        })
    }
}

impl<T: Float> Tensor<T> {
    /// `softmax(scale q k^T + bias) v` for queries `self` `[.., t, d]`, keys `[.., s, d]` and values `[.., s, e]` with the same leading
    /// axes: `[.., t, e]`. The bias stretches to `[.., t, s]`; `-inf` in it hides a key. If `causal`, query i sees the keys 0 to i.
    ///
    /// A query that sees nothing gets zeros (PyTorch: NaN). Values of hidden keys must be finite: `0 * inf` is NaN.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn scaled_dot_product_attention(
        &self,
        k: &Self,
        v: &Self,
        bias: Option<&Self>,
        causal: bool,
        scale: f64,
    ) -> Self {
        let sizes = Sizes::new(self.shape(), k.shape(), v.shape(), bias.map(|b| b.shape()));
        let mut shape = sizes.leading.clone();
        shape.extend([sizes.queries, sizes.values]);
        count_or_panic("scaled_dot_product_attention", &shape);
        Operands { q: self, k, v, causal, scale }
            .run(&sizes, bias, |heads| Self::make(heads.workspace, shape, |out| forward(heads, out)))
    }

    /// The cotangents of queries, keys, values and bias that are wanted. That of the bias has the shape of the scores, `[.., t, s]`.
    #[expect(clippy::too_many_arguments, reason = "the operation's arguments, its cotangent, and what is wanted")]
    pub fn scaled_dot_product_attention_chain(
        g: &Self,
        q: &Self,
        k: &Self,
        v: &Self,
        bias: Option<&Self>,
        causal: bool,
        scale: f64,
        wanted: [bool; 4],
    ) -> [Option<Self>; 4] {
        let sizes = Sizes::new(q.shape(), k.shape(), v.shape(), bias.map(|b| b.shape()));
        let scores = sizes.scores();
        let shapes = [q.shape(), k.shape(), v.shape(), &scores];
        Operands { q, k, v, causal, scale }.run(&sizes, bias, |heads| {
            let mut out: [Option<Self>; 4] =
                std::array::from_fn(|i| wanted[i].then(|| Self::make(heads.workspace, shapes[i].into(), |_| {})));
            let [q, k, v, bias] = out.each_mut().map(|x| x.as_mut().map(|x| x.data_mut()));
            chain(heads, g.data(), Pulled { q, k, v, bias });
            out
        })
    }
}
