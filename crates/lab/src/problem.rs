//! What a net is to learn.

use rappel_autodiff::{Float, Tape, Var};
use rappel_nn::Layer;
use rappel_optim::Clock;

use crate::Cursor;

/// A task for a net: how a run begins, what its loss is, and what is known of the best.
///
/// Everything is a pure function of a run's seed and step, so that arms of a comparison start alike and see the same batches, and any
/// step can be looked at again. Read on `f32` it is trained fast, on `f64` it is measured closely.
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::problems::Quadratic;
/// use rappel_lab::{Cursor, Problem};
///
/// let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
/// let (mut net, mut tape) = (valley.net(0), Tape::<f64>::default());
/// let (mut sgd, mut cursor) = (Sgd::<f64>::new(0.05), Cursor::new(0));
/// for step in 0..100 {
///     tape.reset();
///     cursor.seek(step);
///     let loss = valley.loss(&*net, &tape, &mut cursor);
///     sgd.step(&mut *net, &loss.backward())?;
/// }
/// tape.reset();
/// assert!(valley.whole(&*net, &tape).item() < 1e-3 && valley.optimum().unwrap().loss == 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Problem<T: Float = f32>: Send + Sync {
    /// The name, as the `rappel` program takes it.
    fn name(&self) -> &str;

    /// The net as a run with this seed begins it.
    fn net(&self, seed: u64) -> Box<dyn Layer<T>>;

    /// The loss that the run descends at the cursor's step: of a batch, or with that step's noise.
    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, cursor: &mut Cursor) -> Var<'t, T>;

    /// The loss without noise, of all training data (or a fixed part of it, where all would take long): what curvature is
    /// measured on.
    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T>;

    /// How good the net is on data that is not trained on; `None` where there is none.
    fn held_out(&self, net: &dyn Layer<T>) -> Option<Score> {
        let _ = net;
        None
    }

    /// What is known of the lowest loss; `None` where nothing is.
    fn optimum(&self) -> Option<Optimum> {
        None
    }

    /// The clock of a run of so many steps: what an epoch and a batch are.
    fn clock(&self, steps: u64) -> Clock {
        Clock::new().total(rappel_optim::steps(steps))
    }

    /// How many steps a run makes that says nothing.
    fn steps(&self) -> u64;
}

/// How good a net is on data it was not trained on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The mean loss.
    pub loss: f64,
    /// The share of the samples whose class was right, from 0 to 1; `None` where there are no classes.
    pub accuracy: Option<f64>,
}

/// The lowest loss of a problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optimum {
    /// The loss there.
    pub loss: f64,
}
