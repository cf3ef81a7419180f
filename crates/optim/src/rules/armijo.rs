//! Gradient descent with a backtracking line search.
//!
//! ```text
//! eta <- eta gamma^(1 / n_batches_per_epoch)            or as reset_option says; init_step_size at first
//! eta <- beta_b eta                                     while loss(p - lr eta g) > loss(p) - c lr eta |g|^2
//! p   <- p - lr eta g
//! ```
//!
//! The loss is that of the step's batch throughout, and each trial evaluates it once, without a backward pass. A loss that is not
//! finite counts as too large. After 100 trials eta is given up, and the step is made with 1e-6 for it; where |g| is below 1e-8 none is
//! made. `reset_option` says with what the next step begins: 0, the eta found; 1, that and `gamma^(1 / n_batches_per_epoch)` times
//! it; 2, `init_step_size`. The learning rate is a factor on eta, 1 in text.
//!
//! Vaswani et al., "Painless Stochastic Gradient: Interpolation, Line-Search, and Convergence Rates" (2019). Names and defaults are
//! those of the authors' `Sls`.

use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::aliases::Armijo;
use crate::error::StepError;
use crate::evaluate::Evaluate;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::origin::Origin;
use crate::search::Search;
use crate::shadow::Kept;
use crate::staged::Now;

/// The search of [`Armijo`](crate::Armijo).
#[derive(Debug, Clone, Copy, Default)]
pub struct ArmijoSearch {
    /// The eta found last.
    step_size: Option<f64>,
}

/// After how many trials eta is given up.
const MOST_TRIALS: usize = 100;

/// The eta of a step without a good one.
const GIVEN_UP: f64 = 1e-6;

/// Below this norm of the gradient no step is made.
const FLAT: f64 = 1e-8;

impl<T: Float> Search<T> for ArmijoSearch {
    fn name(&self) -> &'static str {
        "armijo"
    }

    fn knobs(&self) -> &'static [Knob] {
        const {
            &[
                Knob::whole("n_batches_per_epoch", 500.0, 1.0..=f64::MAX),
                Knob::new("init_step_size", 1.0, f64::MIN_POSITIVE..=f64::MAX),
                Knob::below("c", 0.1, 0.0..=1.0),
                Knob::below("beta_b", 0.9, f64::MIN_POSITIVE..=1.0),
                Knob::new("gamma", 2.0, 1.0..=f64::MAX),
                Knob::whole("reset_option", 1.0, 0.0..=2.0),
            ]
        }
    }

    fn search(&mut self, now: &Now<'_, f64>, at: &mut dyn Evaluate<T>) -> Result<f64, StepError> {
        let &[batches, first, c, shrink, gamma, reset] = now.knobs else { unreachable!("as many as knobs") };
        let gradients = at.gradients();
        let (loss, norm) = (gradients.loss().unwrap_or(f64::NAN), gradients.norm());
        for (what, value) in [("the loss", loss), ("a gradient", norm)] {
            if !value.is_finite() {
                return Err(StepError::NotFinite { rule: "armijo", what });
            }
        }
        let last = self.step_size.unwrap_or(first);
        let mut eta = match reset as u8 {
            0 => last,
            1 => last * gamma.powf(1.0 / batches),
            _ => first,
        };
        if norm >= FLAT {
            let origin = Origin::of(at.net(), &gradients);
            let mut found = false;
            for _ in 0..MOST_TRIALS {
                let t = now.lr * eta;
                origin.go(at.net(), -t, &gradients);
                // A loss that is NaN is not at most anything.
                found = at.loss() <= loss - t * c * norm.powi(2);
                if found {
                    break;
                }
                eta *= shrink;
            }
            if !found {
                origin.go(at.net(), -now.lr * GIVEN_UP, &gradients);
            }
        }
        self.step_size = Some(eta);
        Ok(loss)
    }

    fn memo(&self) -> Vec<(&'static str, f64)> {
        self.step_size.iter().map(|eta| ("step_size", *eta)).collect()
    }

    fn kept(&self) -> Kept<T> {
        let numbers = self.step_size.iter().map(|eta| ("step_size".to_owned(), *eta));
        Kept { numbers: numbers.collect(), ..Kept::default() }
    }

    fn recall(&mut self, kept: &Kept<T>) {
        // Which is above 0 once it was found.
        self.step_size = Some(kept.number("step_size")).filter(|eta| *eta > 0.0);
    }

    fn boxed(&self) -> Box<dyn Search<T>> {
        Box::new(*self)
    }
}

impl<T: Float> Armijo<T> {
    /// The search at a factor on the step sizes it tries: 1, or a schedule.
    ///
    /// ```
    /// use rappel_optim::Armijo;
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut w = Param::new(Tensor::from([3.0, -1.0]));
    /// let (mut armijo, mut tape) = (Armijo::new(1.0).c(0.1).beta_b(0.5).reset_option(0), Tape::new());
    /// let report = armijo.step_with(&mut w, &mut tape, |w, tape| tape.param(w).square().sum())?;
    /// assert_eq!(w.value.data(), [0.0, 0.0]);
    /// assert_eq!(report.evaluations, 3); // at the start, and at eta = 1 and 1/2
    /// assert_eq!(armijo.memos().collect::<Vec<_>>(), [("step_size", 0.5)]);
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_search(ArmijoSearch::default(), lr)
    }

    /// In how many steps eta may grow by gamma. 500 at first.
    pub fn n_batches_per_epoch(self, batches: impl Into<Schedule>) -> Self {
        self.knob("n_batches_per_epoch", batches)
    }

    /// The first eta. 1 at first.
    pub fn init_step_size(self, eta: impl Into<Schedule>) -> Self {
        self.knob("init_step_size", eta)
    }

    /// Which part of the fall that the slope promises has to come, in `[0, 1)`. 0.1 at first.
    pub fn c(self, c: impl Into<Schedule>) -> Self {
        self.knob("c", c)
    }

    /// What a step size that is too large is multiplied with, in `(0, 1)`. 0.9 at first.
    pub fn beta_b(self, shrink: impl Into<Schedule>) -> Self {
        self.knob("beta_b", shrink)
    }

    /// What eta may grow by within an epoch, 1 or more. 2 at first.
    pub fn gamma(self, gamma: impl Into<Schedule>) -> Self {
        self.knob("gamma", gamma)
    }

    /// With what a step begins: 0, 1 or 2, as above. 1 at first.
    pub fn reset_option(self, option: u8) -> Self {
        self.knob("reset_option", f64::from(option))
    }
}
