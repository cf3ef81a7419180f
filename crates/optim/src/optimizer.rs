//! A rule with its schedules and its state: what steps a net.

use std::fmt;
use std::marker::PhantomData;
use std::ops::BitOr;
use std::sync::Arc;

use rappel_autodiff::{Gradients, Module, ParamId, Tape, Var};
use rappel_schedule::{Clock, Registry, Schedule, State};
use rappel_tensor::Float;

use crate::adapter::{Adapted, Stage};
use crate::core::{Core, Engine};
use crate::error::StepError;
use crate::eval::Evaluated;
use crate::evaluate::Closure;
use crate::group::Group;
use crate::matrix::MatrixRule;
use crate::report::Report;
use crate::search::Search;
use crate::staged::{Scope, Staged};
use crate::state::ParamState;
use crate::update::{InStages, OnMatrices};

/// Any rule: what a text says, or [`Optimizer::any`] makes of another.
#[derive(Debug, Clone, Copy)]
pub struct Any;

/// An optimizer whose rule was said at run time: `"adamw(lr=1e-3) | clip_norm(1)".parse::<AnyOptimizer>()`.
pub type AnyOptimizer<T = f32> = Optimizer<Any, T>;

/// A rule with its schedules, what is around it, and its state.
///
/// The learning rate and every hyperparameter is a schedule, and a number is a schedule; [`step`](Self::step) applies their values of
/// its step, counted from 0.
///
/// State belongs to parameters by identity, so a net may be moved and its layers reordered, and several nets stepped in turn. Each
/// parameter counts its own steps, by which biases are corrected: one that joins or is unfrozen late starts as at the start of a run.
/// So does one that is given a value of another shape. What counts steps of the optimizer (`accumulate`, `lookahead`, `swa`) or
/// remembers the whole net (Prodigy, DoG and their like) is for one net.
///
/// Around the rule are adapters, `Adam::new(1e-3) | clip_norm(1.0) | ema(0.999)`, and groups of parameters with other
/// hyperparameters, `| Group::glob("*.bias").set("weight_decay", 0.0)`. Adapters work in stages, whatever the order in which they
/// are given: on the gradients (accumulation, clipping, L2 decay), on the rule's direction (cautious updates), on the step (decoupled
/// decay), on the weights (averages, Lookahead); within a stage from left to right.
pub struct Optimizer<R, T: Float = f32> {
    pub(crate) core: Core<T>,
    rule: PhantomData<fn() -> R>,
}

impl<R: Staged, T: Float> Optimizer<R, T> {
    /// An optimizer with the given rule and its default hyperparameters. `Sgd::new` and `Adam::new` read better.
    pub fn with_rule(lr: impl Into<Schedule>) -> Self {
        Optimizer::from_engine(Engine::Update(Arc::new(InStages::<R>(PhantomData))), lr.into())
    }
}

impl<R: MatrixRule, T: Float> Optimizer<R, T> {
    /// An optimizer with a rule on whole parameters and its default hyperparameters.
    pub fn with_matrix_rule(lr: impl Into<Schedule>) -> Self {
        Optimizer::from_engine(Engine::Update(Arc::new(OnMatrices::<R>(PhantomData))), lr.into())
    }
}

impl<R, T: Float> Optimizer<R, T> {
    pub(crate) fn from_engine(engine: Engine<T>, lr: Schedule) -> Self {
        Optimizer { core: Core::new(engine, lr), rule: PhantomData }
    }

    /// An optimizer with a rule that evaluates the loss again, and its default hyperparameters.
    pub fn with_search(search: impl Search<T> + 'static, lr: impl Into<Schedule>) -> Self {
        Optimizer::from_engine(Engine::Search(Box::new(search)), lr.into())
    }

    /// The same optimizer, its rule's type forgotten.
    pub fn any(self) -> AnyOptimizer<T> {
        Optimizer { core: self.core, rule: PhantomData }
    }

    /// The same settings around another variant of the rule, which has the same hyperparameters; no step must have been made.
    pub(crate) fn variant<V: Staged>(mut self) -> Optimizer<V, T> {
        self.core.engine = Engine::Update(Arc::new(InStages::<V>(PhantomData)));
        Optimizer { core: self.core, rule: PhantomData }
    }

