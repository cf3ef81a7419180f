//! The same values under other axes.

use rappel_tensor::shape::{Repetition, flattened, squeezed, unflattened, unsqueezed};
use rappel_tensor::{Float, Shape, Tensor, View};

use super::view::Strided;
use crate::array::Array;
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The same values in the same order under another shape.
    ///
    /// # Panics
    /// At the caller's line, when the counts differ.
    #[track_caller]
    pub fn reshape(self, shape: &[usize]) -> Self {
        self.apply1(Reshape(shape.into()))
    }

    /// Without an axis of size 1.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or its size is not 1 (PyTorch leaves the shape as it is then).
    #[track_caller]
    pub fn squeeze(self, axis: isize) -> Self {
        self.reshape(&squeezed(&self.shape(), axis))
    }

    /// With a new axis of size 1, which is axis `axis` of the result; -1 puts it last.
    ///
    /// # Panics
    /// At the caller's line, when the result has no such axis.
    #[track_caller]
    pub fn unsqueeze(self, axis: isize) -> Self {
        self.reshape(&unsqueezed(&self.shape(), axis))
    }

    /// The axes from `first` to `last`, both included, made one: `x.flatten(1, -1)` makes a vector of each sample.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or `first` comes after `last`.
    #[track_caller]
    pub fn flatten(self, first: isize, last: isize) -> Self {
        self.reshape(&flattened(&self.shape(), first, last))
    }

    /// One axis split into several.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or the product of the sizes is not its size.
    #[track_caller]
    pub fn unflatten(self, axis: isize, sizes: &[usize]) -> Self {
        self.reshape(&unflattened(&self.shape(), axis, sizes))
    }

    /// Reorders the axes: axis i of the result is axis `axes[i]`.
    ///
    /// # Panics
    /// At the caller's line, unless `axes` names every axis once.
    #[track_caller]
    pub fn permute(self, axes: &[isize]) -> Self {
        self.apply1(Strided(View::of("permute", &self.shape()).permute(axes)))
    }

    /// Exchanges the last two axes.
    ///
    /// # Panics
    /// At the caller's line, when there are no two.
    #[track_caller]
    pub fn transpose(self) -> Self {
        self.apply1(Strided(View::transpose(&self.shape())))
    }

    /// Exchanges two axes.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis.
    #[doc(alias = "swapaxes")]
    #[track_caller]
    pub fn swap_axes(self, a: isize, b: isize) -> Self {
        self.apply1(Strided(View::of("swap_axes", &self.shape()).swap(a, b)))
    }

    /// Moves an axis to another place; the others stay in their order.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis.
    #[doc(alias = "movedim")]
    #[track_caller]
    pub fn moveaxis(self, from: isize, to: isize) -> Self {
        self.apply1(Strided(View::of("moveaxis", &self.shape()).shift_axis(from, to)))
    }

    /// Broadcasts to a shape: stretches axes of size 1 and adds leading ones.
    ///
    /// # Panics
    /// At the caller's line, when the value does not stretch to exactly that shape.
    #[doc(alias = "broadcast_to")]
    #[track_caller]
    pub fn expand(self, shape: &[usize]) -> Self {
        self.apply1(Expand(shape.into()))
    }

    /// The whole, `repeats[i]` times along axis i, as `torch.Tensor.repeat` does; more repeats than axes add leading ones.
    ///
    /// # Panics
    /// At the caller's line, when there are fewer repeats than axes, or the result has more values than can be counted.
    #[doc(alias = "tile")]
    #[track_caller]
    pub fn repeat(self, repeats: &[usize]) -> Self {
        self.repeated(Repetition::tile(&self.shape(), repeats))
    }

    /// Each place along an axis `times` times, as `torch.repeat_interleave` does.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or the result has more values than can be counted.
    #[track_caller]
    pub fn repeat_interleave(self, times: usize, axis: isize) -> Self {
        self.repeated(Repetition::interleave(&self.shape(), times, axis))
    }

    #[track_caller]
    fn repeated(self, by: Repetition) -> Self {
        self.reshape(&by.thin).expand(&by.wide).reshape(&by.result)
    }
}

/// The same values under another shape.
#[derive(Clone, Debug)]
pub(crate) struct Reshape(pub(crate) Shape);

impl Primitive for Reshape {
    fn name(&self) -> &'static str {
        "reshape"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].reshape(&self.0), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add(0, g.reshape(&c.x(0).dims()));
    }
}

/// Stretches axes of size 1 and adds leading ones.
#[derive(Clone, Debug)]
pub(crate) struct Expand(pub(crate) Shape);

impl Primitive for Expand {
    fn name(&self) -> &'static str {
        "expand"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].expand(&self.0), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        // The sink sums over what was stretched.
        s.add(0, g);
    }
}

/// Adds over the axes that [`Expand`] stretched.
#[derive(Clone, Debug)]
pub(crate) struct SumTo(pub(crate) Shape);

impl Primitive for SumTo {
    fn name(&self) -> &'static str {
        "sum_to"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].sum_to(&self.0), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add(0, g.expand(&c.x(0).dims()));
    }
}
