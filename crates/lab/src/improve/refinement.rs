//! The schedule that a run's gradient norms ask for.

use rappel_autodiff::{Float, Gradients};
use rappel_schedule::Schedule;

use super::norms::check;
use super::outline::{outline, outline_over};
use super::{Norms, median};
use crate::LabError;

/// What a gradient weighs in a refinement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The inverse of the square of its Euclidean norm: for SGD.
    SquaredL2,
    /// The inverse of the sum of its absolute values: for Adam and its kin.
    L1,
}

/// A schedule from the gradient norms of a finished run, for the next.
///
/// With `G_t` the norm of the gradient at step `t` of `T`, smoothed by a running median, and the weight `w_t` its inverse (of `G_t^2`
/// for SGD, of the L1 norm for Adam):
///
/// ```text
/// rate_t  ~  w_t * (sum over p > t of w_p) / (sum over all p of w_p)
/// ```
///
/// These rates make the last-iterate bound small for the norms that were measured. Norms that stay the same give linear decay; where they
/// grow towards the end the decay is the faster, and where they fall at the start there is a warm-up. The highest rate is 1, to
/// be multiplied by a base rate, which has to be tuned as ever. The last step has rate 0: nothing comes after it, for which it could
/// matter.
///
/// Source: Defazio, Cutkosky, Mehta and Mishchenko, "Optimal linear decay learning rate schedules and further refinements",
/// arXiv:2310.07831.
///
/// ```
/// use rappel_lab::improve::Refinement;
///
/// // Constant norms: a line from 1 to 0.
/// let lr = Refinement::sgd().schedule(&[0.3; 100], 0.01)?;
/// assert_eq!(lr.to_string(), "linear(1, 0, 99)");
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// In a loop of one's own, [`norm`](Refinement::norm) is what to keep of each step:
///
/// ```
/// use rappel_lab::improve::Refinement;
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::problems::Quadratic;
/// use rappel_lab::Trial;
///
/// let (refinement, valley) = (Refinement::sgd(), Quadratic::new(&[1.0, 25.0]));
/// let mut run = Trial::<f64>::new(&valley, Box::new(Sgd::new(0.01)), 0, 50);
/// let mut norms = Vec::new();
/// for _ in 0..50 {
///     let (_, gradients) = run.gradients(&valley);
///     norms.push(refinement.norm(&gradients));
///     run.apply(&gradients)?;
/// }
/// let rates = refinement.rates(&norms)?;
/// assert!(rates[0] < 0.1); // gradients fall from 25 to below 1: a warm-up
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Refinement {
    measure: Measure,
    window: f64,
}

impl Refinement {
    /// For SGD, with or without momentum; the median is that of a tenth of the run.
    pub fn sgd() -> Refinement {
        Refinement { measure: Measure::SquaredL2, window: 0.1 }
    }

    /// For Adam and its kin; the median is that of a tenth of the run.
    pub fn adam() -> Refinement {
        Refinement { measure: Measure::L1, ..Refinement::sgd() }
    }

    /// The part of the run, from 0 to 1, whose median smooths the norms: `2 floor(part * T / 2) + 1` of them, reflected at the ends.
    /// 0 leaves them as they are.
    #[must_use]
    pub fn window(self, part: f64) -> Refinement {
        Refinement { window: part, ..self }
    }

    /// What a gradient weighs.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// The norm of a step's gradient that is to be kept: Euclidean, or for Adam the sum of absolute values.
    pub fn norm<T: Float>(&self, gradients: &Gradients<T>) -> f64 {
        match self.measure {
            Measure::SquaredL2 => gradients.norm(),
            Measure::L1 => gradients.iter().map(|(_, g)| g.data().iter().map(|g| g.re().abs()).sum::<f64>()).sum(),
        }
    }

    /// The rates of the next run, one for each norm; the highest is 1 and the last 0. Only the ratios of the norms matter.
    ///
    /// # Errors
    /// [`LabError::Setting`] for fewer than two norms, or a window beside 0 to 1; [`LabError::Norm`] for a norm that is not above 0, or
    /// no number.
    pub fn rates(&self, norms: &[f64]) -> Result<Vec<f64>, LabError> {
        check(norms)?;
        if !(0.0..=1.0).contains(&self.window) {
            let value = self.window.to_string();
            return Err(LabError::Setting {
                what: "the window of the median",
                value,
                why: "it is a part of the run, from 0 to 1",
            });
        }
        let width = 2 * (self.window * norms.len() as f64 / 2.0).floor() as usize + 1;
        let smooth = median::running(norms, width.min(2 * norms.len() - 1));
        let least = smooth.iter().copied().fold(f64::INFINITY, f64::min);
        let weight = |norm: &f64| match self.measure {
            Measure::SquaredL2 => (least / norm).powi(2),
            Measure::L1 => least / norm,
        };
        let mut rates: Vec<f64> = smooth.iter().map(weight).collect();
        // From the end back, so that the sum of what is to come is at hand.
        let mut later = 0.0;
        for rate in rates.iter_mut().rev() {
            let weight = std::mem::replace(rate, *rate * later);
            later += weight;
        }
        let highest = rates.iter().copied().fold(0.0, f64::max);
        rates.iter_mut().for_each(|rate| *rate /= highest);
        Ok(rates)
    }

    /// [`rates`](Self::rates) as lines from value to value, off by at most this part of the highest rate: [`outline`](super::outline()).
    ///
    /// # Errors
    /// As [`rates`](Self::rates) and [`outline`](super::outline()).
    pub fn schedule(&self, norms: &[f64], tolerance: f64) -> Result<Schedule, LabError> {
        outline(&self.rates(norms)?, tolerance)
    }

    /// The schedule for a run of so many steps, from the norms of another: its time is stretched.
    ///
    /// ```
    /// use rappel_lab::improve::{Norms, Refinement};
    ///
    /// // Norms of every tenth step of a run of 1000, for a run of 5000.
    /// let norms = Norms { values: vec![0.3; 100], every: 10 };
    /// let lr = Refinement::sgd().schedule_over(&norms, 5000, 0.01)?;
    /// assert_eq!(lr.over(5000)?.at_step(4999), 0.0);
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    ///
    /// # Errors
    /// As [`schedule`](Self::schedule); [`LabError::Setting`] for a run of fewer than two steps.
    pub fn schedule_over(&self, norms: &Norms, steps: u64, tolerance: f64) -> Result<Schedule, LabError> {
        outline_over(&self.rates(&norms.values)?, steps, tolerance)
    }
}
