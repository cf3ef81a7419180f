//! Samples with class labels.

use std::ops::Range;

use rappel_schedule::BatchSizes;
use rappel_tensor::{Rng, Tensor};

use crate::rows::Rows;
use crate::samples::Samples;
use crate::{Batch, Batches, DataError};

/// Samples and their class labels: never empty, every label below the number of classes.
///
/// Cheap to clone, slice and shuffle: the stored samples are shared, only the order is new.
///
/// The order of [`shuffled`](Self::shuffled) is a pure function of the data set's seed and the epoch. The seed is 0 unless
/// [`with_seed`](Self::with_seed) sets another, so that a program that says nothing is reproducible.
///
/// ```
/// use rappel_data::Dataset;
/// use rappel_tensor::Tensor;
/// # fn main() -> Result<(), rappel_data::DataError> {
/// let x = Tensor::new([0.0_f32, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], &[4, 2]);
/// let xor = Dataset::new(x, Tensor::from([0, 1, 1, 0]), 2)?;
/// assert_eq!((xor.len(), xor.classes(), xor.sample_shape()), (4, 2, &[2][..]));
/// for epoch in 0..3 {
///     for batch in xor.shuffled(epoch).batches(3) {
///         assert_eq!(batch.x.shape(), [batch.y.len(), 2]); // three samples, then one
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Dataset {
    samples: Samples,
    labels: Tensor<u32>,
    classes: usize,
    sample_shape: Vec<usize>,
    rows: Rows,
    seed: u64,
}

impl Dataset {
    /// A data set of samples `x`, of shape `[n, ...]`, and labels `y`, of shape `[n]`, each below `classes`.
    ///
    /// # Errors
    /// [`DataError::Empty`] without samples or values in them, [`DataError::Lengths`] when there are not as many labels as
    /// samples, [`DataError::Label`] for a label out of range.
    ///
    /// ```
    /// use rappel_data::Dataset;
    /// use rappel_tensor::Tensor;
    /// let e = Dataset::new(Tensor::new(vec![0.0_f32; 3], &[3, 1]), Tensor::from([0, 7, 1]), 2).unwrap_err();
    /// assert_eq!(e.to_string(), "the label of row 1 is 7; expected a class below 2");
    /// ```
    pub fn new(x: Tensor<f32>, y: Tensor<u32>, classes: usize) -> Result<Dataset, DataError> {
        Dataset::of(Samples::Values(x), y, classes)
    }

