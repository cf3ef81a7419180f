//! One step of a net: the visitors that check it, sum over it, move it, and hand it on to tied places.

use rappel_autodiff::{Gradients, Leaf, Module, ParamId, ParamMut, ParamRef, Tape, Visitor, VisitorMut};
use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::adapter::Place;
use crate::around::Around;
use crate::knobs::Knobs;
use crate::pass::{Fix, Sums};
use crate::staged::{Now, Scope};
use crate::state::{Entered, Entry, Memory};
use crate::update::{Hyper, Info, Job, Update};

/// Whether every trainable parameter is known, and has a gradient of its type and shape.
pub(crate) struct Fits<'g, T: Float> {
    /// Nothing where only the parameters are to be known.
    pub(crate) gradients: &'g Gradients<T>,
    pub(crate) memory: &'g mut Memory<T>,
    pub(crate) knobs: &'g Knobs,
    pub(crate) allow_unused: bool,
    pub(crate) known: bool,
    pub(crate) ok: bool,
}

impl<'a, T: Float> Visitor<'a> for Fits<'_, T> {
    fn param(&mut self, p: ParamRef<'a>) {
        if !p.trainable() {
            return;
        }
        let Some(p) = T::open(p) else {
            self.ok = false;
            return;
        };
        let frozen = match self.memory.mark(p.id()) {
            Some(entry) => self.knobs.cells()[entry.cell].frozen,
            None => {
                self.known = false;
                return;
            }
        };
        self.ok &= match self.gradients.param(p) {
            Some(g) => g.shape() == p.value.shape(),
            None => self.allow_unused || frozen,
        };
    }
}

/// What a rule makes of the hyperparameters for parameters of one combination of groups that have made as many steps.
pub(crate) type Derived = (usize, u64, Hyper, f64);

/// What is the same for all parameters of one combination of groups.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InCell {
    /// Whether the rule's state is kept.
    pub(crate) keep: bool,
    /// Of the parameter, added to the gradient.
    pub(crate) l2: f64,
    /// Of the parameter, added to the direction.
    pub(crate) decay: f64,
}

/// What is the same for all parameters of a step.
pub(crate) struct Shared<'a, T: Float> {
    pub(crate) update: &'a dyn Update<T>,
    pub(crate) info: Info,
    pub(crate) gradients: &'a Gradients<T>,
    pub(crate) knobs: &'a Knobs,
    pub(crate) cells: &'a [InCell],
    pub(crate) factor: f64,
    pub(crate) loss: f64,
    /// What was remembered of the net before the step.
    pub(crate) net_before: &'a [f64],
    pub(crate) net_memo: &'a [f64],
    /// Of each cell the rule's hyperparameters without decoupled decay, where an adapter asks for the direction.
    pub(crate) bare: &'a [SmallVec<[f64; 8]>],
    pub(crate) net_sums: Sums,
}

impl<'a, T: Float> Shared<'a, T> {
    fn now(&self, cell: usize, step: u64) -> Now<'a, f64> {
        let (lr, knobs) = self.knobs.values(cell);
        Now { lr, knobs: self.bare.get(cell).map_or(knobs, |bare| bare), step, loss: self.loss }
    }

    fn fix(&self, cell: usize, keep: f64, by: f64) -> Fix<T> {
        let InCell { l2, decay, .. } = self.cells[cell];
        Fix { scale: T::of(self.factor), l2: T::of(l2), decay: T::of(decay), keep: T::of(keep), by: T::of(by) }
    }

    /// Makes room for the state of a parameter.
    fn fit(&self, entry: &mut Entry<T>, shape: &[usize]) {
        let each = self.info.scope == Scope::Parameter;
        let count = if self.cells[entry.cell].keep { self.info.state.len() } else { 0 };
        entry.fit(|| self.update.slots(shape), count, shape, if each { self.info.memo } else { &[] });
    }

    fn before<'m>(&'m self, entry: &'m Entry<T>) -> &'m [f64] {
        if self.info.scope == Scope::Net { self.net_before } else { &entry.memo }
    }

    fn memo<'m>(&'m self, entry: &'m Entry<T>) -> &'m [f64] {
        if self.info.scope == Scope::Net { self.net_memo } else { &entry.memo }
    }

    /// The numbers of a parameter's step, and what its direction is multiplied with.
    fn scalars(&self, entry: &mut Entry<T>, known: &mut Vec<Derived>) -> (Hyper, f64) {
        // Where nothing is remembered or summed of a single parameter, mostly all have the same numbers.
        let same = self.info.scope == Scope::Net || (self.info.memo.is_empty() && !self.info.sums);
        if same && let Some(found) = known.iter().find(|f| f.0 == entry.cell && f.1 == entry.steps) {
            return (found.2, found.3);
        }
        let now = self.now(entry.cell, entry.steps);
        let mut h = self.update.hyper(&now, self.before(entry));
        let sums = if self.info.scope == Scope::Net { self.net_sums } else { entry.sums };
        if self.info.scope == Scope::Parameter {
            self.update.remember(&now, &sums, &mut entry.memo);
        }
        let rate = self.update.scalars(&now, &sums, self.memo(entry), &mut h);
        if same {
            known.push((entry.cell, entry.steps, h, rate));
        }
        (h, rate)
    }
}

