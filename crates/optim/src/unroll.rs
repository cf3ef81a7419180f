//! Steps that can be differentiated through.

use std::fmt;
use std::sync::Arc;

use rappel_autodiff::{Leaf, Module, ModuleExt, ParamId, Tape, Var};
use rappel_schedule::{Plan, State};
use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::around::Around;
use crate::core::Engine;
use crate::error::StepError;
use crate::optimizer::Optimizer;
use crate::staged::Scope;
use crate::update::{Unrolling, Update, Values};

/// A value of a hyperparameter at a step.
type Source<'t, T> = Box<dyn Fn(u64) -> Var<'t, T> + 't>;

/// An optimizer's steps as variables on a tape: a loss after k steps has exact gradients in the weights it began with, in any
/// hyperparameter, and in whatever these are computed from. The formula is the one that the optimizer's own step uses.
///
/// It starts at the step that the optimizer is at, with zeros for state. Hyperparameters are the optimizer's schedules, as constants,
/// until [`set`](Self::set) puts variables in their place.
///
/// ```
/// use rappel_optim::Adam;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let w = Param::new(Tensor::from([1.0, -2.0]));
/// let tape = Tape::<f64>::default();
/// let start = tape.params(&w);
/// let lr = tape.var(&Tensor::scalar(0.1));
/// let mut steps = Adam::new(0.0).unroll(&tape, &w)?;
/// steps.set("lr", move |_| lr)?;
/// let loss = |w: &Param<f64>| tape.param(w).square().sum();
/// for _ in 0..3 {
///     let inner = steps.run(&w, || loss(&w));
///     steps.step(inner)?;
/// }
/// let outer = steps.run(&w, || loss(&w));
/// let slopes = outer.grad(&[start[0], lr]);
/// assert!(slopes[1].item() < 0.0); // a higher rate would have been better
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub struct Unrolled<'t, T: Float> {
    tape: &'t Tape<T>,
    update: Arc<dyn Update<T>>,
    names: Vec<String>,
    /// Of each combination of groups its values, and those that are variables.
    cells: Vec<CellOf<'t, T>>,
    /// The decay around the rule.
    around: Around<T>,
    of: Vec<usize>,
    ids: Vec<ParamId>,
    weights: Vec<Var<'t, T>>,
    slots: Vec<Vec<Var<'t, T>>>,
    memos: Vec<Vec<Var<'t, T>>>,
    at: u64,
    steps: u64,
}

struct CellOf<'t, T: Float> {
    plans: Vec<(Plan, State)>,
    set: Vec<Option<std::rc::Rc<Source<'t, T>>>>,
    frozen: bool,
}

impl<R, T: Float> Optimizer<R, T> {
    /// The optimizer's steps on a tape, from the weights that a net has now; see [`Unrolled`].
    ///
    /// # Errors
    /// When the rule evaluates the loss again, or an adapter other than decay is around it; or as [`step`](Self::step), when the
    /// schedules cannot be bound or a group finds nothing.
    pub fn unroll<'t, M: Module + ?Sized>(&self, tape: &'t Tape<T>, net: &M) -> Result<Unrolled<'t, T>, StepError> {
        let mut core = self.core.clone();
        let Engine::Update(update) = core.engine.clone() else {
            return Err(StepError::NotUnrolled { name: core.engine.name() });
        };
        if let Some((adapter, _)) = core.around.iter().find(|(adapter, _)| !adapter.only_decays()) {
            return Err(StepError::NotUnrolled { name: adapter.name() });
        }
        core.place(net)?;
        core.values()?;
        let knobs = &core.knobs;
        let names: Vec<_> = knobs.quantities().iter().map(|q| q.name.clone()).collect();
        let own = update.info().knobs.len() + 1;
        let cells = (0..knobs.cells().len()).map(|cell| CellOf {
            plans: (0..names.len()).filter_map(|i| knobs.bound(cell, i)).collect(),
            set: (0..own).map(|_| None).collect(),
            frozen: knobs.cells()[cell].frozen,
        });
        let weights = tape.params(net);
        let trained = net.named_parameters().into_iter().filter_map(|(_, p)| T::open(p)).filter(|p| p.trainable);
        let ids: Vec<_> = trained.map(|p| p.id()).collect();
        let info = update.info();
        let zeros = |shape: &[usize]| tape.input(&Tensor::zeros(shape));
        let slots = weights.iter().map(|w| update.slots(&w.shape()).iter().map(|shape| zeros(shape)).collect());
        let memo: Vec<_> = info.memo.iter().map(|m| tape.constant(m.1)).collect();
        let memos = vec![memo; if info.scope == Scope::Net { 1 } else { weights.len() }];
        let of = ids.iter().map(|id| core.memory.get(*id).map_or(0, |entry| entry.cell)).collect();
        let (cells, slots, around) = (cells.collect(), slots.collect(), core.around.clone());
        Ok(Unrolled { tape, update, names, cells, around, of, ids, weights, slots, memos, at: core.steps, steps: 0 })
    }
}

