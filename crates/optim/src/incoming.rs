//! The gradients of a step, on their way to the rule.

use std::fmt;
use std::ops::Range;

use rappel_autodiff::{Gradients, Leaf, Module, Param, ParamId, ParamRef, Visitor};
use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::knobs::Knobs;
use crate::norm::square;
use crate::pass::Sums;
use crate::report::Report;
use crate::state::Memory;
use crate::step::{Derived, InCell};

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

    /// The step that schedules are read at, counted from 0.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The gradients, without the factor of [`scale`](Self::scale).
    fn gradients(&self) -> &Gradients<T> {
        self.own.as_ref().unwrap_or(self.given)
    }

    /// The parameters that are to be stepped, with their gradients, which are to be multiplied with the [`factor`](Self::factor).
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

    /// Takes the gradients, with all that was done to them; [`replace`](Self::replace) puts others in their place, without which the
    /// step goes on with those it was given.
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
