//! The cosine of the angle between vectors, and the loss made of it.

use rappel_autodiff::{Float, LossReduction, Number, Var};

use super::target::same;

/// The cosine of the angle between two vectors along an axis: `(a / max(|a|, eps)) (b / max(|b|, eps))`, summed. As
/// `torch.nn.CosineSimilarity`; PyTorch's `eps` is `1e-8`. Other axes broadcast.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::cosine_similarity;
///
/// let tape = Tape::new();
/// let [a, b] = [[[3.0, 4.0]], [[0.0, 2.0]]].map(|x| tape.var(&Tensor::from(x)));
/// assert!((cosine_similarity(a, b, 1, 1e-8).item() - 0.8_f32).abs() < 1e-6);
/// ```
///
/// # Panics
/// At the caller's line, when the shapes do not broadcast or there is no such axis.
#[track_caller]
pub fn cosine_similarity<'t, T: Float>(a: Var<'t, T>, b: Var<'t, T>, axis: isize, eps: impl Number) -> Var<'t, T> {
    let eps = eps.to_f64();
    let length = |x: Var<'t, T>| x.norm_axes(2, &[axis], true).clamp(eps, f64::INFINITY);
    ((a / length(a)) * (b / length(b))).sum_axes(&[axis], false)
}

/// The loss of two vectors that are alike (target 1: `1 - cos`) or are not (target -1: `max(0, cos - margin)`), as
/// `torch.nn.CosineEmbeddingLoss`. The squared lengths are made longer by 1e-12.
///
/// ```
/// use rappel_nn::CosineEmbeddingLoss;
/// use rappel_nn::autodiff::{LossReduction, Tape, Tensor};
///
/// let tape = Tape::<f64>::default();
/// let [a, b] = [[[3.0, 4.0], [3.0, 4.0]], [[0.0, 2.0], [0.0, 2.0]]].map(|x| tape.var(&Tensor::from(x)));
/// let t = tape.input(&Tensor::from([1.0, -1.0]));
/// let losses = CosineEmbeddingLoss::new().margin(0.5).reduction(LossReduction::None).forward(a, b, t).value();
/// assert!((losses.data()[0] - 0.2).abs() < 1e-9 && (losses.data()[1] - 0.3).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CosineEmbeddingLoss {
    margin: f64,
    reduction: LossReduction,
}

impl CosineEmbeddingLoss {
    /// The mean, with a margin of 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// The cosine at which those that are not alike cost nothing, from -1 to 1.
    ///
    /// # Panics
    /// At the caller's line, when it is no cosine.
    #[must_use]
    #[track_caller]
    pub fn margin(self, margin: impl Number) -> Self {
        let margin = margin.to_f64();
        assert!(
            (-1.0..=1.0).contains(&margin),
            "CosineEmbeddingLoss: the margin is a cosine, from -1 to 1, not {margin}"
        );
        CosineEmbeddingLoss { margin, ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        CosineEmbeddingLoss { reduction, ..self }
    }

    /// The loss of vectors `[n, size]` and targets `[n]`, or of `[size]` and `[]`; targets have no gradient.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, a: Var<'t, T>, b: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        const LOSS: &str = "CosineEmbeddingLoss";
        let shape = a.shape();
        same(LOSS, ["first input", "second input"], &shape, &b.shape());
        assert!(
            matches!(shape.len(), 1 | 2) && shape[..shape.len() - 1] == target.shape()[..],
            "{LOSS}: inputs of shape {:?} and targets of shape {:?} do not fit: [n, size] and [n] are expected, or [size] and []",
            &shape[..],
            &target.shape()[..]
        );
        let along = |x: Var<'t, T>| x.sum_axes(&[-1], false);
        let lengths = (along(a.square()) + 1e-12) * (along(b.square()) + 1e-12);
        let cosine = along(a * b) / lengths.sqrt();
        let apart = (cosine - self.margin).clamp(0.0, f64::INFINITY);
        let losses = target.eq(1.0).where_cond(1.0 - cosine, 0.0) + target.eq(-1.0).where_cond(apart, 0.0);
        losses.reduce_losses(self.reduction)
    }
}
