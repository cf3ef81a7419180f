//! Where a run is in its data.

use rappel_data::{Batch, Dataset};

/// Where a run is in its data: its seed and its step, from which the batch follows.
///
/// A pure function of the two; the order of an epoch is only kept so that it is not drawn again at each step. Going back to a step
/// gives the same batch again.
///
/// ```
/// use rappel_lab::Cursor;
/// use rappel_data::Dataset;
/// use rappel_lab::autodiff::Tensor;
///
/// let data = Dataset::new(Tensor::from_fn(&[5, 1], |i| i as f32), Tensor::from([0; 5]), 1)?;
/// let mut cursor = Cursor::new(3);
/// let first = cursor.batch(&data, 2);
/// cursor.seek(7); // the second batch of the third epoch: an epoch has three
/// assert_eq!(cursor.batch(&data, 2).len(), 2);
/// cursor.seek(0);
/// assert_eq!(cursor.batch(&data, 2).x, first.x);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cursor {
    seed: u64,
    step: u64,
    order: Option<(u64, Dataset)>,
}

impl Cursor {
    /// At step 0 of a run with this seed.
    pub fn new(seed: u64) -> Cursor {
        Cursor { seed, step: 0, order: None }
    }

    /// The run's seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The step, counted from 0.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Goes to a step.
    pub fn seek(&mut self, step: u64) {
        self.step = step;
    }

    /// The batch of this step, of so many samples: the data is shuffled anew each epoch, and a last batch that would be short is
    /// left out, so that every step sees as many samples.
    ///
    /// One cursor serves one data set.
    ///
    /// # Panics
    /// When `size` is 0 or more than there are samples.
    #[track_caller]
    pub fn batch(&mut self, data: &Dataset, size: usize) -> Batch {
        assert!(
            (1..=data.len()).contains(&size),
            "batch: {size} of {} samples; a batch has one at least and all at most",
            data.len()
        );
        let per_epoch = (data.len() / size) as u64;
        let (epoch, batch) = (self.step / per_epoch, (self.step % per_epoch) as usize);
        let order = match self.order.take() {
            Some((at, order)) if at == epoch => order,
            _ => data.clone().with_seed(self.seed).shuffled(epoch),
        };
        let batch = order.slice(batch * size..(batch + 1) * size).all();
        self.order = Some((epoch, order));
        batch
    }
}
