//! A run that can be differentiated in its hyperparameters.

use std::fmt;
use std::marker::PhantomData;

use rappel_autodiff::Float;
use rappel_optim::{Clock, Domain, Knob, Optimizer, Plan, Rule, Schedule, ScheduleError, StepError};

use super::Tunable;
use crate::LabError;

/// A run of so many steps of a rule, as a function of the numbers its hyperparameters are written with.
///
/// It is described by an optimizer, of which the rule and the schedules count; the run starts at a net's weights as they are, with an
/// empty state. The closure gives the loss of the step at which the tape is ([`Tape::step`](rappel_autodiff::Tape::step), from 0), so it can take that step's batch.
/// The net itself never moves: other weights are bound in the place of its own.
///
/// The derivatives of a number made of the losses ([`Objective`](super::Objective)) come in two ways, which agree to rounding:
///
/// | | memory | time | gives |
/// |---|---|---|---|
/// | [`reverse`](Self::reverse) | about `2 sqrt(steps)` copies of the weights and state | about 4 steps per step, whatever the number of numbers | derivatives in all numbers, and in the initial weights |
/// | [`forward`](Self::forward) | of one step | a product with the Hessian per step and number | the derivatives of *every* loss, as the run goes |
///
/// ```
/// use rappel_lab::autodiff::{Param, Tape, Tensor, Var};
/// use rappel_lab::hyper::{Objective, Unrolled};
/// use rappel_lab::optim::Sgd;
///
/// // Two steps on w^2 from 1: the last loss is (1 - 2 lr)^2.
/// let net = Param::new(Tensor::<f64>::scalar(1.0));
/// fn loss<'t>(net: &Param<f64>, tape: &'t Tape<f64>) -> Var<'t, f64> {
///     tape.param(net).square()
/// }
/// let run = Unrolled::new(&Sgd::<f64>::new(0.1), 2)?;
/// let back = run.reverse(&net, &Objective::Last, loss)?;
/// assert!((back.value - 0.64).abs() < 1e-15 && (back.gradient[0] + 4.0 * 0.8).abs() < 1e-15);
/// let ahead = run.forward(&net, loss)?;
/// assert!((ahead.gradient(&Objective::Last)?[0] - back.gradient[0]).abs() < 1e-15);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
pub struct Unrolled<R: Rule, T: Float = f32> {
    /// Each hyperparameter with its schedule as text has it, the learning rate first.
    pub(super) written: Vec<(Knob, Schedule)>,
    pub(super) plans: Vec<Plan>,
    clock: Clock,
    pub(super) tunables: Vec<Tunable>,
    steps: u64,
    pub(super) seed: Option<u64>,
    rule: PhantomData<fn() -> (R, T)>,
}

impl<R: Rule, T: Float> Unrolled<R, T> {
    /// A run of so many steps, with an optimizer's rule and schedules: the numbers of its learning rate are to be tuned. On the clock
    /// of a run of that length.
    ///
    /// # Errors
    /// When there is no step, or a schedule cannot be bound to the run or differentiated in its numbers alone: one that is adaptive,
    /// follows another hyperparameter or has a name from a registry.
    pub fn new(optimizer: &Optimizer<R, T>, steps: u64) -> Result<Self, LabError> {
        Self::on(Clock::new().total(rappel_optim::steps(steps)), optimizer, steps)
    }

