//! Shape operations. Reshaping shares the buffer; the others copy once.

use std::ops::Range;

use crate::kernels::movement::{self, View};
use crate::number::{Data, Float};
use crate::shape::{Shape, count, count_or_panic, resolve_axis, strides_under};
use crate::tensor::Tensor;

/// Row-major strides of a shape.
fn strides(shape: &[usize]) -> Shape {
    let mut out: Shape = smallvec::smallvec![1; shape.len()];
    for i in (1..shape.len()).rev() {
        out[i - 1] = out[i] * shape[i];
    }
    out
}

/// The view of a box inside a shape.
fn window(shape: &[usize], start: &[usize], size: &[usize]) -> View {
    let strides = strides(shape);
    let start = start.iter().zip(&strides).map(|(s, k)| s * k).sum();
    View { start, shape: size.into(), strides }
}

impl<T: Data> Tensor<T> {
    /// The same values in the same order under another shape; shares the buffer.
    ///
    /// # Panics
    /// At the caller's line, when the counts differ.
    #[track_caller]
    pub fn reshape(&self, shape: &[usize]) -> Self {
        let n = count_or_panic("reshape", shape);
        assert!(
            n == self.len(),
            "reshape: shape {:?} holds {} values, {shape:?} would hold {n}",
            self.shape(),
            self.len()
        );
        self.with_shape(shape.into())
    }

    /// Reorders the axes: axis i of the result is axis `axes[i]` of `self`.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(x.permute(&[1, 0]).data(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, unless `axes` names every axis once (negative axes count from the back).
    #[track_caller]
    pub fn permute(&self, axes: &[isize]) -> Self {
        let order = permutation(axes, self.rank());
        let steps = strides(self.shape());
        let shape: Shape = order.iter().map(|&k| self.shape()[k]).collect();
        let view = View { start: 0, strides: order.iter().map(|&k| steps[k]).collect(), shape: shape.clone() };
        self.read(&view)
    }

    /// Exchanges the last two axes.
    #[track_caller]
    pub fn transpose(&self) -> Self {
        let n = self.rank() as isize;
        assert!(n >= 2, "transpose: shape {:?} has no two axes to exchange", self.shape());
        let axes: smallvec::SmallVec<[isize; 4]> = (0..n - 2).chain([n - 1, n - 2]).collect();
        self.permute(&axes)
    }

    /// Stretches axes of size 1, and adds leading axes, to reach `shape`.
    ///
    /// # Panics
    /// At the caller's line, when `self` does not broadcast to exactly that shape.
    #[track_caller]
    pub fn expand(&self, shape: &[usize]) -> Self {
        if self.shape() == shape {
            return self.clone();
        }
        assert!(
            crate::shape::broadcast(self.shape(), shape).is_some_and(|s| s[..] == *shape),
            "expand: shape {:?} does not stretch to {shape:?}: aligned at the last axis, sizes must be equal or 1",
            self.shape()
        );
        count_or_panic("expand", shape);
        self.read(&View { start: 0, shape: shape.into(), strides: strides_under(self.shape(), shape) })
    }

    /// A box of the tensor: one range per axis; missing trailing ranges mean the whole axis.
    ///
    /// # Panics
    /// At the caller's line, when a range leaves its axis or there are more ranges than axes.
    #[track_caller]
    pub fn slice(&self, ranges: &[Range<usize>]) -> Self {
        let (start, size) = resolve_ranges(self.shape(), ranges);
        self.read(&window(self.shape(), &start, &size))
    }

    /// A range along one axis; negative axes count from the back.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis or the range leaves it.
    #[track_caller]
    pub fn slice_axis(&self, axis: isize, range: Range<usize>) -> Self {
        let (start, size) = resolve_range(self.shape(), axis, range);
        self.read(&window(self.shape(), &start, &size))
    }

    /// Joins tensors along an axis; all other sizes must agree.
    ///
    /// # Panics
    /// At the caller's line, when there is nothing to join or the shapes do not fit.
    #[track_caller]
    pub fn concat(parts: &[&Self], axis: isize) -> Self {
        let Some(first) = parts.first() else { panic!("concat: there is nothing to join") };
        let axis = resolve_axis("concat", axis, first.rank());
        let mut shape: Shape = first.shape().into();
        shape[axis] = 0;
        for part in parts {
            let fits = part.rank() == shape.len() && (0..shape.len()).all(|i| i == axis || part.shape()[i] == shape[i]);
            assert!(
                fits,
                "concat: shapes {:?} and {:?} do not join along axis {axis}: all other sizes must agree",
                first.shape(),
                part.shape()
            );
            shape[axis] += part.shape()[axis];
        }
        let workspace = parts.iter().find_map(|p| p.workspace());
        Self::make(workspace, shape.clone(), |to| {
            let mut start: Shape = smallvec::smallvec![0; shape.len()];
            for part in parts {
                movement::write(part.data(), &window(&shape, &start, part.shape()), to);
                start[axis] += part.shape()[axis];
            }
        })
    }

