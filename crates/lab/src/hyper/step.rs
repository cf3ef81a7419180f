//! One step of a run that is differentiated.

use rappel_autodiff::{Float, Module, Tape, Tensor, Var};
use rappel_optim::elem::Dual;
use rappel_optim::{Rule, Slots, StepError};

use super::cell::{Cell, Start};
use super::{Tunable, Unrolled};
use crate::LabError;

/// What a rule's formula needs at a step, and the learning rate, each with a derivative.
pub(super) type Moved<R> = (<R as Rule>::Hyper<Dual<f64>>, Dual<f64>);

impl<R: Rule, T: Float> Unrolled<R, T> {
    /// The learning rate and the other values at a step, each in its range.
    pub(super) fn values(&self, step: u64) -> Result<Vec<f64>, LabError> {
        let mut values = Vec::with_capacity(self.plans.len());
        for (plan, (knob, _)) in self.plans.iter().zip(&self.written) {
            let value = plan.try_at_step(step, &plan.state()).map_err(|reason| Self::refused(knob, reason))?;
            if !knob.accepts(value) {
                let (rule, name) = (R::NAME, knob.name);
                return Err(StepError::Value { rule, knob: name, value, step, required: knob.to_string() }.into());
            }
            values.push(value);
        }
        Ok(values)
    }

    /// What the formula needs at a step, from the values there: computed in f64, then rounded, as the optimizer does.
    pub(super) fn formula(values: &[f64], step: u64) -> (R::Hyper<T>, T) {
        let h = R::hyper::<f64>(values[0], &values[1..], step);
        (R::Hyper::<T>::gather(|i| T::of(h.get(i))), T::of(values[0]))
    }

    /// The same with its derivative in a number.
    pub(super) fn moved(&self, tunable: &Tunable, values: &[f64], step: u64) -> Result<Moved<R>, LabError> {
        let slope = self.plans[tunable.quantity].derivative(tunable.index, step as f64)?;
        let mut values: Vec<_> = values.iter().map(|value| Dual::constant(*value)).collect();
        values[tunable.quantity].d = slope;
        Ok((R::hyper(values[0], &values[1..], step), values[0]))
    }

    /// How many slots of state are to be kept.
    pub(super) fn slots(&self) -> usize {
        let constants: Vec<_> = self.written[1..].iter().map(|(_, schedule)| schedule.number()).collect();
        // Where a hyperparameter is tuned it moves, even if it is a constant of the run.
        let still = self.tunables.iter().all(|tunable| tunable.quantity == 0);
        if still && R::stateless(&constants) { 0 } else { R::State::<f64>::N }
    }

    /// A tape for the run.
    pub(super) fn tape(&self) -> Tape<T> {
        self.seed.map_or_else(Tape::default, Tape::training_in)
    }

    /// The loss and its gradients at weights, on a tape that is at the step.
    pub(super) fn look<M: Module + ?Sized>(
        tape: &mut Tape<T>,
        (net, loss): (&M, &impl for<'t> Fn(&M, &'t Tape<T>) -> Var<'t, T>),
        start: &Start<T>,
        cells: &[Cell<T>],
        step: u64,
    ) -> Result<(f64, Vec<Tensor<T>>), LabError> {
        tape.at_step(step);
        let weights: Vec<_> = cells.iter().map(|cell| tape.var(&cell.weight)).collect();
        let loss = tape.bind(net, &weights, || loss(net, tape));
        let value = finite(loss.item().re(), step)?;
        let gradients = loss.backward();
        let of = |i: usize| gradients.wrt(weights[i]).cloned();
        Ok((value, start.each(&gradients, of)?))
    }
}

/// A loss that a run can go on from.
pub(super) fn finite(loss: f64, step: u64) -> Result<f64, LabError> {
    if loss.is_finite() {
        return Ok(loss);
    }
    let (when, advice) = (
        "inside the run that is differentiated",
        "lower the rate or shorten the run; where it is the first step, look at the data",
    );
    Err(LabError::Loss { step, loss, when, advice })
}
