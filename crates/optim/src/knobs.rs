//! Hyperparameters as schedules: written, then bound, then read at each step.

use rappel_schedule::{Clock, Node, Plan, Schedule};
use smallvec::SmallVec;

use crate::error::StepError;
use crate::rule::Knob;

/// The learning rate's own knob; every rule has it, before its others.
pub(crate) const LR: Knob = Knob::new("lr", 1e-3, 0.0..=f64::MAX);

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
    pub(crate) fn new(rule: &'static str, knobs: &'static [Knob], lr: Schedule) -> Self {
        let mut written = vec![lr];
        written.extend(knobs.iter().map(|k| Schedule::from(k.default)));
        let count = written.len();
        Knobs { rule, knobs, written, clock: Clock::new(), bound: Vec::new(), applied: vec![f64::NAN; count] }
    }

    /// Replaces the schedule of knob `i`, where 0 is the learning rate.
    pub(crate) fn set(&mut self, i: usize, schedule: Schedule) {
        self.written[i] = schedule;
        self.bound.clear();
    }

    pub(crate) fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
        self.bound.clear();
    }

    fn knob(&self, i: usize) -> &Knob {
        if i == 0 { &LR } else { &self.knobs[i - 1] }
    }

    /// The values of the hyperparameters that never change, without the learning rate.
    pub(crate) fn constants(&self) -> SmallVec<[Option<f64>; 8]> {
        let constant = |s: &Schedule| match s.node() {
            Node::Constant(value) => Some(*value),
            _ => None,
        };
        self.written[1..].iter().map(constant).collect()
    }

    /// The learning rate and the other values at a step, checked.
    pub(crate) fn at(&mut self, step: u64) -> Result<(f64, &[f64]), StepError> {
        if self.bound.is_empty() {
            let bind = |(i, schedule): (usize, &Schedule)| {
                let (rule, knob) = (self.rule, self.knob(i).name);
                schedule.bind(&self.clock).map_err(|source| StepError::Schedule { rule, knob, source })
            };
            let bound = self.written.iter().enumerate().map(bind).collect::<Result<Vec<_>, _>>()?;
            self.bound = bound;
        }
        for i in 0..self.bound.len() {
            let value = self.bound[i].at_step(step);
            let knob = self.knob(i);
            if !knob.accepts(value) {
                return Err(StepError::Value {
                    rule: self.rule,
                    knob: knob.name,
                    value,
                    step,
                    range: knob.to_string(),
                });
            }
            self.applied[i] = value;
        }
        Ok((self.applied[0], &self.applied[1..]))
    }

    /// Name and value of each hyperparameter at the last step.
    pub(crate) fn applied(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        let names = std::iter::once(LR.name).chain(self.knobs.iter().map(|k| k.name));
        names.zip(self.applied.iter().copied())
    }

    /// Name and schedule of each hyperparameter.
    pub(crate) fn schedules(&self) -> impl Iterator<Item = (&'static str, &Schedule)> {
        let names = std::iter::once(LR.name).chain(self.knobs.iter().map(|k| k.name));
        names.zip(&self.written)
    }
}
