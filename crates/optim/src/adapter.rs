//! What can be put around a rule.

use std::fmt;

use rappel_autodiff::{Gradients, ParamId};
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Tensor};

use crate::error::StepError;
use crate::evaluate::Evaluate;
use crate::incoming::Incoming;
use crate::knob::Knob;
use crate::shadow::Kept;
use crate::stepped::Stepped;

/// When an adapter works. Those of one stage work in the order in which they were given; the stages in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// On the gradients, before the rule: accumulation, clipping, L2 decay.
    Gradient,
    /// On the rule's direction: cautious updates.
    Direction,
    /// On the step: decoupled decay.
    Parameter,
    /// On the weights, after the step: averages, Lookahead.
    Weights,
}

/// What becomes of a step after an adapter has seen the gradients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It goes on.
    Go,
    /// It waits for more gradients. No time passes.
    Hold,
    /// It is left out; time passes or not.
    Skip {
        /// Whether schedules go on to their next step.
        time: bool,
    },
}

/// Something around a rule: clipping, decay, averages.
///
/// It says when it works ([`stage`](Self::stage)) and implements the method of that stage. Its hyperparameters are schedules that the
/// optimizer keeps; it is given their values. An adapter works with any rule and beside any other.
///
/// ```
/// use rappel_optim::{Adapted, Adapter, Flow, Incoming, Sgd, Stage, StepError};
/// use rappel_optim::autodiff::Float;
///
/// /// The sign of each gradient.
/// #[derive(Debug, Clone)]
/// struct Sign;
///
/// impl<T: Float> Adapter<T> for Sign {
///     fn name(&self) -> &'static str {
///         "sign"
///     }
///
///     fn stage(&self) -> Stage {
///         Stage::Gradient
///     }
///
///     fn gradient(&mut self, incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
///         incoming.map(|_, g| g.map(|g| T::of(if g.re() == 0.0 { 0.0 } else { g.re().signum() })));
///         Ok(Flow::Go)
///     }
///
///     fn boxed(&self) -> Box<dyn Adapter<T>> {
///         Box::new(self.clone())
///     }
/// }
///
/// # use rappel_optim::autodiff::{Param, Tape, Tensor};
/// let mut w = Param::new(Tensor::from([3.0, -0.1]));
/// let mut sgd = Sgd::new(0.5) | Adapted::new(Sign);
/// let tape = Tape::new();
/// let gradients = tape.param(&w).square().sum().backward();
/// sgd.step(&mut w, &gradients)?;
/// assert_eq!(w.value.data(), [2.5, 0.4]);
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub trait Adapter<T: Float>: Send + Sync + fmt::Debug {
    /// The name in messages and text.
    fn name(&self) -> &'static str;

    /// Its hyperparameters.
    fn knobs(&self) -> &'static [Knob] {
        &[]
    }

    /// When it works.
    fn stage(&self) -> Stage;

    /// [`Stage::Gradient`]: sees the gradients and may change them, or stop the step.
    ///
    /// # Errors
    /// Where the gradients are not what it can work with. It has changed nothing then.
    fn gradient(&mut self, _incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
        Ok(Flow::Go)
    }

    /// [`Stage::Gradient`]: how much of each parameter is added to its gradient, in its turn; where all that follow in the stage only
    /// decay, the rule's own pass does it.
    fn l2(&self, _values: &[f64]) -> f64 {
        0.0
    }

    /// [`Stage::Direction`]: changes the direction of one parameter's step.
    fn direction(&mut self, _at: &Place<'_, T>, _d: &mut Tensor<T>) {}

    /// [`Stage::Parameter`]: how much of each parameter is added to its direction, after all of that stage.
    fn decay(&self, _values: &[f64]) -> f64 {
        0.0
    }

    /// Whether all it does is said by [`l2`](Self::l2) and [`decay`](Self::decay), so that a step with it can be differentiated through.
    fn only_decays(&self) -> bool {
        false
    }

    /// Whether it makes the step itself, by [`advance`](Self::advance). Of several the last does.
    fn advances(&self) -> bool {
        false
    }

    /// The new weight, from a direction with all decay in it; `at.rate` times it is the step of the rule. Called where
    /// [`advances`](Self::advances) says so.
    fn advance(&mut self, at: &Place<'_, T>, d: &Tensor<T>) -> Tensor<T> {
        at.p + &d.scaled(-at.rate)
    }

    /// Whether it looks at the net before a step, by [`begin`](Self::begin).
    fn begins(&self) -> bool {
        false
    }

    /// [`Stage::Weights`]: sees the net before a step that is made. Called where [`begins`](Self::begins) says so.
    fn begin(&mut self, _before: &mut Stepped<'_, T>) {}

    /// [`Stage::Weights`]: sees the net after the step, and may change it.
    fn weights(&mut self, _after: &mut Stepped<'_, T>) {}

    /// The value to evaluate a parameter with, if it is another than the one that is trained.
    fn evaluated(&self, _id: ParamId, _value: &Tensor<T>) -> Option<Tensor<T>> {
        None
    }

    /// Whether it evaluates the net again; a step needs [`step_with`](crate::Optimizer::step_with) then. Of several the first does.
    fn reevaluates(&self) -> bool {
        false
    }

    /// The gradients of a step, where [`reevaluates`](Self::reevaluates) says so, from those at the net's weights, of the parameters
    /// that are to be stepped. The weights are as before when it returns.
    fn evaluate(&mut self, _values: &[f64], first: Gradients<T>, _at: &mut dyn Evaluate<T>) -> Gradients<T> {
        first
    }

    /// Whether its hyperparameters are of the whole net, so that a group cannot change them.
    fn of_net(&self) -> bool {
        false
    }

    /// What it remembers.
    fn kept(&self) -> Kept<T> {
        Kept::default()
    }

    /// Goes on from what was kept.
    fn recall(&mut self, _kept: &Kept<T>) {}

    /// A copy that goes on from the same step.
    fn boxed(&self) -> Box<dyn Adapter<T>>;
}

/// An adapter with the schedules of its hyperparameters, to be put around a rule: `Sgd::new(0.1) | clip_norm(1.0)`.
pub struct Adapted<T: Float = f32> {
    pub(crate) adapter: Box<dyn Adapter<T>>,
    pub(crate) written: Vec<Schedule>,
}

impl<T: Float> Adapted<T> {
    /// An adapter with the defaults of its hyperparameters.
    pub fn new(adapter: impl Adapter<T> + 'static) -> Self {
        let written = adapter.knobs().iter().map(|knob| knob.default.into()).collect();
        Adapted { adapter: Box::new(adapter), written }
    }

    /// Sets one of its hyperparameters: a number or a schedule.
    ///
    /// # Panics
    /// At the caller's line, when it has none of that name.
    #[must_use]
    #[track_caller]
    pub fn knob(mut self, name: &str, schedule: impl Into<Schedule>) -> Self {
        let knobs = self.adapter.knobs();
        let Some(i) = knobs.iter().position(|knob| knob.name == name) else {
            let names: Vec<_> = knobs.iter().map(|knob| knob.name).collect();
            panic!("{} has no hyperparameter `{name}`; it has [{}]", self.adapter.name(), names.join(", "))
        };
        self.written[i] = schedule.into();
        self
    }
}

impl<T: Float> fmt::Debug for Adapted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut s = f.debug_struct(self.adapter.name());
        for (knob, schedule) in self.adapter.knobs().iter().zip(&self.written) {
            s.field(knob.name, &format_args!("{schedule}"));
        }
        s.finish()
    }
}

/// One parameter, where an adapter works on its step.
#[derive(Debug)]
pub struct Place<'a, T: Float> {
    /// Which parameter.
    pub id: ParamId,
    /// Its value.
    pub p: &'a Tensor<T>,
    /// Its gradient, after the gradient stage.
    pub g: &'a Tensor<T>,
    /// The learning rate.
    pub lr: f64,
    /// What the direction will be multiplied with: the learning rate, or what the rule makes of it.
    pub rate: f64,
    /// How many steps the parameter has made before.
    pub steps: u64,
    /// The adapter's values.
    pub values: &'a [f64],
}
