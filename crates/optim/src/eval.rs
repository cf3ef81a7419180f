//! A net with the weights to evaluate it with.

use std::ops::Deref;

use rappel_autodiff::{Leaf, Module, ParamId, ParamMut, VisitorMut};
use rappel_tensor::{Float, Tensor};

/// The value to evaluate a parameter with, of the parameter and the value that is trained; nothing where that is the one.
pub(crate) type Given<'g, T> = dyn Fn(ParamId, &Tensor<T>) -> Option<Tensor<T>> + 'g;

/// A net that holds other weights for as long as this lives: averages, or what a rule is to be evaluated with. The weights that are
/// trained come back when it is dropped, after a panic too.
#[derive(Debug)]
pub struct Evaluated<'a, M: Module + ?Sized, T: Float> {
    net: &'a mut M,
    trained: Vec<(ParamId, Tensor<T>)>,
}

impl<'a, M: Module + ?Sized, T: Float> Evaluated<'a, M, T> {
    /// With what is given for a parameter and its value.
    pub(crate) fn new(net: &'a mut M, given: &Given<'_, T>) -> Self {
        let mut lend = Lend { given, trained: Vec::new() };
        net.visit_mut(&mut lend);
        let trained = lend.trained;
        Evaluated { net, trained }
    }
}

impl<M: Module + ?Sized, T: Float> Deref for Evaluated<'_, M, T> {
    type Target = M;

    fn deref(&self) -> &M {
        self.net
    }
}

impl<M: Module + ?Sized, T: Float> Drop for Evaluated<'_, M, T> {
    fn drop(&mut self) {
        self.net.visit_mut(&mut Back::new(std::mem::take(&mut self.trained)));
    }
}

struct Lend<'a, T: Float> {
    given: &'a Given<'a, T>,
    trained: Vec<(ParamId, Tensor<T>)>,
}

impl<T: Float> VisitorMut for Lend<'_, T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p) else { return };
        if let Some(value) = (self.given)(p.id(), &p.value)
            && value.shape() == p.value.shape()
        {
            self.trained.push((p.id(), std::mem::replace(&mut p.value, value)));
        }
    }
}

/// Puts values back, in the order in which they were taken, places of a tied parameter one by one.
pub(crate) struct Back<T: Float> {
    trained: std::iter::Peekable<std::vec::IntoIter<(ParamId, Tensor<T>)>>,
}

impl<T: Float> Back<T> {
    pub(crate) fn new(trained: Vec<(ParamId, Tensor<T>)>) -> Self {
        Back { trained: trained.into_iter().peekable() }
    }
}

impl<T: Float> VisitorMut for Back<T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p) else { return };
        if let Some((_, value)) = self.trained.next_if(|(id, _)| *id == p.id()) {
            p.value = value;
        }
    }
}
