//! Shape operations.

use std::ops::Range;

use rappel_tensor::shape::resolve_axis;
use rappel_tensor::{Float, Shape, Tensor, permutation, resolve_range, resolve_ranges};

use crate::array::{Array, Axes, Tangent};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// The same values in the same order under another shape.
    ///
    /// # Panics
    /// At the caller's line, when the counts differ.
    #[track_caller]
    pub fn reshape(self, shape: &[usize]) -> Self {
        self.apply1(Reshape(shape.into()))
    }

    /// Reorders the axes: axis i of the result is axis `axes[i]`.
    ///
    /// # Panics
    /// At the caller's line, unless `axes` names every axis once.
    #[track_caller]
    pub fn permute(self, axes: &[isize]) -> Self {
        let order = permutation(axes, self.rank());
        self.apply1(Permute(order))
    }

    /// Exchanges the last two axes.
    #[track_caller]
    pub fn transpose(self) -> Self {
        let rank = self.rank();
        assert!(rank >= 2, "transpose: shape {:?} has no two axes to exchange", &self.shape()[..]);
        let mut order: Axes = (0..rank).collect();
        order.swap(rank - 2, rank - 1);
        self.apply1(Permute(order))
    }

    /// Broadcasts to a shape: stretches axes of size 1 and adds leading ones.
    ///
    /// # Panics
    /// At the caller's line, when the value does not stretch to exactly that shape.
    #[track_caller]
    pub fn expand(self, shape: &[usize]) -> Self {
        self.apply1(Expand(shape.into()))
    }

    /// A box of the value: one range per axis; missing trailing ranges mean the whole axis.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
    /// assert_eq!(x.slice(&[1..2, 0..2]).value().data(), [4.0, 5.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when a range leaves its axis or there are more ranges than axes.
    #[track_caller]
    pub fn slice(self, ranges: &[Range<usize>]) -> Self {
        let (start, size) = resolve_ranges(&self.shape(), ranges);
        self.apply1(Slice { start, size })
    }

    /// A range along one axis; negative axes count from the back.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis or the range leaves it.
    #[track_caller]
    pub fn slice_axis(self, axis: isize, range: Range<usize>) -> Self {
        let (start, size) = resolve_range(&self.shape(), axis, range);
        self.apply1(Slice { start, size })
    }

    /// Joins values along an axis; all other sizes must agree.
    ///
    /// # Panics
    /// At the caller's line, when there is nothing to join or the shapes do not fit.
    #[track_caller]
    pub fn concat(parts: &[Var<'t, T>], axis: isize) -> Self {
        let Some(&first) = parts.first() else { panic!("concat: there is nothing to join") };
        let axis = resolve_axis("concat", axis, first.rank());
        let parts: smallvec::SmallVec<[&Self; 4]> = parts.iter().collect();
        Array::apply(Concat(axis), &parts)
    }

    /// Places values of one shape side by side along a new axis.
    #[track_caller]
    pub fn stack(parts: &[Var<'t, T>], axis: isize) -> Self {
        let Some(&first) = parts.first() else { panic!("stack: there is nothing to join") };
        let at = resolve_axis("stack", axis, first.rank() + 1);
        let mut wide = Vec::with_capacity(parts.len());
        for part in parts {
            first.check_same("stack", *part);
            let mut shape: Shape = part.shape();
            assert!(
                shape == first.shape(),
                "stack: shapes {:?} and {:?} differ: all must be equal (to join along an axis they have, use `concat`)",
                &first.shape()[..],
                &shape[..]
            );
            shape.insert(at, 1);
            wide.push(part.reshape(&shape));
        }
        Self::concat(&wide, at as isize)
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

/// Reorders the axes.
#[derive(Clone, Debug)]
pub(crate) struct Permute(pub(crate) Axes);

impl Primitive for Permute {
    fn name(&self) -> &'static str {
        "permute"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let signed: smallvec::SmallVec<[isize; 4]> = self.0.iter().map(|&k| k as isize).collect();
        (x[0].permute(&signed), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let mut inverse = self.0.clone();
        for (i, &k) in self.0.iter().enumerate() {
            inverse[k] = i;
        }
        s.add(0, g.permute(&inverse));
    }
}

/// A box of the array.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub(crate) start: Shape,
    pub(crate) size: Shape,
}

impl Primitive for Slice {
    fn name(&self) -> &'static str {
        "slice"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let ranges: smallvec::SmallVec<[_; 4]> = self.start.iter().zip(&self.size).map(|(&s, &n)| s..s + n).collect();
        (x[0].slice(&ranges), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, Embed { shape: c.x(0).dims(), start: self.start.clone() }, &[&g]);
    }
}

/// Zeros with the array at a box.
#[derive(Clone, Debug)]
pub(crate) struct Embed {
    pub(crate) shape: Shape,
    pub(crate) start: Shape,
}

impl Primitive for Embed {
    fn name(&self) -> &'static str {
        "embed"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].embed(&self.shape, &self.start), None)
    }

    fn add_to<T: Float>(&self, to: &mut Tensor<T>, x: &[&Tensor<T>]) {
        to.add_embedded(x[0], &self.start);
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add(0, g.slice(&self.start, &c.x(0).dims()));
    }
}

/// Joins along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Concat(pub(crate) usize);

impl Primitive for Concat {
    fn name(&self) -> &'static str {
        "concat"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (Tensor::concat(x, self.0 as isize), None)
    }

    /// Linear in all parts at once.
    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let parts: Vec<Tensor<T>> = x.iter().map(|x| x.moved()).collect();
        Some(Tensor::concat(&parts.iter().collect::<Vec<_>>(), self.0 as isize))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let mut start: Shape = smallvec::smallvec![0; c.y().dims().len()];
        for i in 0..c.inputs() {
            let size = c.x(i).dims();
            if s.needs(i) {
                s.add(i, g.slice(&start, &size));
            }
            start[self.0] += size[self.0];
        }
    }
}
