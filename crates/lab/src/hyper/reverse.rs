//! Back through a run.

use rappel_autodiff::{Float, Gradients, Module, Tape, Tensor, Var};
use rappel_optim::{Rule, Slots, update};

use super::cell::{Cell, Start};
use super::step::finite;
use super::{Objective, Unrolled};
use crate::LabError;

/// A number made of a run's losses, and its derivatives.
#[derive(Debug, Clone)]
pub struct Reverse<T: Float = f32> {
    /// The number.
    pub value: f64,
    /// The loss of each step, before it.
    pub losses: Vec<f64>,
    /// Its derivative in each of the [`tunables`](Unrolled::tunables), in their order.
    pub gradient: Vec<f64>,
    /// Its gradient in the initial weights.
    pub initial: Gradients<T>,
    /// The most copies of the weights and state that were held at one time, about twice the root of the number of steps.
    pub held: usize,
}

impl<R: Rule, T: Float> Unrolled<R, T> {
    /// The derivatives of a number made of the losses, in every tunable number and in the initial weights: by reverse mode through
    /// every step, the recorded gradient included.
    ///
    /// The run is made twice. The first time it leaves a copy of weights and state about every `sqrt(steps)` steps; then, from the last
    /// such segment to the first, a segment is made again, and its steps are recorded one at a time and walked back.
    ///
    /// Where a step falls on a corner of a schedule (a `max`, the end of a warm-up), the derivative is that of the right-hand side.
    ///
    /// # Errors
    /// * [`LabError::Loss`] names the first step whose loss is no finite number: the run diverged.
    /// * [`LabError::Step`] for a value out of its range at some step, and for a trainable parameter that the loss does not depend on.
    /// * [`LabError::Parameters`] when the closure runs another net than the one it is given.
    /// * [`LabError::Schedule`] where a schedule has no derivative: at a jump that moves with a length.
    /// * [`LabError::Derivative`] when the derivative is too large for a number although no loss is.
    pub fn reverse<M: Module + ?Sized>(
        &self,
        net: &M,
        objective: &Objective,
        loss: impl for<'t> Fn(&M, &'t Tape<T>) -> Var<'t, T>,
    ) -> Result<Reverse<T>, LabError> {
        objective.check(self.steps())?;
        let start = Start::of(net, self.slots())?;
        let (mut tape, run) = (self.tape(), (net, &loss));
        let steps = self.steps();
        let length = (steps as f64).sqrt().ceil() as u64;
        let (mut cells, mut saved) = (start.cells.clone(), Vec::new());
        let mut losses = Vec::new();
        for step in 0..steps {
            if step % length == 0 {
                saved.push(cells.clone());
            }
            let (loss, gradients) = Self::look(&mut tape, run, &start, &cells, step)?;
            losses.push(loss);
            self.advance(&mut cells, &gradients, step)?;
        }
        let mut back =
            Back { bars: cells.iter().map(Cell::zeros).collect(), gradient: vec![0.0; self.tunables().len()] };
        let mut held = 0;
        while let Some(first) = saved.pop() {
            let from = saved.len() as u64 * length;
            let mut segment = vec![first];
            for step in from..(from + length).min(steps) - 1 {
                let mut cells = segment.last().expect("it has its first").clone();
                let (_, gradients) = Self::look(&mut tape, run, &start, &cells, step)?;
                self.advance(&mut cells, &gradients, step)?;
                segment.push(cells);
            }
            held = held.max(saved.len() + segment.len());
            while let Some(cells) = segment.pop() {
                let step = from + segment.len() as u64;
                self.pull(&mut tape, run, &cells, step, objective.weight(step, steps), &mut back)?;
            }
        }
        let value = objective.value(&losses)?;
        self.finite(&back.gradient)?;
        let mut bars = back.bars.into_iter();
        let initial = Gradients::from_fn(net, |_, _| bars.next().expect("one for each parameter").weight);
        Ok(Reverse { value, losses, gradient: back.gradient, initial, held })
    }

    /// One step of all parameters.
    pub(super) fn advance(&self, cells: &mut [Cell<T>], gradients: &[Tensor<T>], step: u64) -> Result<(), LabError> {
        let (h, lr) = Self::formula(&self.values(step)?, step);
        cells.iter_mut().zip(gradients).for_each(|(cell, gradient)| cell.advance::<R>(&h, lr, gradient));
        Ok(())
    }

    /// Takes what is behind a step back to before it.
    fn pull<M: Module + ?Sized>(
        &self,
        tape: &mut Tape<T>,
        (net, loss): (&M, &impl for<'t> Fn(&M, &'t Tape<T>) -> Var<'t, T>),
        cells: &[Cell<T>],
        step: u64,
        weight: f64,
        back: &mut Back<T>,
    ) -> Result<(), LabError> {
        tape.at_step(step);
        let tape = &*tape;
        let values = self.values(step)?;
        let (h, lr) = Self::formula(&values, step);
        let lr = tape.var(&Tensor::scalar(lr));
        let h = R::Hyper::<Var<'_, T>>::gather(|i| tape.var(&Tensor::scalar(h.get(i))));
        let weights: Vec<_> = cells.iter().map(|cell| tape.var(&cell.weight)).collect();
        let slots: Vec<Vec<_>> =
            cells.iter().map(|cell| cell.slots.iter().map(|slot| tape.var(slot)).collect()).collect();
        let loss = tape.bind(net, &weights, || loss(net, tape));
        finite(loss.item().re(), step)?;
        let gradients = loss.grad(&weights);
        let mut sum = loss.sum() * weight;
        for (i, bar) in back.bars.iter().enumerate() {
            let mut state = R::State::<Var<'_, T>>::gather(|j| match slots[i].get(j) {
                Some(slot) => *slot,
                None => tape.constant(0.0),
            });
            let next = update::<R, _>(&h, lr, weights[i], gradients[i], &mut state);
            sum = sum + (next * tape.input(&bar.weight)).sum();
            for (j, slot) in bar.slots.iter().enumerate() {
                sum = sum + (state.get(j) * tape.input(slot)).sum();
            }
        }
        let gradients = sum.backward();
        let of = |x: Var<'_, T>| gradients.wrt(x).map_or(0.0, |g| g.item().re());
        for (total, tunable) in back.gradient.iter_mut().zip(self.tunables()) {
            let (moved, rate) = self.moved(tunable, &values, step)?;
            *total += of(lr) * rate.d;
            *total += (0..R::Hyper::<f64>::N).map(|i| of(h.get(i)) * moved.get(i).d).sum::<f64>();
        }
        let pulled = |x: Var<'_, T>| gradients.wrt(x).cloned().unwrap_or_else(|| Tensor::zeros(&x.shape()));
        for (i, bar) in back.bars.iter_mut().enumerate() {
            bar.weight = pulled(weights[i]);
            for (to, slot) in bar.slots.iter_mut().zip(&slots[i]) {
                *to = pulled(*slot);
            }
        }
        Ok(())
    }

    /// Whether derivatives are numbers.
    pub(super) fn finite(&self, gradient: &[f64]) -> Result<(), LabError> {
        match self.tunables().iter().zip(gradient).find(|(_, g)| !g.is_finite()) {
            Some((tunable, g)) => Err(LabError::Derivative { of: tunable.to_string(), value: *g, steps: self.steps() }),
            None => Ok(()),
        }
    }
}

/// What is known of the steps behind.
struct Back<T: Float> {
    /// The derivatives in weights and state.
    bars: Vec<Cell<T>>,
    /// The derivatives in the tunable numbers, of the steps behind alone.
    gradient: Vec<f64>,
}
