//! Numbers to be read, in few digits.

use std::fmt;

/// A number with so many digits, 1 at least.
pub(crate) fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().expect("a number reads back")
}

/// A number shown with four digits.
pub(crate) struct Digits(pub(crate) f64);

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        match size {
            0.0 => f.write_str("0"),
            _ if !size.is_finite() => write!(f, "{}", self.0),
            _ if !(1e-3..1e4).contains(&size) => write!(f, "{:.3e}", self.0),
            _ => {
                let digits = (3 - size.log10().floor() as i32).max(0) as usize;
                write!(f, "{:.digits$}", self.0)
            }
        }
    }
}
