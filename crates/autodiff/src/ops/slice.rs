//! Parts of a value: slices, indices, pieces, diagonals; and the axes backwards.

use std::ops::Range;

use rappel_tensor::{Float, Index, Selection, Span, View};

use super::index::Take;
use super::view::{Embed, Strided};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The part of the value at an index: one part per axis, in a tuple when there are several; axes that are left out at the end are
    /// whole.
    ///
    /// Integers pick a place, ranges keep one, `(..).by(2)` takes steps, a `Tensor<u32>` takes a list of places, `NewAxis` and `Ellipsis`
    /// are as in numpy; what is negative counts from the back. The table is at [`Tensor::at`](rappel_tensor::Tensor::at).
    ///
    /// `x[index]` is not possible: `std::ops::Index` must return a reference to something that is already there.
    ///
    /// ```
    /// use rappel_autodiff::{By, Ellipsis, Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
    /// assert_eq!(x.at((0, 1..)).value().data(), [2.0, 3.0]);
    /// assert_eq!(x.at(-1).value().data(), [4.0, 5.0, 6.0]);
    /// let last = x.at((Ellipsis, -1));
    /// assert_eq!(x.at((.., (..).by(-2))).value().data(), [3.0, 1.0, 6.0, 4.0]);
    /// assert_eq!(last.sum().backward().wrt(x).unwrap().data(), [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when there are more parts than axes, a place or range leaves its axis, a range ends before it starts, a step
    /// is 0, or there is more than one list or `Ellipsis`.
    #[track_caller]
    pub fn at(self, index: impl Index) -> Self {
        let Selection { view, rows } = Selection::of(&self.shape(), index);
        let seen = self.apply1(Strided(view));
        match rows {
            Some(rows) => seen.apply1(Take(rows)),
            None => seen,
        }
    }

    /// A box of the value: one range per axis; missing trailing ranges mean the whole axis. [`at`](Self::at) takes steps, negative bounds
    /// and single places too.
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
        self.apply1(Strided(View::of("slice", &self.shape()).slice(ranges)))
    }

    /// A range along one axis, also [with a step](rappel_tensor::By::by); negative axes and bounds count from the back.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, the range leaves it or ends before it starts, or the step is 0.
    #[track_caller]
    pub fn slice_axis(self, axis: isize, range: impl Into<Span>) -> Self {
        self.apply1(Strided(View::of("slice_axis", &self.shape()).narrow(axis, range)))
    }

    /// Pieces of an axis of the given sizes, one after the other.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or the sizes do not add up to its size.
    #[track_caller]
    pub fn split(self, sizes: &[usize], axis: isize) -> Vec<Self> {
        self.views(View::split(&self.shape(), sizes, axis))
    }

    /// At most `n` pieces of an axis, all of one size but for a shorter last one, as `torch.chunk` cuts them. Of an axis of size 0 there
    /// is one, empty.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or `n` is 0.
    #[track_caller]
    pub fn chunk(self, n: usize, axis: isize) -> Vec<Self> {
        self.views(View::chunk(&self.shape(), n, axis))
    }

    /// Each place along an axis, which goes.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis.
    #[track_caller]
    pub fn unbind(self, axis: isize) -> Vec<Self> {
        self.views(View::unbind(&self.shape(), axis))
    }

    #[track_caller]
    fn views(self, views: Vec<View>) -> Vec<Self> {
        let mut parts = Vec::with_capacity(views.len());
        for view in views {
            parts.push(self.apply1(Strided(view)));
        }
        parts
    }

    /// The given axes backwards.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or it is named twice.
    #[track_caller]
    pub fn flip(self, axes: &[isize]) -> Self {
        self.apply1(Strided(View::of("flip", &self.shape()).flip(axes)))
    }

    /// The diagonal of the matrices in two axes, as the last axis of the result; `offset` counts from the main one to the right. Of a
    /// diagonal outside the matrix there are no values.
    ///
    /// # Panics
    /// At the caller's line, when there are no such two axes.
    #[track_caller]
    pub fn diagonal(self, offset: isize, axis1: isize, axis2: isize) -> Self {
        self.apply1(Strided(View::of("diagonal", &self.shape()).diagonal(offset, axis1, axis2)))
    }

    /// Square matrices, in two new last axes, with the last axis of the value on a diagonal and zeros elsewhere; `offset` counts from the
    /// main diagonal to the right.
    ///
    /// # Panics
    /// At the caller's line, for a scalar, or when the result has more values than can be counted.
    #[doc(alias = "diag")]
    #[track_caller]
    pub fn diag_embed(self, offset: isize) -> Self {
        self.apply1(Embed { name: "diag_embed", view: View::diag_embed(&self.shape(), offset), fill: 0.0 })
    }
}
