//! Shape operations.

use std::ops::Range;

use rappel_tensor::shape::resolve_axis;
use rappel_tensor::{Float, Shape, permutation, resolve_range, resolve_ranges};

use crate::array::Axes;
use crate::op::Op;
use crate::tape::Ids;
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// The same values in the same order under another shape.
    ///
    /// # Panics
    /// At the caller's line, when the counts differ.
    #[track_caller]
    pub fn reshape(self, shape: &[usize]) -> Self {
        self.apply1(Op::Reshape(shape.into()))
    }

    /// Reorders the axes: axis i of the result is axis `axes[i]`.
    ///
    /// # Panics
    /// At the caller's line, unless `axes` names every axis once.
    #[track_caller]
    pub fn permute(self, axes: &[isize]) -> Self {
        let order = permutation(axes, self.rank());
        self.apply1(Op::Permute(order))
    }

    /// Exchanges the last two axes.
    #[track_caller]
    pub fn transpose(self) -> Self {
        let rank = self.rank();
        assert!(rank >= 2, "transpose: shape {:?} has no two axes to exchange", &self.shape()[..]);
        let mut order: Axes = (0..rank).collect();
        order.swap(rank - 2, rank - 1);
        self.apply1(Op::Permute(order))
    }

    /// Broadcasts to a shape: stretches axes of size 1 and adds leading ones.
    ///
    /// # Panics
    /// At the caller's line, when the value does not stretch to exactly that shape.
    #[track_caller]
    pub fn expand(self, shape: &[usize]) -> Self {
        self.apply1(Op::Expand(shape.into()))
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
        self.apply1(Op::Slice(start, size))
    }

    /// A range along one axis; negative axes count from the back.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis or the range leaves it.
    #[track_caller]
    pub fn slice_axis(self, axis: isize, range: Range<usize>) -> Self {
        let (start, size) = resolve_range(&self.shape(), axis, range);
        self.apply1(Op::Slice(start, size))
    }

    /// Joins values along an axis; all other sizes must agree.
    ///
    /// # Panics
    /// At the caller's line, when there is nothing to join or the shapes do not fit.
    #[track_caller]
    pub fn concat(parts: &[Var<'t, T>], axis: isize) -> Self {
        let Some(&first) = parts.first() else { panic!("concat: there is nothing to join") };
        for part in parts {
            first.check_same("concat", *part);
        }
        let axis = resolve_axis("concat", axis, first.rank());
        let ids: Ids = parts.iter().map(|p| p.id).collect();
        first.tape.record(Op::Concat(axis), ids)
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
