//! What a result sees of an operand.

use std::ops::Range;

use super::at::Span;
use crate::kernels::movement::{self, Strides, Walk};
use crate::number::{Data, Float};
use crate::shape::{Shape, count, count_or_panic, resolve_axes, resolve_axis, strides};
use crate::tensor::Tensor;

/// Which values of an operand a result is made of, and in which order: a slice, a permutation, a flip, a diagonal, or several of
/// these one after the other.
///
/// It is built from the operand's shape, axis by axis. Each method checks its arguments and panics at the caller's line in the name
/// of the operation the view was begun for; what a view shows always lies inside its operand, and no value is seen twice.
/// [`Tensor::read`] makes the result, [`Tensor::embed_at`] is the adjoint.
///
/// ```
/// use rappel_tensor::{Tensor, View};
/// let x = Tensor::from([[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// let view = View::of("last row, backwards", x.shape()).pick(0, -1).flip(&[0]);
/// assert_eq!(x.read(&view).data(), [6.0, 5.0, 4.0]);
/// assert_eq!(x.read(&view).embed_at(&view, 0.0).data(), [0.0, 0.0, 0.0, 4.0, 5.0, 6.0]);
/// ```
#[derive(Clone, Debug)]
pub struct View {
    op: &'static str,
    operand: Shape,
    shape: Shape,
    start: usize,
    strides: Strides,
}

impl View {
    /// Everything, in order: of an operand of the given shape, in the name of an operation.
    ///
    /// # Panics
    /// At the caller's line, when the shape has more values than can be counted.
    #[track_caller]
    pub fn of(op: &'static str, shape: &[usize]) -> Self {
        count_or_panic(op, shape);
        let strides = strides(shape).iter().map(|&k| k as isize).collect();
        View { op, operand: shape.into(), shape: shape.into(), start: 0, strides }
    }

