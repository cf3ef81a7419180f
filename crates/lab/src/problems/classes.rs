//! A net that tells classes apart.

use std::any::Any;
use std::fmt;

use rappel_autodiff::{Float, Rng, Tape, Tensor, Var};
use rappel_data::Dataset;
use rappel_nn::Layer;
use rappel_optim::{Clock, steps};

use crate::{Cursor, LabError, Problem, Score};

/// Samples that are scored at a time.
const SCORED: usize = 256;

/// A net, new from its seed.
type Begin<T> = Box<dyn Fn(&mut Rng) -> Box<dyn Layer<T>> + Send + Sync>;

/// Labelled samples, and a net that gives a logit for each class: cross-entropy on batches, in nats.
///
/// [`named`](super::named) makes those of the literature; this is how to make another.
///
/// ```
/// use rappel_lab::problems::Classes;
/// use rappel_lab::{Problem, Trial};
/// use rappel_lab::optim::Adam;
/// use rappel_nn::{Linear, Relu};
///
/// let (train, test) = rappel_data::mnist1d()?;
/// let problem = Classes::<f32>::new("narrow", train, 100, |random| {
///     Box::new((Linear::new(40, 20, random), Relu, Linear::new(20, 10, random)))
/// })?;
/// let problem = problem.test(test).default_steps(300);
/// let mut run = Trial::new(&problem, Box::new(Adam::new(0.01)), 0, 300);
/// for _ in 0..300 {
///     run.step(&problem)?;
/// }
/// let score = problem.held_out(&*run.net).unwrap();
/// assert!(score.accuracy.unwrap() > 0.3, "{score:?}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Classes<T: Float = f32> {
    name: String,
    train: Dataset,
    test: Option<Dataset>,
    /// What the noiseless loss is of.
    whole: Dataset,
    batch: usize,
    steps: u64,
    begin: Begin<T>,
}

impl<T: Float> Classes<T> {
    /// The problem of this name: samples to train on, how many a batch has, and how a net begins from random numbers. A run is of 1,000
    /// steps, the loss without noise of all samples.
    ///
    /// # Errors
    /// [`LabError::Setting`] when a batch has no samples, or more than there are.
    pub fn new(
        name: &str,
        train: Dataset,
        batch: usize,
        begin: impl Fn(&mut Rng) -> Box<dyn Layer<T>> + Send + Sync + 'static,
    ) -> Result<Classes<T>, LabError> {
        if !(1..=train.len()).contains(&batch) {
            let why = "a batch has one sample at least and all at most";
            return Err(LabError::Setting { what: "the batch size", value: batch.to_string(), why });
        }
        let whole = train.clone();
        Ok(Classes { name: name.into(), train, test: None, whole, batch, steps: 1_000, begin: Box::new(begin) })
    }

    /// With samples that are not trained on, for [`Problem::held_out`].
    #[must_use]
    pub fn test(self, samples: Dataset) -> Self {
        Classes { test: Some(samples), ..self }
    }

    /// With the noiseless loss of other samples than all: a part, where all would take long.
    #[must_use]
    pub fn whole_of(self, samples: Dataset) -> Self {
        Classes { whole: samples, ..self }
    }

    /// With runs of so many steps where nothing is said.
    #[must_use]
    pub fn default_steps(self, steps: u64) -> Self {
        Classes { steps, ..self }
    }

    /// The samples that are trained on.
    pub fn data(&self) -> &Dataset {
        &self.train
    }
}

impl<T: Float> Problem<T> for Classes<T> {
    fn name(&self) -> &str {
        &self.name
    }

    fn net(&self, seed: u64) -> Box<dyn Layer<T>> {
        (self.begin)(&mut Rng::seed(seed))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, cursor: &mut Cursor) -> Var<'t, T> {
        let batch = cursor.batch(&self.train, self.batch);
        net.forward(tape.input(&floats(&batch.x))).cross_entropy(&batch.y)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        let all = self.whole.all();
        net.forward(tape.input(&floats(&all.x))).cross_entropy(&all.y)
    }

    fn held_out(&self, net: &dyn Layer<T>) -> Option<Score> {
        let test = self.test.as_ref()?;
        let (mut loss, mut right) = (0.0, 0);
        let mut tape = Tape::default();
        for batch in test.batches(SCORED) {
            tape.reset();
            let logits = net.forward(tape.input(&floats(&batch.x)));
            loss += logits.cross_entropy(&batch.y).item().re() * batch.len() as f64;
            let logits = logits.value();
            let rows = logits.data().chunks_exact(logits.len() / batch.len());
            right += rows.zip(batch.y.data()).filter(|(row, label)| is_largest(row, **label as usize)).count();
        }
        let n = test.len() as f64;
        Some(Score { loss: loss / n, accuracy: Some(right as f64 / n) })
    }

    fn clock(&self, steps: u64) -> Clock {
        clock(&self.train, self.batch, steps)
    }

    fn steps(&self) -> u64 {
        self.steps
    }
}

impl<T: Float> fmt::Debug for Classes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Classes { name, train, batch, .. } = self;
        f.debug_struct("Classes")
            .field("name", name)
            .field("samples", &train.len())
            .field("batch", batch)
            .finish_non_exhaustive()
    }
}

/// Whether the value at a place is the first of the largest ones; not where one of them is NaN.
fn is_largest<T: Float>(row: &[T], at: usize) -> bool {
    let largest = row[at];
    row[..at].iter().all(|x| *x < largest) && row[at..].iter().all(|x| *x <= largest)
}

/// The clock of a run whose epochs leave out a last batch that would be short, as [`Cursor::batch`] does.
pub(super) fn clock(data: &Dataset, batch: usize, run: u64) -> Clock {
    Clock::new().total(steps(run)).epoch((data.len() / batch) as u64).batch(batch as u64)
}

/// Samples in the type of a net: shared where that is `f32`, widened otherwise.
pub(super) fn floats<T: Float>(x: &Tensor<f32>) -> Tensor<T> {
    let same: Option<&Tensor<T>> = (x as &dyn Any).downcast_ref();
    same.cloned().unwrap_or_else(|| x.cast())
}
