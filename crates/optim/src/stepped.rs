//! A net around a step, as adapters of the weights see it.

use std::fmt;
use std::ops::Range;

use rappel_autodiff::{Leaf, Module, Param, ParamMut, VisitorMut};
use rappel_tensor::Float;

use crate::knobs::Knobs;
use crate::state::{Entered, Memory};
use crate::step::Ties;

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

    /// How often the weights were moved, this step included if it is made; steps that were skipped do not count.
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
