//! Hyperparameters as schedules: written, then bound, then read at each step.

use rappel_schedule::{Clock, Node, Plan, Schedule};
use smallvec::SmallVec;

use crate::error::StepError;
use crate::knob::Knob;
use crate::rule::Rule;

/// The learning rate's own knob; every rule has it, before its others.
const LR: Knob = Knob::new("lr", 1e-3, 0.0..=f64::MAX);

/// The learning rate and the hyperparameters of a rule, each a schedule.
#[derive(Debug, Clone)]
pub(crate) struct Knobs {
    rule: &'static str,
    knobs: &'static [Knob],
    written: Vec<Schedule>,
    clock: Clock,
    /// Empty until the first step, which binds them.
    bound: Vec<Plan>,
    applied: Vec<f64>,
}

impl Knobs {
    pub(crate) fn new<R: Rule>(lr: Schedule) -> Self {
        let written: Vec<_> = std::iter::once(lr).chain(R::KNOBS.iter().map(|k| k.default.into())).collect();
        let applied = vec![f64::NAN; written.len()];
        Knobs { rule: R::NAME, knobs: R::KNOBS, written, clock: Clock::new(), bound: Vec::new(), applied }
    }

    pub(crate) fn set_lr(&mut self, schedule: Schedule) {
        self.written[0] = schedule;
        self.bound.clear();
    }

    /// Replaces the schedule of the hyperparameter of that name.
    #[track_caller]
    pub(crate) fn set(&mut self, name: &str, schedule: Schedule) {
        let Some(i) = self.knobs.iter().position(|k| k.name == name) else {
            let names: Vec<_> = self.knobs.iter().map(|k| k.name).collect();
            panic!("{} has no hyperparameter `{name}`; it has [{}], and lr", self.rule, names.join(", "))
        };
        self.written[i + 1] = schedule;
        self.bound.clear();
    }

    pub(crate) fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
        self.bound.clear();
    }

    /// The knobs, the learning rate's first.
    fn all(&self) -> impl Iterator<Item = &'static Knob> + use<> {
        std::iter::once(&LR).chain(self.knobs)
    }

    /// The values of the hyperparameters that never change, without the learning rate.
    pub(crate) fn constants(&self) -> SmallVec<[Option<f64>; 8]> {
        let constant = |s: &Schedule| match s.node() {
            Node::Constant(value) => value.number(),
            _ => None,
        };
        self.written[1..].iter().map(constant).collect()
    }

    /// The learning rate and the other values at a step, checked. After an error nothing has changed.
    pub(crate) fn at<R: Rule>(&mut self, step: u64) -> Result<(f64, &[f64]), StepError> {
        if self.bound.is_empty() {
            self.bind::<R>()?;
        }
        let values: SmallVec<[f64; 8]> = self.bound.iter().map(|plan| plan.at_step(step)).collect();
        if let Some((knob, &value)) = self.all().zip(&values).find(|(knob, value)| !knob.accepts(**value)) {
            let (rule, name) = (self.rule, knob.name);
            return Err(StepError::Value { rule, knob: name, value, step, required: knob.to_string() });
        }
        self.applied.copy_from_slice(&values);
        Ok((self.applied[0], &self.applied[1..]))
    }

    fn bind<R: Rule>(&mut self) -> Result<(), StepError> {
        let rule = self.rule;
        let bind = |(knob, schedule): (&Knob, &Schedule)| {
            schedule.bind(&self.clock).map_err(|reason| StepError::Schedule {
                rule,
                knob: knob.name,
                reason: reason.into(),
            })
        };
        let bound = self.all().zip(&self.written).map(bind).collect::<Result<Vec<_>, _>>()?;
        if let Some(reason) = R::conflict(&self.constants()) {
            return Err(StepError::Conflict { rule, reason });
        }
        self.bound = bound;
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
