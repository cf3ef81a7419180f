//! What can be put around a rule.

use std::fmt;
use std::ops::Range;

use rappel_autodiff::{Gradients, Leaf, Module, Param, ParamId, ParamMut, ParamRef, Visitor, VisitorMut};
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::error::StepError;
use crate::evaluate::Evaluate;
use crate::knob::Knob;
use crate::knobs::Knobs;
use crate::norm::square;
use crate::pass::Sums;
use crate::report::Report;
use crate::shadow::Kept;
use crate::state::{Entered, Memory};
use crate::step::{Derived, InCell, Ties};

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

/// The gradients of a step, on their way to the rule.
pub struct Incoming<'a, T: Float> {
    pub(crate) net: &'a dyn Module,
    pub(crate) given: &'a Gradients<T>,
    /// The gradients, where an adapter has changed them.
    pub(crate) own: Option<Gradients<T>>,
    pub(crate) factor: f64,
    /// The norm of the gradients without the factor, where it is known.
    pub(crate) norm: Option<f64>,
    pub(crate) knobs: &'a Knobs,
    pub(crate) memory: &'a Memory<T>,
    pub(crate) places: Range<usize>,
    pub(crate) steps: u64,
    pub(crate) room: &'a mut Room,
    pub(crate) report: &'a mut Report,
}

impl<T: Float> fmt::Debug for Incoming<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incoming {{ gradients: {}, factor: {} }}", self.gradients().len(), self.factor)
    }
}

/// Memory for what a step finds, kept between steps.
#[derive(Debug, Default)]
pub(crate) struct Room {
    pub(crate) blocks: Vec<Sums>,
    pub(crate) cells: Vec<InCell>,
    pub(crate) derived: Vec<Derived>,
    parts: Vec<f64>,
    /// Of each cell the rule's hyperparameters without decoupled decay.
    pub(crate) bare: Vec<SmallVec<[f64; 8]>>,
}

impl<T: Float> Incoming<'_, T> {
    /// The adapter's values, where no group has changed them.
    pub fn values(&self) -> &[f64] {
        self.knobs.values_at(0, self.places.clone())
    }

    /// The adapter's values for a parameter.
    pub fn values_of(&self, id: ParamId) -> &[f64] {
        self.knobs.values_at(self.memory.get(id).map_or(0, |entry| entry.cell), self.places.clone())
    }

    /// Which combination of groups a parameter is of: a number that those in the same groups share.
    pub fn group_of(&self, id: ParamId) -> usize {
        self.memory.get(id).map_or(0, |entry| entry.cell)
    }

    /// How many steps the optimizer has made before.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The gradients, without the factor of [`scale`](Self::scale).
    fn gradients(&self) -> &Gradients<T> {
        self.own.as_ref().unwrap_or(self.given)
    }

    /// The parameters that are to be stepped, with their gradients and the factor that these are to be multiplied with.
    pub fn iter(&self) -> impl Iterator<Item = (ParamId, &Tensor<T>)> {
        self.gradients().iter().filter(|(id, _)| self.memory.steps_now(*id, self.knobs))
    }

    /// What the gradients of [`iter`](Self::iter) are to be multiplied with.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The Euclidean norm over all gradients, in f64; it enters the report. Its bits do not depend on the order of the parameters.
    pub fn norm(&mut self) -> f64 {
        let norm = match self.norm {
            Some(norm) => norm,
            None => {
                let norm = self.measure(|_| true);
                self.norm = Some(norm);
                norm
            }
        } * self.factor.abs();
        self.report.norm.get_or_insert(norm);
        norm
    }

    /// The Euclidean norm over the gradients of one of [`group_of`](Self::group_of), as [`norm`](Self::norm); not for the report.
    pub fn norm_of(&mut self, group: usize) -> f64 {
        let memory = self.memory;
        self.measure(|id| memory.get(id).is_some_and(|entry| entry.cell == group)) * self.factor.abs()
    }

    fn measure(&mut self, takes: impl Fn(ParamId) -> bool) -> f64 {
        let gradients = self.own.as_ref().unwrap_or(self.given);
        self.room.parts.clear();
        for (id, g) in gradients.iter() {
            if self.memory.steps_now(id, self.knobs) && takes(id) {
                self.room.parts.push(square(g));
            }
        }
        self.room.parts.sort_unstable_by(f64::total_cmp);
        self.room.parts.iter().sum::<f64>().sqrt()
    }

    /// Multiplies all gradients by a number, within the rule's own pass.
    pub fn scale(&mut self, by: f64) {
        self.factor *= by;
        self.clipped(by);
    }

    /// Says in the report that gradients were shortened to this share.
    pub fn clipped(&mut self, to: f64) {
        self.report.clipped = Some(self.report.clipped.unwrap_or(1.0) * to);
    }

    /// Replaces each gradient by another of the same shape.
    pub fn map(&mut self, mut to: impl FnMut(ParamId, &Tensor<T>) -> Tensor<T>) {
        let factor = self.factor;
        let mut new = self.gradients().clone();
        new.map(|id, g| {
            if !self.memory.steps_now(id, self.knobs) {
                return g.clone();
            }
            if factor == 1.0 { to(id, g) } else { to(id, &g.scaled(factor)) }
        });
        (self.own, self.factor, self.norm) = (Some(new), 1.0, None);
    }

    /// As [`map`](Self::map), with the parameter of each and the adapter's values for it.
    pub fn map_with(&mut self, mut to: impl FnMut(&Param<T>, &Tensor<T>, &[f64]) -> Tensor<T>) {
        let (knobs, memory, places) = (self.knobs, self.memory, self.places.clone());
        let mut found = Trained(Vec::with_capacity(self.gradients().len()));
        self.net.visit(&mut found);
        found.0.sort_by_key(|p| p.id());
        self.map(|id, g| match found.0.binary_search_by_key(&id, |p| p.id()) {
            Ok(at) => {
                let cell = memory.get(id).map_or(0, |entry| entry.cell);
                to(found.0[at], g, knobs.values_at(cell, places.clone()))
            }
            Err(_) => g.clone(),
        });
    }

    /// Adds some of each parameter to its gradient, as much as its values say.
    pub(crate) fn decay(&mut self, l2: impl Fn(&[f64]) -> f64) {
        let of = |cell| l2(self.knobs.values_at(cell, self.places.clone()));
        if (0..self.knobs.cells().len()).all(|cell| of(cell) == 0.0) {
            return;
        }
        self.map_with(|p, g, values| {
            let mut new = g.scaled(1.0);
            new.blend(1.0, l2(values), &p.value);
            new
        });
    }

    /// The gradients, with all that was done to them.
    pub fn take(&mut self) -> Gradients<T> {
        let mut gradients = self.own.take().unwrap_or_else(|| self.given.clone());
        if self.factor != 1.0 {
            // What shortens gradients leaves the loss as it is.
            let loss = gradients.loss();
            gradients.scale(self.factor);
            gradients.set_loss(loss);
        }
        (self.factor, self.norm) = (1.0, None);
        gradients
    }

    /// Other gradients in the place of these.
    pub fn replace(&mut self, by: Gradients<T>) {
        (self.own, self.factor, self.norm) = (Some(by), 1.0, None);
    }

    /// The loss of the gradients, if they know it.
    pub fn loss(&self) -> Option<f64> {
        self.gradients().loss()
    }
}

