//! A rule with its schedules and its state: what steps a net.

use std::fmt;
use std::marker::PhantomData;

use rappel_autodiff::{Gradients, Leaf, Module, ModuleExt, ParamId, ParamMut, ParamRef, Visitor, VisitorMut};
use rappel_schedule::{Clock, Schedule};
use rappel_tensor::{Float, Tensor, Threads};
use smallvec::SmallVec;

use crate::error::StepError;
use crate::knobs::Knobs;
use crate::pass::{State, Target, pass};
use crate::rule::{MOST_HYPER, Rule, Slots};
use crate::rules::{AdamRule, SgdRule};

/// Stochastic gradient descent, with momentum: `Sgd::new(0.1).momentum(0.9)`. The formula is in [`SgdRule`].
pub type Sgd<T = f32> = Optimizer<SgdRule, T>;

/// Adam: `Adam::new(1e-3)`. The formula is in [`AdamRule`].
pub type Adam<T = f32> = Optimizer<AdamRule, T>;

/// A rule with its schedules and its state.
///
/// The learning rate and every hyperparameter is a schedule, and a number is a schedule; [`step`](Self::step) applies their values of
/// its step, counted from 0. State belongs to parameters by identity, so a net may be moved, and several nets stepped in turn.
pub struct Optimizer<R: Rule, T: Float = f32> {
    knobs: Knobs,
    state: Vec<Slot<T>>,
    steps: u64,
    allow_unused: bool,
    rule: PhantomData<fn() -> R>,
}

/// The state of one parameter.
struct Slot<T: Float> {
    id: ParamId,
    slots: SmallVec<[Tensor<T>; 2]>,
}

impl<R: Rule, T: Float> Optimizer<R, T> {
    /// An optimizer with the given rule and its default hyperparameters. `Sgd::new` and `Adam::new` read better.
    pub fn with_rule(lr: impl Into<Schedule>) -> Self {
        Optimizer {
            knobs: Knobs::new(R::NAME, R::KNOBS, lr.into()),
            state: Vec::new(),
            steps: 0,
            allow_unused: false,
            rule: PhantomData,
        }
    }

    /// Sets hyperparameter `i` of [`Rule::KNOBS`].
    pub fn knob(mut self, i: usize, schedule: impl Into<Schedule>) -> Self {
        self.knobs.set(i + 1, schedule.into());
        self
    }

    /// Replaces the learning rate's schedule, in the middle of a run too; the count of steps goes on.
    pub fn set_lr(&mut self, lr: impl Into<Schedule>) {
        self.knobs.set(0, lr.into());
    }

    /// Tells the length of the run, so that schedules may speak of epochs and fractions of it.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.knobs.set_clock(clock);
        self
    }

    /// Whether a trainable parameter without a gradient is passed over instead of refused: for nets with several heads, of which a
    /// loss uses some. Off at first.
    pub fn allow_unused(mut self, yes: bool) -> Self {
        self.allow_unused = yes;
        self
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
    /// [`clock`](Self::clock) was given, or a value in it is not a number), or a hyperparameter leaves its range. Nothing has changed
    /// then.
    pub fn step<M: Module + ?Sized>(&mut self, net: &mut M, gradients: &Gradients<T>) -> Result<(), StepError> {
        let mut fits = Fits { gradients, allow_unused: self.allow_unused, ok: true };
        net.visit(&mut fits);
        if !fits.ok {
            return Err(self.why(net, gradients));
        }
        let keep = !R::stateless(&self.knobs.constants());
        let (lr, knobs) = self.knobs.at(self.steps)?;
        let h = R::hyper::<f64>(lr, knobs, self.steps);
        let h = std::array::from_fn(|i| if i < R::Hyper::<f64>::N { T::of(h.get(i)) } else { T::ZERO });
        let mut steps = Steps::<R, T> {
            gradients,
            h,
            lr: T::of(lr),
            state: &mut self.state,
            at: 0,
            keep,
            done: Vec::new(),
            ties: Vec::new(),
            rule: PhantomData,
        };
        net.visit_mut(&mut steps);
        let ties = steps.ties;
        if !ties.is_empty() {
            net.visit_mut(&mut HandOn::<T> { values: ties.into_iter().map(|id| (id, None)).collect() });
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

impl<R: Rule, T: Float> fmt::Debug for Optimizer<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut s = f.debug_struct(R::NAME);
        for (name, schedule) in self.knobs.schedules() {
            s.field(name, &format_args!("{schedule}"));
        }
        s.field("steps", &self.steps).finish()
    }
}

/// Whether every trainable parameter has a gradient of its type and shape.
struct Fits<'g, T: Float> {
    gradients: &'g Gradients<T>,
    allow_unused: bool,
    ok: bool,
}

