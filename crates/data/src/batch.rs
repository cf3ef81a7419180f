//! Batches, one after the other.

use rappel_schedule::BatchSizes;
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

/// The batches of an epoch, from [`Dataset::batches`] or [`Dataset::batches_sized`].
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
    sizes: Sizes,
    /// The rows still to come.
    next: usize,
    end: usize,
    /// Batches that were handed out, to be written over when nobody else holds them.
    given: Vec<Batch>,
    /// How many of them are kept: as many as a caller may hold at a time.
    keep: usize,
}

/// How many samples the batches have.
#[derive(Clone, Debug)]
enum Sizes {
    Same(usize),
    /// Those of the steps from this one on; known to the last sample.
    From(BatchSizes, u64),
}

impl Sizes {
    /// That of the next batch.
    fn next(&self) -> usize {
        match self {
            Sizes::Same(size) => *size,
            Sizes::From(sizes, step) => {
                sizes.at(*step).map_or(usize::MAX, |size| size.try_into().unwrap_or(usize::MAX))
            }
        }
    }

    /// How many batches so many samples make.
    fn batches(&self, samples: usize) -> usize {
        match self {
            Sizes::Same(size) => samples.div_ceil(*size),
            Sizes::From(sizes, step) => sizes.steps(*step, samples as u64).map_or(0, |steps| steps as usize),
        }
    }

    /// How many of so many samples are left when the whole batches are made.
    fn rest(&self, samples: usize) -> usize {
        match self {
            Sizes::Same(size) => samples % size,
            Sizes::From(sizes, step) => {
                let before = |batches: usize| Some(sizes.seen(step + batches as u64)? - sizes.seen(*step)?);
                let batches = self.batches(samples);
                match before(batches) {
                    Some(all) if all == samples as u64 => 0,
                    _ => samples - before(batches.saturating_sub(1)).map_or(0, |whole| whole as usize),
                }
            }
        }
    }
}

impl Batches {
    pub(crate) fn new(data: Dataset, size: usize) -> Batches {
        Batches::of(data, Sizes::Same(size))
    }

    pub(crate) fn sized(data: Dataset, sizes: BatchSizes, step: u64) -> Batches {
        Batches::of(data, Sizes::From(sizes, step))
    }

    fn of(data: Dataset, sizes: Sizes) -> Batches {
        // In a training loop the tape still holds the last batch while the next is made.
        Batches { next: 0, end: data.len(), data, sizes, given: Vec::new(), keep: 2 }
    }

    /// Leaves out a last batch that is shorter than its size.
    ///
    /// With fewer samples than the batch size that leaves no batch at all.
    #[must_use]
    pub fn drop_last(mut self) -> Batches {
        self.end -= self.sizes.rest(self.end - self.next);
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
        let range = self.next..self.end.min(self.next.saturating_add(self.sizes.next()));
        self.next = range.end;
        if let Sizes::From(_, step) = &mut self.sizes {
            *step += 1;
        }
        let reuse = self.returned();
        let batch = self.data.gather(range, reuse);
        if self.given.len() < self.keep {
            self.given.push(batch.clone());
        }
        Some(batch)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.sizes.batches(self.end - self.next);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Batches {}