/// The first pass: what the rule sums.
pub(crate) struct Observes<'a, 's, T: Float> {
    pub(crate) shared: &'s Shared<'a, T>,
    pub(crate) memory: &'s mut Memory<T>,
    pub(crate) room: &'s mut Vec<Sums>,
    pub(crate) scratch: &'s mut Tape<T>,
    pub(crate) total: Sums,
}

impl<T: Float> Visitor<'_> for Observes<'_, '_, T> {
    fn param(&mut self, p: ParamRef<'_>) {
        let Some(p) = T::open(p).filter(|p| p.trainable) else { return };
        let Some(g) = self.shared.gradients.by_id(p.id()) else { return };
        let Entered::First(entry) = self.memory.enter(p.id(), self.shared.knobs) else { return };
        self.shared.fit(entry, p.value.shape());
        let now = self.shared.now(entry.cell, entry.steps);
        let h = self.shared.update.hyper(&now, self.shared.before(entry));
        let (fix, kept) = (self.shared.fix(entry.cell, 1.0, 0.0), self.shared.cells[entry.cell].keep);
        let job = Job { now, h, fix, g, slots: &mut entry.slots, kept, scratch: self.scratch };
        entry.sums = self.shared.update.observe(job, &p.value, self.room);
        self.total.iter_mut().zip(entry.sums).for_each(|(total, sum)| *total += sum);
    }
}

/// Steps each parameter at the first of its places.
pub(crate) struct Steps<'a, 's, T: Float> {
    pub(crate) shared: &'s Shared<'a, T>,
    /// What was derived for the parameters before.
    pub(crate) derived: &'s mut Vec<Derived>,
    pub(crate) memory: &'s mut Memory<T>,
    pub(crate) scratch: &'s mut Tape<T>,
    pub(crate) around: &'s mut Around<T>,
    /// Whether an adapter asks for the direction.
    pub(crate) apart: bool,
    /// Receives the parameters that have another place.
    pub(crate) ties: &'s mut Ties<T>,
}

impl<T: Float> VisitorMut for Steps<'_, '_, T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p).filter(|p| p.trainable) else { return };
        let Some(g) = self.shared.gradients.by_id(p.id()) else { return };
        let entry = match self.memory.enter(p.id(), self.shared.knobs) {
            Entered::First(entry) => entry,
            Entered::Again => return self.ties.add(p.id()),
            Entered::Left => return,
        };
        self.shared.fit(entry, p.value.shape());
        let (h, rate) = self.shared.scalars(entry, self.derived);
        let (cell, steps) = (entry.cell, entry.steps);
        let (now, kept) = (self.shared.now(cell, steps), self.shared.cells[cell].keep);
        entry.steps += 1;
        let (slots, scratch) = (&mut entry.slots[..], &mut *self.scratch);
        if !self.apart {
            let fix = self.shared.fix(cell, 1.0, rate);
            self.shared.update.step(Job { now, h, fix, g, slots, kept, scratch }, &mut p.value);
            return;
        }
        // The direction without its decay, for the adapters; decay and rate come after.
        let mut fix = self.shared.fix(cell, 0.0, -1.0);
        let decay = std::mem::replace(&mut fix.decay, T::ZERO);
        let mut d = g.room();
        self.shared.update.step_into(Job { now, h, fix, g, slots, kept, scratch }, &p.value, &mut d);
        let own;
        let g = if self.shared.factor == 1.0 && fix.l2 == T::ZERO {
            g
        } else {
            let mut seen = g.scaled(self.shared.factor);
            if fix.l2 != T::ZERO {
                seen.blend(1.0, fix.l2.re(), &p.value);
            }
            own = seen;
            &own
        };
        let mut at = Place { id: p.id(), p: &p.value, g, lr: now.lr, rate, steps, values: &[] };
        self.around.direction(self.shared.knobs, cell, &mut at, &mut d);
        if decay != T::ZERO {
            d.blend(1.0, decay.re(), &p.value);
        }
        let new = self.around.advance(self.shared.knobs, cell, &mut at, &d);
        p.value = new.unwrap_or_else(|| {
            d.data_mut().iter_mut().zip(p.value.data()).for_each(|(d, p)| *d = *p - T::of(rate) * *d);
            d
        });
    }
}

/// Parameters with several places, each with the value of its first place once that is known.
#[derive(Debug)]
pub(crate) struct Ties<T: Float>(Vec<(ParamId, Option<Tensor<T>>)>);

impl<T: Float> Default for Ties<T> {
    fn default() -> Self {
        Ties(Vec::new())
    }
}

impl<T: Float> Ties<T> {
    pub(crate) fn add(&mut self, id: ParamId) {
        self.0.push((id, None));
    }

    /// Gives every other place the value of the first, and forgets them.
    pub(crate) fn hand_on(&mut self, net: &mut dyn Module) {
        if !self.0.is_empty() {
            net.visit_mut(self);
            self.0.clear();
        }
    }
}

/// Gives every place the value of the first. A frozen place stays as it is.
impl<T: Float> VisitorMut for Ties<T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p).filter(|p| p.trainable) else { return };
        if let Some((_, value)) = self.0.iter_mut().find(|v| v.0 == p.id()) {
            match value {
                Some(value) => p.value = value.clone(),
                None => *value = Some(p.value.clone()),
            }
        }
    }
}
