//! One step of a net: the visitors that check it, make it, and hand it on to tied places.

use std::marker::PhantomData;

use rappel_autodiff::{Gradients, Leaf, ParamId, ParamMut, ParamRef, Visitor, VisitorMut};
use rappel_tensor::{Float, Tensor, Workspace};

use crate::pass::{State, Target, pass};
use crate::rule::{MOST_HYPER, Rule, Slots};
use crate::state::Memory;

/// Whether every trainable parameter has a gradient of its type and shape.
pub(crate) struct Fits<'g, T: Float> {
    pub(crate) gradients: &'g Gradients<T>,
    pub(crate) allow_unused: bool,
    pub(crate) ok: bool,
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

/// The hyperparameters of a step, and what the rule makes of them for a parameter that has made a number of steps.
pub(crate) struct Hyper<'a, R: Rule, T: Float> {
    lr: f64,
    knobs: &'a [f64],
    /// The last answer: mostly all parameters have made as many steps.
    last: Option<(u64, [T; MOST_HYPER])>,
    rule: PhantomData<fn() -> R>,
}

impl<'a, R: Rule, T: Float> Hyper<'a, R, T> {
    pub(crate) fn new((lr, knobs): (f64, &'a [f64])) -> Self {
        Hyper { lr, knobs, last: None, rule: PhantomData }
    }

    /// The slots of `Rule::Hyper`: computed in f64, then rounded.
    fn after(&mut self, steps: u64) -> [T; MOST_HYPER] {
        match self.last {
            Some((n, h)) if n == steps => h,
            _ => {
                let h = R::hyper::<f64>(self.lr, self.knobs, steps);
                let h = std::array::from_fn(|i| if i < R::Hyper::<f64>::N { T::of(h.get(i)) } else { T::ZERO });
                self.last = Some((steps, h));
                h
            }
        }
    }
}

/// Steps each parameter at the first of its places.
pub(crate) struct Steps<'a, R: Rule, T: Float> {
    pub(crate) gradients: &'a Gradients<T>,
    pub(crate) hyper: Hyper<'a, R, T>,
    pub(crate) memory: &'a mut Memory<T>,
    /// Whether the rule's state is kept.
    pub(crate) keep: bool,
    /// Receives the parameters that have another place.
    pub(crate) ties: &'a mut Ties<T>,
}

impl<R: Rule, T: Float> VisitorMut for Steps<'_, R, T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p).filter(|p| p.trainable) else { return };
        let Some(g) = self.gradients.by_id(p.id()) else { return };
        let Some(entry) = self.memory.enter(p.id()) else {
            self.ties.0.push((p.id(), None));
            return;
        };
        entry.fit(if self.keep { R::State::<T>::N } else { 0 }, p.value.shape());
        let h = self.hyper.after(entry.steps);
        entry.steps += 1;
        let lr = T::of(self.hyper.lr);
        let threads = g.workspace().map(Workspace::threads);
        let mut state = State { slots: Default::default(), kept: self.keep };
        for (to, slot) in state.slots.iter_mut().zip(&mut entry.slots) {
            *to = slot.data_mut();
        }
        if p.value.is_unique() {
            pass::<R, T>(threads, h, lr, Target::InPlace(p.value.data_mut()), g.data(), state);
        } else {
            let mut new = g.room();
            let target = Target::Into { old: p.value.data(), new: new.data_mut() };
            pass::<R, T>(threads, h, lr, target, g.data(), state);
            p.value = new;
        }
    }
}

/// Parameters with several places, each with the value of its first place once that is known.
pub(crate) struct Ties<T: Float>(Vec<(ParamId, Option<Tensor<T>>)>);

impl<T: Float> Default for Ties<T> {
    fn default() -> Self {
        Ties(Vec::new())
    }
}

impl<T: Float> Ties<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
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
