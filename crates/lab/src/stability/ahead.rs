//! The step to come, seen without making it.

use rappel_autodiff::{Float, Gradients, Module, Param, Tensor};
use rappel_optim::{Stepper, constant};

use super::shadow::Shadow;
use super::{Applied, Edge};
use crate::LabError;

/// The step that an optimizer would make next, made by a copy of it on a shadow of the net.
pub(super) struct Ahead<T: Float> {
    before: Shadow<T>,
    after: Shadow<T>,
    optimizer: Box<dyn Stepper<T>>,
    applied: Applied,
}

impl<T: Float> Ahead<T> {
    /// The step along these gradients.
    pub(super) fn of<M: Module + ?Sized>(
        net: &M,
        optimizer: &dyn Stepper<T>,
        gradients: &Gradients<T>,
    ) -> Result<Ahead<T>, LabError> {
        let (before, mut after, mut optimizer) = (Shadow::of(net)?, Shadow::of(net)?, optimizer.boxed());
        optimizer.step(&mut after, gradients)?;
        let applied = Applied::new(&optimizer.applied());
        Ok(Ahead { before, after, optimizer, applied })
    }

    /// The same step at a rate of 1, where the rate is 0 and shows no direction.
    pub(super) fn or_at_one<M: Module + ?Sized>(
        self,
        net: &M,
        optimizer: &dyn Stepper<T>,
        gradients: &Gradients<T>,
    ) -> Result<Ahead<T>, LabError> {
        if self.applied.rate() != 0.0 {
            return Ok(self);
        }
        let mut other = optimizer.boxed();
        other.set_knob("lr", constant(1.0))?;
        Ahead::of(net, &*other, gradients)
    }

    /// The hyperparameters that the step applies.
    pub(super) fn applied(&self) -> &Applied {
        &self.applied
    }

    /// The root of the inverse of what the rule divides each parameter's step by; `None` where it divides none.
    pub(super) fn inverse_root(&self, edge: &dyn Edge<T>) -> Result<Option<Gradients<T>>, LabError> {
        let divisor = |p: &Param<T>| edge.preconditioner(&self.applied, &self.optimizer.state(p.id())?);
        if self.after.iter().all(|(_, p)| divisor(p).is_none()) {
            return Ok(None);
        }
        let mut worst = None;
        let roots = Gradients::from_fn(&self.after, |path, p: &Param<T>| {
            let divisor = divisor(p).unwrap_or_else(|| Tensor::ones(p.value.shape()));
            let bad = divisor.data().iter().find(|d| !(d.finite() && **d > T::ZERO));
            worst = worst.take().or_else(|| bad.map(|d| (path.to_owned(), d.re())));
            divisor.map(|d| T::of(d.re().sqrt().recip()))
        });
        match worst {
            None => Ok(Some(roots)),
            Some((path, value)) => Err(LabError::NotFinite {
                what: format!("what {} divides the step of `{path}` by", self.optimizer.name()),
                value,
                advice: "it must be a number above 0; give the rule an eps above 0",
            }),
        }
    }

    /// The elementwise product of two directions; zeros where either has nothing.
    pub(super) fn product(&self, a: &Gradients<T>, b: &Gradients<T>) -> Gradients<T> {
        Gradients::from_fn(&self.before, |_, p| match (a.param(p), b.param(p)) {
            (Some(a), Some(b)) => a * b,
            _ => Tensor::zeros(p.value.shape()),
        })
    }

    /// The values at so many times the update, in the order of the net: 0 is before the step, 1 after it.
    pub(super) fn at(&self, times: f64) -> Vec<Tensor<T>> {
        let places = self.before.values().zip(self.after.values());
        let along = |a: T, b: T| T::of(a.re() + times * (b.re() - a.re()));
        places.map(|(a, b)| Tensor::from_fn(a.shape(), |i| along(a.data()[i], b.data()[i]))).collect()
    }

    /// Whether the step changes anything.
    pub(super) fn moves(&self) -> bool {
        self.before.values().zip(self.after.values()).any(|(a, b)| a.data() != b.data())
    }
}
