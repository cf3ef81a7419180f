//! Numbers as text.

use std::fmt;

/// A float in the shortest form that reads back as the same float, with an exponent of at least two digits below 1e-4 and
/// from 1e16 on, and without a trailing `.0`: how all texts of this crate write numbers.
///
/// ```
/// use rappel_schedule::Number;
///
/// let texts = [0.001, 1e-5, 9500.0, 0.1 + 0.2, 1e16].map(|v| Number(v).to_string());
/// assert_eq!(texts, ["0.001", "1e-05", "9500", "0.30000000000000004", "1e+16"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(
    /// The float.
    pub f64,
);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let x = self.0;
        if !x.is_finite() {
            return f.write_str(if x.is_nan() {
                "nan"
            } else if x > 0.0 {
                "inf"
            } else {
                "-inf"
            });
        }
        if x == 0.0 || (1e-4..1e16).contains(&x.abs()) {
            return write!(f, "{x}");
        }
        let text = format!("{x:e}");
        let (mantissa, exponent) = text.split_once('e').expect("the format has an exponent");
        let exponent: i32 = exponent.parse().expect("an integer");
        let sign = if exponent < 0 { '-' } else { '+' };
        write!(f, "{mantissa}e{sign}{:02}", exponent.abs())
    }
}
