//! The losses that were seen while a rate grew.

use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Spacing;
use crate::LabError;

/// The losses that were seen while a rate, or another hyperparameter, grew: what a range test gives and what is judged.
///
/// It is data. It can come from a [`RangeTest`](super::RangeTest), from a file, or from another library's finder.
///
/// ```
/// use rappel_lab::range::Curve;
///
/// let curve = Curve::new(vec![1e-3, 1e-2, 1e-1], vec![2.3, 1.9, 4.0])?;
/// assert_eq!(Curve::from_csv(&curve.to_csv(), "curve.csv")?, curve);
/// assert!(Curve::new(vec![1e-2, 1e-3], vec![2.3, 1.9]).is_err()); // rates rise
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    rates: Vec<f64>,
    losses: Vec<f64>,
    spacing: Spacing,
}

impl Curve {
    /// A curve over rates, on a logarithmic scale: a loss for each rate. Losses may be no numbers; rates rise and are above 0.
    ///
    /// # Errors
    /// [`LabError::Setting`] when there are more rates than losses or fewer, and [`LabError::Range`] when the rates do not rise
    /// or one is not above 0.
    pub fn new(rates: Vec<f64>, losses: Vec<f64>) -> Result<Curve, LabError> {
        Self::spaced(Spacing::Log, rates, losses)
    }

    /// A curve over a hyperparameter that is spread in another way.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn spaced(spacing: Spacing, rates: Vec<f64>, losses: Vec<f64>) -> Result<Curve, LabError> {
        if rates.len() != losses.len() {
            let value = format!("{} rates and {} losses", rates.len(), losses.len());
            return Err(LabError::Setting { what: "the curve", value, why: "each rate has one loss" });
        }
        let mut before = None;
        for rate in &rates {
            spacing.follows(before, *rate)?;
            before = Some(*rate);
        }
        Ok(Curve { rates, losses, spacing })
    }

    /// The rates, rising.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// The losses, one for each rate.
    pub fn losses(&self) -> &[f64] {
        &self.losses
    }

    /// How the rates are spread.
    pub fn spacing(&self) -> Spacing {
        self.spacing
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.rates.len()
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.rates.is_empty()
    }

    /// The curve with its losses averaged as fastai's and Lightning's finders record them: an exponential average, divided by
    /// its own weight, `a_i = (1 - beta^(i+1))^-1 sum over k of (1 - beta) beta^(i-k) loss_k`. Their rules read this one; ours
    /// reads the losses themselves.
    ///
    /// # Errors
    /// [`LabError::Setting`] when `beta` is not in `[0, 1)`.
    pub fn averaged(&self, beta: f64) -> Result<Curve, LabError> {
        let mut average = Average::new(beta)?;
        let losses = self.losses.iter().map(|&loss| average.take(loss)).collect();
        Ok(Curve { rates: self.rates.clone(), losses, spacing: self.spacing })
    }

    /// `rate,loss` and a line for each point; numbers read back as the same bits.
    pub fn to_csv(&self) -> String {
        let mut text = String::from("rate,loss\n");
        for (rate, loss) in self.rates.iter().zip(&self.losses) {
            let _ = writeln!(text, "{rate:e},{loss:e}"); // a string takes all
        }
        text
    }

    /// Reads lines of a rate and a loss, with a comma, a semicolon or blanks between; a first line of names, empty lines and
    /// those that begin with `#` are passed over. `path` is what messages call the text.
    ///
    /// # Errors
    /// [`LabError::Line`] with the first line that is no such pair, or whose rate is not above 0 and above the one before.
    pub fn from_csv(text: &str, path: impl AsRef<Path>) -> Result<Curve, LabError> {
        let (mut rates, mut losses) = (Vec::new(), Vec::new());
        let mut first = true;
        let refuse = |i: usize, why: String| Err(LabError::Line { path: path.as_ref().into(), line: i + 1, why });
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let cells: Vec<&str> = line.split([',', ';', ' ', '\t']).filter(|cell| !cell.is_empty()).collect();
            let names = std::mem::take(&mut first) && cells.iter().all(|cell| cell.trim().parse::<f64>().is_err());
            match cells.iter().map(|cell| cell.trim().parse()).collect::<Result<Vec<f64>, _>>() {
                Ok(pair) if pair.len() == 2 => {
                    if let Err(error) = Spacing::Log.follows(rates.last().copied(), pair[0]) {
                        return refuse(i, error.to_string());
                    }
                    rates.push(pair[0]);
                    losses.push(pair[1]);
                }
                _ if names => {}
                _ => return refuse(i, format!("`{}` is not a rate and a loss: write `0.01,2.3`", line.trim())),
            }
        }
        Self::new(rates, losses)
    }

    /// Rates and losses of those points whose losses are numbers.
    pub(super) fn measured(&self) -> (Vec<f64>, Vec<f64>) {
        self.rates.iter().zip(&self.losses).filter(|(_, loss)| loss.is_finite()).unzip()
    }
}

/// An exponential average that is divided by its own weight.
#[derive(Debug, Clone)]
pub(super) struct Average {
    beta: f64,
    sum: f64,
    weight: f64,
}

impl Average {
    pub(super) fn new(beta: f64) -> Result<Average, LabError> {
        if !(0.0..1.0).contains(&beta) {
            let why = "an average forgets: 0 or more, below 1";
            return Err(LabError::Setting { what: "beta", value: beta.to_string(), why });
        }
        Ok(Average { beta, sum: 0.0, weight: 0.0 })
    }

    /// The average with one more value.
    pub(super) fn take(&mut self, x: f64) -> f64 {
        self.sum = self.beta * self.sum + (1.0 - self.beta) * x;
        self.weight = self.beta * self.weight + (1.0 - self.beta);
        self.sum / self.weight
    }
}