    /// Places tensors of one shape side by side along a new axis.
    #[track_caller]
    pub fn stack(parts: &[&Self], axis: isize) -> Self {
        let Some(first) = parts.first() else { panic!("stack: there is nothing to join") };
        let at = resolve_axis("stack", axis, first.rank() + 1);
        let mut wide = Vec::with_capacity(parts.len());
        for part in parts {
            assert!(
                part.shape() == first.shape(),
                "stack: shapes {:?} and {:?} differ: all must be equal (to join along an axis they have, use `concat`)",
                first.shape(),
                part.shape()
            );
            let mut shape: Shape = part.shape().into();
            shape.insert(at, 1);
            wide.push(part.with_shape(shape));
        }
        Self::concat(&wide.iter().collect::<Vec<_>>(), at as isize)
    }

    fn read(&self, view: &View) -> Self {
        Self::make(self.workspace(), view.shape.clone(), |to| movement::read(self.data(), view, to))
    }
}

impl<T: Float> Tensor<T> {
    /// Zeros of the given shape with `self` at the box that starts at `start`: the adjoint of [`slice`](Self::slice).
    #[track_caller]
    pub fn embed(&self, shape: &[usize], start: &[usize]) -> Self {
        let view = checked_window(shape, start, self.shape());
        Self::make(self.workspace(), shape.into(), |to| {
            to.fill(T::ZERO);
            movement::write(self.data(), &view, to);
        })
    }

    /// Adds a smaller tensor to the box of `self` that starts at `start`.
    #[track_caller]
    pub fn add_embedded(&mut self, part: &Self, start: &[usize]) {
        let view = checked_window(self.shape(), start, part.shape());
        movement::add(part.data(), &view, self.data_mut());
    }

    /// Adds over the axes that were stretched: the adjoint of [`expand`](Self::expand).
    ///
    /// # Panics
    /// At the caller's line, when `shape` does not stretch to that of `self`.
    #[track_caller]
    pub fn sum_to(&self, shape: &[usize]) -> Self {
        if self.shape() == shape {
            return self.clone();
        }
        let Some(lead) = self.rank().checked_sub(shape.len()) else {
            panic!("sum_to: shape {:?} has fewer axes than {shape:?}", self.shape())
        };
        let axes: smallvec::SmallVec<[isize; 4]> = (0..self.rank())
            .filter(|&i| i < lead || shape[i - lead] == 1 && self.shape()[i] != 1)
            .map(|i| i as isize)
            .collect();
        let summed = self.sum_axes(&axes, true);
        assert!(
            summed.len() == count(shape) && summed.shape()[lead..] == *shape,
            "sum_to: shape {:?} does not sum to {shape:?}",
            self.shape()
        );
        summed.with_shape(shape.into())
    }
}

#[track_caller]
fn checked_window(shape: &[usize], start: &[usize], size: &[usize]) -> View {
    let fits = shape.len() == size.len()
        && start.len() == size.len()
        && (0..shape.len()).all(|i| start[i] + size[i] <= shape[i]);
    assert!(fits, "embed: shape {size:?} at {start:?} does not fit into {shape:?}");
    window(shape, start, size)
}

/// Start and size per axis of a box given by ranges.
#[track_caller]
pub fn resolve_ranges(shape: &[usize], ranges: &[Range<usize>]) -> (Shape, Shape) {
    assert!(ranges.len() <= shape.len(), "slice: {} ranges for shape {shape:?} of {} axes", ranges.len(), shape.len());
    let mut start: Shape = smallvec::smallvec![0; shape.len()];
    let mut size: Shape = shape.into();
    for (i, r) in ranges.iter().enumerate() {
        assert!(
            r.start <= r.end && r.end <= shape[i],
            "slice: range {r:?} leaves axis {i} of shape {shape:?}, whose size is {}",
            shape[i]
        );
        (start[i], size[i]) = (r.start, r.end - r.start);
    }
    (start, size)
}

/// Start and size per axis of a box that is a range along one axis.
#[track_caller]
pub fn resolve_range(shape: &[usize], axis: isize, range: Range<usize>) -> (Shape, Shape) {
    let axis = resolve_axis("slice_axis", axis, shape.len());
    assert!(
        range.start <= range.end && range.end <= shape[axis],
        "slice_axis: range {range:?} leaves axis {axis} of shape {shape:?}, whose size is {}",
        shape[axis]
    );
    let mut start: Shape = smallvec::smallvec![0; shape.len()];
    let mut size: Shape = shape.into();
    (start[axis], size[axis]) = (range.start, range.end - range.start);
    (start, size)
}

/// Axes of a permutation, counted from the front.
#[track_caller]
pub fn permutation(axes: &[isize], rank: usize) -> smallvec::SmallVec<[usize; 4]> {
    assert!(axes.len() == rank, "permute: {axes:?} must name each of {rank} axes once");
    let mut seen: smallvec::SmallVec<[bool; 4]> = smallvec::smallvec![false; rank];
    let mut order = smallvec::SmallVec::new();
    for &axis in axes {
        let k = resolve_axis("permute", axis, rank);
        assert!(!seen[k], "permute: {axes:?} names axis {axis} twice");
        seen[k] = true;
        order.push(k);
    }
    order
}
