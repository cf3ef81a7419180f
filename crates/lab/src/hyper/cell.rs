//! One parameter of a run that is differentiated.

use rappel_autodiff::{Float, Gradients, Leaf, Module, ModuleExt, ParamId, Tensor};
use rappel_optim::elem::Dual;
use rappel_optim::{Rule, Slots, StepError, update};

use crate::LabError;

/// A weight and the slots of its state; or their derivatives.
#[derive(Debug, Clone)]
pub(super) struct Cell<T: Float> {
    pub(super) weight: Tensor<T>,
    pub(super) slots: Vec<Tensor<T>>,
}

/// The trainable parameters of a net, tied ones once, in the order of [`Tape::params`](rappel_autodiff::Tape::params).
#[derive(Debug, Clone)]
pub(super) struct Start<T: Float> {
    pub(super) ids: Vec<ParamId>,
    pub(super) paths: Vec<String>,
    pub(super) cells: Vec<Cell<T>>,
}

impl<T: Float> Start<T> {
    /// A net at the start of a run: its weights as they are, with so many slots of zeros.
    pub(super) fn of<M: Module + ?Sized>(net: &M, slots: usize) -> Result<Self, StepError> {
        let mut start = Start { ids: Vec::new(), paths: Vec::new(), cells: Vec::new() };
        for (path, p) in net.named_parameters() {
            if !p.trainable() {
                continue;
            }
            let Some(p) = T::open(p) else {
                let parameter = if T::NAME == "f32" { "f64" } else { "f32" };
                return Err(StepError::NumberType { path, parameter, gradients: T::NAME });
            };
            start.ids.push(p.id());
            start.paths.push(path);
            start.cells.push(Cell::new(p.value.clone(), slots));
        }
        Ok(start)
    }

    /// A tensor for each parameter, where the loss depends on these parameters and on no others.
    pub(super) fn each(
        &self,
        gradients: &Gradients<T>,
        of: impl Fn(usize) -> Option<Tensor<T>>,
    ) -> Result<Vec<Tensor<T>>, LabError> {
        let found: Vec<_> = (0..self.cells.len()).map(of).collect();
        if !gradients.is_empty() {
            let is = gradients.len() + found.iter().flatten().count();
            return Err(LabError::Parameters { was: self.cells.len(), is });
        }
        let missing = found.iter().zip(&self.paths).filter(|(found, _)| found.is_none());
        let paths: Vec<_> = missing.map(|(_, path)| path.clone()).collect();
        match paths.is_empty() {
            true => Ok(found.into_iter().flatten().collect()),
            false => Err(StepError::NoGradient { paths }.into()),
        }
    }
}

impl<T: Float> Cell<T> {
    /// A weight with so many slots of zeros.
    pub(super) fn new(weight: Tensor<T>, slots: usize) -> Self {
        let slots = (0..slots).map(|_| Tensor::zeros(weight.shape())).collect();
        Cell { weight, slots }
    }

    /// Zeros of the same shapes.
    pub(super) fn zeros(&self) -> Self {
        Cell::new(Tensor::zeros(self.weight.shape()), self.slots.len())
    }

    /// One step of a rule.
    pub(super) fn advance<R: Rule>(&mut self, h: &R::Hyper<T>, lr: T, gradient: &Tensor<T>) {
        let (mut slots, weight): (Vec<&mut [T]>, _) =
            (self.slots.iter_mut().map(Tensor::data_mut).collect(), self.weight.data_mut());
        for (i, (weight, g)) in weight.iter_mut().zip(gradient.data()).enumerate() {
            let mut state = R::State::<T>::gather(|j| slots.get(j).map_or(T::ZERO, |slot| slot[i]));
            *weight = update::<R, _>(h, lr, *weight, *g, &mut state);
            slots.iter_mut().enumerate().for_each(|(j, slot)| slot[i] = state.get(j));
        }
    }

    /// The derivatives after a step of a rule from here, from those before it.
    pub(super) fn carry<R: Rule>(
        &self,
        along: &mut Cell<T>,
        (h, lr): (&R::Hyper<Dual<T>>, Dual<T>),
        gradient: (&Tensor<T>, &Tensor<T>),
    ) {
        let (mut d_slots, d_weight): (Vec<&mut [T]>, _) =
            (along.slots.iter_mut().map(Tensor::data_mut).collect(), along.weight.data_mut());
        let slots: Vec<&[T]> = self.slots.iter().map(Tensor::data).collect();
        for (i, v) in self.weight.data().iter().enumerate() {
            let mut state = R::State::<Dual<T>>::gather(|j| match slots.get(j) {
                Some(slot) => Dual { v: slot[i], d: d_slots[j][i] },
                None => Dual::constant(T::ZERO),
            });
            let g = Dual { v: gradient.0.data()[i], d: gradient.1.data()[i] };
            d_weight[i] = update::<R, _>(h, lr, Dual { v: *v, d: d_weight[i] }, g, &mut state).d;
            d_slots.iter_mut().enumerate().for_each(|(j, slot)| slot[i] = state.get(j).d);
        }
    }
}