    /// A data set of images, kept as bytes: in batches, pixel p is exactly `p as f32 / 255.0`, from 0 to 1.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    ///
    /// ```
    /// use rappel_data::Dataset;
    /// use rappel_tensor::Tensor;
    /// # fn main() -> Result<(), rappel_data::DataError> {
    /// let images = Dataset::from_pixels(Tensor::new([0_u8, 255, 51, 0], &[2, 2]), Tensor::from([0, 1]), 2)?;
    /// assert_eq!(images.all().x.data(), [0.0, 1.0, 0.2, 0.0]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_pixels(x: Tensor<u8>, y: Tensor<u32>, classes: usize) -> Result<Dataset, DataError> {
        Dataset::of(Samples::Pixels(x), y, classes)
    }

    fn of(samples: Samples, labels: Tensor<u32>, classes: usize) -> Result<Dataset, DataError> {
        let shape = samples.shape();
        if shape.is_empty() || shape.contains(&0) {
            return Err(DataError::Empty { shape: shape.into() });
        }
        if labels.shape() != &shape[..1] {
            return Err(DataError::Lengths { x: shape.into(), y: labels.shape().into() });
        }
        if let Some(row) = labels.data().iter().position(|&label| label as usize >= classes) {
            return Err(DataError::Label { row, label: labels.data()[row], classes });
        }
        let (rows, sample_shape) = (Rows::all(shape[0]), shape[1..].to_vec());
        Ok(Dataset { samples, labels, classes, sample_shape, rows, seed: 0 })
    }

    /// Number of samples, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "a data set is never empty")]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Number of classes; every label is below it.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The shape of one sample: a batch of k samples has shape `[k, ...]` with these sizes.
    pub fn sample_shape(&self) -> &[usize] {
        &self.sample_shape
    }

    /// The seed of [`shuffled`](Self::shuffled).
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The same data set with another seed of its shuffling.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Dataset {
        self.seed = seed;
        self
    }

    /// The same values with each sample in another shape, such as `[1, 28, 28]` for a convolution.
    ///
    /// # Panics
    /// At the caller's line, when the shape does not hold as many values as a sample.
    #[must_use]
    #[track_caller]
    pub fn with_sample_shape(mut self, shape: &[usize]) -> Dataset {
        let (from, to) = (self.width(), shape.iter().fold(1_usize, |n, &size| n.saturating_mul(size)));
        assert!(
            from == to,
            "with_sample_shape: samples have shape {:?} ({from} values), the new shape {shape:?} holds {to}; \
             the numbers of values must be equal",
            self.sample_shape
        );
        self.sample_shape = shape.to_vec();
        self
    }

    /// The same samples in the random order of an epoch: a pure function of [`seed`](Self::seed) and `epoch`.
    ///
    /// Shuffling, then slicing, gives random parts: `train.shuffled(0).split_at(50_000)`.
    ///
    /// # Panics
    /// With more than 2^32 samples.
    #[must_use]
    pub fn shuffled(&self, epoch: u64) -> Dataset {
        let order = Rng::seed(self.seed).split(epoch).permutation(self.len());
        Dataset { rows: self.rows.ordered(order), ..self.clone() }
    }

    /// The samples `range` of this data set, in its order.
    ///
    /// # Panics
    /// At the caller's line, when the range is empty or goes beyond the last sample. See [`try_slice`](Self::try_slice).
    #[must_use]
    #[track_caller]
    pub fn slice(&self, range: Range<usize>) -> Dataset {
        match self.try_slice(range) {
            Ok(part) => part,
            Err(e) => panic!("slice: {e}"),
        }
    }

    /// The samples `range` of this data set, for ranges that come from outside the program.
    ///
    /// # Errors
    /// [`DataError::Rows`] when the range is empty or goes beyond the last sample.
    pub fn try_slice(&self, range: Range<usize>) -> Result<Dataset, DataError> {
        if range.is_empty() || range.end > self.len() {
            return Err(DataError::Rows { start: range.start, end: range.end, len: self.len() });
        }
        Ok(Dataset { rows: self.rows.slice(range), ..self.clone() })
    }

    /// The first `n` samples, and the rest.
    ///
    /// # Panics
    /// At the caller's line, when either part is empty: `n` must be from 1 to `len() - 1`.
    #[must_use]
    #[track_caller]
    pub fn split_at(&self, n: usize) -> (Dataset, Dataset) {
        let parts = (self.try_slice(0..n), self.try_slice(n..self.len()));
        match parts {
            (Ok(first), Ok(rest)) => (first, rest),
            _ => panic!("split_at({n}): both parts of {} samples need at least one", self.len()),
        }
    }

    /// The first `n` samples, or all when there are no more.
    ///
    /// # Panics
    /// At the caller's line, when `n` is 0.
    #[must_use]
    #[track_caller]
    pub fn take(&self, n: usize) -> Dataset {
        assert!(n > 0, "take(0): a data set needs at least one sample");
        self.slice(0..n.min(self.len()))
    }

    /// Number of batches in an epoch, the short last one counted.
    ///
    /// # Panics
    /// At the caller's line, when `batch_size` is 0.
    #[track_caller]
    pub fn batches_per_epoch(&self, batch_size: usize) -> usize {
        match self.try_batches(batch_size) {
            Ok(batches) => batches.len(),
            Err(e) => panic!("batches_per_epoch: {e}"),
        }
    }

    /// Batches of `batch_size` samples in the data set's order; the last is shorter when they do not divide.
    ///
    /// # Panics
    /// At the caller's line, when `batch_size` is 0. See [`try_batches`](Self::try_batches).
    #[track_caller]
    pub fn batches(&self, batch_size: usize) -> Batches {
        match self.try_batches(batch_size) {
            Ok(batches) => batches,
            Err(e) => panic!("batches: {e}"),
        }
    }

    /// Batches of a size that comes from outside the program.
    ///
    /// # Errors
    /// [`DataError::BatchSize`] when `batch_size` is 0.
    pub fn try_batches(&self, batch_size: usize) -> Result<Batches, DataError> {
        match batch_size {
            0 => Err(DataError::BatchSize { len: self.len() }),
            _ => Ok(Batches::new(self.clone(), batch_size)),
        }
    }

    /// Batches whose sizes a schedule gives, in the data set's order: the first is that of step `step` of the run, and the last is
    /// shorter when they do not divide.
    ///
    /// The sizes are those of the run's clock, so that schedules in samples and epochs know them too.
    ///
    /// # Errors
    /// [`DataError::BatchSizes`] when the sizes are not known so far, which only happens to schedules that never settle.
    ///
    /// ```
    /// # use rappel_data::Dataset;
    /// # use rappel_tensor::Tensor;
    /// use rappel_data::schedule::{Clock, hold};
    ///
    /// # let data = Dataset::new(Tensor::new(vec![0.5; 10], &[10, 1]), Tensor::new(vec![0; 10], &[10]), 1)?;
    /// let sizes = Clock::new().batch_schedule(hold(2.0, 2).then(4.0)).batches()?;
    /// let mut step = 0;
    /// for epoch in 0..2 {
    ///     let batches = data.shuffled(epoch).batches_sized(&sizes, step)?;
    ///     let lengths: Vec<usize> = batches.map(|batch| batch.len()).collect();
    ///     assert_eq!(lengths, [&[2, 2, 4, 2][..], &[4, 4, 2]][epoch as usize]);
    ///     step += lengths.len() as u64;
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn batches_sized(&self, sizes: &BatchSizes, step: u64) -> Result<Batches, DataError> {
        match sizes.steps(step, self.len() as u64) {
            Some(_) => Ok(Batches::sized(self.clone(), sizes.clone(), step)),
            None => Err(DataError::BatchSizes { step, len: self.len() }),
        }
    }

    /// All samples as one batch.
    pub fn all(&self) -> Batch {
        self.gather(0..self.len(), None)
    }

    /// Values per sample.
    fn width(&self) -> usize {
        self.sample_shape.iter().product()
    }

    /// The samples `range` as a batch, written over `reuse` when it has their number and its buffers are free.
    pub(crate) fn gather(&self, range: Range<usize>, reuse: Option<Batch>) -> Batch {
        let mut batch = reuse.filter(|batch| batch.y.len() == range.len()).unwrap_or_else(|| {
            let shape: Vec<usize> = [range.len()].into_iter().chain(self.sample_shape.iter().copied()).collect();
            Batch { x: Tensor::full(&shape, 0.0), y: Tensor::full(&shape[..1], 0) }
        });
        let rows = || range.clone().map(|i| self.rows.get(i));
        self.samples.gather(self.width(), rows(), batch.x.data_mut());
        let labels = self.labels.data();
        for (to, row) in batch.y.data_mut().iter_mut().zip(rows()) {
            *to = labels[row];
        }
        batch
    }
}