    /// The operation it was begun for.
    #[inline]
    pub fn op(&self) -> &'static str {
        self.op
    }

    /// The shape of the operand.
    #[inline]
    pub fn operand(&self) -> &[usize] {
        &self.operand
    }

    /// The shape of what is seen.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The axes in another order; see [`Tensor::permute`].
    ///
    /// # Panics
    /// At the caller's line, unless `axes` names every axis once.
    #[track_caller]
    pub fn permute(self, axes: &[isize]) -> Self {
        let order = permutation(self.op, axes, self.shape.len());
        let shape = order.iter().map(|&k| self.shape[k]).collect();
        let strides = order.iter().map(|&k| self.strides[k]).collect();
        View { shape, strides, ..self }
    }

    /// The last two axes of a shape exchanged; see [`Tensor::transpose`].
    ///
    /// # Panics
    /// At the caller's line, when there are no two.
    #[track_caller]
    pub fn transpose(shape: &[usize]) -> Self {
        assert!(shape.len() >= 2, "transpose: shape {shape:?} has no two axes to exchange");
        View::of("transpose", shape).swap(-2, -1)
    }

    /// Two axes exchanged; see [`Tensor::swap_axes`].
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis.
    #[track_caller]
    pub fn swap(mut self, a: isize, b: isize) -> Self {
        let rank = self.shape.len();
        let (a, b) = (resolve_axis(self.op, a, rank), resolve_axis(self.op, b, rank));
        self.shape.swap(a, b);
        self.strides.swap(a, b);
        self
    }

    /// An axis at another place, the others in their order; see [`Tensor::moveaxis`].
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis.
    #[track_caller]
    pub fn shift_axis(mut self, from: isize, to: isize) -> Self {
        let rank = self.shape.len();
        let (from, to) = (resolve_axis(self.op, from, rank), resolve_axis(self.op, to, rank));
        let (n, step) = (self.shape.remove(from), self.strides.remove(from));
        self.shape.insert(to, n);
        self.strides.insert(to, step);
        self
    }

    /// A range along an axis.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, the range leaves it, or runs backwards.
    #[track_caller]
    pub fn narrow(mut self, axis: isize, span: impl Into<Span>) -> Self {
        let axis = resolve_axis(self.op, axis, self.shape.len());
        let (first, n, step) = span.into().resolve(self.op, axis, &self.shape);
        self.advance(axis, first);
        self.shape[axis] = n;
        self.strides[axis] = self.strides[axis].wrapping_mul(step);
        self
    }

    /// A range along each of the first axes; see [`Tensor::slice`].
    ///
    /// # Panics
    /// At the caller's line, when a range leaves its axis or there are more ranges than axes.
    #[track_caller]
    pub fn slice(self, ranges: &[Range<usize>]) -> Self {
        let (op, rank) = (self.op, self.shape.len());
        assert!(ranges.len() <= rank, "{op}: {} ranges for shape {:?} of {rank} axes", ranges.len(), self.shape());
        let mut view = self;
        for (axis, range) in ranges.iter().enumerate() {
            view = view.narrow(axis as isize, range.clone());
        }
        view
    }

    /// The box that starts at `start`, and has the given sizes.
    ///
    /// # Panics
    /// At the caller's line, when it leaves the operand, or has another rank.
    #[track_caller]
    pub fn window(mut self, start: &[usize], size: &[usize]) -> Self {
        let rank = self.shape.len();
        let fits = start.len() == rank
            && size.len() == rank
            && (0..rank).all(|i| start[i].checked_add(size[i]).is_some_and(|end| end <= self.shape[i]));
        assert!(fits, "{}: shape {size:?} at {start:?} does not fit into {:?}", self.op, self.shape());
        for (axis, &start) in start.iter().enumerate() {
            self.advance(axis, start);
        }
        View { shape: size.into(), ..self }
    }

    /// One place along an axis, which goes. A negative place counts from the back.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis or place.
    #[track_caller]
    pub fn pick(mut self, axis: isize, i: isize) -> Self {
        let axis = resolve_axis(self.op, axis, self.shape.len());
        let n = self.shape[axis];
        let place = if i < 0 { i.saturating_add_unsigned(n) } else { i };
        assert!(
            (0..n as isize).contains(&place),
            "{}: index {i} is out of range for axis {axis} of shape {:?}: {}",
            self.op,
            self.shape(),
            if n == 0 { "it has no places".to_owned() } else { format!("places run from -{n} to {}", n - 1) }
        );
        self.advance(axis, place as usize);
        self.shape.remove(axis);
        self.strides.remove(axis);
        self
    }

    /// A new axis of size 1 in front of axis `at` (behind the last when `at` is the rank).
    ///
    /// # Panics
    /// At the caller's line, when there is no such place.
    #[track_caller]
    pub fn new_axis(mut self, at: isize) -> Self {
        let at = resolve_axis(self.op, at, self.shape.len() + 1);
        self.shape.insert(at, 1);
        self.strides.insert(at, 0);
        self
    }

    /// The given axes backwards; see [`Tensor::flip`].
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or it is named twice.
    #[track_caller]
    pub fn flip(mut self, axes: &[isize]) -> Self {
        for axis in resolve_axes(self.op, axes, self.shape.len()) {
            self.advance(axis, self.shape[axis].saturating_sub(1));
            self.strides[axis] = self.strides[axis].wrapping_neg();
        }
        self
    }

    /// A diagonal of the matrices in two axes, which go; it is the last axis of what is seen. See [`Tensor::diagonal`].
    ///
    /// # Panics
    /// At the caller's line, when there are no such two axes.
    #[track_caller]
    pub fn diagonal(mut self, offset: isize, axis1: isize, axis2: isize) -> Self {
        let rank = self.shape.len();
        let (a, b) = (resolve_axis(self.op, axis1, rank), resolve_axis(self.op, axis2, rank));
        assert!(a != b, "{}: axes {axis1} and {axis2} are the same axis of shape {:?}", self.op, self.shape());
        let off = offset.unsigned_abs();
        let (below, right) = if offset < 0 { (off, 0) } else { (0, off) };
        let n = self.shape[a].saturating_sub(below).min(self.shape[b].saturating_sub(right));
        if n > 0 {
            self.advance(a, below);
            self.advance(b, right);
        }
        let step = self.strides[a].wrapping_add(self.strides[b]);
        for axis in [a.max(b), a.min(b)] {
            self.shape.remove(axis);
            self.strides.remove(axis);
        }
        self.shape.push(n);
        self.strides.push(step);
        self
    }

    /// The diagonal of square matrices that has the last axis of `shape` on it; see [`Tensor::diag_embed`].
    ///
    /// # Panics
    /// At the caller's line, when the shape has no axis, or the matrices more values than can be counted.
    #[track_caller]
    pub fn diag_embed(shape: &[usize], offset: isize) -> Self {
        let Some((&n, lead)) = shape.split_last() else {
            panic!("diag_embed: a scalar has no axis to put on a diagonal")
        };
        let size = n.saturating_add(offset.unsigned_abs());
        let mut wide: Shape = lead.into();
        wide.extend_from_slice(&[size, size]);
        View::of("diag_embed", &wide).diagonal(offset, -2, -1)
    }

    /// Pieces of an axis, one after the other; see [`Tensor::split`].
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or the sizes do not add up to its size.
    #[track_caller]
    pub fn split(shape: &[usize], sizes: &[usize], axis: isize) -> Vec<Self> {
        let k = resolve_axis("split", axis, shape.len());
        let total = sizes.iter().fold(0_usize, |sum, &n| sum.saturating_add(n));
        assert!(
            total == shape[k],
            "split: sizes {sizes:?} add up to {total}, axis {axis} of shape {shape:?} has size {}",
            shape[k]
        );
        View::pieces("split", shape, sizes.iter().copied(), k)
    }

    /// At most `n` pieces of an axis, all of one size but for a shorter last one; see [`Tensor::chunk`].
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or `n` is 0.
    #[track_caller]
    pub fn chunk(shape: &[usize], n: usize, axis: isize) -> Vec<Self> {
        let k = resolve_axis("chunk", axis, shape.len());
        assert!(n > 0, "chunk: axis {axis} of shape {shape:?} cannot be cut into 0 pieces");
        let size = shape[k].div_ceil(n).max(1);
        let sizes = (0..shape[k].div_ceil(size).max(1)).map(|i| size.min(shape[k] - i * size));
        View::pieces("chunk", shape, sizes, k)
    }

    #[track_caller]
    fn pieces(op: &'static str, shape: &[usize], sizes: impl Iterator<Item = usize>, axis: usize) -> Vec<Self> {
        let whole = View::of(op, shape);
        let mut end = 0;
        let piece = |size: usize| {
            end += size;
            whole.clone().narrow(axis as isize, end - size..end)
        };
        sizes.map(piece).collect()
    }

    /// Each place along an axis, which goes; see [`Tensor::unbind`].
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis.
    #[track_caller]
    pub fn unbind(shape: &[usize], axis: isize) -> Vec<Self> {
        let k = resolve_axis("unbind", axis, shape.len());
        let whole = View::of("unbind", shape);
        count_or_panic("unbind", &shape[k..=k]);
        (0..shape[k]).map(|i| whole.clone().pick(k as isize, i as isize)).collect()
    }

    /// Moves the start along an axis. A view of nothing may start anywhere.
    fn advance(&mut self, axis: usize, places: usize) {
        self.start = self.start.wrapping_add_signed(self.strides[axis].wrapping_mul(places as isize));
    }

    /// The view of the result that shows the operand again, when everything is seen.
    pub fn inverse(&self) -> Option<Self> {
        if count(&self.shape) != count(&self.operand) {
            return None;
        }
        let (own, steps) = (strides(&self.shape), strides(&self.operand));
        let mut back = View {
            op: self.op,
            operand: self.shape.clone(),
            shape: self.operand.clone(),
            start: 0,
            strides: smallvec::smallvec![0; self.operand.len()],
        };
        for (axis, &n) in self.operand.iter().enumerate().filter(|a| *a.1 != 1) {
            let walks = |k: &usize| self.shape[*k] == n && self.strides[*k].unsigned_abs() == steps[axis];
            let from = (0..own.len()).find(walks)?;
            back.strides[axis] = own[from] as isize;
            if self.strides[from] < 0 {
                back = back.flip(&[axis as isize]);
            }
        }
        Some(back)
    }

    fn walk(&self) -> Walk<'_> {
        Walk { start: self.start, shape: &self.shape, strides: &self.strides }
    }

    /// Panics unless a tensor of the given shape can stand on the side that `own` says.
    #[track_caller]
    fn check(&self, own: &[usize], shape: &[usize]) {
        assert!(
            own == shape,
            "{}: a view from shape {:?} to {:?} does not apply to shape {shape:?}",
            self.op,
            self.operand(),
            self.shape()
        );
    }
}

