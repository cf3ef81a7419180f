//! The rates of a sweep.

use std::fmt;
use std::str::FromStr;

use crate::LabError;
use crate::digits::rounded;

/// The rates of a sweep: finite, above 0, rising.
///
/// As text, `1e-4..1/9` is a range of nine rates on a log scale, both ends among them, and `0.01, 0.03, 0.1` is a grid.
///
/// ```
/// use rappel_lab::sweep::Rates;
///
/// let rates = Rates::log(1e-3, 1.0, 4)?;
/// assert_eq!(rates.values(), [0.001, 0.01, 0.1, 1.0]);
/// assert_eq!("1e-3..1/4".parse::<Rates>()?, rates);
/// assert_eq!(Rates::grid([0.001, 0.01, 0.1, 1.0])?, rates);
/// assert!(Rates::log(1.0, 1e-3, 4).is_err() && Rates::log(-1.0, 1.0, 4).is_err() && Rates::grid([]).is_err());
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    values: Vec<f64>,
}

/// A sweep is a list of runs to be made; one of more rates than this is a mistake.
const MOST: usize = 10_000;

impl Rates {
    /// So many rates from `from` to `to`, both among them, each the same factor above the one before. Those between the ends are
    /// rounded to 12 digits, so that a decade is `0.001` and the same rates come out on every machine.
    ///
    /// # Errors
    /// When the ends are not finite, not above 0 or not rising, and when there are fewer than 2 rates, more than 10,000, or more than
    /// 12 digits tell apart.
    pub fn log(from: f64, to: f64, count: usize) -> Result<Rates, LabError> {
        let range = |why| LabError::Range { what: "rates".into(), from, to, why };
        if !(from.is_finite() && to.is_finite()) {
            return Err(range("both ends must be finite numbers"));
        }
        if from <= 0.0 || to <= 0.0 {
            return Err(range("a log scale never reaches 0: both ends must be above it"));
        }
        if from >= to {
            return Err(range("it must rise: give the lower end first"));
        }
        if !(2..=MOST).contains(&count) {
            let why = "a range has two rates at least, its ends, and 10,000 at most";
            return Err(LabError::Setting { what: "the number of rates", value: count.to_string(), why });
        }
        let (low, decades) = (from.log10(), to.log10() - from.log10());
        let between = |i: usize| rounded(10_f64.powf(low + decades * (i as f64 / (count - 1) as f64)), 12);
        let mut values: Vec<f64> = (0..count).map(between).collect();
        (values[0], values[count - 1]) = (from, to);
        match values.windows(2).all(|pair| pair[0] < pair[1]) {
            true => Ok(Rates { values }),
            false => Err(range("it is too narrow for so many rates: they would not differ in 12 digits")),
        }
    }

    /// These rates, in rising order.
    ///
    /// # Errors
    /// When there are none or more than 10,000, and when one is not finite, not above 0 or not above the one before it.
    pub fn grid(values: impl IntoIterator<Item = f64>) -> Result<Rates, LabError> {
        let values: Vec<f64> = values.into_iter().collect();
        if !(1..=MOST).contains(&values.len()) {
            let why = "a grid has one rate at least and 10,000 at most";
            return Err(LabError::Setting { what: "the number of rates", value: values.len().to_string(), why });
        }
        if let Some(&bad) = values.iter().find(|rate| !(rate.is_finite() && **rate > 0.0)) {
            let why = "a rate is a finite number above 0";
            return Err(LabError::Setting { what: "a rate of the grid", value: bad.to_string(), why });
        }
        match values.windows(2).find(|pair| pair[0] >= pair[1]) {
            None => Ok(Rates { values }),
            Some(pair) => Err(LabError::Range {
                what: "rates".into(),
                from: pair[0],
                to: pair[1],
                why: "a grid must rise, each rate once: sort it",
            }),
        }
    }

    /// The rates, the lowest first.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

impl FromStr for Rates {
    type Err = LabError;

    /// `1e-4..1/9` or `0.01, 0.03, 0.1`.
    ///
    /// # Errors
    /// When a number cannot be read, and as [`Rates::log`] and [`Rates::grid`].
    fn from_str(text: &str) -> Result<Rates, LabError> {
        let unread = |what, part: &str, why| LabError::Setting { what, value: format!("`{}`", part.trim()), why };
        let number = |part: &str| {
            part.trim().parse::<f64>().map_err(|_| unread("a rate", part, "expected a number, as 0.1 or 1e-4"))
        };
        let Some((from, rest)) = text.split_once("..") else {
            return Rates::grid(text.split(',').map(number).collect::<Result<Vec<_>, _>>()?);
        };
        let Some((to, count)) = rest.split_once('/') else {
            return Err(unread("the range of rates", text, "say how many rates it has: 1e-4..1/9"));
        };
        let count =
            count.trim().parse().map_err(|_| unread("the number of rates", count, "expected a whole number"))?;
        Rates::log(number(from)?, number(to)?, count)
    }
}

/// The grid, which reads back.
impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, rate) in self.values.iter().enumerate() {
            write!(f, "{}{rate:?}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
