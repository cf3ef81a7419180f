//! Losses.

use rappel_elem::rows;
use rappel_tensor::{Float, Soft, Tensor};

use super::{Scatter, Softmax};
use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::row::built_in;
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// The mean cross-entropy of logits `[n, classes]` against class indices `[n]`, in nats: the mean of `-log softmax(x)[label]`,
    /// fused and free of overflow.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let logits = tape.var(&Tensor::from([[0.0, 0.0], [1000.0, 0.0]]));
    /// let loss = logits.cross_entropy(&Tensor::from([0_u32, 0]));
    /// assert!((loss.item() - 0.5 * 2.0_f32.ln()).abs() < 1e-6);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit or a label is not below the number of classes. No rows give NaN.
    #[track_caller]
    pub fn cross_entropy(self, labels: &Tensor<u32>) -> Self {
        self.apply1(CrossEntropy(labels.clone()))
    }

    /// The mean squared error: the mean of `(x - target)^2`, under broadcasting.
    #[track_caller]
    pub fn mse(self, target: Var<'t, T>) -> Self {
        self.pair_of("mse", target, built_in!(binary rows::SquaredDifference), [0.0; 2]).mean()
    }

    /// The mean binary cross-entropy of logits against targets in `[0, 1]`, in nats, free of overflow:
    /// the mean of `max(x, 0) - x t + ln(1 + exp(-|x|))`.
    #[track_caller]
    pub fn bce_with_logits(self, target: Var<'t, T>) -> Self {
        self.pair_of("bce_with_logits", target, built_in!(binary rows::BceWithLogits), [0.0; 2]).mean()
    }
}

/// The mean cross-entropy of logits against class indices. It keeps the softmax of the logits.
#[derive(Clone, Debug)]
pub(crate) struct CrossEntropy(pub(crate) Tensor<u32>);

impl Primitive for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross_entropy"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let (loss, probs) = x[0].cross_entropy(&self.0);
        (loss, Some(probs))
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, kept: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let (d, probs) = (x[0].d.as_ref()?, kept?);
        Some((Tensor::cross_entropy_chain(&Array::constant(y, 1.0), probs, &self.0) * d).sum())
    }

    /// `(softmax - one_hot) g / n`. What was kept has no history: here the softmax is computed anew.
    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let dims = c.x(0).dims();
        let share = g.over(dims[0] as f64);
        let soft = V::apply(Softmax { soft: Soft::Max, axis: 1 }, &[c.x(0)]).mul(&share);
        let indices = self.0.reshape(&[dims[0], 1]);
        let hit = V::apply(Scatter { shape: dims.clone(), axis: 1, indices }, &[&share.expand(&[dims[0], 1])]);
        s.add(0, soft.sub(&hit));
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        let probs = c.kept().expect("the evaluation kept the softmax");
        s.add(0, Tensor::cross_entropy_chain(&g, probs, &self.0));
    }
}
