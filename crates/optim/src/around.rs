//! The adapters around a rule, in their order.

use std::ops::Range;

use rappel_autodiff::{Gradients, ParamId};
use rappel_tensor::{Float, Tensor};

use crate::adapter::{Adapted, Adapter, Flow, Place, Stage};
use crate::error::StepError;
use crate::evaluate::Evaluate;
use crate::incoming::Incoming;
use crate::knobs::Knobs;

/// An adapter and where its values are.
struct Layer<T: Float> {
    adapter: Box<dyn Adapter<T>>,
    places: Range<usize>,
}

/// The adapters around a rule, in the order in which they were given.
pub(crate) struct Around<T: Float> {
    layers: Vec<Layer<T>>,
}

impl<T: Float> Default for Around<T> {
    fn default() -> Self {
        Around { layers: Vec::new() }
    }
}

impl<T: Float> Clone for Around<T> {
    fn clone(&self) -> Self {
        let layers = self.layers.iter().map(|l| Layer { adapter: l.adapter.boxed(), places: l.places.clone() });
        Around { layers: layers.collect() }
    }
}

impl<T: Float> Around<T> {
    pub(crate) fn push(&mut self, adapted: Adapted<T>, knobs: &mut Knobs) {
        let Adapted { adapter, written } = adapted;
        let number = 1 + self.layers.iter().filter(|l| l.adapter.name() == adapter.name()).count();
        let places = knobs.adopt(adapter.name(), number, adapter.knobs(), written, adapter.of_net());
        self.layers.push(Layer { adapter, places });
    }

    /// Each adapter with the places of its hyperparameters.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&dyn Adapter<T>, Range<usize>)> {
        self.layers.iter().map(|l| (&*l.adapter, l.places.clone()))
    }

    /// Each adapter, to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&mut dyn Adapter<T>, Range<usize>)> {
        self.layers.iter_mut().map(|l| (&mut *l.adapter as &mut dyn Adapter<T>, l.places.clone()))
    }

    /// Whether one of them looks at the direction, or makes the step itself.
    pub(crate) fn apart(&self) -> bool {
        self.layers.iter().any(|l| l.adapter.stage() == Stage::Direction || l.adapter.advances())
    }

    pub(crate) fn reevaluates(&self) -> Option<&'static str> {
        self.layers.iter().find(|l| l.adapter.reevaluates()).map(|l| l.adapter.name())
    }

    /// The last of the gradient stage that does more than decay: what those after it add is added in the rule's own pass.
    fn last(&self) -> usize {
        let works = |l: &Layer<T>| l.adapter.stage() == Stage::Gradient && !l.adapter.only_decays();
        self.layers.iter().rposition(works).unwrap_or(0)
    }

    /// Of a cell how much of a parameter is added to its gradient, and to its direction, in the rule's own pass.
    pub(crate) fn decay(&self, knobs: &Knobs, cell: usize) -> (f64, f64) {
        self.decay_of(knobs.values_at(cell, 0..knobs.quantities().len()))
    }

    /// [`decay`](Self::decay) from the values of all hyperparameters.
    pub(crate) fn decay_of(&self, values: &[f64]) -> (f64, f64) {
        let values = |l: &Layer<T>| &values[l.places.clone()];
        let last = self.last();
        let fused = |(i, l): &(usize, &Layer<T>)| *i >= last || l.adapter.stage() != Stage::Gradient;
        let l2 = self.layers.iter().enumerate().filter(fused).map(|(_, l)| l.adapter.l2(values(l))).sum();
        (l2, self.layers.iter().map(|l| l.adapter.decay(values(l))).sum())
    }

    /// The gradient stage.
    pub(crate) fn gradient(&mut self, incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
        let last = self.last();
        for (i, layer) in self.layers.iter_mut().enumerate().filter(|(_, l)| l.adapter.stage() == Stage::Gradient) {
            incoming.places = layer.places.clone();
            match layer.adapter.gradient(incoming)? {
                Flow::Go => {}
                stop => return Ok(stop),
            }
            if i < last {
                incoming.decay(|values| layer.adapter.l2(values));
            }
        }
        Ok(Flow::Go)
    }

    /// The direction stage.
    pub(crate) fn direction<'a>(&mut self, knobs: &'a Knobs, cell: usize, at: &mut Place<'a, T>, d: &mut Tensor<T>) {
        for layer in self.layers.iter_mut().filter(|l| l.adapter.stage() == Stage::Direction) {
            at.values = knobs.values_at(cell, layer.places.clone());
            layer.adapter.direction(at, d);
        }
    }

    /// The new weight, if an adapter makes the step.
    pub(crate) fn advance<'a>(
        &mut self,
        knobs: &'a Knobs,
        cell: usize,
        at: &mut Place<'a, T>,
        d: &Tensor<T>,
    ) -> Option<Tensor<T>> {
        let layer = self.layers.iter_mut().rev().find(|l| l.adapter.advances())?;
        at.values = knobs.values_at(cell, layer.places.clone());
        Some(layer.adapter.advance(at, d))
    }

    /// The gradients of a step, where one of them evaluates again.
    pub(crate) fn evaluate(&mut self, knobs: &Knobs, first: Gradients<T>, at: &mut dyn Evaluate<T>) -> Gradients<T> {
        match self.layers.iter_mut().find(|l| l.adapter.reevaluates()) {
            Some(layer) => layer.adapter.evaluate(knobs.values_at(0, layer.places.clone()), first, at),
            None => first,
        }
    }

    /// The value to evaluate a parameter with: of the last adapter that has one.
    pub(crate) fn evaluated(&self, id: ParamId, value: &Tensor<T>) -> Option<Tensor<T>> {
        self.layers.iter().rev().find_map(|l| l.adapter.evaluated(id, value))
    }
}
