//! Evaluating a net again inside a step: what searches and sharpness-aware steps ask for.

use rappel_autodiff::{Gradients, Module, ParamId, Tape, Var};
use rappel_tensor::Float;

/// A loss that can be evaluated again, at the weights that are in the net then.
pub trait Evaluate<T: Float> {
    /// The gradients, with their loss.
    fn gradients(&mut self) -> Gradients<T>;

    /// The loss alone, which spares the backward pass.
    fn loss(&mut self) -> f64;

    /// The net, whose weights may be moved.
    fn net(&mut self) -> &mut dyn Module;

    /// How often it was evaluated.
    fn evaluations(&self) -> u32;
}

/// An evaluation whose gradients are of some parameters only, and of no variables.
pub(crate) struct Only<'a, 'b, T: Float> {
    pub(crate) at: &'a mut (dyn Evaluate<T> + 'b),
    /// The gradients at the weights that are in the net, if they are known.
    pub(crate) first: Option<Gradients<T>>,
    pub(crate) takes: &'a dyn Fn(ParamId) -> bool,
}

impl<T: Float> Evaluate<T> for Only<'_, '_, T> {
    fn gradients(&mut self) -> Gradients<T> {
        let all = self.first.take().unwrap_or_else(|| self.at.gradients());
        let some = all.iter().filter(|(id, _)| (self.takes)(*id)).map(|(id, g)| (id, g.clone()));
        let mut gradients: Gradients<T> = some.collect();
        gradients.set_loss(all.loss());
        gradients
    }

    fn loss(&mut self) -> f64 {
        self.at.loss()
    }

    fn net(&mut self) -> &mut dyn Module {
        self.at.net()
    }

    fn evaluations(&self) -> u32 {
        self.at.evaluations()
    }
}

/// A net, its tape and its loss.
pub(crate) struct Closure<'a, M: ?Sized, T: Float, F> {
    net: &'a mut M,
    tape: &'a mut Tape<T>,
    loss: F,
    evaluations: u32,
}

impl<'a, M: Module + ?Sized, T: Float, F> Closure<'a, M, T, F>
where
    F: for<'t> FnMut(&M, &'t Tape<T>) -> Var<'t, T>,
{
    pub(crate) fn new(net: &'a mut M, tape: &'a mut Tape<T>, loss: F) -> Self {
        Closure { net, tape, loss, evaluations: 0 }
    }
}

impl<M: Module + ?Sized, T: Float, F> Evaluate<T> for Closure<'_, M, T, F>
where
    F: for<'t> FnMut(&M, &'t Tape<T>) -> Var<'t, T>,
{
    fn gradients(&mut self) -> Gradients<T> {
        self.evaluations += 1;
        // Again at the same step, so that dropout draws the same masks.
        self.tape.rewind();
        (self.loss)(self.net, self.tape).backward()
    }

    fn loss(&mut self) -> f64 {
        self.evaluations += 1;
        self.tape.rewind();
        (self.loss)(self.net, self.tape).item().re()
    }

    fn net(&mut self) -> &mut dyn Module {
        &mut self.net
    }

    fn evaluations(&self) -> u32 {
        self.evaluations
    }
}
