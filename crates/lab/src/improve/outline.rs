//! A curve of rates as a short schedule.

use rappel_schedule::{Schedule, knots};

use crate::LabError;

/// The rates of a run as lines from value to value, off by at most `tolerance` times the highest rate: few lines where the curve is
/// smooth, and values of few digits. It lasts one step less than there are rates, and holds the last rate from then on.
///
/// With a tolerance of 0 the lines are off by rounding alone; every step as it is, is
/// [`table`](rappel_schedule::table)`(1, rates)`.
///
/// ```
/// use rappel_lab::improve::outline;
///
/// let rates: Vec<f64> = (0..101).map(|t| f64::from(t).min(20.0) / 20.0).collect();
/// let lr = outline(&rates, 0.01)?;
/// assert_eq!(lr.to_string(), "linear(0, 1, 20) >> linear(here, 1, 80)");
///
/// let rates: Vec<f64> = (0..101).map(|t| (f64::from(t) * 0.0314).cos() + 1.0).collect();
/// let lr = outline(&rates, 0.02)?;
/// assert!(lr.to_string().matches("linear").count() <= 5);
/// let plan = lr.over(101)?;
/// assert!(rates.iter().zip(0..).all(|(rate, step)| (plan.at_step(step) - rate).abs() <= 0.04));
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// [`LabError::Setting`] for fewer than two rates, one that is no number, or a tolerance beside 0 to 1.
pub fn outline(rates: &[f64], tolerance: f64) -> Result<Schedule, LabError> {
    outline_over(rates, rates.len() as u64, tolerance)
}

/// [`outline`] of a run of so many steps: the rates are spread evenly over it, and lines meet at whole steps.
pub(super) fn outline_over(rates: &[f64], steps: u64, tolerance: f64) -> Result<Schedule, LabError> {
    let refuse = |what, value: String, why| Err(LabError::Setting { what, value, why });
    if rates.len() < 2 || steps < 2 {
        let least = steps.min(rates.len() as u64);
        return refuse("the number of steps", least.to_string(), "a line needs two at least");
    }
    if let Some(rate) = rates.iter().find(|rate| !rate.is_finite()) {
        return refuse("a rate", rate.to_string(), "it must be finite");
    }
    if !(0.0..=1.0).contains(&tolerance) {
        return refuse("the tolerance", tolerance.to_string(), "it is a part of the highest rate, from 0 to 1");
    }
    let highest = rates.iter().fold(0.0, |most: f64, rate| most.max(rate.abs()));
    let allowed = tolerance * highest;
    let digits = |value: f64| match allowed > 0.0 {
        true => rounded(value, allowed / 10.0),
        false => value,
    };
    let last = rates.len() - 1;
    let place = |i: usize| (i as f64 / last as f64 * (steps - 1) as f64).round() as u64;
    // Nine tenths for the lines, the rest for the digits.
    let corners = corners(rates, (0.9 * allowed).max(4.0 * f64::EPSILON * highest));
    let mut to: Vec<(u64, f64)> = Vec::new();
    for i in corners {
        // In a run of fewer steps than there are rates corners may fall together.
        if to.last().is_some_and(|(before, _)| *before == place(i)) {
            to.pop();
        }
        if place(i) > 0 {
            to.push((place(i), digits(rates[i])));
        }
    }
    let mut from = 0;
    let lengths = to.into_iter().map(|(place, value)| (place - std::mem::replace(&mut from, place), value));
    Ok(knots(digits(rates[0]), lengths))
}

/// Where lines from rate to rate meet that leave none further away than `allowed`; each goes as far as it can. The first is left out.
fn corners(rates: &[f64], allowed: f64) -> Vec<usize> {
    let (mut corners, mut at) = (Vec::new(), 0);
    while at + 1 < rates.len() {
        let (mut low, mut high, mut furthest) = (f64::NEG_INFINITY, f64::INFINITY, at + 1);
        for (i, rate) in rates.iter().enumerate().skip(at + 1) {
            let (rise, run) = (rate - rates[at], (i - at) as f64);
            if (low..=high).contains(&(rise / run)) {
                furthest = i;
            }
            low = low.max((rise - allowed) / run);
            high = high.min((rise + allowed) / run);
            if low > high {
                break;
            }
        }
        corners.push(furthest);
        at = furthest;
    }
    corners
}

/// With the decimals that a unit of this size needs.
fn rounded(value: f64, unit: f64) -> f64 {
    let decimals = (-unit.log10()).ceil().clamp(0.0, 300.0) as usize;
    format!("{value:.decimals$}").parse().expect("a number")
}
