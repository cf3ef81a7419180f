//! Optimizers by name.

use rappel_autodiff::Float;
use rappel_optim::{Adam, Schedule, Sgd, Stepper};

use crate::LabError;

/// Name and description of each, as [`named`] takes them.
pub const NAMES: [(&str, &str); 4] = [
    ("sgd", "stochastic gradient descent, without momentum"),
    ("momentum", "SGD with momentum 0.9"),
    ("nesterov", "SGD with momentum 0.9 and Nesterov's look-ahead"),
    ("adam", "Adam with its usual betas, 0.9 and 0.999"),
];

/// The optimizer of that name, at a learning rate: a number or a schedule.
///
/// ```
/// use rappel_lab::rules;
///
/// let adam = rules::named::<f32>("adam", 1e-3.into())?;
/// assert_eq!(adam.name(), "adam");
/// assert!(rules::named::<f32>("adamant", 1e-3.into()).unwrap_err().to_string().contains("momentum"));
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// [`LabError::Unknown`] for another name.
pub fn named<T: Float>(name: &str, lr: Schedule) -> Result<Box<dyn Stepper<T>>, LabError> {
    Ok(match name {
        "sgd" => Box::new(Sgd::new(lr)),
        "momentum" => Box::new(Sgd::new(lr).momentum(0.9)),
        "nesterov" => Box::new(Sgd::new(lr).momentum(0.9).nesterov(true)),
        "adam" => Box::new(Adam::new(lr)),
        _ => {
            let known = NAMES.iter().map(|n| n.0.to_owned()).collect();
            return Err(LabError::Unknown { what: "rule", name: name.into(), known });
        }
    })
}
