//! What is made of a run's losses.

use crate::LabError;

/// One number made of the losses of a run's steps, each taken before its step: what a hyperparameter is judged by.
///
/// A held-out loss is the [`Last`](Self::Last) of a run of one step more, whose closure gives the held-out loss at that step.
///
/// ```
/// use rappel_lab::hyper::Objective;
///
/// let losses = [4.0, 2.0, 1.0];
/// assert_eq!(Objective::Mean.value(&losses)?, 7.0 / 3.0);
/// assert_eq!(Objective::Last.value(&losses)?, 1.0);
/// assert_eq!(Objective::Weighted(vec![0.0, 0.5, 0.5]).value(&losses)?, 1.5);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Objective {
    /// The mean of all.
    Mean,
    /// The last.
    Last,
    /// Their sum with these weights, one for each step.
    Weighted(Vec<f64>),
}

impl Objective {
    /// Its value for the losses of a run.
    ///
    /// # Errors
    /// When there are more or fewer weights than losses, or one is no finite number.
    pub fn value(&self, losses: &[f64]) -> Result<f64, LabError> {
        self.check(losses.len() as u64)?;
        Ok(match self {
            Objective::Mean => losses.iter().sum::<f64>() / losses.len() as f64,
            _ => losses.iter().zip(0..).map(|(loss, k)| loss * self.weight(k, losses.len() as u64)).sum(),
        })
    }

    /// Its derivative in the loss of step `k` of a run of so many.
    pub(super) fn weight(&self, k: u64, steps: u64) -> f64 {
        match self {
            Objective::Mean => 1.0 / steps as f64,
            Objective::Last => f64::from(u8::from(k + 1 == steps)),
            Objective::Weighted(weights) => weights[k as usize],
        }
    }

    pub(super) fn check(&self, steps: u64) -> Result<(), LabError> {
        let Objective::Weighted(weights) = self else { return Ok(()) };
        let wrong = |value: String, why| Err(LabError::Setting { what: "the objective's weights", value, why });
        if weights.len() as u64 != steps {
            return wrong(format!("{} numbers for {steps} steps", weights.len()), "each step has one weight");
        }
        match weights.iter().find(|weight| !weight.is_finite()) {
            Some(weight) => wrong(format!("{weight} among others"), "a weight is a finite number"),
            None => Ok(()),
        }
    }
}
