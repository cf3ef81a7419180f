//! A rate that descends while the run goes on.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use rappel_autodiff::{Float, Gradients, Leaf, Module, ModuleExt, ParamId, Tensor};
use rappel_optim::{Knob, Optimizer, Rule, Slots, StepError};

use super::cell::Start;
use crate::LabError;

/// An optimizer whose learning rate is itself moved by gradient descent, on the derivative of one step: the loss that a step led to, in
/// the rate of that step.
///
/// ```text
/// h      = -<gradient, direction of the step before>      the derivative of this loss in that step's rate
/// rate  <- rate - kappa h
/// p     <- p - rate d                                     d the rule's direction, with the rate just moved
/// ```
///
/// It costs one inner product. Almeida et al., "Parameter adaptation in stochastic optimization" (1999); Baydin et al., "Online learning
/// rate adaptation with hypergradient descent" (2018): for SGD it is their SGD-HD, for momentum and Nesterov's look-ahead their SGDN-HD
/// with the direction that was applied, for Adam their Adam-HD, whose direction has the bias corrections of *its* step, one before
/// the gradient's. Their program differs in two things: it adds Adam's `eps` before the correction of the root, and moves Adam's rate
/// once for each parameter in turn, so that the first are stepped by a rate that has seen only their own part; here the rate moves once.
///
/// What is derived is the loss whose gradients come in. A rule's own weight decay is no part of it; to have the decayed loss judged, as
/// theirs is, add the penalty to the loss.
///
/// ```
/// use rappel_lab::autodiff::{Param, Tape, Tensor};
/// use rappel_lab::hyper::HyperDescent;
/// use rappel_lab::optim::Sgd;
///
/// let mut w = Param::new(Tensor::from([1.0, -2.0]));
/// let mut sgd = HyperDescent::new(&Sgd::new(1e-3), 1e-3)?; // far too low a rate
/// let mut tape = Tape::new();
/// for _ in 0..100 {
///     tape.reset();
///     let gradients = tape.param(&w).square().sum().backward();
///     sgd.step(&mut w, &gradients)?;
/// }
/// assert!(sgd.rate() > 0.1 && w.value.data()[1].abs() < 1e-3);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Clone)]
pub struct HyperDescent<R: Rule, T: Float = f32> {
    /// The learning rate first.
    values: Vec<f64>,
    kappa: f64,
    steps: u64,
    memory: BTreeMap<ParamId, Memory<T>>,
    rule: PhantomData<fn() -> R>,
}

/// What is known of a parameter.
#[derive(Clone)]
struct Memory<T: Float> {
    steps: u64,
    slots: Vec<Tensor<T>>,
    direction: Tensor<T>,
}

impl<R: Rule, T: Float> HyperDescent<R, T> {
    /// With an optimizer's rule, from its learning rate and with its other hyperparameters, at a rate `kappa` for the rate. Baydin et
    /// al. take 1e-3 for SGD and 1e-7 for Adam, from 1e-3.
    ///
    /// # Errors
    /// When a hyperparameter is a schedule instead of a number or out of its range, or `kappa` is no finite number of at least 0.
    pub fn new(optimizer: &Optimizer<R, T>, kappa: f64) -> Result<Self, LabError> {
        if !(kappa.is_finite() && kappa >= 0.0) {
            let why = "the rate of the rate is a finite number, 0 or more";
            return Err(LabError::Setting { what: "kappa", value: kappa.to_string(), why });
        }
        let mut values = Vec::new();
        for (knob, (_, schedule)) in std::iter::once(&Knob::LR).chain(R::KNOBS).zip(optimizer.schedules()) {
            let Some(value) = schedule.number() else {
                let why = "here the rate moves by itself and the others stay: each is a number";
                return Err(LabError::Setting { what: knob.name, value: schedule.to_string(), why });
            };
            accepted::<R>(knob, value, 0)?;
            values.push(value);
        }
        if let Some(reason) = R::conflict(&values[1..].iter().map(|value| Some(*value)).collect::<Vec<_>>()) {
            return Err(StepError::Conflict { rule: R::NAME, reason }.into());
        }
        Ok(HyperDescent { values, kappa, steps: 0, memory: BTreeMap::new(), rule: PhantomData })
    }

