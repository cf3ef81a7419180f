//! The bound that ranks schedules.

use crate::{Plan, ScheduleError};
use rappel_elem::Scalar;

/// What is known of how far from the best value the last iterate of a convex problem can be, for one sequence of rates.
///
/// Subgradient descent `x_(t+1) = x_t - rate_t g_t` on a convex function, from a start at distance `D` of a minimiser, with
/// gradients of norm `G_t`, ends after `T` steps at a value that is above the minimum by at most
///
/// ```text
/// Omega = D^2 / (2 S_1) + Q_1 / (2 S_1) + 1/2 * sum over k from 1 to T-1 of (rate_k / S_(k+1)) (Q_k / S_k)
///         where S_k = sum over t from k to T of rate_t, and Q_k the same of rate_t^2 G_t^2
/// ```
///
/// Multiplied by a base rate `b` the rates have the bound `distance / b + b * noise`, lowest at one `b`: that is what makes
/// schedules of any height comparable. Rates that are 0 at the end move nothing, so the iterate before them is the last.
///
/// Sources: Defazio, Cutkosky, Mehta and Mishchenko, arXiv:2310.07831, theorem 10; Schaipp, Hägele, Taylor, Simsekli and Bach,
/// arXiv:2501.18965, theorem 3.1.
///
/// ```
/// use rappel_schedule::{Clock, hold, linear};
///
/// let constant = hold(1.0, 100).bind(&Clock::new())?.last_iterate(100)?.best();
/// let decay = linear(1.0, 0.0, 100).bind(&Clock::new())?.last_iterate(100)?.best();
/// assert!((constant.bound - 0.248543).abs() < 1e-6 && (decay.bound - 0.203608).abs() < 1e-6);
/// assert!((decay.rate - 0.097255).abs() < 1e-6);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
///
/// Read on another number it is differentiated: on a recorded variable it is a loss whose parameters are the rates.
///
/// ```
/// use rappel_elem::Dual;
/// use rappel_schedule::LastIterate;
///
/// // The derivative of the bound in the last of three rates, beside a difference.
/// let rates = [Dual::constant(0.4), Dual::constant(0.4), Dual::variable(0.4)];
/// let slope: f64 = LastIterate::new(&rates)?.best().bound.d;
/// let [more, less] = [0.4 + 1e-6, 0.4 - 1e-6].map(|last| LastIterate::new(&[0.4, 0.4, last]).map(|b| b.best().bound));
/// let difference: f64 = (more? - less?) / 2e-6;
/// assert!((slope - difference).abs() < 1e-8);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastIterate<E = f64> {
    distance: E,
    noise: E,
}

/// The base rate with the lowest bound, and that bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestRate<E = f64> {
    /// What every rate is multiplied by.
    pub rate: E,
    /// The bound then.
    pub bound: E,
}

impl<E: Scalar> LastIterate<E> {
    /// Of these rates, one per step, with a start at distance 1 and gradients of norm 1.
    ///
    /// # Errors
    ///
    /// [`Rate`](ScheduleError::Rate) if a rate is negative or not finite, or all are 0.
    pub fn new(rates: &[E]) -> Result<LastIterate<E>, ScheduleError> {
        LastIterate::with_norms(rates, |_| 1.0, 1.0)
    }

