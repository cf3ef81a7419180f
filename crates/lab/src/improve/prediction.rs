//! What the bound says of a schedule, at its best base rate.

use rappel_schedule::{LastIterate, Plan};

use crate::LabError;

/// The factor by which a tuned base rate is multiplied when the schedule or the number of steps changes.
///
/// Both are plans with the number of steps of their runs; a base rate is what multiplies a schedule as it is written. The factor is the
/// ratio of their [best base rates](LastIterate::best) in the bound. How far the start is from the best point and how large
/// gradients are does not matter, as long as it is the same for both.
///
/// ```
/// use rappel_lab::improve::transfer;
/// use rappel_lab::schedule::{cosine, hold, linear, rest, percent};
///
/// // A cosine tuned over 400 steps; now with a cooldown in the last fifth instead, or four times as long.
/// let tuned = cosine(1.0, 0.0, rest()).over(400)?;
/// let stable = hold(1.0, percent(80)).then(linear(1.0, 0.0, rest())).over(400)?;
/// assert!((transfer((&tuned, 400), (&stable, 400))? - 0.526).abs() < 1e-3);
///
/// let longer = cosine(1.0, 0.0, rest()).over(1600)?;
/// assert!((transfer((&tuned, 400), (&longer, 1600))? - 0.5).abs() < 0.02); // as 1 over the root of the length
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// [`LabError::Schedule`] where a rate is below 0 or no number, or all are 0.
pub fn transfer(from: (&Plan, usize), to: (&Plan, usize)) -> Result<f64, LabError> {
    let best = |(plan, steps): (&Plan, usize)| Ok::<_, LabError>(plan.last_iterate(steps)?.best().rate);
    Ok(best(to)? / best(from)?)
}

/// The bound after each of the steps at the schedule's best base rate, with distance 1 and gradients of norm 1:
/// [`LastIterate::series`]. Its sudden fall in a cooldown is that of real losses. The time is quadratic in the steps.
///
/// ```
/// use rappel_lab::improve::predicted;
/// use rappel_lab::schedule::{hold, linear, percent, rest};
///
/// let curve = predicted(&hold(1.0, percent(80)).then(linear(1.0, 0.0, rest())).over(400)?, 400)?;
/// assert!(curve[319] > 0.154 && curve[399] < 0.1094); // three tenths less, in the last fifth of the run
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// As [`transfer`].
pub fn predicted(plan: &Plan, steps: usize) -> Result<Vec<f64>, LabError> {
    let best = plan.last_iterate(steps)?.best();
    let mut rates = vec![0.0; steps];
    plan.fill(&mut rates, 0);
    rates.iter_mut().for_each(|rate| *rate *= best.rate);
    Ok(LastIterate::series(&rates)?)
}