    /// The learning rate that the last step applied; before the first the one it begins with.
    pub fn rate(&self) -> f64 {
        self.values[0]
    }

    /// The number of steps made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Moves the rate, then every trainable parameter of a net. Gives the derivative of the loss in the rate of the step before; 0 at the
    /// first step.
    ///
    /// # Errors
    /// When a trainable parameter has no gradient or one of another shape, or the rate would be out of its range: below 0, or no number.
    /// Nothing has changed then.
    pub fn step<M: Module + ?Sized>(&mut self, net: &mut M, gradients: &Gradients<T>) -> Result<f64, LabError> {
        let start = Start::of(&*net, 0)?;
        let given: Vec<_> = start.ids.iter().map(|id| gradients.by_id(*id)).collect();
        let missing = given.iter().zip(&start.paths).filter(|(given, _)| given.is_none());
        let paths: Vec<_> = missing.map(|(_, path)| path.clone()).collect();
        if !paths.is_empty() {
            return Err(StepError::NoGradient { paths }.into());
        }
        let given: Vec<_> = given.into_iter().flatten().collect();
        let mut derivative = 0.0;
        for (i, gradient) in given.iter().enumerate() {
            if gradient.shape() != start.cells[i].weight.shape() {
                let (gradient, parameter) = (gradient.shape().to_vec(), start.cells[i].weight.shape().to_vec());
                return Err(StepError::Shape { path: start.paths[i].clone(), gradient, parameter }.into());
            }
            if let Some(memory) = self.memory.get(&start.ids[i]).filter(|m| m.direction.shape() == gradient.shape()) {
                let products = gradient.data().iter().zip(memory.direction.data()).map(|(g, d)| g.re() * d.re());
                derivative -= products.sum::<f64>();
            }
        }
        let rate = self.rate() - self.kappa * derivative;
        accepted::<R>(&Knob::LR, rate, self.steps)?;
        self.values[0] = rate;
        for ((id, mut cell), gradient) in start.ids.into_iter().zip(start.cells).zip(given) {
            let shape = cell.weight.shape();
            let before = self.memory.remove(&id).filter(|memory| memory.direction.shape() == shape);
            let (steps, slots) = match before {
                Some(memory) => (memory.steps, memory.slots),
                None => (0, (0..R::State::<T>::N).map(|_| Tensor::zeros(shape)).collect()),
            };
            cell.slots = slots;
            let h = R::hyper::<f64>(rate, &self.values[1..], steps);
            let h = R::Hyper::<T>::gather(|i| T::of(h.get(i)));
            let direction = cell.direction::<R>(&h, gradient);
            cell.go(T::of(rate), &direction);
            net.for_each_param_mut(|_, p| {
                if let Some(p) = T::open_mut(p).filter(|p| p.trainable && p.id() == id) {
                    p.value = cell.weight.clone();
                }
            });
            self.memory.insert(id, Memory { steps: steps + 1, slots: cell.slots, direction });
        }
        self.steps += 1;
        Ok(derivative)
    }
}

fn accepted<R: Rule>(knob: &Knob, value: f64, step: u64) -> Result<(), StepError> {
    if knob.accepts(value) {
        return Ok(());
    }
    Err(StepError::Value { rule: R::NAME, knob: knob.name, value, step, required: knob.to_string() })
}

impl<R: Rule, T: Float> std::fmt::Debug for HyperDescent<R, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rate, kappa, steps) = (self.rate(), self.kappa, self.steps);
        write!(f, "HyperDescent {{ {}, rate: {rate}, kappa: {kappa}, steps: {steps} }}", R::NAME)
    }
}