    /// As [`new`](Self::new), on another clock: what an epoch and a batch are.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn on(clock: Clock, optimizer: &Optimizer<R, T>, steps: u64) -> Result<Self, LabError> {
        if steps == 0 {
            let why = "a run has one step at least, for there is no loss else";
            return Err(LabError::Setting { what: "the number of steps", value: "0".into(), why });
        }
        let knobs = std::iter::once(Knob::LR).chain(R::KNOBS.iter().copied());
        let (mut written, mut plans) = (Vec::new(), Vec::new());
        for (knob, (_, schedule)) in knobs.zip(optimizer.schedules()) {
            let plan = schedule.bind(&clock).map_err(|reason| Self::refused(&knob, reason))?;
            if plan.check_state(&Default::default()).is_err() {
                let why = "a schedule that is differentiated follows nothing but the step";
                return Err(LabError::Setting { what: knob.name, value: schedule.to_string(), why });
            }
            written.push((knob, schedule.clone()));
            plans.push(plan);
        }
        let constants: Vec<_> = written[1..].iter().map(|(_, schedule)| schedule.number()).collect();
        if let Some(reason) = R::conflict(&constants) {
            return Err(StepError::Conflict { rule: R::NAME, reason }.into());
        }
        let run = Unrolled { written, plans, clock, tunables: Vec::new(), steps, seed: None, rule: PhantomData };
        run.tune(&[Knob::LR.name])
    }

    /// Which numbers are to be tuned: all of a hyperparameter (`"lr"`), or one of them (`"lr.2"`).
    ///
    /// # Errors
    /// [`LabError::Unknown`] for a name that is none of them. Switches, such as `nesterov`, are none: they have no derivative.
    pub fn tune(self, names: &[&str]) -> Result<Self, LabError> {
        let mut tunables = self.numbers();
        for name in names {
            if !tunables.iter().any(|tunable| tunable.is(name)) {
                let mut known: Vec<String> = Vec::new();
                for tunable in &tunables {
                    if tunable.index == 0 {
                        known.push(tunable.name.into());
                    }
                    if tunable.of > 1 {
                        known.push(tunable.to_string());
                    }
                }
                return Err(LabError::Unknown { what: "number to tune", name: (*name).into(), known });
            }
        }
        tunables.retain(|tunable| names.iter().any(|name| tunable.is(name)));
        Ok(Unrolled { tunables, ..self })
    }

    /// All numbers that have a derivative, in the order of the rule's hyperparameters and their texts.
    fn numbers(&self) -> Vec<Tunable> {
        let mut all = Vec::new();
        for (quantity, (plan, (knob, _))) in self.plans.iter().zip(&self.written).enumerate() {
            if knob.domain == Domain::Flag {
                continue;
            }
            let knobs = plan.knobs();
            all.extend(knobs.iter().enumerate().map(|(index, at)| {
                let (value, length) = (at.value(), at.is_length());
                Tunable { quantity, name: knob.name, index, of: knobs.len(), value, length }
            }));
        }
        all
    }

    /// With tapes in training mode: random masks are a function of this seed and the step, the same each time a step is looked at.
    #[must_use]
    pub fn training(self, seed: u64) -> Self {
        Unrolled { seed: Some(seed), ..self }
    }

    /// The numbers that are to be tuned.
    pub fn tunables(&self) -> &[Tunable] {
        &self.tunables
    }

    /// The number of steps.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Name and schedule of each hyperparameter, the learning rate first.
    pub fn schedules(&self) -> impl Iterator<Item = (&'static str, &Schedule)> {
        self.written.iter().map(|(knob, schedule)| (knob.name, schedule))
    }

    /// The schedule of the learning rate, on the run's clock.
    pub fn rate(&self) -> &Plan {
        &self.plans[0]
    }

    /// An optimizer at its first step, with these schedules on this clock.
    pub fn optimizer(&self) -> Optimizer<R, T> {
        let optimizer = Optimizer::with_rule(self.written[0].1.clone()).clock(self.clock.clone());
        let rest = &self.written[1..];
        rest.iter().fold(optimizer, |optimizer, (knob, schedule)| optimizer.knob(knob.name, schedule.clone()))
    }

    /// The same run with other numbers in the place of the [`tunables`](Self::tunables), in their order.
    ///
    /// ```
    /// use rappel_lab::hyper::Unrolled;
    /// use rappel_lab::optim::{Sgd, linear};
    ///
    /// let run = Unrolled::new(&Sgd::<f64>::new(linear(0.1, 0.0, 50)), 100)?;
    /// let other = run.with(&[0.2, 0.01, 62.5])?;
    /// assert_eq!(other.schedules().next().unwrap().1.to_string(), "linear(0.2, 0.01, 62.5)");
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    ///
    /// # Errors
    /// When there are more or fewer numbers than tunables, or they make a schedule that cannot be bound, such as one of a length that is
    /// not above 0.
    pub fn with(&self, values: &[f64]) -> Result<Self, LabError> {
        if values.len() != self.tunables.len() {
            let value = format!("{} for {} to be tuned", values.len(), self.tunables.len());
            return Err(LabError::Setting { what: "the number of values", value, why: "each has one" });
        }
        let mut next = self.clone();
        for (tunable, value) in next.tunables.iter_mut().zip(values) {
            tunable.value = *value;
        }
        for (quantity, (knob, schedule)) in next.written.iter_mut().enumerate() {
            let new = |index| self.tunables.iter().position(|t| (t.quantity, t.index) == (quantity, index));
            let mut index = 0..;
            let plan = self.plans[quantity].try_lift(|old| index.next().and_then(new).map_or(old, |i| values[i]));
            let plan = plan.map_err(|reason| Self::refused(knob, reason))?;
            if plan != self.plans[quantity] {
                // A plan is kept and not bound anew, so that what is the rest of the run goes on giving way; but it could be.
                *schedule = plan.clone().into();
                schedule.bind(&self.clock).map_err(|reason| Self::refused(knob, reason))?;
                next.plans[quantity] = plan;
            }
        }
        Ok(next)
    }

    /// The same run after a step of gradient descent on the numbers: each less its rate times its derivative.
    ///
    /// A length is in steps, a value in units of the hyperparameter, so they want rates of their own.
    ///
    /// # Errors
    /// As [`with`](Self::with).
    pub fn descend(&self, gradient: &[f64], rate: impl Fn(&Tunable) -> f64) -> Result<Self, LabError> {
        let next = self.tunables.iter().zip(gradient).map(|(tunable, g)| tunable.value - rate(tunable) * g);
        self.with(&next.collect::<Vec<_>>())
    }

    pub(super) fn refused(knob: &Knob, reason: ScheduleError) -> LabError {
        StepError::Schedule { rule: R::NAME, knob: knob.name, reason: Box::new(reason) }.into()
    }
}

impl<R: Rule, T: Float> Clone for Unrolled<R, T> {
    fn clone(&self) -> Self {
        Unrolled {
            written: self.written.clone(),
            plans: self.plans.clone(),
            clock: self.clock.clone(),
            tunables: self.tunables.clone(),
            steps: self.steps,
            seed: self.seed,
            rule: PhantomData,
        }
    }
}

impl<R: Rule, T: Float> fmt::Debug for Unrolled<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut s = f.debug_struct(R::NAME);
        for (name, schedule) in self.schedules() {
            s.field(name, &format_args!("{schedule}"));
        }
        s.field("steps", &self.steps).finish_non_exhaustive()
    }
}
