//! The triplet loss.

use rappel_autodiff::{Float, LossReduction, Number, Var};

use super::target::same;

/// The distance of two vectors along the last axis: the p-norm of `a - b + eps`, as `torch.nn.PairwiseDistance`; PyTorch's p is 2 and its
/// `eps`, which keeps the distance of equal vectors off 0, `1e-6`. Other axes broadcast.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::pairwise_distance;
///
/// let tape = Tape::new();
/// let [a, b] = [[[3.0, 4.0]], [[0.0, 0.0]]].map(|x| tape.var(&Tensor::from(x)));
/// assert_eq!(pairwise_distance(a, b, 2, 0).value().data(), [5.0_f32]);
/// ```
///
/// # Panics
/// At the caller's line, when the shapes do not broadcast or have no axis, and unless p is above 0.
#[track_caller]
pub fn pairwise_distance<'t, T: Float>(a: Var<'t, T>, b: Var<'t, T>, p: impl Number, eps: impl Number) -> Var<'t, T> {
    (a - b + eps.to_f64()).norm_axes(p, &[-1], false)
}

/// The triplet loss `max(0, d(anchor, positive) - d(anchor, negative) + margin)`, as `torch.nn.TripletMarginLoss`; with another distance
/// ([`forward_with`](Self::forward_with)), as `TripletMarginWithDistanceLoss`.
///
/// (Balntas et al.: Learning shallow convolutional feature descriptors with triplet losses, 2016, for the swap)
///
/// ```
/// use rappel_nn::TripletMarginLoss;
/// use rappel_nn::autodiff::{Tape, Tensor};
///
/// let tape = Tape::new();
/// let [a, p, n] = [[[0.0, 0.0]], [[0.0, 1.0]], [[0.0, 1.5]]].map(|x| tape.var(&Tensor::from(x)));
/// let loss = TripletMarginLoss::new();
/// assert!((loss.forward(a, p, n).item() - 0.5).abs() < 1e-4);
/// // The distance of positive and negative is 0.5, and the smaller of both counts.
/// assert!((loss.swap().forward(a, p, n).item() - 1.5).abs() < 1e-4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TripletMarginLoss {
    margin: f64,
    p: f64,
    eps: f64,
    swap: bool,
    reduction: LossReduction,
}

impl Default for TripletMarginLoss {
    fn default() -> Self {
        TripletMarginLoss { margin: 1.0, p: 2.0, eps: 1e-6, swap: false, reduction: LossReduction::Mean }
    }
}

impl TripletMarginLoss {
    /// The mean, with a margin of 1 and Euclidean distances.
    pub fn new() -> Self {
        Self::default()
    }

    /// By how much the negative should be further away.
    ///
    /// # Panics
    /// At the caller's line, unless it is above 0.
    #[must_use]
    #[track_caller]
    pub fn margin(self, margin: impl Number) -> Self {
        let margin = margin.to_f64();
        assert!(margin > 0.0, "TripletMarginLoss: the margin must be above 0, not {margin}");
        TripletMarginLoss { margin, ..self }
    }

    /// With distances of another norm.
    ///
    /// # Panics
    /// At the caller's line, unless it is above 0.
    #[must_use]
    #[track_caller]
    pub fn p(self, p: impl Number) -> Self {
        let p = p.to_f64();
        assert!(p > 0.0, "TripletMarginLoss: the order p of a norm must be above 0, not {p}");
        TripletMarginLoss { p, ..self }
    }

    /// What is added to differences.
    #[must_use]
    pub fn eps(self, eps: impl Number) -> Self {
        TripletMarginLoss { eps: eps.to_f64(), ..self }
    }

    /// The distance of positive and negative counts in place of that of anchor and negative where it is the smaller.
    #[must_use]
    pub fn swap(self) -> Self {
        TripletMarginLoss { swap: true, ..self }
    }

    /// With another reduction.
    #[must_use]
    pub fn reduction(self, reduction: LossReduction) -> Self {
        TripletMarginLoss { reduction, ..self }
    }

    /// The loss of vectors along the last axis.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ or have no axis.
    #[track_caller]
    pub fn forward<'t, T: Float>(&self, anchor: Var<'t, T>, positive: Var<'t, T>, negative: Var<'t, T>) -> Var<'t, T> {
        assert!(anchor.rank() > 0, "TripletMarginLoss: vectors lie along the last axis, and the anchor has none");
        check(anchor, positive, negative);
        let (p, eps) = (self.p, self.eps);
        let [near, far] = [positive, negative].map(|x| pairwise_distance(anchor, x, p, eps));
        let far = if self.swap { far.minimum(pairwise_distance(positive, negative, p, eps)) } else { far };
        self.of(near, far)
    }

    /// The loss with any distance; `p` and `eps` have no say.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{TripletMarginLoss, cosine_similarity};
    ///
    /// let tape = Tape::new();
    /// let [a, p, n] = [[[1.0, 0.0]], [[0.0, 1.0]], [[0.0, -1.0]]].map(|x| tape.var(&Tensor::from(x)));
    /// let loss = TripletMarginLoss::new().forward_with(a, p, n, |x, y| 1.0 - cosine_similarity(x, y, -1, 1e-8));
    /// assert_eq!(loss.item(), 1.0_f32);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn forward_with<'t, T: Float>(
        &self,
        anchor: Var<'t, T>,
        positive: Var<'t, T>,
        negative: Var<'t, T>,
        distance: impl Fn(Var<'t, T>, Var<'t, T>) -> Var<'t, T>,
    ) -> Var<'t, T> {
        check(anchor, positive, negative);
        let (near, far) = (distance(anchor, positive), distance(anchor, negative));
        let far = if self.swap { far.minimum(distance(positive, negative)) } else { far };
        self.of(near, far)
    }

    #[track_caller]
    fn of<'t, T: Float>(&self, near: Var<'t, T>, far: Var<'t, T>) -> Var<'t, T> {
        (near - far + self.margin).clamp(0.0, f64::INFINITY).reduce_losses(self.reduction)
    }
}

#[track_caller]
fn check<T: Float>(anchor: Var<'_, T>, positive: Var<'_, T>, negative: Var<'_, T>) {
    same("TripletMarginLoss", ["anchor", "positive"], &anchor.shape(), &positive.shape());
    same("TripletMarginLoss", ["anchor", "negative"], &anchor.shape(), &negative.shape());
}
