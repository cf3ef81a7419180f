//! A number of a layer that may follow a schedule.

use rappel_autodiff::{Float, Var};
use rappel_schedule::{Clock, Plan, Schedule, State};

/// A number of a layer, read at the step of the tape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rate(Plan);

impl Rate {
    /// # Panics
    /// At the caller's line, when the schedule cannot be bound or follows what is observed.
    #[track_caller]
    pub(crate) fn new(of: &str, schedule: Schedule) -> Self {
        match schedule.bind(&Clock::new()) {
            Err(error) => panic!("{of}: {error}"),
            Ok(plan) if plan.state() != State::default() => {
                panic!("{of}: {schedule}: follows what is observed, of which a layer is told nothing")
            }
            Ok(plan) => Rate(plan),
        }
    }

    /// The value at the step of the tape that `x` is on.
    ///
    /// # Panics
    /// At the caller's line, after the end of a schedule with `after(error)`.
    #[track_caller]
    pub(crate) fn at<T: Float>(&self, x: Var<'_, T>) -> f64 {
        match self.0.try_at_step(x.tape().step(), &State::default()) {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn schedule(&self) -> &Schedule {
        self.0.schedule()
    }
}
