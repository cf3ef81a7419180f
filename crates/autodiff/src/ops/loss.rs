//! Losses.

use rappel_elem::rows;
use rappel_tensor::shape::broadcast_or_panic;
use rappel_tensor::{CrossEntropy, Float, LossReduction, Shape, Soft, Tensor};

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
        self.apply1(MeanCrossEntropy(labels.clone()))
    }

    /// [`cross_entropy`](Self::cross_entropy) with class weights, label smoothing, a label that is ignored, or another reduction; as
    /// PyTorch has them. Logits `[n, classes, ..]` against labels `[n, ..]`, or `[classes]` against one label `[]`.
    ///
    /// A label costs `-w_label log softmax(x)_label`; with smoothing e, `1 - e` times that and `e / classes` times the sum of
    /// `-w_c log softmax(x)_c` over all classes c. The mean divides by the sum of the labels' weights: NaN when every label is ignored. A
    /// class of weight 0 may be impossible. Fused: rows of one node.
    ///
    /// ```
    /// use rappel_autodiff::{CrossEntropy, Tape};
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let logits = tape.var(&Tensor::from([[0.0, 0.0], [5.0, -5.0]]));
    /// let loss = logits.cross_entropy_with(&Tensor::from([0_u32, 9]), &CrossEntropy::new().ignore_index(9));
    /// assert!((loss.item() - 2.0_f32.ln()).abs() < 1e-6);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not fit, a label is neither below the number of classes nor ignored, or there are not as
    /// many weights as classes.
    #[track_caller]
    pub fn cross_entropy_with(self, labels: &Tensor<u32>, options: &CrossEntropy) -> Self {
        let (rows, flat) = self.rows_of_classes("cross_entropy", labels);
        if options.is_plain() {
            return rows.cross_entropy(&flat);
        }
        let losses = rows.apply1(CrossEntropyRows { labels: flat.clone(), options: options.clone() });
        losses.reduced(options.how(), labels.shape(), || options.total_weight(&flat))
    }

    /// The cross-entropy of logits against target probabilities of their shape, `[n, classes, ..]` or `[classes]`: the sum over classes
    /// of `-w_c t_c log softmax(x)_c`, where smoothing e makes `(1 - e) t + e / classes` of t. The mean is over samples, weighted or not,
    /// as in PyTorch. A class whose target is 0 may be impossible.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ, there are not as many weights as classes, or a label is to be ignored: there are none.
    #[track_caller]
    pub fn cross_entropy_soft(self, target: Var<'t, T>, options: &CrossEntropy) -> Self {
        const OP: &str = "cross_entropy_soft";
        self.check_same(OP, target);
        let shape = self.shape();
        assert!(
            !shape.is_empty() && shape == target.shape(),
            "{OP}: logits of shape {:?} and targets of shape {:?} must agree, [n, classes, ..] or [classes]",
            &shape[..],
            &target.shape()[..]
        );
        assert!(options.ignored().is_none(), "{OP}: `ignore_index` names a label, and target probabilities have none");
        let axis = class_axis(shape.len());
        let classes = shape[axis];
        options.check_weights(OP, classes);
        let target = match options.smoothing() {
            0.0 => target,
            e => target * (1.0 - e) + e / classes as f64,
        };
        let target = match options.class_weights() {
            None => target,
            Some(weights) => {
                let mut beside: Shape = smallvec::smallvec![1; shape.len() - axis];
                beside[0] = classes;
                let weights = Tensor::new(weights.iter().map(|w| T::of(*w)).collect::<Vec<_>>(), &beside);
                target * self.tape.input(&weights)
            }
        };
        let log = self.log_softmax(axis as isize);
        // 0 times -inf. Only where both hold: elsewhere a target of 0 has a derivative.
        let log = (target.eq(0.0) & log.eq(f64::NEG_INFINITY)).where_cond(0.0, log);
        let losses = -(target * log).sum_axes(&[axis as isize], false);
        let outer = losses.shape();
        losses.reduced(options.how(), &outer, || outer.iter().product::<usize>() as f64)
    }

    /// The negative log-likelihood: logarithms of probabilities `[n, classes, ..]` against labels `[n, ..]`, or `[classes]` against `[]`.
    /// A label costs `-w_label x_label`; the mean divides by the sum of the labels' weights. [`cross_entropy_with`](
    /// Self::cross_entropy_with) is this of `log_softmax`, in one.
    ///
    /// # Panics
    /// As [`cross_entropy_with`](Self::cross_entropy_with), and when label smoothing is asked for.
    #[track_caller]
    pub fn nll_loss(self, labels: &Tensor<u32>, options: &CrossEntropy) -> Self {
        const OP: &str = "nll_loss";
        assert!(options.smoothing() == 0.0, "{OP}: label smoothing is one of `cross_entropy_with`");
        let (rows, flat) = self.rows_of_classes(OP, labels);
        let classes = rows.shape()[1];
        options.check(OP, &flat, classes);
        let n = flat.len();
        // Weight 0 is selected, not multiplied: what it stands by may be infinite.
        let weights: Vec<f64> = flat.data().iter().map(|&l| options.weight_of(l)).collect();
        if classes == 0 {
            let zeros = self.tape.input(&Tensor::full(&[n], T::ZERO));
            return zeros.reduced(options.how(), labels.shape(), || 0.0);
        }
        let at = Tensor::from_fn(&[n, 1], |i| if weights[i] == 0.0 { 0 } else { flat.data()[i] });
        let weights = self.tape.input(&Tensor::from_fn(&[n], |i| T::of(weights[i])));
        let picked = rows.gather(1, &at).reshape(&[n]);
        let losses = weights.eq(0.0).where_cond(0.0, -picked) * weights;
        losses.reduced(options.how(), labels.shape(), || options.total_weight(&flat))
    }

    /// [`bce_with_logits`](Self::bce_with_logits) with weights of the losses, weights of the positive class, and a reduction:
    /// `-weight (pos_weight t log s + (1 - t) log(1 - s))` with `s = sigmoid(x)`, as PyTorch has it. Both weights stretch to the
    /// shape of the losses; a positive weight for each class is `[classes]`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not broadcast.
    #[track_caller]
    pub fn bce_with_logits_with(
        self,
        target: Var<'t, T>,
        weight: Option<Var<'t, T>>,
        pos_weight: Option<Var<'t, T>>,
        reduction: LossReduction,
    ) -> Self {
        const OP: &str = "bce_with_logits";
        let losses = match pos_weight {
            None => self.pair_of(OP, target, built_in!(binary rows::BceWithLogits), [0.0; 2]),
            Some(pos_weight) => {
                let shape = broadcast_or_panic(OP, &self.shape(), &target.shape());
                broadcast_or_panic(OP, &shape, &pos_weight.shape());
                // Two terms of one sign, so that nothing cancels.
                target * pos_weight * (-self).softplus() + (1.0 - target) * self.softplus()
            }
        };
        losses.weighted(OP, weight, reduction)
    }

    /// The Kullback-Leibler divergence of `self`, logarithms of probabilities, from target probabilities: `t (log t - x)` for each value,
    /// 0 where t is 0, under broadcasting. With `log_target`, the target is given by its logarithm too.
    ///
    /// As in PyTorch, [`LossReduction::BatchMean`] gives the divergence as it is defined, for rows of a batch; the mean divides by the
    /// number of values.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not broadcast.
    #[track_caller]
    pub fn kl_div(self, target: Var<'t, T>, log_target: bool, reduction: LossReduction) -> Self {
        const OP: &str = "kl_div";
        let losses = if log_target {
            self.pair_of(OP, target, built_in!(binary rows::KlDivLog), [0.0; 2])
        } else {
            self.pair_of(OP, target, built_in!(binary rows::KlDiv), [0.0; 2])
        };
        losses.weighted(OP, None, reduction)
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

    /// Losses of values, reduced: their mean, NaN for none; their sum; that over the size of the first axis; or as they are.
    ///
    /// ```
    /// use rappel_autodiff::{LossReduction, Tape};
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let losses = tape.var(&Tensor::from([[1.0, 2.0], [3.0, 6.0]]));
    /// assert_eq!(losses.reduce_losses(LossReduction::Mean).item(), 3.0);
    /// assert_eq!(losses.reduce_losses(LossReduction::BatchMean).item(), 6.0);
    /// ```
    #[track_caller]
    pub fn reduce_losses(self, how: LossReduction) -> Self {
        match how {
            LossReduction::Mean => self.mean(),
            LossReduction::Sum => self.sum(),
            LossReduction::BatchMean => self.sum() / self.shape().first().map_or(1.0, |&n| n as f64),
            LossReduction::None => self,
        }
    }

    /// Logits as rows `[m, classes]` and labels as `[m]`: the classes are axis 1, or the only one.
    #[track_caller]
    fn rows_of_classes(self, op: &str, labels: &Tensor<u32>) -> (Self, Tensor<u32>) {
        let shape = self.shape();
        let axis = class_axis(shape.len());
        let mut rest = shape.clone();
        if !rest.is_empty() {
            rest.remove(axis);
        }
        assert!(
            !shape.is_empty() && rest[..] == *labels.shape(),
            "{op}: logits of shape {:?} and labels of shape {:?} do not fit: [n, classes, ..] and [n, ..] are expected, or [classes] and []",
            &shape[..],
            labels.shape()
        );
        let order: Vec<isize> =
            (0..shape.len() as isize).filter(|&k| k != axis as isize).chain([axis as isize]).collect();
        let last = if axis + 1 == shape.len() { self } else { self.permute(&order) };
        let flat = labels.reshape(&[labels.len()]);
        (Array::reshape(&last, &[labels.len(), shape[axis]]), flat)
    }

    /// Losses of samples, one row each, reduced; the mean divides by what `total` says.
    #[track_caller]
    fn reduced(self, how: LossReduction, shape: &[usize], total: impl FnOnce() -> f64) -> Self {
        match how {
            LossReduction::Mean => self.sum() / total(),
            _ => Array::reshape(&self, shape).reduce_losses(how),
        }
    }

    /// Losses of values, weighted and reduced.
    #[track_caller]
    fn weighted(self, op: &str, weight: Option<Self>, how: LossReduction) -> Self {
        match weight {
            None => self,
            Some(w) => self.pair_of(op, w, built_in!(binary rows::Mul), [0.0; 2]),
        }
        .reduce_losses(how)
    }
}

