//! Optimizers by text.

use rappel_autodiff::Float;
use rappel_optim::{AnyOptimizer, Schedule, Stepper};

use crate::LabError;

/// Names for what is compared often: each with the rule it stands for, and a description.
pub const PRESETS: [(&str, &str, &str); 2] = [
    ("momentum", "sgd(momentum=0.9)", "SGD with momentum 0.9"),
    ("nesterov", "sgd(momentum=0.9, nesterov=true)", "SGD with momentum 0.9 and Nesterov's look-ahead"),
];

/// The optimizer of a text, at a learning rate that stands in the place of the text's own: a number or a schedule.
///
/// A text is a rule, with the hyperparameters that are not as usual, and what is around it
/// ([`AnyOptimizer`]); in the place of the rule may stand one of the [`PRESETS`].
///
/// ```
/// use rappel_lab::rules;
///
/// let adam = rules::named::<f32>("adam(betas=[0.9, 0.99]) | clip_norm(1)", 1e-3.into())?;
/// assert_eq!(adam.name(), "adam");
/// assert_eq!(rules::named::<f32>("nesterov", 0.1.into())?.schedules()[1].1.number(), Some(0.9));
/// assert!(rules::named::<f32>("adm", 1e-3.into()).unwrap_err().to_string().contains("did you mean `adam`?"));
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// [`LabError::Text`] where the text is wrong.
pub fn named<T: Float>(text: &str, lr: Schedule) -> Result<Box<dyn Stepper<T>>, LabError> {
    Ok(Box::new(AnyOptimizer::at_rate(&spelled(text), lr)?))
}

/// The text with its preset as what it stands for.
pub fn spelled(text: &str) -> String {
    let (rule, around) = text.split_at(text.find('|').unwrap_or(text.len()));
    match PRESETS.iter().find(|preset| preset.0 == rule.trim()) {
        Some((_, rule, _)) if around.is_empty() => (*rule).to_owned(),
        Some((_, rule, _)) => format!("{rule} {around}"),
        None => text.to_owned(),
    }
}
