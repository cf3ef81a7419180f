//! The bound descended in the knobs of a schedule.

use rappel_autodiff::{Gradients, Param, Tape, Tensor, Var};
use rappel_optim::elem::Scalar;
use rappel_optim::{Adam, linear};
use rappel_schedule::{BestRate, Knob, LastIterate, Plan, Schedule, ScheduleError};

use super::norms::given;
use crate::LabError;
use crate::digits::rounded;

/// Descent on the last-iterate bound in the knobs of a schedule: how long a warm-up, how late a cooldown, down to what.
///
/// The bound is that at the best base rate, so it says nothing of the height of the schedule as a whole. Knobs move in proportion to
/// what they are, one that is 0 in proportion to the highest rate; values that are not below 0 stay so, and lengths do not fall
/// below a step (or what they were, if that is less). Knobs in which the schedule has no derivative stay as they are: those that move
/// a place where it jumps, and seeds of noise.
///
/// ```
/// use rappel_lab::improve::Tuning;
/// use rappel_lab::schedule::{hold, linear, rest};
///
/// // How long should the rate be held, before it falls for the rest of the run? Not at all.
/// let start = hold(1.0, 80).then(linear(1.0, 0.0, rest())).over(100)?;
/// let tuned = Tuning::new().knobs([1]).run(&start, 100)?;
/// assert!(tuned.plan.knobs()[1].value() < 10.0);
/// assert!(tuned.best.bound < 0.21 && tuned.start.bound > 0.22);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tuning {
    steps: u64,
    rate: f64,
    knobs: Option<Vec<usize>>,
    norms: Option<Vec<f64>>,
}

/// A schedule tuned.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tuned {
    /// With the knobs that have the lowest bound met, to four digits.
    pub plan: Plan,
    /// The same written back, every length in steps.
    pub schedule: Schedule,
    /// Its best base rate and bound.
    pub best: BestRate,
    /// Those of the schedule before.
    pub start: BestRate,
    /// The numbers of the knobs that were moved, as [`Plan::knobs`] counts them.
    pub moved: Vec<usize>,
}

impl Tuning {
    /// 300 steps of Adam at a rate that falls from 0.05 to 0, in all knobs with a derivative, for gradients of one norm.
    pub fn new() -> Tuning {
        Tuning { steps: 300, rate: 0.05, knobs: None, norms: None }
    }

    /// How many steps the descent makes.
    #[must_use]
    pub fn steps(self, steps: u64) -> Tuning {
        Tuning { steps, ..self }
    }

    /// By what part of itself a knob moves in a step, at first.
    #[must_use]
    pub fn rate(self, rate: f64) -> Tuning {
        Tuning { rate, ..self }
    }

    /// The knobs that move, as [`Plan::knobs`] counts them. They must have a derivative at every step.
    #[must_use]
    pub fn knobs(self, knobs: impl IntoIterator<Item = usize>) -> Tuning {
        Tuning { knobs: Some(knobs.into_iter().collect()), ..self }
    }

    /// The norm of the gradient at each step of the run.
    #[must_use]
    pub fn norms(self, norms: impl Into<Vec<f64>>) -> Tuning {
        Tuning { norms: Some(norms.into()), ..self }
    }

