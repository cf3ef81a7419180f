//! Batches, one after the other.

use rappel_tensor::Tensor;

use crate::{Dataset, Loader};

/// Some samples and their labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The samples, `[k, ...]`.
    pub x: Tensor<f32>,
    /// Their class labels, `[k]`.
    pub y: Tensor<u32>,
}

impl Batch {
    /// Number of samples.
    pub fn len(&self) -> usize {
        self.y.len()
    }

    /// Whether there are no samples; never so for a batch of a [`Dataset`].
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The batches of an epoch, from [`Dataset::batches`].
///
/// Batches that the caller has dropped are written over for later ones, so a loop allocates only its first few. Writing
/// into a batch while this iterator lives therefore copies it first.
///
/// ```
/// # use rappel_data::Dataset;
/// # use rappel_tensor::Tensor;
/// # let data = Dataset::new(Tensor::new(vec![0.5; 10], &[10, 1]), Tensor::new(vec![0; 10], &[10]), 1).unwrap();
/// let sizes = |batches: rappel_data::Batches| batches.map(|batch| batch.len()).collect::<Vec<_>>();
/// assert_eq!(sizes(data.batches(4)), [4, 4, 2]);
/// assert_eq!(sizes(data.batches(4).drop_last()), [4, 4]);
/// assert_eq!(data.batches(4).len(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Batches {
    data: Dataset,
    size: usize,
    /// The rows still to come.
    next: usize,
    end: usize,
    /// Batches that were handed out, to be written over when nobody else holds them.
    given: Vec<Batch>,
    /// How many of them are kept: as many as a caller may hold at a time.
    keep: usize,
}

impl Batches {
    pub(crate) fn new(data: Dataset, size: usize) -> Batches {
        // In a training loop the tape still holds the last batch while the next is made.
        Batches { next: 0, end: data.len(), data, size, given: Vec::new(), keep: 2 }
    }

    /// Leaves out a last batch that is shorter than the others.
    ///
    /// With fewer samples than the batch size that leaves no batch at all.
    #[must_use]
    pub fn drop_last(mut self) -> Batches {
        self.end -= (self.end - self.next) % self.size;
        self
    }

    /// Makes the batches on a thread of their own, up to `depth` of them ahead: the same batches in the same order.
    pub fn prefetch(mut self, depth: usize) -> Loader<Batch> {
        self.keep += depth + 1;
        Loader::new(self, depth)
    }

    /// A batch that was handed out and came back.
    fn returned(&mut self) -> Option<Batch> {
        let free = self.given.iter_mut().position(|batch| batch.x.is_unique() && batch.y.is_unique());
        free.map(|i| self.given.swap_remove(i))
    }
}

impl Iterator for Batches {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        if self.next == self.end {
            return None;
        }
        let range = self.next..self.end.min(self.next + self.size);
        self.next = range.end;
        let reuse = self.returned();
        let batch = self.data.gather(range, reuse);
        if self.given.len() < self.keep {
            self.given.push(batch.clone());
        }
        Some(batch)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.end - self.next).div_ceil(self.size);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Batches {}
