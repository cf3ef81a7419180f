//! A rule with its schedules and its state: what steps a net.

use std::fmt;
use std::marker::PhantomData;

use rappel_autodiff::{Gradients, Leaf, Module, ModuleExt, ParamId};
use rappel_schedule::{Clock, Registry, Schedule, State};
use rappel_tensor::Float;

use crate::error::StepError;
use crate::knobs::Knobs;
use crate::rule::{MOST_HYPER, MOST_SLOTS, Rule, Slots};
use crate::rules::{AdamRule, SgdRule};
use crate::state::{Memory, ParamState};
use crate::step::{Fits, Hyper, Steps, Ties};

/// Stochastic gradient descent, with momentum: `Sgd::new(0.1).momentum(0.9)`. The formula is in [`SgdRule`].
pub type Sgd<T = f32> = Optimizer<SgdRule, T>;

/// Adam: `Adam::new(1e-3)`. The formula is in [`AdamRule`].
pub type Adam<T = f32> = Optimizer<AdamRule, T>;

/// A rule with its schedules and its state.
///
/// The learning rate and every hyperparameter is a schedule, and a number is a schedule; [`step`](Self::step) applies their values of
/// its step, counted from 0.
///
/// State belongs to parameters by identity, so a net may be moved and its layers reordered, and several nets stepped in turn. Each
/// parameter counts its own steps, by which biases are corrected: one that joins or is unfrozen late starts as at the start of a run.
/// So does one that is given a value of another shape.
pub struct Optimizer<R: Rule, T: Float = f32> {
    knobs: Knobs,
    memory: Memory<T>,
    /// Empty between steps, kept for its memory.
    ties: Ties<T>,
    steps: u64,
    allow_unused: bool,
    rule: PhantomData<fn() -> R>,
}

impl<R: Rule, T: Float> Optimizer<R, T> {
    /// An optimizer with the given rule and its default hyperparameters. `Sgd::new` and `Adam::new` read better.
    pub fn with_rule(lr: impl Into<Schedule>) -> Self {
        const {
            assert!(R::Hyper::<f64>::N <= MOST_HYPER, "a rule has more than MOST_HYPER numbers in its `Hyper`");
            assert!(R::State::<f64>::N <= MOST_SLOTS, "a rule has more than MOST_SLOTS slots in its `State`");
            assert!(R::STATE.len() == R::State::<f64>::N, "a rule's `STATE` names each slot of its `State`");
        }
        Optimizer {
            knobs: Knobs::new::<R>(lr.into()),
            memory: Memory::default(),
            ties: Ties::default(),
            steps: 0,
            allow_unused: false,
            rule: PhantomData,
        }
    }