impl<'a, T: Float> Visitor<'a> for Fits<'_, T> {
    fn param(&mut self, p: ParamRef<'a>) {
        if p.trainable() {
            self.ok &= T::open(p).is_some_and(|p| match self.gradients.param(p) {
                Some(g) => g.shape() == p.value.shape(),
                None => self.allow_unused,
            });
        }
    }
}

struct Steps<'a, R: Rule, T: Float> {
    gradients: &'a Gradients<T>,
    /// The slots of `Rule::Hyper`.
    h: [T; MOST_HYPER],
    lr: T,
    state: &'a mut Vec<Slot<T>>,
    /// Where the next parameter's state is, if the net is visited as it was the last time.
    at: usize,
    keep: bool,
    done: Vec<ParamId>,
    ties: Vec<ParamId>,
    rule: PhantomData<fn() -> R>,
}

impl<R: Rule, T: Float> Steps<'_, R, T> {
    /// The state of a parameter; zeros when it is new.
    fn slots(&mut self, id: ParamId, shape: &[usize]) -> &mut [Tensor<T>] {
        if self.state.get(self.at).is_none_or(|s| s.id != id) {
            self.at = self.state.iter().position(|s| s.id == id).unwrap_or_else(|| {
                let slots = (0..R::State::<T>::N).map(|_| Tensor::zeros(shape)).collect();
                self.state.push(Slot { id, slots });
                self.state.len() - 1
            });
        }
        self.at += 1;
        &mut self.state[self.at - 1].slots
    }
}

impl<R: Rule, T: Float> VisitorMut for Steps<'_, R, T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p) else { return };
        let Some(g) = self.gradients.by_id(p.id()).filter(|_| p.trainable) else { return };
        // Ids mostly ascend in the order of a visit: then no search is needed.
        if self.done.last().is_some_and(|last| p.id() <= *last) && self.done.contains(&p.id()) {
            self.ties.push(p.id());
            return;
        }
        self.done.push(p.id());
        let (h, lr) = (self.h, self.lr);
        let threads = g.workspace().map_or_else(Threads::serial, |w| w.threads().clone());
        let mut state = State { slots: Default::default(), kept: self.keep };
        if self.keep {
            for (to, slot) in state.slots.iter_mut().zip(self.slots(p.id(), p.value.shape())) {
                *to = slot.data_mut();
            }
        }
        if p.value.is_unique() {
            pass::<R, T>(&threads, h, lr, Target::InPlace(p.value.data_mut()), g.data(), state);
        } else {
            let mut new = g.room();
            let target = Target::Into { old: p.value.data(), new: new.data_mut() };
            pass::<R, T>(&threads, h, lr, target, g.data(), state);
            p.value = new;
        }
    }
}

/// Gives the places of tied parameters the value of the first.
struct HandOn<T: Float> {
    values: Vec<(ParamId, Option<Tensor<T>>)>,
}

impl<T: Float> VisitorMut for HandOn<T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p) else { return };
        if let Some((_, value)) = self.values.iter_mut().find(|v| v.0 == p.id()) {
            match value {
                Some(value) => p.value = value.clone(),
                None => *value = Some(p.value.clone()),
            }
        }
    }
}