impl<'t, T: Float> Unrolled<'t, T> {
    /// Puts variables in the place of a hyperparameter: its value at each step, counted from 0 as the optimizer counts. One that a
    /// group has changed stays there as the group says, and one that follows it by a link stays the constant it was.
    ///
    /// # Errors
    /// [`StepError::UnknownKnob`] when the rule has no hyperparameter of that name.
    pub fn set(&mut self, name: &str, to: impl Fn(u64) -> Var<'t, T> + 't) -> Result<(), StepError> {
        let own = self.cells[0].set.len();
        let i = self.names[..own].iter().position(|known| known == name);
        let i = i.ok_or_else(|| {
            let known = self.names[..own].to_vec();
            StepError::UnknownKnob { rule: self.update.info().name, name: name.into(), known }
        })?;
        let (source, plan) = (std::rc::Rc::new(Box::new(to) as Source<'t, T>), self.cells[0].plans[i].0.clone());
        for cell in self.cells.iter_mut().filter(|cell| cell.plans[i].0 == plan) {
            cell.set[i] = Some(source.clone());
        }
        Ok(())
    }

    /// The weights after the steps made, in the order of [`Tape::params`].
    pub fn weights(&self) -> &[Var<'t, T>] {
        &self.weights
    }

    /// Runs `f` with the weights after the steps made in the place of a net's own.
    #[track_caller]
    pub fn run<V>(&self, net: &(impl Module + ?Sized), f: impl FnOnce() -> V) -> V {
        self.tape.bind(net, &self.weights, f)
    }

    /// Makes a step along the gradient of a loss in the present weights.
    ///
    /// # Errors
    /// When a schedule has ended or a hyperparameter is outside its range, as for [`Optimizer::step`].
    pub fn step(&mut self, loss: Var<'t, T>) -> Result<(), StepError> {
        let info = self.update.info();
        // What a group freezes is no part of the step.
        let moving: Vec<usize> = (0..self.weights.len()).filter(|i| !self.cells[self.of[*i]].frozen).collect();
        let mut weights: Vec<_> = moving.iter().map(|i| self.weights[*i]).collect();
        let gradients = loss.grad(&weights);
        let mut values = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            let mut all = SmallVec::<[Var<'t, T>; 8]>::new();
            let own = cell.set.len();
            let mut others = SmallVec::<[f64; 8]>::from_elem(0.0, own);
            for (plan, state) in &cell.plans[own..] {
                let value = plan.try_at_step(self.at, state);
                others.push(value.map_err(|reason| {
                    let (rule, knob, reason) = (info.name, "decay", reason.into());
                    StepError::Schedule { rule, knob, reason }
                })?);
            }
            for (i, (plan, state)) in cell.plans[..own].iter().enumerate() {
                let knob = if i == 0 { &crate::knob::Knob::LR } else { &info.knobs[i - 1] };
                let var = match &cell.set[i] {
                    Some(source) => source(self.at),
                    None => {
                        let value = plan.try_at_step(self.at, state);
                        self.tape.constant(value.map_err(|reason| {
                            let (rule, knob, reason) = (info.name, knob.name, reason.into());
                            StepError::Schedule { rule, knob, reason }
                        })?)
                    }
                };
                let value = var.item().re();
                if !knob.accepts(value) {
                    let (rule, required) = (info.name, knob.to_string());
                    return Err(StepError::Value { rule, knob: knob.name, value, step: self.at, required });
                }
                all.push(var);
            }
            let (l2, decay) = self.around.decay_of(&others);
            values.push(Values { lr: all[0], knobs: all[1..].iter().copied().collect(), l2, decay });
        }
        let of: Vec<_> = moving.iter().map(|i| self.of[*i]).collect();
        let mut slots: Vec<_> = moving.iter().map(|i| std::mem::take(&mut self.slots[*i])).collect();
        let each = info.scope == Scope::Parameter;
        let mut memos = match each {
            true => moving.iter().map(|i| std::mem::take(&mut self.memos[*i])).collect(),
            false => std::mem::take(&mut self.memos),
        };
        self.update.unroll(&mut Unrolling {
            tape: self.tape,
            values: &values,
            of: &of,
            loss,
            step: self.steps,
            weights: &mut weights,
            gradients: &gradients,
            slots: &mut slots,
            memos: &mut memos,
        });
        for ((i, weight), slots) in moving.iter().zip(weights).zip(slots) {
            (self.weights[*i], self.slots[*i]) = (weight, slots);
        }
        match each {
            true => moving.iter().zip(memos).for_each(|(i, memo)| self.memos[*i] = memo),
            false => self.memos = memos,
        }
        self.at += 1;
        self.steps += 1;
        Ok(())
    }

    /// A slot of a parameter's state, as [`ParamState::slot`](crate::ParamState::slot).
    pub fn slot(&self, param: ParamId, name: &str) -> Option<Var<'t, T>> {
        let of = self.ids.iter().position(|id| *id == param)?;
        let slot = self.update.info().state.iter().position(|known| *known == name)?;
        self.slots[of].get(slot).copied()
    }
}

impl<T: Float> fmt::Debug for Unrolled<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, n) = (self.update.info().name, self.weights.len());
        write!(f, "Unrolled {{ {name}, weights: {n}, steps: {} }}", self.steps)
    }
}