    /// Sets the hyperparameter of that name, one of [`Rule::KNOBS`]: a number or a schedule, which may follow another hyperparameter
    /// by [`linked`](rappel_schedule::linked), as `linked("lr")`.
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
        self.knobs.set(name, schedule.into());
        self
    }

    /// Replaces the learning rate's schedule, in the middle of a run too; the count of steps goes on.
    pub fn set_lr(&mut self, lr: impl Into<Schedule>) {
        self.knobs.set_lr(lr.into());
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
        self.knobs.replace(name, schedule.into())
    }

    /// As [`clock`](Self::clock), of an optimizer that is in use.
    pub fn set_clock(&mut self, clock: Clock) {
        self.knobs.set_clock(clock);
    }

    /// Tells the length of the run, so that schedules may speak of epochs and fractions of it.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.knobs.set_clock(clock);
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
        self.knobs.set_registry(registry);
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
        self.knobs.observe::<R>(self.steps.saturating_sub(1), metric)
    }

    /// Name and state of each hyperparameter's adaptive rules, the learning rate's first, to be saved; none before the first
    /// [`step`](Self::step) or [`observe`](Self::observe), and empty where there is no such rule.
    pub fn schedule_states(&self) -> impl Iterator<Item = (&'static str, &State)> {
        self.knobs.states()
    }

    /// Goes on from the state of a hyperparameter's adaptive rules that was saved.
    ///
    /// # Errors
    /// When there is no such hyperparameter, the state is another schedule's, or the schedules cannot be bound. Nothing has changed
    /// then.
    pub fn set_schedule_state(&mut self, name: &str, state: State) -> Result<(), StepError> {
        self.knobs.set_state::<R>(name, state)
    }

    /// Whether a trainable parameter without a gradient is passed over instead of refused: for nets with several heads, of which a
    /// loss uses some. Off at first.
    #[must_use]
    pub fn allow_unused(mut self, yes: bool) -> Self {
        self.allow_unused = yes;
        self
    }

    /// As [`allow_unused`](Self::allow_unused), of an optimizer that is in use.
    pub fn set_allow_unused(&mut self, yes: bool) {
        self.allow_unused = yes;
    }

    /// Name and schedule of each hyperparameter, the learning rate first.
    pub fn schedules(&self) -> impl Iterator<Item = (&'static str, &Schedule)> {
        self.knobs.schedules()
    }

    /// The rule's name.
    pub fn name(&self) -> &'static str {
        R::NAME
    }

    /// The number of steps made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Name and value of each hyperparameter that the last step applied, the learning rate first; NaN before the first.
    pub fn applied(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        self.knobs.applied()
    }

    /// The learning rate that the last step applied; NaN before the first.
    pub fn lr(&self) -> f64 {
        self.applied().next().map_or(f64::NAN, |(_, lr)| lr)
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
        let entry = self.memory.get(param)?;
        Some(ParamState { steps: entry.steps, names: R::STATE, slots: &entry.slots })
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
    pub fn step<M: Module + ?Sized>(&mut self, net: &mut M, gradients: &Gradients<T>) -> Result<(), StepError> {
        let mut fits = Fits { gradients, allow_unused: self.allow_unused, ok: true };
        net.visit(&mut fits);
        if !fits.ok {
            return Err(self.why(net, gradients));
        }
        let keep = !R::stateless(&self.knobs.constants());
        let hyper = Hyper::new(self.knobs.at::<R>(self.steps)?);
        self.memory.begin();
        let (memory, ties) = (&mut self.memory, &mut self.ties);
        net.visit_mut(&mut Steps::<R, T> { gradients, hyper, memory, keep, ties });
        if !self.ties.is_empty() {
            net.visit_mut(&mut self.ties);
            self.ties.clear();
        }
        self.steps += 1;
        Ok(())
    }

    /// The first reason not to step, with paths.
    fn why<M: Module + ?Sized>(&self, net: &M, gradients: &Gradients<T>) -> StepError {
        let mut missing = Vec::new();
        for (path, p) in net.named_parameters() {
            if !p.trainable() {
                continue;
            }
            let Some(param) = T::open(p) else {
                let parameter = if T::NAME == "f32" { "f64" } else { "f32" };
                return StepError::NumberType { path, parameter, gradients: T::NAME };
            };
            match gradients.param(param) {
                None if self.allow_unused => {}
                None => missing.push(path),
                Some(g) if g.shape() != param.value.shape() => {
                    return StepError::Shape {
                        path,
                        gradient: g.shape().to_vec(),
                        parameter: param.value.shape().to_vec(),
                    };
                }
                Some(_) => {}
            }
        }
        StepError::NoGradient { paths: missing }
    }
}

/// The copy goes on from the same step with a state of its own; the tensors are shared until either makes a step.
impl<R: Rule, T: Float> Clone for Optimizer<R, T> {
    fn clone(&self) -> Self {
        Optimizer {
            knobs: self.knobs.clone(),
            memory: self.memory.clone(),
            ties: Ties::default(),
            steps: self.steps,
            allow_unused: self.allow_unused,
            rule: PhantomData,
        }
    }
}

impl<R: Rule, T: Float> fmt::Debug for Optimizer<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut s = f.debug_struct(R::NAME);
        for (name, schedule) in self.knobs.schedules() {
            s.field(name, &format_args!("{schedule}"));
        }
        s.field("steps", &self.steps).finish()
    }
}
