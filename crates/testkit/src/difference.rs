//! Differences over five points.

use rappel_autodiff::Tensor;

/// The step at `x`: `7e-4 max(1, |x|)`, rounded so that `x + h` is exactly `h` away. About where the truncation of the formula
/// (`h^4 / 30` times the fifth derivative) and the rounding of the function (`1.5 eps / h` times its value) meet.
///
/// ```
/// let (x, h) = (3.7, rappel_testkit::step(3.7));
/// assert_eq!((x + h) - x, h);
/// ```
pub fn step(x: f64) -> f64 {
    (x + 7e-4 * x.abs().max(1.0)) - x
}

/// The derivative of `<u, f>` at `x`, and how much of it may be rounding.
///
/// `f` gives an array for each abscissa. Values that do not change contribute nothing, infinite and NaN ones included.
pub(crate) fn directional(x: f64, u: &Tensor<f64>, mut f: impl FnMut(f64) -> Tensor<f64>) -> (f64, f64) {
    let h = step(x);
    let [right, left, far_right, far_left] = [h, -h, 2.0 * h, -2.0 * h].map(|d| f(x + d));
    let (mut derivative, mut size) = (0.0, 0.0);
    for (i, u) in u.data().iter().enumerate() {
        let [r, l, rr, ll] = [&right, &left, &far_right, &far_left].map(|y| y.data()[i]);
        let still = [l, rr, ll].iter().all(|y| y.to_bits() == r.to_bits());
        if !still {
            derivative += u * ((8.0 * (r - l) - (rr - ll)) / (12.0 * h));
            size += (u * r).abs();
        }
    }
    (derivative, 8.0 * f64::EPSILON * size / h)
}
