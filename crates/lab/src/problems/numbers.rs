//! A list of numbers as text.

use std::str::FromStr;

use crate::LabError;

/// Finite numbers, one at least: `1,2,3` as text.
///
/// ```
/// use rappel_lab::problems::Numbers;
///
/// let start: Vec<f64> = "-1.2, 1e0".parse::<Numbers>()?.into();
/// assert_eq!(start, [-1.2, 1.0]);
/// assert!("1,two".parse::<Numbers>().unwrap_err().to_string().contains("`two`"));
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers(Vec<f64>);

impl FromStr for Numbers {
    type Err = LabError;

    /// `1,2,3`, with spaces around a number or without.
    ///
    /// # Errors
    /// [`LabError::Setting`] when one cannot be read, is not finite, or is missing.
    fn from_str(text: &str) -> Result<Numbers, LabError> {
        let read = |part: &str| match part.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => {
                let why = "expected finite numbers with commas between them, as 1,2,3";
                Err(LabError::Setting { what: "a number of a list", value: format!("`{}`", part.trim()), why })
            }
        };
        text.split(',').map(read).collect::<Result<_, _>>().map(Numbers)
    }
}

impl From<Numbers> for Vec<f64> {
    fn from(numbers: Numbers) -> Vec<f64> {
        numbers.0
    }
}
