//! Derivatives carried along with a run.

use std::fmt;

use rappel_autodiff::transform::Linearised;
use rappel_autodiff::{Float, Gradients, Leaf, Module, ModuleExt, Tape, Var};
use rappel_optim::elem::Dual;
use rappel_optim::{Rule, Slots};

use super::cell::{Cell, Start};
use super::step::finite;
use super::{Objective, Unrolled};
use crate::LabError;

/// A run that carries the derivatives of its weights and state in each tunable number along: memory of one step, however long it is.
///
/// ```
/// use rappel_lab::autodiff::{Param, Tensor};
/// use rappel_lab::hyper::Unrolled;
/// use rappel_lab::optim::Sgd;
///
/// let mut net = Param::new(Tensor::<f64>::scalar(1.0));
/// let run = Unrolled::new(&Sgd::<f64>::new(0.1), 50)?;
/// let mut ahead = run.ahead(&net)?;
/// for _ in 0..run.steps() {
///     let loss = ahead.step(&net, |net: &Param<f64>, tape| tape.param(net).square())?;
///     if loss.value < 0.5 {
///         assert!(loss.slopes[0] < 0.0); // a larger rate would have come further
///         break;
///     }
/// }
/// assert_eq!(ahead.steps(), 3);
/// ahead.store(&mut net)?;
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
pub struct Forward<'r, R: Rule, T: Float = f32> {
    run: &'r Unrolled<R, T>,
    start: Start<T>,
    cells: Vec<Cell<T>>,
    /// For each tunable number the derivatives of all parameters.
    along: Vec<Vec<Cell<T>>>,
    step: u64,
    tape: Tape<T>,
}

/// The loss of one step, and its derivatives.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// The loss before the step.
    pub value: f64,
    /// Its derivative in each of the [`tunables`](Unrolled::tunables), in their order.
    pub slopes: Vec<f64>,
}

/// The losses of a run, each with its derivatives.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Those of each step.
    pub losses: Vec<Loss>,
}

impl Curve {
    /// A number made of the losses.
    ///
    /// # Errors
    /// As [`Objective::value`].
    pub fn value(&self, objective: &Objective) -> Result<f64, LabError> {
        objective.value(&self.losses.iter().map(|loss| loss.value).collect::<Vec<_>>())
    }

    /// Its derivative in each of the tunables.
    ///
    /// # Errors
    /// As [`Objective::value`].
    pub fn gradient(&self, objective: &Objective) -> Result<Vec<f64>, LabError> {
        let steps = self.losses.len() as u64;
        objective.check(steps)?;
        let mut gradient = vec![0.0; self.losses.first().map_or(0, |loss| loss.slopes.len())];
        for (loss, step) in self.losses.iter().zip(0..) {
            let weight = objective.weight(step, steps);
            gradient.iter_mut().zip(&loss.slopes).for_each(|(sum, slope)| *sum += weight * slope);
        }
        Ok(gradient)
    }
}

impl<R: Rule, T: Float> Unrolled<R, T> {
    /// The loss of every step with its derivatives in every tunable number: by forward mode, a product with the Hessian per step and
    /// number, with the memory of one step.
    ///
    /// # Errors
    /// As [`reverse`](Self::reverse).
    pub fn forward<M: Module + ?Sized>(
        &self,
        net: &M,
        loss: impl for<'t> Fn(&M, &'t Tape<T>) -> Var<'t, T>,
    ) -> Result<Curve, LabError> {
        let mut ahead = self.ahead(net)?;
        let losses = (0..self.steps()).map(|_| ahead.step(net, &loss)).collect::<Result<_, _>>()?;
        Ok(Curve { losses })
    }

    /// The run at its start, to be made step by step in a loop of one's own.
    ///
    /// # Errors
    /// When the net has parameters of another number type.
    pub fn ahead<M: Module + ?Sized>(&self, net: &M) -> Result<Forward<'_, R, T>, LabError> {
        let start = Start::of(net, self.slots())?;
        let cells = start.cells.clone();
        let zeros = || cells.iter().map(Cell::zeros).collect();
        let along = self.tunables().iter().map(|_| zeros()).collect();
        Ok(Forward { run: self, start, cells, along, step: 0, tape: self.tape() })
    }
}