    /// Puts an adapter around the rule and what is around it already; as `|` does.
    #[must_use]
    pub fn with(mut self, adapted: Adapted<T>) -> Self {
        self.core.around.push(adapted, &mut self.core.knobs);
        self
    }

    /// Gives some parameters other hyperparameters; as `|` does. It is found out at the next step which these are.
    #[must_use]
    pub fn group(mut self, group: Group) -> Self {
        self.core.regroup(|groups| groups.push(group));
        self
    }

    /// Sets the hyperparameter of that name, one of [`Rule::KNOBS`](crate::Rule::KNOBS), or `adapter.knob` of an adapter around it,
    /// `adapter2.knob` of the second of its name: a number or a schedule, which may follow another hyperparameter of the rule by
    /// [`linked`](rappel_schedule::linked), as `linked("lr")`.
    ///
    /// ```
    /// use rappel_optim::{Sgd, linear};
    ///
    /// let sgd: Sgd = Sgd::new(0.1).knob("momentum", linear(0.5, 0.9, 100)); // as `.momentum(linear(0.5, 0.9, 100))`
    /// assert!(format!("{sgd:?}").contains("momentum: linear(0.5, 0.9, 100)"));
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the rule has no hyperparameter of that name.
    #[must_use]
    #[track_caller]
    pub fn knob(mut self, name: &str, schedule: impl Into<Schedule>) -> Self {
        self.core.knobs.set(name, schedule.into());
        self
    }

    /// Replaces the learning rate's schedule, in the middle of a run too; the count of steps goes on.
    pub fn set_lr(&mut self, lr: impl Into<Schedule>) {
        self.core.knobs.set_lr(lr.into());
    }

    /// Replaces the schedule of a hyperparameter, `lr` included, in the middle of a run too; gives back the one before.
    ///
    /// ```
    /// use rappel_optim::Adam;
    ///
    /// let mut adam: Adam = Adam::new(1e-3);
    /// assert_eq!(adam.set_knob("beta1", 0.5)?.to_string(), "0.9");
    /// assert!(adam.set_knob("momentum", 0.5).is_err());
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    ///
    /// # Errors
    /// [`StepError::UnknownKnob`] when the rule has no hyperparameter of that name. Nothing has changed then.
    pub fn set_knob(&mut self, name: &str, schedule: impl Into<Schedule>) -> Result<Schedule, StepError> {
        self.core.knobs.replace(name, schedule.into())
    }

    /// As [`clock`](Self::clock), of an optimizer that is in use.
    pub fn set_clock(&mut self, clock: Clock) {
        self.core.knobs.set_clock(clock);
    }