    /// Tunes a schedule for a run of so many steps.
    ///
    /// # Errors
    /// [`LabError::Setting`] for a run of fewer than two steps, another number of norms, a rate that is not above 0, or where no knob can
    /// move; [`LabError::Norm`] for a norm that is not above 0; [`LabError::Schedule`] where there is no bound, and for a knob
    /// that was asked for and has no derivative.
    pub fn run(&self, start: &Plan, steps: usize) -> Result<Tuned, LabError> {
        let norms = given(self.norms.as_deref(), steps)?;
        if !(self.rate > 0.0 && self.rate.is_finite()) {
            let value = self.rate.to_string();
            return Err(LabError::Setting { what: "the rate", value, why: "it must be finite and above 0" });
        }
        let of = |plan: &Plan| {
            let rates: Vec<f64> = (0..steps as u64).map(|k| plan.at_step(k)).collect();
            Ok::<_, LabError>(LastIterate::with_norms(&rates, |k| norms[k], 1.0)?.best())
        };
        let first = of(start)?;
        let highest = (0..steps as u64).map(|k| start.at_step(k)).fold(0.0, f64::max);
        let knobs = start.knobs();
        let moved = self.movable(start, steps)?;
        let unit: Vec<f64> =
            moved.iter().map(|i| knobs[*i].value().abs()).map(|v| if v > 0.0 { v } else { highest }).collect();
        // The knobs that move, each in its own unit; and what a step leads back to.
        let mut x = Param::new(Tensor::from_fn(&[moved.len()], |i| knobs[moved[i]].value() / unit[i]));
        let clamp = |i: usize, v: f64| floor(&knobs[moved[i]]).map_or(v, |least| v.max(least / unit[i]));
        let adam = |from: f64, to: f64| Adam::<f64>::new(linear(from, to, self.steps.max(1)));
        let (mut optimizer, mut rate, mut tape) = (adam(self.rate, 0.0), self.rate, Tape::<f64>::default());
        let mut best = (first, x.value.clone());
        for _ in 0..=self.steps {
            tape.reset();
            let knob = tape.param(&x);
            let at = |i: usize| knob.at(i as isize) * unit[i];
            let plan = with(start, &moved, at, |v| tape.constant(v));
            let reached = plan.and_then(|plan| {
                let rates: Vec<Var<'_, f64>> = (0..steps).map(|k| plan.at(tape.constant(k as f64))).collect();
                LastIterate::with_norms(&rates, |k| norms[k], 1.0)
            });
            let bound = match reached.map(|bound| bound.best()) {
                Ok(reached) if reached.bound.item().is_finite() => reached,
                // Too far: from the best again, with half the steps.
                _ => {
                    rate /= 2.0;
                    optimizer = adam(rate, 0.0);
                    x.value = best.1.clone();
                    continue;
                }
            };
            if bound.bound.item() < best.0.bound {
                best = (BestRate { rate: bound.rate.item(), bound: bound.bound.item() }, x.value.clone());
            }
            let slopes = bound.bound.ln().grad(&[knob]).remove(0).value();
            let gradients = Gradients::from_fn(&x, |_, _| slopes.clone());
            optimizer.step(&mut x, &gradients)?;
            x.value = Tensor::from_fn(&[moved.len()], |i| clamp(i, x.value.data()[i]));
        }
        // Four digits are enough at a minimum, and can be read.
        let found = |i: usize| best.1.data()[i] * unit[i];
        let short = with(start, &moved, |i| rounded(found(i), 4), |v| v)?;
        let plan = match of(&short)? {
            rounded if rounded.bound <= first.bound => short,
            _ => start.clone(),
        };
        Ok(Tuned { schedule: plan.clone().into(), best: of(&plan)?, plan, start: first, moved })
    }

    /// The knobs that were asked for, or all in which it has a derivative.
    fn movable(&self, plan: &Plan, steps: usize) -> Result<Vec<usize>, LabError> {
        // Where it may jump, and between: a derivative that exists at these places exists everywhere.
        let mut times = vec![0.0];
        times.extend(plan.boundaries(steps as u64)?);
        times.push(steps as f64);
        let between: Vec<f64> = times.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
        times.extend(between);
        let exists = |knob: usize| times.iter().try_for_each(|t| plan.derivative(knob, *t).map(drop));
        let moved = match &self.knobs {
            Some(knobs) => {
                knobs.iter().try_for_each(|knob| exists(*knob))?;
                knobs.clone()
            }
            None => (0..plan.knobs().len()).filter(|knob| exists(*knob).is_ok()).collect(),
        };
        if moved.is_empty() {
            let why = "there must be one in which the schedule has a derivative";
            return Err(LabError::Setting { what: "the number of knobs that move", value: "0".into(), why });
        }
        Ok(moved)
    }
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning::new()
    }
}

/// The schedule with its moved knobs as `f` has them, by their place among the moved, and the others as `g` reads them.
fn with<L: Scalar>(
    plan: &Plan,
    moved: &[usize],
    f: impl Fn(usize) -> L,
    g: impl Fn(f64) -> L,
) -> Result<Plan<L>, ScheduleError> {
    let mut number = 0..;
    plan.try_lift(|v| {
        let number = number.next();
        moved.iter().position(|i| Some(*i) == number).map_or_else(|| g(v), &f)
    })
}

/// What a knob does not go below, if anything.
fn floor(knob: &Knob) -> Option<f64> {
    match (knob.is_length(), knob.value()) {
        (true, steps) => Some(steps.min(1.0)),
        (false, value) if value >= 0.0 => Some(0.0),
        _ => None,
    }
}