/// Axes of a permutation, counted from the front.
#[track_caller]
fn permutation(op: &str, axes: &[isize], rank: usize) -> smallvec::SmallVec<[usize; 4]> {
    assert!(axes.len() == rank, "{op}: {axes:?} must name each of {rank} axes once");
    let mut seen: smallvec::SmallVec<[bool; 4]> = smallvec::smallvec![false; rank];
    let mut order = smallvec::SmallVec::new();
    for &axis in axes {
        let k = resolve_axis(op, axis, rank);
        assert!(!seen[k], "{op}: {axes:?} names axis {axis} twice");
        seen[k] = true;
        order.push(k);
    }
    order
}

impl<T: Data> Tensor<T> {
    /// What the view sees. It shares the buffer when that is everything, in order.
    ///
    /// # Panics
    /// At the caller's line, when the view is of another shape.
    #[track_caller]
    pub fn read(&self, view: &View) -> Self {
        view.check(view.operand(), self.shape());
        if view.walk().is_whole(self.len()) {
            return self.with_shape(view.shape.clone());
        }
        Self::make(self.workspace(), view.shape.clone(), |to| movement::read(self.data(), view.walk(), to))
    }

    /// A tensor of the shape of the view's operand with `self` where the view looks and `fill` elsewhere. With a `fill` of 0 it is the
    /// adjoint of [`read`](Self::read).
    ///
    /// # Panics
    /// At the caller's line, when the view shows another shape.
    #[track_caller]
    pub fn embed_at(&self, view: &View, fill: T) -> Self {
        view.check(view.shape(), self.shape());
        Self::make(self.workspace(), view.operand.clone(), |to| {
            if to.len() > self.len() {
                to.fill(fill);
            }
            movement::write(self.data(), view.walk(), to);
        })
    }
}

impl<T: Float> Tensor<T> {
    /// Adds what the view sees of `x`.
    ///
    /// # Panics
    /// At the caller's line, when the view is of another shape than that of `x`, or shows another than that of `self`.
    #[track_caller]
    pub fn add_read(&mut self, x: &Self, view: &View) {
        view.check(view.operand(), x.shape());
        view.check(view.shape(), self.shape());
        movement::add_read(x.data(), view.walk(), self.data_mut());
    }

    /// Adds `part` where the view looks.
    ///
    /// # Panics
    /// At the caller's line, when the view is of another shape than that of `self`, or shows another than that of `part`.
    #[track_caller]
    pub fn add_embedded_at(&mut self, part: &Self, view: &View) {
        view.check(view.operand(), self.shape());
        view.check(view.shape(), part.shape());
        movement::add(part.data(), view.walk(), self.data_mut());
    }
}
