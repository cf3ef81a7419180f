//! One run of a sweep, as a closure sees it.

use std::sync::OnceLock;

use rappel_autodiff::{Float, Module, ModuleExt, Tape, Var};
use rappel_optim::{Clock, Stepper};
use rappel_schedule::Schedule;

use super::arm::Arm;
use super::crew::Failures;
use super::measure::Tail;
use crate::{Cursor, LabError};

/// One run of a sweep, as the closure of [`Sweep::run_with`](super::Sweep::run_with) sees it: which arm, rate and seed, for how many steps.
///
/// A closure tells it the loss of each step ([`report`](Self::report)), so that a run that diverges ends early, or leaves the whole
/// loop to it ([`descend`](Self::descend)).
#[derive(Debug)]
pub struct Member<'s, T: Float = f32> {
    /// Its place among the jobs.
    pub(crate) job: usize,
    pub(crate) arm: &'s Arm<T>,
    pub(crate) rate: f64,
    pub(crate) seed: u64,
    pub(crate) steps: u64,
    pub(crate) total: u64,
    pub(crate) blow_up: f64,
    pub(crate) failures: &'s Failures,
    /// How many parameters the nets of the sweep have.
    pub(crate) net: &'s OnceLock<usize>,
    pub(crate) seen: Seen,
}

/// What a member has been told.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The losses told.
    pub(crate) losses: u64,
    /// The first of them.
    pub(crate) first: Option<f64>,
    /// The step whose loss ended the run.
    pub(crate) diverged: Option<u64>,
    /// The parameters trained.
    pub(crate) parameters: Option<usize>,
    /// The loss at the start, if it was no number.
    pub(crate) broken: Option<f64>,
    /// It was told to stop because another run had failed.
    pub(crate) stopped: bool,
}

impl<T: Float> Member<'_, T> {
    /// The arm's name.
    pub fn arm(&self) -> &str {
        &self.arm.name
    }

    /// The rate.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// The seed: of initial weights, batches and masks, so that arms and rates differ in nothing else.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How many steps to make: all, or with [`halving`](super::Sweep::halving) those of a rung. The closure begins anew at each rung.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many steps the whole run has: what schedules are stretched over, on every rung.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The learning rate as a schedule: the arm's shape times the rate.
    pub fn lr(&self) -> Schedule {
        self.arm.lr(self.rate)
    }

    /// The arm's optimizer at its start, with the clock of the whole run.
    pub fn optimizer(&self) -> Box<dyn Stepper<T>> {
        let mut optimizer = self.arm.optimizer(self.rate);
        optimizer.set_clock(Clock::new().total(rappel_optim::steps(self.total)));
        optimizer
    }

    /// Tells the loss of the next step, before it is made, and says whether to make it. `false`: the run has diverged, or another run
    /// has failed and the result is not wanted; leave the loop and return any score.
    ///
    /// A run diverges at the first loss that is not finite, or further above 0 than [`blow_up`](super::Sweep::blow_up) times its first. At the
    /// first step a loss that is not finite is an error of the sweep: no rate has been at work yet.
    #[must_use = "a run that is told to stop should"]
    pub fn report(&mut self, loss: f64) -> bool {
        let step = self.seen.losses;
        self.seen.losses += 1;
        let first = *self.seen.first.get_or_insert(loss);
        if !first.is_finite() {
            self.seen.broken = Some(first);
            return false;
        }
        if !loss.is_finite() || (first > 0.0 && loss > self.blow_up * first) {
            self.seen.diverged.get_or_insert(step);
            return false;
        }
        self.seen.stopped |= self.failures.is_before(self.job);
        !self.seen.stopped
    }

    /// Trains a net of one's own for [`steps`](Self::steps) steps on a tape of its own, and gives the mean loss of the last tenth of them,
    /// or infinity when it diverged.
    ///
    /// The net is to be built from the member's [`seed`](Self::seed). The loss is computed once a step, or as often as the rule asks for it;
    /// its cursor is at that step.
    ///
    /// # Errors
    /// When the optimizer refuses, and when the net has another number of parameters than those of the runs before.
    pub fn descend<M: Module>(
        &mut self,
        net: &mut M,
        loss: impl for<'t> Fn(&M, &'t Tape<T>, &mut Cursor) -> Var<'t, T>,
    ) -> Result<f64, LabError> {
        self.train(net)?;
        let (mut optimizer, mut cursor) = (self.optimizer(), Cursor::new(self.seed));
        let (mut tape, mut tail) = (Tape::training_in(self.seed), Tail::of(self.steps));
        for step in 0..self.steps {
            tape.at_step(step);
            cursor.seek(step);
            let mut first = None;
            optimizer.step_with(net, &mut tape, |net, tape| {
                let loss = loss(net, tape, &mut cursor);
                first.get_or_insert_with(|| loss.item().re());
                loss
            })?;
            let value = first.unwrap_or(f64::NAN);
            if !self.report(value) {
                return Ok(f64::INFINITY);
            }
            tail.take(step, value);
        }
        Ok(tail.mean().unwrap_or(f64::INFINITY))
    }

    /// Notes how many parameters are trained; those of another net are not compared with.
    pub(crate) fn train<M: Module>(&mut self, net: &M) -> Result<(), LabError> {
        let is = net.count_parameters();
        let was = *self.net.get_or_init(|| is);
        self.seen.parameters = Some(is);
        if is == was { Ok(()) } else { Err(LabError::OtherNet { was, is }) }
    }
}
