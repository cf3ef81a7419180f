//! An arm of a sweep: a rule and the shape of its learning rate.

use std::fmt;

use rappel_autodiff::Float;
use rappel_optim::Stepper;
use rappel_schedule::Schedule;

/// Makes an arm's optimizer from its learning rate.
type Factory<T> = dyn Fn(Schedule) -> Box<dyn Stepper<T>> + Send + Sync;

/// An arm of a sweep: a name, a rule, and the shape of its learning rate, which is multiplied by the rate.
pub(crate) struct Arm<T: Float> {
    pub(crate) name: String,
    shape: Option<Schedule>,
    make: Box<Factory<T>>,
}

impl<T: Float> Arm<T> {
    pub(crate) fn new(
        name: &str,
        shape: Option<Schedule>,
        make: impl Fn(Schedule) -> Box<dyn Stepper<T>> + Send + Sync + 'static,
    ) -> Arm<T> {
        Arm { name: name.into(), shape, make: Box::new(make) }
    }

    pub(crate) fn lr(&self, rate: f64) -> Schedule {
        match &self.shape {
            Some(shape) => shape.clone() * rate,
            None => rate.into(),
        }
    }

    pub(crate) fn optimizer(&self, rate: f64) -> Box<dyn Stepper<T>> {
        (self.make)(self.lr(rate))
    }
}

impl<T: Float> fmt::Debug for Arm<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arm").field("name", &self.name).field("shape", &self.shape).finish_non_exhaustive()
    }
}
