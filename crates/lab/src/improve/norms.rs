//! The gradient norms of a run.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::LabError;
use crate::gauge::{GaugeLog, Reading};

/// The gradient norms of a run, evenly spaced over its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Norms {
    /// The norms.
    pub values: Vec<f64>,
    /// How many steps of the run lie from one to the next.
    pub every: u64,
}

impl Norms {
    /// Those of a log of the gauge, one reading after the other; of all parameters, or of one group.
    ///
    /// ```
    /// use rappel_lab::gauge::{GroupReading, Reading};
    /// use rappel_lab::improve::Norms;
    ///
    /// let reading = |step, gradient| {
    ///     let all = GroupReading { gradient, ..GroupReading::default() };
    ///     Reading { step, all, ..Reading::default() }
    /// };
    /// let log = [reading(0, 3.0), reading(10, 2.0), reading(20, 2.0)];
    /// let norms = Norms::of_readings(&log, None)?;
    /// assert_eq!((norms.values, norms.every), (vec![3.0, 2.0, 2.0], 10));
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    ///
    /// # Errors
    /// [`LabError::Setting`] where the steps are not evenly spaced, [`LabError::Unknown`] where there is no such group.
    pub fn of_readings(readings: &[Reading], group: Option<&str>) -> Result<Norms, LabError> {
        let every = match readings {
            [first, second, ..] => second.step.saturating_sub(first.step),
            _ => 1,
        };
        if let Some(pair) =
            readings.windows(2).find(|pair| every == 0 || pair[0].step.checked_add(every) != Some(pair[1].step))
        {
            let value = format!("{} after step {}", pair[1].step, pair[0].step);
            let why = "the readings of one run come in order, all as many steps apart";
            return Err(LabError::Setting { what: "a reading's step", value, why });
        }
        let values = readings.iter().map(|reading| match group {
            None => Ok(reading.all.gradient),
            Some(name) => match reading.groups.iter().find(|g| g.name == name) {
                Some(group) => Ok(group.gradient),
                None => {
                    let known = reading.groups.iter().map(|g| g.name.clone()).collect();
                    Err(LabError::Unknown { what: "group", name: name.into(), known })
                }
            },
        });
        Ok(Norms { values: values.collect::<Result<_, _>>()?, every })
    }

    /// Those of a file of readings, one as JSON per line, as the gauge writes them.
    ///
    /// # Errors
    /// [`LabError::File`] for a file that cannot be read, [`LabError::Line`] for a line that is no reading or was cut; as
    /// [`of_readings`](Self::of_readings).
    pub fn of_log(path: &Path, group: Option<&str>) -> Result<Norms, LabError> {
        let log = GaugeLog::read(path)?;
        match log.cut {
            Some(cut) => Err(cut),
            None => Norms::of_readings(&log.readings, group),
        }
    }

    /// Those of a file of numbers, one per line, one per step.
    ///
    /// # Errors
    /// [`LabError::File`] for a file that cannot be read, [`LabError::Line`] for a line that is no number.
    pub fn of_numbers(path: &Path) -> Result<Norms, LabError> {
        let values =
            lines(path, |line| line.parse().map_err(|_| format!("expected one norm, a number, and found `{line}`")))?;
        Ok(Norms { values, every: 1 })
    }
}

/// What each line is read as; empty ones are passed over.
fn lines<T>(path: &Path, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, LabError> {
    let file = |error| LabError::File { path: path.into(), error };
    let mut all = Vec::new();
    for (i, line) in BufReader::new(File::open(path).map_err(file)?).lines().enumerate() {
        let line = line.map_err(file)?;
        if !line.trim().is_empty() {
            all.push(read(line.trim()).map_err(|why| LabError::Line { path: path.into(), line: i + 1, why })?);
        }
    }
    Ok(all)
}

/// Whether a schedule can be made of these norms.
pub(super) fn check(norms: &[f64]) -> Result<(), LabError> {
    if norms.len() < 2 {
        let value = norms.len().to_string();
        let why = "a schedule needs those of two steps at least";
        return Err(LabError::Setting { what: "the number of gradient norms", value, why });
    }
    match norms.iter().position(|norm| !(*norm > 0.0 && norm.is_finite())) {
        Some(at) => Err(LabError::Norm { at, norm: norms[at] }),
        None => Ok(()),
    }
}

/// One norm for each of so many steps: these, or 1.
pub(super) fn given(norms: Option<&[f64]>, steps: usize) -> Result<Vec<f64>, LabError> {
    if steps < 2 {
        let value = steps.to_string();
        return Err(LabError::Setting { what: "the number of steps", value, why: "a schedule needs two at least" });
    }
    let Some(norms) = norms else { return Ok(vec![1.0; steps]) };
    if norms.len() != steps {
        let value = norms.len().to_string();
        return Err(LabError::Setting {
            what: "the number of gradient norms",
            value,
            why: "one for each step of the run",
        });
    }
    check(norms)?;
    Ok(norms.to_vec())
}

/// The mean, without overflow.
pub(super) fn mean(norms: &[f64]) -> f64 {
    norms.iter().map(|norm| norm / norms.len() as f64).sum()
}