/// The axis of the classes: the second, or the only one.
fn class_axis(rank: usize) -> usize {
    usize::from(rank > 1)
}

/// The mean cross-entropy of logits against class indices. It keeps the softmax of the logits.
#[derive(Clone, Debug)]
pub(crate) struct MeanCrossEntropy(pub(crate) Tensor<u32>);

impl Primitive for MeanCrossEntropy {
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

/// The cross-entropy of each row of logits against class indices. It keeps the softmax of the logits.
#[derive(Clone, Debug)]
pub(crate) struct CrossEntropyRows {
    labels: Tensor<u32>,
    options: CrossEntropy,
}

impl Primitive for CrossEntropyRows {
    fn name(&self) -> &'static str {
        "cross_entropy_rows"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let (losses, probs) = x[0].cross_entropy_rows(&self.labels, &self.options);
        (losses, Some(probs))
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, kept: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let (d, probs) = (x[0].d.as_ref()?, kept?);
        let one = Array::constant(y, 1.0);
        Some((Tensor::cross_entropy_rows_chain(&one, probs, &self.labels, &self.options) * d).sum_axes(&[1], false))
    }

    /// `(softmax sum(shares) - shares) g`, and 0 in rows that cost nothing: selected, as a mean over nothing but such rows divides by
    /// 0. What was kept has no history: here the softmax is computed anew.
    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let x = c.x(0);
        let g = g.reshape(&[x.dims()[0], 1]);
        let shares = x.fixed(self.options.shares(&self.labels, x.dims()[1]));
        let total = shares.sum_keep(1);
        let soft = V::apply(Softmax { soft: Soft::Max, axis: 1 }, &[x]);
        let pulled = soft.mul(&total).sub(&shares).mul(&g);
        s.add(0, V::select(&total, &pulled, &g.constant(0.0)));
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        let probs = c.kept().expect("the evaluation kept the softmax");
        s.add(0, Tensor::cross_entropy_rows_chain(&g, probs, &self.labels, &self.options));
    }
}
