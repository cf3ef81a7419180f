//! The bound descended in every rate of a run.

use rappel_autodiff::{Gradients, Param, Tape, Tensor, Var};
use rappel_optim::{Sgd, Stepper};
use rappel_schedule::{LastIterate, Plan, Schedule};

use super::norms::{given, mean};
use super::outline;
use crate::LabError;

/// Gradient descent on the last-iterate bound: the parameters are the rates of a run, one per step, and the loss is the bound.
///
/// From a constant rate it finds linear decay. With gradient norms that were measured it finds the schedule for those; where gradients
/// are large for the first steps, that one begins with a warm-up.
///
/// Rates are kept at 1e-18 and above. Those of 0 at the end of the start move nothing and stay 0. The descent is made in the problem's
/// own units, where the distance and the mean norm are 1, so that one setting of the optimizer serves all.
///
/// The setting that is the default, and what it finds: the program beside Schaipp, Hägele, Taylor, Simsekli and Bach,
/// arXiv:2501.18965.
///
/// ```
/// use rappel_lab::improve::Descent;
/// use rappel_lab::schedule::Schedule;
///
/// let constant = Schedule::from(1.0).over(20)?;
/// let found = Descent::new().steps(400).run(&constant, 20)?;
/// assert!(found.bounds[0] > 2.0 && found.bound < 0.46);
/// assert!((found.rates[10] / found.rates[0] - 0.5).abs() < 0.05); // half of the rate at half of the run
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Descent {
    steps: u64,
    distance: f64,
    norms: Option<Vec<f64>>,
    optimizer: Box<dyn Stepper<f64>>,
}

/// What a descent found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Descended {
    /// The rates with the lowest bound met, one per step of the run.
    pub rates: Vec<f64>,
    /// Their bound.
    pub bound: f64,
    /// The bound before each step of the descent, and after the last.
    pub bounds: Vec<f64>,
}

/// What no rate goes below.
const LEAST: f64 = 1e-18;

impl Descent {
    /// 800 steps of SGD with rate 0.1, momentum 0.9 and dampening 0.9, for a start at distance 1 and gradients of norm 1.
    pub fn new() -> Descent {
        let sgd = Sgd::new(0.1).momentum(0.9).dampening(0.9);
        Descent { steps: 800, distance: 1.0, norms: None, optimizer: Box::new(sgd) }
    }

    /// How many steps the descent makes.
    #[must_use]
    pub fn steps(self, steps: u64) -> Descent {
        Descent { steps, ..self }
    }

    /// How far the start of the run is from the best point.
    #[must_use]
    pub fn distance(self, distance: f64) -> Descent {
        Descent { distance, ..self }
    }

    /// The norm of the gradient at each step of the run.
    #[must_use]
    pub fn norms(self, norms: impl Into<Vec<f64>>) -> Descent {
        Descent { norms: Some(norms.into()), ..self }
    }

    /// What descends, from its start.
    #[must_use]
    pub fn optimizer(self, optimizer: impl Stepper<f64> + 'static) -> Descent {
        Descent { optimizer: Box::new(optimizer), ..self }
    }

    /// Descends from the first `steps` rates of a schedule, as high as it is: one far from its
    /// [best base rate](LastIterate::best) is best multiplied by that first.
    ///
    /// # Errors
    /// [`LabError::Setting`] for a run of fewer than two steps, a distance that is not above 0, or another number of norms;
    /// [`LabError::Norm`] for a norm that is not above 0; [`LabError::Schedule`] where the bound does not exist, as for rates below 0;
    /// [`LabError::Step`] where the optimizer refuses.
    pub fn run(&self, start: &Plan, steps: usize) -> Result<Descended, LabError> {
        let norms = given(self.norms.as_deref(), steps)?;
        if !(self.distance > 0.0 && self.distance.is_finite()) {
            let value = self.distance.to_string();
            return Err(LabError::Setting { what: "the distance", value, why: "it must be finite and above 0" });
        }
        let mut rates = vec![0.0; steps];
        start.fill(&mut rates, 0);
        LastIterate::new(&rates)?;
        // A bound is a distance times a norm, and a rate a distance over a norm.
        let norm = mean(&norms);
        let (of_bound, of_rate) = (self.distance * norm, self.distance / norm);
        let moving = rates.iter().rposition(|rate| *rate > 0.0).map_or(0, |last| last + 1);
        let norms: Vec<f64> = norms[..moving].iter().map(|n| n / norm).collect();
        let lift = |rate: &f64| rate.max(LEAST);
        let mut x = Param::new(Tensor::from_fn(&[moving], |k| lift(&(rates[k] / of_rate))));
        let (mut optimizer, mut tape) = (self.optimizer.clone(), Tape::<f64>::default());
        let mut best = (f64::INFINITY, x.value.clone());
        let mut bounds = Vec::new();
        for step in 0..=self.steps {
            tape.reset();
            let vars: Vec<Var<'_, f64>> = x.value.data().iter().map(|rate| tape.var(&Tensor::scalar(*rate))).collect();
            let bound = LastIterate::with_norms(&vars, |k| norms[k], 1.0)?.at(tape.constant(1.0));
            bounds.push(bound.item() * of_bound);
            if bound.item() < best.0 {
                best = (bound.item(), x.value.clone());
            }
            if step < self.steps {
                let slopes = bound.grad(&vars);
                let gradients = Gradients::from_fn(&x, |_, p| Tensor::from_fn(p.value.shape(), |k| slopes[k].item()));
                optimizer.step(&mut x, &gradients)?;
                x.value = x.value.map(lift);
            }
        }
        let mut found: Vec<f64> = best.1.data().iter().map(|rate| rate * of_rate).collect();
        found.resize(steps, 0.0);
        Ok(Descended { rates: found, bound: best.0 * of_bound, bounds })
    }
}

impl Default for Descent {
    fn default() -> Descent {
        Descent::new()
    }
}

impl Descended {
    /// What was found as lines from value to value, off by at most this part of the highest rate: [`outline`](super::outline()).
    ///
    /// # Errors
    /// As [`outline`](super::outline()).
    pub fn schedule(&self, tolerance: f64) -> Result<Schedule, LabError> {
        outline(&self.rates, tolerance)
    }
}
