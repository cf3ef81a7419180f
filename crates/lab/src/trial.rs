//! One run of a problem with an optimizer.

use rappel_autodiff::{Float, Gradients, Tape};
use rappel_nn::Layer;
use rappel_optim::{Evaluated, StepError, Stepper};

use crate::{Cursor, Problem};

/// One run: a net, an optimizer, a tape of its own and a place in the data, at a step.
///
/// The same seed gives the same initial weights, the same batches and the same random masks for every optimizer.
///
/// ```
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::problems::Quadratic;
/// use rappel_lab::{Problem, Trial};
///
/// let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
/// let mut run = Trial::new(valley, Box::new(Sgd::new(0.05)), 0, 100);
/// let first = run.step(valley)?;
/// for _ in 1..100 {
///     run.step(valley)?;
/// }
/// assert!(run.whole(valley) < 1e-3 * first);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Trial<T: Float = f32> {
    /// The net.
    pub net: Box<dyn Layer<T>>,
    /// The optimizer.
    pub optimizer: Box<dyn Stepper<T>>,
    tape: Tape<T>,
    cursor: Cursor,
    evaluations: u64,
}

impl<T: Float> Trial<T> {
    /// A run at its start; its optimizer is told the clock of so many steps.
    pub fn new(problem: &dyn Problem<T>, mut optimizer: Box<dyn Stepper<T>>, seed: u64, steps: u64) -> Trial<T> {
        optimizer.set_clock(problem.clock(steps));
        Trial {
            net: problem.net(seed),
            optimizer,
            tape: Tape::training_in(seed),
            cursor: Cursor::new(seed),
            evaluations: 0,
        }
    }

    /// The number of steps made.
    pub fn steps(&self) -> u64 {
        self.cursor.step()
    }

    /// The run's seed.
    pub fn seed(&self) -> u64 {
        self.cursor.seed()
    }

    /// The loss of the step to come, and its gradients. Asked again, it gives the same.
    pub fn gradients(&mut self, problem: &dyn Problem<T>) -> (f64, Gradients<T>) {
        self.tape.at_step(self.cursor.step());
        let loss = problem.loss(&*self.net, &self.tape, &mut self.cursor);
        (loss.item().re(), loss.backward())
    }

    /// The loss alone of the step to come, at the weights as they are.
    pub fn loss(&mut self, problem: &dyn Problem<T>) -> f64 {
        self.tape.at_step(self.cursor.step());
        problem.loss(&*self.net, &self.tape, &mut self.cursor).item().re()
    }

    /// Moves the net along gradients, and goes to the next step.
    ///
    /// # Errors
    /// When the optimizer refuses, as one does that evaluates the loss again; nothing has changed then.
    pub fn apply(&mut self, gradients: &Gradients<T>) -> Result<(), StepError> {
        self.optimizer.step(&mut *self.net, gradients)?;
        self.cursor.seek(self.cursor.step() + 1);
        Ok(())
    }

    /// Makes one step and gives the loss before it. The optimizer may evaluate it again, on the same batch.
    ///
    /// # Errors
    /// When the optimizer refuses; nothing has changed then.
    pub fn step(&mut self, problem: &dyn Problem<T>) -> Result<f64, StepError> {
        let step = self.cursor.step();
        self.tape.at_step(step);
        let (cursor, mut first) = (&mut self.cursor, None);
        let report = self.optimizer.step_with(&mut *self.net, &mut self.tape, |net, tape| {
            let loss = problem.loss(net, tape, cursor);
            first.get_or_insert_with(|| loss.item().re());
            loss
        })?;
        self.evaluations += u64::from(report.evaluations);
        self.cursor.seek(step + 1);
        Ok(first.unwrap_or(f64::NAN))
    }

    /// How often [`step`](Self::step) has evaluated the loss, with its gradients or without.
    pub fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// The net with the weights that the optimizer evaluates with: those that are trained, unless there is an average of them around
    /// the rule.
    pub fn evaluated(&mut self) -> Evaluated<'_, dyn Layer<T>, T> {
        self.optimizer.eval(&mut *self.net)
    }

    /// The loss without noise, in evaluation mode, of the net as it is [evaluated](Self::evaluated).
    pub fn whole(&mut self, problem: &dyn Problem<T>) -> f64 {
        problem.whole(&*self.evaluated(), &Tape::default()).item().re()
    }
}

impl<T: Float> std::fmt::Debug for Trial<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trial").field("optimizer", &self.optimizer).field("cursor", &self.cursor).finish()
    }
}
