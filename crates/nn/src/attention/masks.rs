//! Which keys a query sees.

use rappel_autodiff::{Float, Tape, Tensor, Var};

/// Which keys the queries of a [`MultiheadAttention`](crate::MultiheadAttention) see. All of what is said holds together.
///
/// In the sense of `torch.nn`: a mask that hides is not 0 (true) where a query must *not* look.
///
/// | | shape | `torch.nn.MultiheadAttention` |
/// |---|---|---|
/// | [`causal`](Self::causal) | | `is_causal` |
/// | [`hide`](Self::hide) | `[queries, keys]` or `[batch heads, queries, keys]` | `attn_mask`, boolean |
/// | [`add`](Self::add) | the same | `attn_mask`, of numbers |
/// | [`hide_keys`](Self::hide_keys) | `[batch, keys]` | `key_padding_mask`, boolean |
/// | [`add_keys`](Self::add_keys) | the same | `key_padding_mask`, of numbers |
///
/// A query that sees no key attends to nothing: its heads give zeros, so the output is `out_proj.bias` (PyTorch gives NaN, in training
/// as well). Padding and causality meet in such queries often.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Masks, MultiheadAttention};
///
/// let attention = MultiheadAttention::new(8, 2, &mut Rng::seed(0)).batch_first(true);
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::ones(&[2, 3, 8]));
/// let padding = tape.input(&Tensor::from([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]));
/// let y = attention.forward_with(x, x, x, Masks::new().causal().hide_keys(padding));
/// assert_eq!(y.shape()[..], [2, 3, 8]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Masks<'t, T: Float = f32> {
    causal: bool,
    attention: Option<Mask<'t, T>>,
    keys: Option<Mask<'t, T>>,
}

/// A mask, and what its numbers mean.
#[derive(Debug, Clone, Copy)]
enum Mask<'t, T: Float> {
    Hide(Var<'t, T>),
    Add(Var<'t, T>),
}

impl<'t, T: Float> Mask<'t, T> {
    fn shape(self) -> rappel_autodiff::Shape {
        let (Mask::Hide(mask) | Mask::Add(mask)) = self;
        mask.shape()
    }

    /// What to add to the scores, in another shape.
    fn bias(self, shape: &[usize]) -> Var<'t, T> {
        match self {
            Mask::Add(bias) => bias.reshape(shape),
            Mask::Hide(mask) => mask.reshape(shape).where_cond(f64::NEG_INFINITY, 0.0),
        }
    }
}

/// The scores that masks are laid over: `[batch, heads, queries, keys]`, of which the last keys are the module's own, which all see.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scores {
    pub(super) batch: usize,
    pub(super) heads: usize,
    pub(super) queries: usize,
    pub(super) keys: usize,
    pub(super) own: usize,
}

/// What the scores need.
pub(super) enum Bias<'t, T: Float> {
    None,
    Causal,
    Add(Var<'t, T>),
}

impl<'t, T: Float> Masks<'t, T> {
    /// Every query sees every key.
    pub fn new() -> Self {
        Masks { causal: false, attention: None, keys: None }
    }

    /// Query i sees the keys 0 to i.
    #[must_use]
    pub fn causal(self) -> Self {
        Masks { causal: true, ..self }
    }

    /// Hides keys from queries where the mask is not 0.
    #[doc(alias = "attn_mask")]
    #[must_use]
    pub fn hide(self, mask: Var<'t, T>) -> Self {
        Masks { attention: Some(Mask::Hide(mask)), ..self }
    }

    /// Adds to the scores; `-inf` hides. The gradient reaches what is added.
    #[doc(alias = "attn_mask")]
    #[must_use]
    pub fn add(self, bias: Var<'t, T>) -> Self {
        Masks { attention: Some(Mask::Add(bias)), ..self }
    }

    /// Hides keys of a sequence from all of its queries where the mask is not 0.
    #[doc(alias = "key_padding_mask")]
    #[must_use]
    pub fn hide_keys(self, mask: Var<'t, T>) -> Self {
        Masks { keys: Some(Mask::Hide(mask)), ..self }
    }

    /// Adds to all scores of a key; `-inf` hides it. The gradient reaches what is added.
    #[doc(alias = "key_padding_mask")]
    #[must_use]
    pub fn add_keys(self, bias: Var<'t, T>) -> Self {
        Masks { keys: Some(Mask::Add(bias)), ..self }
    }

    /// Why a mask does not fit the scores.
    pub(super) fn misfit(self, s: Scores, batched: bool) -> Option<String> {
        let Scores { batch, heads, queries, keys, .. } = s;
        if let Some(shape) = self.attention.map(Mask::shape)
            && shape[..] != [queries, keys]
            && shape[..] != [batch * heads, queries, keys]
        {
            let stack = batch * heads;
            return Some(format!(
                "a mask of shape {:?} does not fit: [{queries}, {keys}] (queries, keys) or [{stack}, {queries}, {keys}] (batch \
                 times heads, queries, keys) is expected",
                &shape[..]
            ));
        }
        let expected = if batched { &[batch, keys][..] } else { &[keys] };
        let shape = self.keys.map(Mask::shape).filter(|shape| shape[..] != *expected)?;
        Some(format!("a mask of keys of shape {:?} does not fit: {expected:?} is expected", &shape[..]))
    }

    /// The masks as one, which stretches to the scores.
    pub(super) fn on(self, tape: &'t Tape<T>, s: Scores) -> Bias<'t, T> {
        if self.attention.is_none() && self.keys.is_none() {
            return match self.causal {
                false => Bias::None,
                true if s.own == 0 => Bias::Causal,
                true => Bias::Add(tape.input(&causal(s.queries, s.keys, s.own))),
            };
        }
        let attention = self.attention.map(|mask| match mask.shape().len() {
            2 => mask.bias(&[1, 1, s.queries, s.keys]),
            _ => mask.bias(&[s.batch, s.heads, s.queries, s.keys]),
        });
        let keys = self.keys.map(|mask| mask.bias(&[s.batch, 1, 1, s.keys]));
        let causal = self.causal.then(|| tape.input(&causal(s.queries, s.keys, 0)));
        let sum = [attention, keys, causal].into_iter().flatten().reduce(|a, b| a + b);
        match sum {
            None => Bias::None,
            Some(sum) if s.own == 0 => Bias::Add(sum),
            Some(sum) => {
                let mut widths = vec![(0, 0); sum.rank()];
                widths[sum.rank() - 1] = (0, s.own as isize);
                Bias::Add(sum.pad(&widths, 0.0))
            }
        }
    }
}

impl<T: Float> Default for Masks<'_, T> {
    fn default() -> Self {
        Masks::new()
    }
}

/// `-inf` where a key comes after the query, except for the last `own` ones.
pub(super) fn causal<T: Float>(queries: usize, keys: usize, own: usize) -> Tensor<T> {
    let all = keys + own;
    Tensor::from_fn(&[queries, all], |i| {
        let (query, key) = (i / all, i % all);
        if key > query && key < keys { T::NEG_INFINITY } else { T::ZERO }
    })
}