    /// Of these rates, with a start at `distance` and gradients of norm `norm(t)` at step `t`.
    ///
    /// # Errors
    ///
    /// [`Rate`](ScheduleError::Rate) if a rate is negative or not finite, or all are 0, or if a norm or the distance is.
    ///
    /// ```
    /// use rappel_schedule::LastIterate;
    ///
    /// // Twice the gradients: half the rate, twice the bound.
    /// let (one, two) = (LastIterate::new(&[1.0; 9])?.best(), LastIterate::with_norms(&[1.0_f64; 9], |_| 2.0, 1.0)?.best());
    /// assert!((two.rate / one.rate - 0.5).abs() < 1e-15 && (two.bound / one.bound - 2.0).abs() < 1e-15);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn with_norms(
        rates: &[E],
        mut norm: impl FnMut(usize) -> f64,
        distance: f64,
    ) -> Result<LastIterate<E>, ScheduleError> {
        if !(distance.is_finite() && distance > 0.0) {
            let reason = "the distance must be finite and above 0";
            return Err(ScheduleError::Rate { step: 0, value: distance, reason });
        }
        let norms: Vec<f64> = (0..rates.len()).map(&mut norm).collect();
        check(rates, &norms)?;
        Ok(bound(rates, &norms, distance * distance))
    }

    /// The bound with every rate multiplied by `base`, which is above 0.
    pub fn at(&self, base: E) -> E {
        self.distance / base + base * self.noise
    }

    /// The base rate with the lowest bound, and that bound.
    pub fn best(&self) -> BestRate<E> {
        let bound = self.noise.lit(2.0) * (self.distance * self.noise).sqrt();
        BestRate { rate: (self.distance / self.noise).sqrt(), bound }
    }
}

impl LastIterate {
    /// The bound after each step, of the iterate that was the last if the run had stopped there: entry `t` is that after
    /// `t + 1` of the steps, with distance 1 and gradients of norm 1. Its sudden fall in a cooldown is that of real losses.
    /// The time is quadratic in the steps. Infinite before the first rate above 0.
    ///
    /// # Errors
    ///
    /// [`Rate`](ScheduleError::Rate) as of [`new`](LastIterate::new).
    ///
    /// ```
    /// use rappel_schedule::LastIterate;
    ///
    /// // Of a constant rate r the bound is 1 / (2 r t) + r / 2 (1 + H_(t-1)), with the harmonic numbers H.
    /// let series = LastIterate::series(&[0.1; 3])?;
    /// let expected = [5.0 + 0.05, 2.5 + 0.05 * 2.0, 5.0 / 3.0 + 0.05 * 2.5];
    /// assert!(series.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15));
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn series(rates: &[f64]) -> Result<Vec<f64>, ScheduleError> {
        let norms = vec![1.0; rates.len()];
        check(rates, &norms)?;
        Ok((1..=rates.len()).map(|t| bound(&rates[..t], &norms[..t], 1.0).at(1.0)).collect())
    }
}

fn check<E: Scalar>(rates: &[E], norms: &[f64]) -> Result<(), ScheduleError> {
    for (step, (rate, norm)) in rates.iter().zip(norms).enumerate() {
        for (value, reason) in [
            (rate.re(), "a rate must be finite and not negative for there to be a bound"),
            (*norm, "the norm of a gradient must be finite and not negative"),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(ScheduleError::Rate { step, value, reason });
            }
        }
    }
    if rates.iter().all(|rate| rate.re() == 0.0) {
        let reason = "without a rate above 0 nothing moves";
        return Err(ScheduleError::Rate { step: rates.len(), value: 0.0, reason });
    }
    Ok(())
}

/// From the last step back, so that every sum from a step to the end is at hand, with all its digits. There is a rate.
fn bound<E: Scalar>(rates: &[E], norms: &[f64], distance: f64) -> LastIterate<E> {
    let zero = rates[0].lit(0.0);
    let (mut later, mut later_squares, mut tail) = (zero, zero, zero);
    for (rate, norm) in rates.iter().zip(norms).rev() {
        let moved = *rate * rate.lit(*norm);
        let (sum, squares) = (later + *rate, later_squares + moved * moved);
        if later.re() > 0.0 {
            tail = tail + (*rate / later) * (squares / sum);
        }
        (later, later_squares) = (sum, squares);
    }
    let twice = later + later;
    LastIterate { distance: later.lit(distance) / twice, noise: later_squares / twice + tail / later.lit(2.0) }
}

impl Plan {
    /// The bound of the last iterate of a run of so many steps.
    ///
    /// # Errors
    ///
    /// [`Rate`](ScheduleError::Rate) if a value of the run is negative or not finite, or all are 0.
    pub fn last_iterate(&self, steps: usize) -> Result<LastIterate, ScheduleError> {
        let mut rates = vec![0.0; steps];
        self.fill(&mut rates, 0);
        LastIterate::new(&rates)
    }
}
