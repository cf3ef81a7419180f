//! The steps of a batch of sequences: where their rows are, and how threads share them.

use std::ops::Range;

use crate::Workspace;
use crate::kernels::shards::{Target, threads};
use crate::number::Float;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// Sequences that are gone through side by side; what threads share. A state of 16 rows stays in the nearest cache between two
/// steps, and a product with it wastes little of the registers' height.
const TOGETHER: usize = 16;

/// From this many multiplications on (some 10 us), threads share the sequences.
const LARGE: usize = 1 << 20;

/// The sizes of a batch of sequences, and the way through them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps<'a> {
    pub(crate) steps: usize,
    /// The sequences.
    pub(crate) rows: usize,
    /// Values of a state.
    pub(crate) size: usize,
    /// Whether the steps of a sequence follow each other in memory, not the sequences at a step.
    pub(crate) batch_first: bool,
    pub(crate) reverse: bool,
    /// How many steps each sequence has, where not all of them.
    pub(crate) lengths: Option<&'a [u32]>,
}

impl Steps<'_> {
    /// The steps in the order in which they are taken.
    pub(super) fn in_order(&self) -> impl DoubleEndedIterator<Item = usize> + use<> {
        let &Steps { steps, reverse, .. } = self;
        (0..steps).map(move |i| if reverse { steps - 1 - i } else { i })
    }

    /// Where the row of a sequence is at a step.
    #[inline(always)]
    pub(super) fn row(&self, step: usize, sequence: usize) -> usize {
        if self.batch_first { sequence * self.steps + step } else { step * self.rows + sequence }
    }

    /// Whether a sequence is long enough to take a step.
    #[inline(always)]
    pub(super) fn takes(&self, step: usize, sequence: usize) -> bool {
        self.lengths.is_none_or(|lengths| step < lengths[sequence] as usize)
    }

    /// The row of the step that comes before one that is taken; none at a sequence's first.
    #[inline(always)]
    pub(super) fn before(&self, step: usize, sequence: usize) -> Option<usize> {
        let before = if self.reverse { step + 1 } else { step.checked_sub(1)? };
        (before < self.steps && self.takes(before, sequence)).then(|| self.row(before, sequence))
    }

    /// Calls `f` with ranges of sequences, cut by the sizes alone, of which each sequence is in one. `gates` is the number of
    /// products with a state.
    pub(super) fn share<T: Float>(
        &self,
        workspace: Option<&Workspace<T>>,
        gates: usize,
        f: impl Fn(Range<usize>) + Sync,
    ) {
        let &Steps { steps, rows, size, .. } = self;
        let work = [rows, size, size, gates].into_iter().fold(steps, usize::saturating_mul);
        let part = |i: usize| f(i * TOGETHER..rows.min((i + 1) * TOGETHER));
        let parts = rows.div_ceil(TOGETHER);
        if work < LARGE {
            (0..parts).for_each(part);
        } else {
            threads(workspace).run(parts, &part);
        }
    }
}

/// Room for so many values, from the pool; it holds anything.
pub(super) fn room<T: Float>(workspace: Option<&Workspace<T>>, len: usize) -> Tensor<T> {
    Tensor::make(workspace, Shape::from_slice(&[len]), |_| {})
}

/// The rows of an array, each written by the thread that has its sequence.
pub(super) struct Rows<T> {
    to: Target<T>,
    len: usize,
    width: usize,
}

impl<T> Rows<T> {
    pub(super) fn new(to: &mut [T], width: usize) -> Self {
        Rows { len: to.len(), to: Target::new(to), width }
    }

    /// A row, to be written.
    ///
    /// # Safety
    /// The array must still be borrowed by who made this, and nobody else may use the row meanwhile.
    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "rows are disjoint, as the caller promises")]
    pub(super) unsafe fn row(&self, i: usize) -> &mut [T] {
        assert!((i + 1) * self.width <= self.len);
        // SAFETY: the row is inside of the array, and the caller's alone.
        unsafe { std::slice::from_raw_parts_mut(self.to.get().add(i * self.width), self.width) }
    }
}