impl<R: Rule, T: Float> Forward<'_, R, T> {
    /// The number of steps made.
    pub fn steps(&self) -> u64 {
        self.step
    }

    /// Makes one step, from the weights that are kept here: the net lends its form, and does not move. One may go on after the run's
    /// last step.
    ///
    /// # Errors
    /// As [`Unrolled::reverse`]; nothing has changed then.
    pub fn step<M: Module + ?Sized>(
        &mut self,
        net: &M,
        loss: impl for<'t> Fn(&M, &'t Tape<T>) -> Var<'t, T>,
    ) -> Result<Loss, LabError> {
        self.fits(net)?;
        let step = self.step;
        if self.along.is_empty() {
            let (value, gradients) =
                Unrolled::<R, T>::look(&mut self.tape, (net, &loss), &self.start, &self.cells, step)?;
            self.run.advance(&mut self.cells, &gradients, step)?;
            self.step += 1;
            return Ok(Loss { value, slopes: Vec::new() });
        }
        let values = self.run.values(step)?;
        let (tunables, mut moves) = (self.run.tunables(), Vec::new());
        for tunable in tunables {
            let (h, lr) = self.run.moved(tunable, &values, step)?;
            let narrow = |x: Dual<f64>| Dual { v: T::of(x.v), d: T::of(x.d) };
            moves.push((R::Hyper::<Dual<T>>::gather(|i| narrow(h.get(i))), narrow(lr)));
        }
        self.tape.at_step(step);
        let tape = &self.tape;
        let weights: Vec<_> = self.cells.iter().map(|cell| tape.var(&cell.weight)).collect();
        let loss = tape.bind(net, &weights, || loss(net, tape));
        let value = finite(loss.item().re(), step)?;
        let linear = Linearised::new(loss);
        let (mut slopes, mut next, mut gradients) = (Vec::new(), Vec::new(), Vec::new());
        for (along, (h, lr)) in self.along.iter().zip(&moves) {
            let parts: Vec<_> = weights.iter().zip(along).map(|(weight, cell)| (*weight, &cell.weight)).collect();
            let direction = Gradients::along(&parts);
            let (gradient, product) = linear.hvp(&direction);
            slopes.push(gradient.dot(&direction));
            gradients = self.start.each(&gradient, |i| gradient.wrt(weights[i]).cloned())?;
            let mut along = along.clone();
            for (i, (cell, along)) in self.cells.iter().zip(&mut along).enumerate() {
                let product = product.wrt(weights[i]).expect("as the gradient has");
                cell.carry::<R>(along, (h, *lr), (&gradients[i], product));
            }
            next.push(along);
        }
        self.run.finite(&slopes)?;
        self.run.advance(&mut self.cells, &gradients, step)?;
        (self.along, self.step) = (next, step + 1);
        Ok(Loss { value, slopes })
    }

    /// Gives the net the weights of the run as it is.
    ///
    /// # Errors
    /// [`LabError::Parameters`] for another net.
    pub fn store<M: Module + ?Sized>(&self, net: &mut M) -> Result<(), LabError> {
        self.fits(net)?;
        let of = |id| self.start.ids.iter().position(|known| *known == id);
        net.for_each_param_mut(|_, p| {
            if let Some(p) = T::open_mut(p)
                && let Some(i) = of(p.id())
            {
                p.value = self.cells[i].weight.clone();
            }
        });
        Ok(())
    }

    /// Whether the net has the parameters that the run began with.
    fn fits<M: Module + ?Sized>(&self, net: &M) -> Result<(), LabError> {
        let now: Start<T> = Start::of(net, 0)?;
        if now.ids == self.start.ids {
            return Ok(());
        }
        Err(LabError::Parameters { was: self.start.ids.len(), is: now.ids.len() })
    }
}

impl<R: Rule, T: Float> fmt::Debug for Forward<'_, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forward").field("run", self.run).field("step", &self.step).finish_non_exhaustive()
    }
}
