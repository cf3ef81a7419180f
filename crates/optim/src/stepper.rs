//! Optimizers of any rule behind one pointer.

use std::fmt;

use rappel_autodiff::{Gradients, Module, ParamId, Tape, Var};
use rappel_schedule::{Clock, Schedule};
use rappel_tensor::{Float, Tensor};

use crate::error::StepError;
use crate::eval::Evaluated;
use crate::evaluate::{Closure, Evaluate};
use crate::optimizer::Optimizer;
use crate::report::Report;
use crate::state::ParamState;

/// An [`Optimizer`] of any rule: what tools take that compare rules, such as a sweep.
///
/// Each method is the optimizer's own of that name. `Box<dyn Stepper>` is cloned with its state, and has
/// [`step_with`](trait.Stepper.html#method.step_with) and [`eval`](trait.Stepper.html#method.eval) too.
///
/// ```
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
/// use rappel_optim::{Adam, Sgd, Stepper};
///
/// let rules: [Box<dyn Stepper>; 2] = [Box::new(Sgd::new(0.1)), Box::new(Adam::new(0.1))];
/// for mut optimizer in rules {
///     let mut w = Param::new(Tensor::from([3.0]));
///     let tape = Tape::new();
///     let gradients = tape.param(&w).square().sum().backward();
///     optimizer.step(&mut w, &gradients)?;
///     assert!(w.value.data()[0] < 3.0, "{optimizer:?}");
/// }
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub trait Stepper<T: Float = f32>: Send + fmt::Debug {
    /// The rule's name.
    fn name(&self) -> &'static str;

    /// Moves every trainable parameter of a net one step along its gradient.
    ///
    /// # Errors
    /// As [`Optimizer::step`].
    fn step(&mut self, net: &mut dyn Module, gradients: &Gradients<T>) -> Result<Report, StepError>;

    /// As [`Optimizer::step_with`], with what evaluates the net.
    ///
    /// # Errors
    /// As [`Optimizer::step`].
    fn step_at(&mut self, at: &mut dyn Evaluate<T>) -> Result<Report, StepError>;

    /// The value that [`Optimizer::eval`] lends a parameter, if it is another than the one that is trained.
    fn evaluated(&self, param: ParamId, value: &Tensor<T>) -> Option<Tensor<T>>;

    /// The number of steps made.
    fn steps(&self) -> u64;

    /// The learning rate that the last step applied; NaN before the first.
    fn lr(&self) -> f64;

    /// Name and value of each hyperparameter that the last step applied, the learning rate first; NaN before the first.
    fn applied(&self) -> Vec<(&str, f64)>;

    /// Name and schedule of each hyperparameter, the learning rate first.
    fn schedules(&self) -> Vec<(&str, &Schedule)>;

    /// Replaces the schedule of a hyperparameter, `lr` included; gives back the one before.
    ///
    /// # Errors
    /// As [`Optimizer::set_knob`].
    fn set_knob(&mut self, name: &str, schedule: Schedule) -> Result<Schedule, StepError>;

    /// Tells the length of the run.
    fn set_clock(&mut self, clock: Clock);

    /// Whether a trainable parameter without a gradient is passed over.
    fn set_allow_unused(&mut self, yes: bool);

    /// Tells the adaptive rules in the schedules of a metric.
    ///
    /// # Errors
    /// As [`Optimizer::observe`].
    fn observe(&mut self, metric: f64) -> Result<(), StepError>;

    /// What is remembered of a parameter; nothing before its first step.
    fn state(&self, param: ParamId) -> Option<ParamState<'_, T>>;

    /// A copy that goes on from the same step.
    fn boxed(&self) -> Box<dyn Stepper<T>>;
}

impl<R: 'static, T: Float> Stepper<T> for Optimizer<R, T> {
    fn name(&self) -> &'static str {
        Optimizer::name(self)
    }

    fn step(&mut self, net: &mut dyn Module, gradients: &Gradients<T>) -> Result<Report, StepError> {
        Optimizer::step(self, net, gradients)
    }

    fn step_at(&mut self, at: &mut dyn Evaluate<T>) -> Result<Report, StepError> {
        self.core.step_with(at)
    }

    fn evaluated(&self, param: ParamId, value: &Tensor<T>) -> Option<Tensor<T>> {
        self.core.evaluated(param, value)
    }

    fn steps(&self) -> u64 {
        Optimizer::steps(self)
    }

    fn lr(&self) -> f64 {
        Optimizer::lr(self)
    }

    fn applied(&self) -> Vec<(&str, f64)> {
        Optimizer::applied(self).collect()
    }

    fn schedules(&self) -> Vec<(&str, &Schedule)> {
        Optimizer::schedules(self).collect()
    }

    fn set_knob(&mut self, name: &str, schedule: Schedule) -> Result<Schedule, StepError> {
        Optimizer::set_knob(self, name, schedule)
    }

    fn set_clock(&mut self, clock: Clock) {
        Optimizer::set_clock(self, clock);
    }

    fn set_allow_unused(&mut self, yes: bool) {
        Optimizer::set_allow_unused(self, yes);
    }

    fn observe(&mut self, metric: f64) -> Result<(), StepError> {
        Optimizer::observe(self, metric)
    }

    fn state(&self, param: ParamId) -> Option<ParamState<'_, T>> {
        Optimizer::state(self, param)
    }

    fn boxed(&self) -> Box<dyn Stepper<T>> {
        Box::new(self.clone())
    }
}

impl<T: Float> dyn Stepper<T> + '_ {
    /// As [`Optimizer::step_with`].
    ///
    /// ```
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    /// use rappel_optim::{AnyOptimizer, Stepper};
    ///
    /// let sgd: AnyOptimizer = "sgd(lr=0.25)".parse()?;
    /// let mut sgd: Box<dyn Stepper> = Box::new(sgd);
    /// let (mut w, mut tape) = (Param::new(Tensor::from([3.0])), Tape::new());
    /// sgd.step_with(&mut w, &mut tape, |w, tape| tape.param(w).square().sum())?;
    /// assert_eq!(sgd.eval(&mut w).value.data(), [1.5]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Optimizer::step`].
    pub fn step_with<M: Module + ?Sized>(
        &mut self,
        net: &mut M,
        tape: &mut Tape<T>,
        loss: impl for<'t> FnMut(&M, &'t Tape<T>) -> Var<'t, T>,
    ) -> Result<Report, StepError> {
        tape.reset();
        self.step_at(&mut Closure::new(net, tape, loss))
    }

    /// As [`Optimizer::eval`].
    pub fn eval<'a, M: Module + ?Sized>(&self, net: &'a mut M) -> Evaluated<'a, M, T> {
        Evaluated::new(net, &|id, value| self.evaluated(id, value))
    }
}

impl<T: Float> Clone for Box<dyn Stepper<T>> {
    fn clone(&self) -> Self {
        (**self).boxed()
    }
}
