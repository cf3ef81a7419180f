//! Hyperparameters as schedules: written, then bound, then read at each step.

use rappel_schedule::{Clock, Plan, Registry, Schedule, ScheduleError, State, bind_together};
use smallvec::SmallVec;

use crate::error::StepError;
use crate::knob::Knob;
use crate::rule::Rule;

/// A schedule on the run's clock, and what its adaptive rules remember.
#[derive(Debug, Clone)]
struct Bound {
    plan: Plan,
    state: State,
}

/// The learning rate and the hyperparameters of a rule, each a schedule.
#[derive(Debug, Clone)]
pub(crate) struct Knobs {
    rule: &'static str,
    knobs: &'static [Knob],
    written: Vec<Schedule>,
    clock: Clock,
    registry: Registry,
    /// Empty until the first step, which binds them.
    bound: Vec<Bound>,
    /// Whether what is bound is what is written.
    current: bool,
    applied: Vec<f64>,
}

impl Knobs {
    pub(crate) fn new<R: Rule>(lr: Schedule) -> Self {
        let written: Vec<_> = std::iter::once(lr).chain(R::KNOBS.iter().map(|k| k.default.into())).collect();
        let applied = vec![f64::NAN; written.len()];
        Knobs {
            rule: R::NAME,
            knobs: R::KNOBS,
            written,
            clock: Clock::new(),
            registry: Registry::new(),
            bound: Vec::new(),
            current: false,
            applied,
        }
    }

    pub(crate) fn set_lr(&mut self, schedule: Schedule) {
        self.written[0] = schedule;
        self.current = false;
    }

    /// Replaces the schedule of the hyperparameter of that name.
    #[track_caller]
    pub(crate) fn set(&mut self, name: &str, schedule: Schedule) {
        let Some(i) = self.knobs.iter().position(|k| k.name == name) else {
            let names: Vec<_> = self.knobs.iter().map(|k| k.name).collect();
            panic!("{} has no hyperparameter `{name}`; it has [{}], and lr", self.rule, names.join(", "))
        };
        self.written[i + 1] = schedule;
        self.current = false;
    }

    /// Replaces the schedule of the hyperparameter of that name, the learning rate included; gives back the one before.
    pub(crate) fn replace(&mut self, name: &str, schedule: Schedule) -> Result<Schedule, StepError> {
        let i = self.all().position(|k| k.name == name);
        let i = i.ok_or_else(|| StepError::UnknownKnob { rule: self.rule, name: name.into() })?;
        self.current = false;
        Ok(std::mem::replace(&mut self.written[i], schedule))
    }

    pub(crate) fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
        self.current = false;
    }

    pub(crate) fn set_registry(&mut self, registry: Registry) {
        self.registry = registry;
        self.current = false;
    }

    /// The knobs, the learning rate's first.
    fn all(&self) -> impl Iterator<Item = &'static Knob> + use<> {
        std::iter::once(&Knob::LR).chain(self.knobs)
    }

    /// The values of the hyperparameters that never change, without the learning rate.
    pub(crate) fn constants(&self) -> SmallVec<[Option<f64>; 8]> {
        self.written[1..].iter().map(Schedule::number).collect()
    }

    /// The learning rate and the other values at a step, checked. After an error nothing has changed.
    pub(crate) fn at<R: Rule>(&mut self, step: u64) -> Result<(f64, &[f64]), StepError> {
        self.bind::<R>()?;
        let mut values = SmallVec::<[f64; 8]>::new();
        for (i, bound) in self.bound.iter().enumerate() {
            let value = bound.plan.try_at_step(step, &bound.state);
            values.push(value.map_err(|reason| self.refused(i, reason))?);
        }
        if let Some((knob, &value)) = self.all().zip(&values).find(|(knob, value)| !knob.accepts(**value)) {
            let (rule, name) = (self.rule, knob.name);
            return Err(StepError::Value { rule, knob: name, value, step, required: knob.to_string() });
        }
        self.applied.copy_from_slice(&values);
        Ok((self.applied[0], &self.applied[1..]))
    }

    /// Tells every adaptive rule that is at work at a step of a metric.
    pub(crate) fn observe<R: Rule>(&mut self, step: u64, metric: f64) -> Result<(), StepError> {
        self.bind::<R>()?;
        for bound in &mut self.bound {
            bound.state = bound.plan.observe(&bound.state, step, metric);
        }
        Ok(())
    }

    /// Name and state of each hyperparameter; none before the schedules are bound.
    pub(crate) fn states(&self) -> impl Iterator<Item = (&'static str, &State)> {
        self.all().map(|k| k.name).zip(self.bound.iter().map(|bound| &bound.state))
    }

    /// Goes on from a state that was saved.
    pub(crate) fn set_state<R: Rule>(&mut self, name: &str, state: State) -> Result<(), StepError> {
        self.bind::<R>()?;
        let i = self.all().position(|k| k.name == name);
        let i = i.ok_or_else(|| StepError::UnknownKnob { rule: self.rule, name: name.into() })?;
        self.bound[i].plan.check_state(&state).map_err(|reason| self.refused(i, reason))?;
        self.bound[i].state = state;
        Ok(())
    }

    fn refused(&self, i: usize, reason: ScheduleError) -> StepError {
        let knob = self.all().nth(i).map_or("", |k| k.name);
        StepError::Schedule { rule: self.rule, knob, reason: reason.into() }
    }

    /// Binds what is written, together, as one may follow another. A hyperparameter whose schedule is the one it was, those it
    /// follows included, goes on; another begins anew.
    fn bind<R: Rule>(&mut self) -> Result<(), StepError> {
        if self.current {
            return Ok(());
        }
        let quantities: Vec<(&str, &Schedule)> = self.all().map(|k| k.name).zip(&self.written).collect();
        let plans = bind_together(&quantities, &self.clock, &self.registry);
        let plans = plans.map_err(|(i, reason)| self.refused(i, reason))?;
        if let Some(reason) = R::conflict(&self.constants()) {
            return Err(StepError::Conflict { rule: self.rule, reason });
        }
        let mut before = std::mem::take(&mut self.bound).into_iter();
        self.bound = plans
            .into_iter()
            .map(|plan| {
                let state = match before.next() {
                    Some(bound) if bound.plan == plan => bound.state,
                    _ => plan.state(),
                };
                Bound { plan, state }
            })
            .collect();
        self.current = true;
        Ok(())
    }

    /// Name and value of each hyperparameter at the last step.
    pub(crate) fn applied(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        self.all().map(|k| k.name).zip(self.applied.iter().copied())
    }

    /// Name and schedule of each hyperparameter.
    pub(crate) fn schedules(&self) -> impl Iterator<Item = (&'static str, &Schedule)> {
        self.all().map(|k| k.name).zip(&self.written)
    }
}
