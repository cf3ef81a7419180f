//! The rates for a quadratic whose curvatures are known.

use rappel_schedule::{Schedule, table};

use crate::LabError;

/// The rates of `steps` steps of gradient descent, without momentum, that are best for every quadratic with curvatures from `least` to
/// `most`: the inverses of the roots of a Chebyshev polynomial.
///
/// With `q = (sqrt(k) - 1) / (sqrt(k) + 1)` and `k = most / least`, the distance from the minimum is multiplied by at most
/// `2 q^steps / (1 + q^(2 steps))` in all, where no constant rate does better than `((k - 1) / (k + 1))^steps`. Single steps are far
/// beyond `2 / most`, above which a constant rate diverges; the order of them, which pairs each with one that makes up for it, keeps the
/// iterates small in between. The order is that of halves interlaced: `1 2`, `1 4 2 3`, `1 8 4 5 2 7 3 6`, ..., where 1 is the largest rate.
///
/// Source: Agarwal, Goel and Zhang, "Acceleration via fractal learning rate schedules", arXiv:2103.01338.
///
/// ```
/// use rappel_lab::improve::chebyshev;
///
/// let lr = chebyshev(0.01, 1.0, 4)?.over(4)?;
/// // What is left of the error in a direction of curvature 0.5 after the four steps.
/// let left: f64 = (0..4).map(|k| 1.0 - 0.5 * lr.at_step(k)).product();
/// let q: f64 = 9.0 / 11.0;
/// assert!(left.abs() <= 2.0 * q.powi(4) / (1.0 + q.powi(8)));
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// [`LabError::Range`] for curvatures that are not above 0 or in the wrong order, [`LabError::Setting`] where the number of steps is no
/// power of 2.
pub fn chebyshev(least: f64, most: f64, steps: usize) -> Result<Schedule, LabError> {
    if !(least > 0.0 && least <= most && most.is_finite()) {
        let why = "the lowest comes first, above 0, and both are finite";
        return Err(LabError::Range { what: "curvatures".into(), from: least, to: most, why });
    }
    if !steps.is_power_of_two() {
        let value = steps.to_string();
        return Err(LabError::Setting {
            what: "the number of steps",
            value,
            why: "halves are interlaced, so it is a power of 2",
        });
    }
    let mut order = vec![1];
    while order.len() < steps {
        let twice = 2 * order.len();
        order = order.into_iter().flat_map(|i| [i, twice + 1 - i]).collect();
    }
    let (middle, reach) = (f64::midpoint(least, most), (most - least) / 2.0);
    let rate = |i: usize| 1.0 / (middle - reach * ((i as f64 - 0.5) * std::f64::consts::PI / steps as f64).cos());
    Ok(table(1, order.into_iter().map(rate)))
}
