//! The edge of stability, watched along a run.

use rappel_autodiff::transform::Linearised;
use rappel_autodiff::{Float, Gradients, Module, Tape, Tensor, Var};
use rappel_optim::Stepper;
use serde::{Deserialize, Serialize};

use super::ahead::Ahead;
use super::phase::Phases;
use super::{Edges, Lanczos, Phase};
use crate::LabError;

/// Watches how far a run is from its edge of stability, every so many steps: the largest eigenvalues of the Hessian, preconditioned for
/// adaptive rules, beside the threshold that rule and rate set for them.
///
/// In a loop of one's own it is asked before each step. The loss it is given should be without noise: of all data, or of a batch that
/// stays the same.
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::problems::Quadratic;
/// use rappel_lab::stability::{Monitor, Phase};
/// use rappel_lab::{Cursor, Problem};
///
/// let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
/// let (mut net, mut tape, mut cursor) = (valley.net(0), Tape::<f64>::default(), Cursor::new(0));
/// let mut sgd = Sgd::<f64>::new(0.07);
/// let mut monitor = Monitor::every(10)?;
/// for _ in 0..30 {
///     if let Some(seen) = monitor.watch(&*net, &sgd, |net, tape| valley.whole(net, tape))? {
///         assert!((seen.margin().unwrap() - 25.0 / (2.0 / 0.07)).abs() < 1e-6);
///         assert_eq!(seen.phase, Phase::Lazy);
///     }
///     tape.reset();
///     let loss = valley.loss(&*net, &tape, &mut cursor);
///     sgd.step(&mut *net, &loss.backward())?;
/// }
/// assert!(monitor.hvps() <= 3 * 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Monitor<T: Float = f32> {
    every: u64,
    lanczos: Lanczos<T>,
    edges: Edges<T>,
    phases: Phases,
    hvps: u64,
}

/// How far a run is from its edge of stability, before a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sharpness {
    /// The step, counted from 0.
    pub step: u64,
    /// The loss; `None` where it is no number.
    pub loss: Option<f64>,
    /// The largest eigenvalues, largest first: of `H`, or of `P^-1/2 H P^-1/2` for a rule that divides its steps by P, with L2 decay in H.
    /// Empty where the loss is no number.
    pub eigenvalues: Vec<f64>,
    /// The residual of each: an eigenvalue lies within it.
    pub residuals: Vec<f64>,
    /// The learning rate of the step to come.
    pub rate: f64,
    /// The product of rate and eigenvalue at which the rule becomes unstable; [`Edges`] has the table.
    pub limit: f64,
    /// What the run does.
    pub phase: Phase,
    /// The number of products with the Hessian that it took.
    pub hvps: u64,
}

impl Sharpness {
    /// The eigenvalue above which the step to come is unstable: limit over rate. Infinite at a rate of 0.
    pub fn threshold(&self) -> f64 {
        self.limit / self.rate
    }

    /// The largest eigenvalue over the threshold: 1 at the edge, less where the run is stable, below 0 where the loss curves up nowhere.
    /// `None` where there is no eigenvalue.
    pub fn margin(&self) -> Option<f64> {
        self.eigenvalues.first().map(|largest| largest * self.rate / self.limit)
    }
}

impl<T: Float> Monitor<T> {
    /// One that looks at steps 0, n, 2n and so on, for the largest eigenvalue.
    ///
    /// # Errors
    /// When `n` is 0.
    pub fn every(n: u64) -> Result<Monitor<T>, LabError> {
        if n == 0 {
            let value = n.to_string();
            return Err(LabError::Setting {
                what: "the number of steps between looks",
                value,
                why: "it is 1 at least",
            });
        }
        Ok(Monitor { every: n, lanczos: Lanczos::new(1)?, edges: Edges::new(), phases: Phases::default(), hvps: 0 })
    }

    /// Finds eigenvalues by a [`Lanczos`] of one's own: more of them, or to another tolerance.
    #[must_use]
    pub fn by(mut self, lanczos: Lanczos<T>) -> Self {
        self.lanczos = lanczos;
        self
    }

    /// Takes thresholds from another table, with rules of one's own.
    #[must_use]
    pub fn edges(mut self, edges: Edges<T>) -> Self {
        self.edges = edges;
        self
    }

    /// The number of products with Hessians so far. One takes about as long as two gradients.
    pub fn hvps(&self) -> u64 {
        self.hvps
    }

    /// Before a step: looks if it is time to, by the optimizer's own count of steps.
    ///
    /// # Errors
    /// As [`look`](Self::look).
    #[track_caller]
    pub fn watch<M: Module + ?Sized>(
        &mut self,
        net: &M,
        optimizer: &dyn Stepper<T>,
        loss: impl for<'t> FnOnce(&M, &'t Tape<T>) -> Var<'t, T>,
    ) -> Result<Option<Sharpness>, LabError> {
        if optimizer.steps().is_multiple_of(self.every) { self.look(net, optimizer, loss).map(Some) } else { Ok(None) }
    }

    /// Looks now. Neither net nor optimizer changes; the rate, the other hyperparameters and the preconditioner are those of the step
    /// to come, which a copy of the optimizer makes on a copy of the parameters.
    ///
    /// A loss that is no number is no error: the run is then [`Phase::Diverging`], without eigenvalues.
    ///
    /// # Errors
    /// When the edge of the optimizer's rule is not known ([`edges`](Self::edges)), when the optimizer would refuse the step, when the net
    /// has other parameters than before, or none, and when a product with the Hessian is not finite though the loss is.
    ///
    /// # Panics
    /// When the loss has more or fewer elements than one.
    #[track_caller]
    pub fn look<M: Module + ?Sized>(
        &mut self,
        net: &M,
        optimizer: &dyn Stepper<T>,
        loss: impl for<'t> FnOnce(&M, &'t Tape<T>) -> Var<'t, T>,
    ) -> Result<Sharpness, LabError> {
        let edge = self.edges.of(optimizer.name())?;
        let tape = Tape::default();
        let at = Linearised::new(loss(net, &tape));
        let loss = at.value().item().re();
        let ahead = Ahead::of(net, optimizer, &at.vjp(&Tensor::scalar(T::ONE).reshape(at.value().shape())))?;
        let (rate, limit, decay) = (ahead.applied().rate(), edge.limit(ahead.applied()), edge.decay(ahead.applied()));
        let mut seen = Sharpness {
            step: optimizer.steps(),
            loss: loss.is_finite().then_some(loss),
            eigenvalues: Vec::new(),
            residuals: Vec::new(),
            rate,
            limit,
            phase: Phase::Diverging,
            hvps: 0,
        };
        if seen.loss.is_some() {
            let root = ahead.inverse_root(edge)?;
            let scaled = |v: &Gradients<T>| match &root {
                Some(root) => ahead.product(root, v),
                None => v.clone(),
            };
            let found = self.lanczos.top(net, |v| {
                let v = scaled(v);
                let mut hv = at.hvp(&v).1;
                hv.axpy(decay, &v);
                scaled(&hv)
            })?;
            seen.eigenvalues = found.pairs.iter().map(|p| p.value).collect();
            seen.residuals = found.pairs.iter().map(|p| p.residual).collect();
            seen.hvps = found.products as u64;
            self.hvps += seen.hvps;
        }
        seen.phase = self.phases.label(loss, seen.margin());
        Ok(seen)
    }
}