/// The parameters that are trained, a tied one by each of its places.
struct Trained<'a, T: Float>(Vec<&'a Param<T>>);

impl<'a, T: Float> Visitor<'a> for Trained<'a, T> {
    fn param(&mut self, p: ParamRef<'a>) {
        self.0.extend(T::open(p).filter(|p| p.trainable));
    }
}

/// A net after a step, or before it.
pub struct Stepped<'a, T: Float> {
    pub(crate) net: &'a mut dyn Module,
    pub(crate) knobs: &'a Knobs,
    pub(crate) memory: &'a mut Memory<T>,
    pub(crate) ties: &'a mut Ties<T>,
    pub(crate) places: Range<usize>,
    pub(crate) steps: u64,
}

impl<T: Float> Stepped<'_, T> {
    /// The adapter's values, where no group has changed them.
    pub fn values(&self) -> &[f64] {
        self.knobs.values_at(0, self.places.clone())
    }

    /// How many steps the optimizer has made, this one included if it is made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Passes each parameter that is stepped, tied ones once, with the adapter's values for it. A value that is changed is handed on
    /// to tied places.
    pub fn for_each(&mut self, f: impl FnMut(&mut Param<T>, &[f64])) {
        self.memory.begin();
        let (memory, ties, knobs) = (&mut *self.memory, &mut *self.ties, self.knobs);
        self.net.visit_mut(&mut Each { memory, ties, knobs, places: self.places.clone(), f });
        self.ties.hand_on(self.net);
    }
}

impl<T: Float> fmt::Debug for Stepped<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stepped {{ steps: {} }}", self.steps)
    }
}

struct Each<'a, T: Float, F> {
    memory: &'a mut Memory<T>,
    ties: &'a mut Ties<T>,
    knobs: &'a Knobs,
    places: Range<usize>,
    f: F,
}

impl<T: Float, F: FnMut(&mut Param<T>, &[f64])> VisitorMut for Each<'_, T, F> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p).filter(|p| p.trainable) else { return };
        match self.memory.enter(p.id(), self.knobs) {
            Entered::First(entry) => (self.f)(p, self.knobs.values_at(entry.cell, self.places.clone())),
            Entered::Again => self.ties.add(p.id()),
            Entered::Left => {}
        }
    }
}