    /// Tells the length of the run, so that schedules may speak of epochs and fractions of it.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.core.knobs.set_clock(clock);
        self
    }

    /// Gives the schedules names of your own: functions, adaptive rules, and quantities to follow that are no hyperparameters.
    ///
    /// ```
    /// use rappel_optim::{Registry, Sgd, schedule::user};
    ///
    /// let rex = Registry::new().function("rex", |z, v| v[0] * (1.0 - z) / (1.0 - 0.9 * z));
    /// let sgd: Sgd = Sgd::new(user("rex", [0.1], 1000)).registry(rex);
    /// assert!(format!("{sgd:?}").contains("lr: user::rex(0.1, length=1000)"));
    /// ```
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.core.knobs.set_registry(registry);
        self
    }

    /// Tells the adaptive rules in the schedules of a metric, such as a validation loss: those that are at work at the last step
    /// made. What they make of it shows from the next step on.
    ///
    /// Rules begin anew where a schedule is replaced by another, and so do those of what follows it.
    ///
    /// ```
    /// use rappel_optim::{Sgd, cosine, plateau};
    /// # use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut sgd = Sgd::new(cosine(0.1, 0.0, 1000) * plateau().factor(0.5).patience(0));
    /// # let mut w = Param::new(Tensor::from([1.0, 2.0]));
    /// # let tape = Tape::new();
    /// # let loss = tape.param(&w).square().sum();
    /// sgd.step(&mut w, &loss.backward())?;
    /// sgd.observe(3.0)?; // a validation loss
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    ///
    /// # Errors
    /// When the schedules cannot be bound, as for [`step`](Self::step).
    pub fn observe(&mut self, metric: f64) -> Result<(), StepError> {
        self.core.observe(metric)
    }

    /// Name and state of each hyperparameter's adaptive rules, the learning rate's first, to be saved; none before the first
    /// [`step`](Self::step) or [`observe`](Self::observe), and empty where there is no such rule.
    pub fn schedule_states(&self) -> impl Iterator<Item = (&str, &State)> {
        self.core.knobs.states(0)
    }

    /// Goes on from the state of a hyperparameter's adaptive rules that was saved.
    ///
    /// # Errors
    /// When there is no such hyperparameter, the state is another schedule's, or the schedules cannot be bound. Nothing has changed
    /// then.
    pub fn set_schedule_state(&mut self, name: &str, state: State) -> Result<(), StepError> {
        let engine = &self.core.engine;
        self.core.knobs.set_state(0, name, state, &|constants| engine.conflict(constants))
    }

    /// Whether a trainable parameter without a gradient is passed over instead of refused: for nets with several heads, of which a
    /// loss uses some. Off at first.
    #[must_use]
    pub fn allow_unused(mut self, yes: bool) -> Self {
        self.core.allow_unused = yes;
        self
    }

    /// As [`allow_unused`](Self::allow_unused), of an optimizer that is in use.
    pub fn set_allow_unused(&mut self, yes: bool) {
        self.core.allow_unused = yes;
    }

    /// Name and schedule of each hyperparameter, the learning rate first.
    pub fn schedules(&self) -> impl Iterator<Item = (&str, &Schedule)> {
        self.core.knobs.schedules()
    }

    /// Lends a net the weights to evaluate it with: the average of an [`ema`](crate::adapters::ema), or what another adapter around
    /// the rule says; of several the last; or the mean of the rule itself, as of [`Asgd`](crate::Asgd). The weights that are trained come back when the
    /// guard is dropped. Without any of these the net is lent as it is.
    pub fn eval<'a, M: Module + ?Sized>(&self, net: &'a mut M) -> Evaluated<'a, M, T> {
        Evaluated::new(net, &|id, value| self.core.evaluated(id, value))
    }

    /// The rule's name.
    pub fn name(&self) -> &'static str {
        self.core.engine.name()
    }

    /// Name and stage of each adapter around the rule, in the order in which they work.
    ///
    /// ```
    /// use rappel_optim::{AnyOptimizer, Stage};
    ///
    /// let adam: AnyOptimizer = "adam(lr=0.001) | ema(0.99) | clip_norm(1)".parse()?;
    /// assert_eq!(adam.adapters(), [("clip_norm", Stage::Gradient), ("ema", Stage::Weights)]);
    /// # Ok::<(), rappel_optim::schedule::ParseError>(())
    /// ```
    pub fn adapters(&self) -> Vec<(&'static str, Stage)> {
        let mut all: Vec<_> = self.core.around.iter().map(|(adapter, _)| (adapter.name(), adapter.stage())).collect();
        all.sort_by_key(|(_, stage)| *stage); // stable: within a stage they stay in their order
        all
    }

    /// Name and shape of what the rule remembers of a parameter of a shape; a single number has the shape `[]`. What it remembers of the
    /// net as a whole is not among them, nor anything of a rule that evaluates the loss again: that keeps what it likes.
    ///
    /// ```
    /// use rappel_optim::Adam;
    ///
    /// let adam: Adam = Adam::new(1e-3);
    /// assert_eq!(adam.remembers(&[3, 2])[0], ("exp_avg", vec![3, 2]));
    /// ```
    pub fn remembers(&self, shape: &[usize]) -> Vec<(&'static str, Vec<usize>)> {
        let Engine::Update(update) = &self.core.engine else { return Vec::new() };
        let (info, shapes) = (update.info(), update.slots(shape));
        let slots = info.state.iter().zip(&shapes).map(|(name, shape)| (*name, shape.to_vec()));
        let numbers = info.memo.iter().filter(|_| info.scope == Scope::Parameter);
        slots.chain(numbers.map(|(name, _)| (*name, Vec::new()))).collect()
    }

    /// The number of steps made.
    pub fn steps(&self) -> u64 {
        self.core.steps
    }

    /// How many steps an adapter has left out, as [`skip_nonfinite`](crate::adapters::skip_nonfinite) does.
    pub fn skipped(&self) -> u64 {
        self.core.skipped
    }

    /// Name and value of each hyperparameter that the last step applied, the learning rate first; NaN before the first. Those of
    /// parameters in no group: [`applied_of`](Self::applied_of) has the others'.
    pub fn applied(&self) -> impl Iterator<Item = (&str, f64)> + '_ {
        self.core.knobs.applied(0)
    }

    /// Name and value of each hyperparameter that the last step applied to a parameter, with its groups; nothing for one that no step
    /// has seen.
    ///
    /// ```
    /// use rappel_optim::{Group, Sgd};
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut net = vec![Param::new(Tensor::from([1.0])), Param::new(Tensor::from([1.0]))];
    /// let mut sgd = Sgd::new(0.5) | Group::glob("1").scale("lr", 0.1);
    /// let tape = Tape::new();
    /// let loss = tape.param(&net[0]).sum() + tape.param(&net[1]).sum();
    /// sgd.step(&mut net, &loss.backward())?;
    /// assert_eq!(sgd.applied().next(), Some(("lr", 0.5)));
    /// assert_eq!(sgd.applied_of(net[1].id()).and_then(|mut all| all.next()), Some(("lr", 0.05)));
    /// let all: Vec<_> = sgd.applied_by_groups().map(|(groups, mut values)| (groups, values.next())).collect();
    /// assert_eq!(all, [("".into(), Some(("lr", 0.5))), ("scale(\"1\", lr=0.1)".into(), Some(("lr", 0.05)))]);
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    pub fn applied_of(&self, param: ParamId) -> Option<impl Iterator<Item = (&str, f64)> + '_> {
        let cell = self.core.memory.get(param)?.cell;
        (cell < self.core.knobs.cells().len()).then(|| self.core.knobs.applied(cell))
    }

    /// The values of [`applied`](Self::applied) for each combination of groups that parameters are of, as text; the first is of those
    /// in no group.
    pub fn applied_by_groups(&self) -> impl Iterator<Item = (String, impl Iterator<Item = (&str, f64)> + '_)> + '_ {
        let knobs = &self.core.knobs;
        knobs.cells().iter().enumerate().map(|(cell, of)| (knobs.text(&of.groups), knobs.applied(cell)))
    }

    /// The learning rate that the last step applied; NaN before the first.
    pub fn lr(&self) -> f64 {
        self.applied().next().map_or(f64::NAN, |(_, lr)| lr)
    }

    /// Name and value of the numbers that the rule remembers of the whole net: the distance that DoG has found, Prodigy's estimate, the
    /// step size of a search. Nothing before the first step, and of a rule that remembers none; what one remembers of each parameter is
    /// in its [`state`](Self::state).
    ///
    /// ```
    /// use rappel_optim::Dog;
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut w = Param::new(Tensor::from([3.0, 4.0]));
    /// let mut dog = Dog::new(1.0).init_distance(0.5).eps(0.0);
    /// assert_eq!(dog.memos().count(), 0);
    /// let tape = Tape::new();
    /// let gradients = tape.param(&w).square().sum().backward();
    /// dog.step(&mut w, &gradients)?;
    /// let memo: Vec<_> = dog.memos().collect();
    /// assert_eq!(memo, [("max_dist", 0.5), ("sum_sq_norm_grads", 100.0), ("learning_rate", 0.05)]);
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    pub fn memos(&self) -> impl Iterator<Item = (&'static str, f64)> + use<R, T> {
        self.core.memo().into_iter()
    }

    /// The one of [`memos`](Self::memos) that has this name.
    ///
    /// ```
    /// use rappel_optim::SgdHd;
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut w = Param::new(Tensor::from([1.0, 2.0]));
    /// let mut sgd = SgdHd::new(0.1).hypergrad_lr(0.01);
    /// let tape = Tape::new();
    /// let gradients = tape.param(&w).square().sum().backward();
    /// assert_eq!(sgd.memo("rate"), None);
    /// sgd.step(&mut w, &gradients)?;
    /// assert_eq!(sgd.memo("rate"), Some(0.1));
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    pub fn memo(&self, name: &str) -> Option<f64> {
        self.memos().find(|memo| memo.0 == name).map(|memo| memo.1)
    }

    /// What is remembered of a parameter; nothing before its first step.
    ///
    /// ```
    /// use rappel_optim::Sgd;
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut w = Param::new(Tensor::from([1.0, 2.0]));
    /// let mut sgd = Sgd::new(0.1).momentum(0.9);
    /// let tape = Tape::new();
    /// let gradients = tape.param(&w).square().sum().backward();
    /// sgd.step(&mut w, &gradients)?;
    /// let state = sgd.state(w.id()).expect("it was stepped");
    /// assert_eq!((state.steps, state.slot("momentum_buffer").expect("SGD has it").data()), (1, &[2.0, 4.0][..]));
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    pub fn state(&self, param: ParamId) -> Option<ParamState<'_, T>> {
        let Engine::Update(update) = &self.core.engine else { return None };
        let (entry, info) = (self.core.memory.get(param)?, update.info());
        let (slots, memo) = (&entry.slots[..], &entry.memo[..]);
        (entry.steps > 0).then_some(ParamState {
            steps: entry.steps,
            names: info.state,
            slots,
            memo_names: info.memo,
            memo,
        })
    }

    /// Moves every trainable parameter of a net one step along its gradient.
    ///
    /// A parameter is written in place; where somebody else still holds its value (a snapshot, another tape) the new value goes into
    /// another buffer, and nothing is copied. Tied parameters are stepped once.
    ///
    /// ```
    /// use rappel_optim::Sgd;
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut w = Param::new(Tensor::from([1.0, 2.0]));
    /// let mut sgd = Sgd::new(0.1);
    /// let tape = Tape::new();
    /// let loss = tape.param(&w).square().sum();
    /// sgd.step(&mut w, &loss.backward())?;
    /// assert_eq!(w.value.data(), [0.8, 1.6]);
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    ///
    /// # Errors
    /// When a trainable parameter has no gradient, a schedule cannot be bound (it speaks of epochs or fractions and no
    /// [`clock`](Self::clock) was given, a value in it is not a number, or hyperparameters follow each other in a circle) or has ended
    /// and nothing may follow its end, a hyperparameter leaves its range, or hyperparameters do not go together. Nothing has changed then.
    pub fn step<M: Module + ?Sized>(&mut self, net: &mut M, gradients: &Gradients<T>) -> Result<Report, StepError> {
        let mut net = net;
        self.core.step(&mut net, gradients)
    }

    /// Makes a step with a loss that may be evaluated again, as line searches, L-BFGS and sharpness-aware steps do; other rules
    /// evaluate it once. Within a step the tape stays at its step, so that dropout draws the same masks.
    ///
    /// ```
    /// use rappel_optim::Sgd;
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut w = Param::new(Tensor::from([1.0, 2.0]));
    /// let (mut sgd, mut tape) = (Sgd::new(0.1), Tape::new());
    /// for _ in 0..2 {
    ///     let report = sgd.step_with(&mut w, &mut tape, |w, tape| tape.param(w).square().sum())?;
    ///     assert!(report.loss.is_some_and(|loss| loss > 3.0) && report.evaluations == 1);
    /// }
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn step_with<M: Module + ?Sized>(
        &mut self,
        net: &mut M,
        tape: &mut Tape<T>,
        loss: impl for<'t> FnMut(&M, &'t Tape<T>) -> Var<'t, T>,
    ) -> Result<Report, StepError> {
        tape.reset();
        self.core.step_with(&mut Closure::new(net, tape, loss))
    }
}

/// The copy goes on from the same step with a state of its own; the tensors are shared until either makes a step.
impl<R, T: Float> Clone for Optimizer<R, T> {
    fn clone(&self) -> Self {
        Optimizer { core: self.core.clone(), rule: PhantomData }
    }
}

impl<R, T: Float> fmt::Debug for Optimizer<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.core.fmt(f)
    }
}

/// As [`Optimizer::with`].
impl<R, T: Float> BitOr<Adapted<T>> for Optimizer<R, T> {
    type Output = Self;

    fn bitor(self, adapted: Adapted<T>) -> Self {
        self.with(adapted)
    }
}

/// As [`Optimizer::group`].
impl<R, T: Float> BitOr<Group> for Optimizer<R, T> {
    type Output = Self;

    fn bitor(self, group: Group) -> Self {
        self.group(group)
    }
}
