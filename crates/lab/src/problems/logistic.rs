//! Two overlapping classes and a linear model.

use rappel_autodiff::{Float, Param, Rng, Tape, Tensor, Var};
use rappel_data::{Batch, Dataset};
use rappel_nn::{Layer, Linear};
use rappel_optim::Clock;

use super::classes::{clock, floats};
use crate::{Cursor, LabError, Optimum, Problem};

const SAMPLES: usize = 200;
const INPUTS: usize = 4;
const BATCH: usize = 20;

/// `logistic`: logistic regression on 200 points of two classes that overlap, in batches of 20.
///
/// The loss is convex, and its optimum is known to twelve digits: 0.393832111578. So it tells what noise and rate do, and nothing of nets.
/// It starts at ln 2, with all weights 0. Inputs are normal with standard deviations 2, 1, 1/2 and 1/4; the class of a point is 1 with
/// the probability that a model with weights 1, -2, 3, -4 and bias 1/2 gives, so no model is always right.
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::problems::Logistic;
/// use rappel_lab::Problem;
///
/// let problem: &dyn Problem<f64> = &Logistic::new()?;
/// let start = problem.whole(&*problem.net(0), &Tape::default()).item();
/// assert!((start - 2_f64.ln()).abs() < 1e-12 && problem.optimum().unwrap().loss < start);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Logistic {
    data: Dataset,
}

impl Logistic {
    /// The 200 points.
    ///
    /// # Errors
    /// None of these points; the data set says so.
    pub fn new() -> Result<Logistic, LabError> {
        let mut random = Rng::seed(0);
        let spread = Tensor::from([2.0, 1.0, 0.5, 0.25]);
        let x = Tensor::<f32>::normal(&[SAMPLES, INPUTS], 0.0, 1.0, &mut random) * spread;
        let logits = x.cast::<f64>().matmul(&Tensor::from([1.0, -2.0, 3.0, -4.0])) + 0.5;
        let y = logits.map(|logit| u32::from(random.uniform() < 1.0 / (1.0 + (-logit).exp())));
        Ok(Logistic { data: Dataset::new(x, y, 2)? })
    }

    /// The points.
    pub fn data(&self) -> &Dataset {
        &self.data
    }
}

fn mean_loss<'t, T: Float>(net: &dyn Layer<T>, tape: &'t Tape<T>, batch: &Batch) -> Var<'t, T> {
    let target = Tensor::from_fn(&[batch.len(), 1], |i| T::of(batch.y.data()[i].into()));
    net.forward(tape.input(&floats(&batch.x))).bce_with_logits(tape.input(&target))
}

impl<T: Float> Problem<T> for Logistic {
    fn name(&self) -> &str {
        "logistic"
    }

    fn net(&self, _seed: u64) -> Box<dyn Layer<T>> {
        let [weight, bias] = [&[1, INPUTS][..], &[1]].map(|shape| Param::new(Tensor::zeros(shape)));
        Box::new(Linear { weight, bias: Some(bias) })
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, cursor: &mut Cursor) -> Var<'t, T> {
        mean_loss(net, tape, &cursor.batch(&self.data, BATCH))
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        mean_loss(net, tape, &self.data.all())
    }

    fn optimum(&self) -> Option<Optimum> {
        Some(Optimum { loss: 0.3938321115777 })
    }

    fn clock(&self, steps: u64) -> Clock {
        clock(&self.data, BATCH, steps)
    }

    fn steps(&self) -> u64 {
        1_000
    }
}
