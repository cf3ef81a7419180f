//! Pooling over the last one or two axes; all axes in front are batches and channels.

use rappel_tensor::{Float, PerAxis, Pool, PoolShape, Tensor};

use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The largest value in each window of the last two axes. Its gradient goes to the first of equals, as in PyTorch; NaN propagates. See
    /// [`Tensor::max_pool2d`].
    ///
    /// ```
    /// use rappel_autodiff::{Pool, Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([[1.0, 2.0, 5.0, 0.0], [4.0, 3.0, 1.0, 6.0]]));
    /// let y = x.max_pool2d(Pool::new(2));
    /// assert_eq!(y.value().data(), [4.0, 6.0]);
    /// assert_eq!(y.sum().backward().wrt(x).unwrap().data(), [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line: when there are fewer axes, or no values along one of them; when kernel, stride or dilation is 0; when a window
    /// is larger than the padded input; when the padding is more than half of a window.
    #[track_caller]
    pub fn max_pool2d(self, options: Pool<2>) -> Self {
        self.apply1(MaxPool(PoolShape::new("max_pool2d", &self.shape(), &options)))
    }

    /// The largest value in each window of the last axis; see [`max_pool2d`](Self::max_pool2d).
    #[track_caller]
    pub fn max_pool1d(self, options: Pool<1>) -> Self {
        self.apply1(MaxPool(PoolShape::new("max_pool1d", &self.shape(), &options)))
    }

    /// The mean of each window of the last two axes. Padding counts as zeros unless [`Pool::count_include_pad`] says otherwise.
    ///
    /// # Panics
    /// At the caller's line: as [`max_pool2d`](Self::max_pool2d) does, and when there is a dilation.
    #[track_caller]
    pub fn avg_pool2d(self, options: Pool<2>) -> Self {
        self.apply1(AvgPool(PoolShape::averages("avg_pool2d", &self.shape(), &options)))
    }

    /// The mean of each window of the last axis; see [`avg_pool2d`](Self::avg_pool2d).
    #[track_caller]
    pub fn avg_pool1d(self, options: Pool<1>) -> Self {
        self.apply1(AvgPool(PoolShape::averages("avg_pool1d", &self.shape(), &options)))
    }

    /// The mean of each of so many windows of the last two axes. See [`Tensor::adaptive_avg_pool2d`].
    ///
    /// # Panics
    /// At the caller's line, when there are fewer axes, or no values along one of them.
    #[track_caller]
    pub fn adaptive_avg_pool2d(self, size: impl PerAxis<2>) -> Self {
        self.apply1(AvgPool(PoolShape::adaptive("adaptive_avg_pool2d", &self.shape(), size.per_axis())))
    }

    /// The mean of each of so many windows of the last axis; see [`adaptive_avg_pool2d`](Self::adaptive_avg_pool2d).
    #[track_caller]
    pub fn adaptive_avg_pool1d(self, size: usize) -> Self {
        self.apply1(AvgPool(PoolShape::adaptive("adaptive_avg_pool1d", &self.shape(), [size])))
    }

    /// The largest value in each of so many windows of the last two axes; windows as for
    /// [`adaptive_avg_pool2d`](Self::adaptive_avg_pool2d), gradient as for [`max_pool2d`](Self::max_pool2d).
    #[track_caller]
    pub fn adaptive_max_pool2d(self, size: impl PerAxis<2>) -> Self {
        self.apply1(MaxPool(PoolShape::adaptive("adaptive_max_pool2d", &self.shape(), size.per_axis())))
    }

    /// The largest value in each of so many windows of the last axis; see [`adaptive_max_pool2d`](Self::adaptive_max_pool2d).
    #[track_caller]
    pub fn adaptive_max_pool1d(self, size: usize) -> Self {
        self.apply1(MaxPool(PoolShape::adaptive("adaptive_max_pool1d", &self.shape(), [size])))
    }
}

/// The largest value in each window. Which it is is found anew for the backward pass: that costs no more than to write it down and to
/// read it again.
#[derive(Clone, Debug)]
pub(crate) struct MaxPool(PoolShape);

impl Primitive for MaxPool {
    fn name(&self) -> &'static str {
        "max_pool"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (self.0.pick(x[0], x[0], T::NEG_INFINITY), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        Some(self.0.pick(&x[0].v, x[0].d.as_ref()?, T::ZERO))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        if s.needs(0) {
            s.add(0, V::apply(MaxUnpool(self.0.clone()), &[c.x(0), &g]));
        }
    }
}

/// The values of the second input where those of the first are largest in each window: linear in the second, constant in the first.
#[derive(Clone, Debug)]
pub(crate) struct MaxPick(PoolShape);

impl Primitive for MaxPick {
    fn name(&self) -> &'static str {
        "max_pick"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (self.0.pick(x[0], x[1], T::ZERO), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        Some(self.0.pick(&x[0].v, x[1].d.as_ref()?, T::ZERO))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        if s.needs(1) {
            s.add(1, V::apply(MaxUnpool(self.0.clone()), &[c.x(0), &g]));
        }
    }
}

/// The adjoint of [`MaxPick`]: zeros with the second input added where the first is largest in each window.
#[derive(Clone, Debug)]
pub(crate) struct MaxUnpool(PoolShape);

impl Primitive for MaxUnpool {
    fn name(&self) -> &'static str {
        "max_unpool"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (self.0.unpick(x[0], x[1]), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        Some(self.0.unpick(&x[0].v, x[1].d.as_ref()?))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        if s.needs(1) {
            s.add(1, V::apply(MaxPick(self.0.clone()), &[c.x(0), &g]));
        }
    }
}

/// The mean of each window, or the sum where the adjoint repeats values.
#[derive(Clone, Debug)]
pub(crate) struct AvgPool(pub(crate) PoolShape);

impl Primitive for AvgPool {
    fn name(&self) -> &'static str {
        if self.0.is_nearest() { "sum_pool" } else { "avg_pool" }
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (self.0.average(x[0]), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, AvgUnpool(self.0.clone()), &[&g]);
    }
}

/// The adjoint of [`AvgPool`]: each value in equal parts to its window, or whole to each place of it.
#[derive(Clone, Debug)]
pub(crate) struct AvgUnpool(pub(crate) PoolShape);

impl Primitive for AvgUnpool {
    fn name(&self) -> &'static str {
        if self.0.is_nearest() { "upsample_nearest" } else { "avg_unpool" }
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (self.0.spread(x[0]), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, AvgPool(self.0.clone()), &[&g]);
    }
}
