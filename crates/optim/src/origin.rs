//! The weights that a search begins with.

use rappel_autodiff::{Gradients, Leaf, Module, ParamMut, ParamRef, Visitor, VisitorMut};
use rappel_tensor::{Float, Tensor};

/// The weights that a search begins with, to go from along directions and to come back to. They are shared with the net, not copied.
///
/// ```
/// use rappel_optim::Origin;
/// use rappel_optim::autodiff::{Gradients, Param, Tensor};
///
/// let mut w = Param::new(Tensor::from([1.0, 2.0]));
/// let d = Gradients::from_fn(&w, |_, _| Tensor::from([1.0, -1.0]));
/// let origin = Origin::of(&w, &d);
/// origin.go(&mut w, 0.5, &d);
/// assert_eq!(w.value.data(), [1.5, 1.5]);
/// origin.back(&mut w);
/// assert_eq!(w.value.data(), [1.0, 2.0]);
/// ```
#[derive(Debug, Clone)]
pub struct Origin<T: Float> {
    weights: Gradients<T>,
}

impl<T: Float> Origin<T> {
    /// The weights, now, of the trainable parameters that a direction moves.
    pub fn of(net: &dyn Module, moved: &Gradients<T>) -> Self {
        let mut origin = Read { weights: std::iter::empty().collect(), moved };
        net.visit(&mut origin);
        Origin { weights: origin.weights }
    }

    /// Puts `origin + t d` into the net, in buffers of their own; tied places share one, and a place that is frozen stays.
    pub fn go(&self, net: &mut dyn Module, t: f64, d: &Gradients<T>) {
        let new = self.weights.iter().filter_map(|(id, from)| Some((id, along(from, T::of(t), d.by_id(id)?))));
        net.visit_mut(&mut Write { weights: &new.collect() });
    }

    /// Puts the weights back.
    pub fn back(&self, net: &mut dyn Module) {
        net.visit_mut(&mut Write { weights: &self.weights });
    }
}

fn along<T: Float>(from: &Tensor<T>, t: T, d: &Tensor<T>) -> Tensor<T> {
    let mut new = d.room();
    for ((new, from), d) in new.data_mut().iter_mut().zip(from.data()).zip(d.data()) {
        *new = *from + t * *d;
    }
    new
}

struct Read<'a, T: Float> {
    weights: Gradients<T>,
    moved: &'a Gradients<T>,
}

impl<T: Float> Visitor<'_> for Read<'_, T> {
    fn param(&mut self, p: ParamRef<'_>) {
        if let Some(p) = T::open(p).filter(|p| p.trainable && self.moved.param(p).is_some()) {
            self.weights.set(p, p.value.clone());
        }
    }
}

struct Write<'a, T: Float> {
    weights: &'a Gradients<T>,
}

impl<T: Float> VisitorMut for Write<'_, T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p).filter(|p| p.trainable) else { return };
        if let Some(value) = self.weights.param(p) {
            p.value = value.clone();
        }
    }
}
