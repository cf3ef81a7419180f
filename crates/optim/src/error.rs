//! Why a step was refused.

use rappel_schedule::{ScheduleError, did_you_mean};
use thiserror::Error;

/// A step that could not be made. Nothing has changed then: no parameter, no state of the rule, no count of steps. What adapters of the
/// gradient stage have taken in is theirs: where a rule or a later adapter refuses the step, parts that were accumulated are spent.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StepError {
    /// Trainable parameters received no gradient.
    #[error(
        "no gradient for {}: the loss does not depend on {}; use the layer in `forward`, freeze it \
         (`set_trainable(false)`), or call `allow_unused(true)` on the optimizer",
        list(.paths), if .paths.len() == 1 { "it" } else { "them" }
    )]
    NoGradient {
        /// Their paths, in the order of declaration.
        paths: Vec<String>,
    },

    /// The net has trainable parameters of another number type than the gradients.
    #[error(
        "parameter `{path}` is {parameter}, the gradients are {gradients}: run the tape and the net in one number type"
    )]
    NumberType {
        /// The path of the first such parameter.
        path: String,
        /// Its number type.
        parameter: &'static str,
        /// That of the gradients.
        gradients: &'static str,
    },

    /// A gradient has another shape than its parameter: the net changed between the backward pass and the step.
    #[error(
        "the gradient of `{path}` has shape {gradient:?}, the parameter {parameter:?}: the net changed since the backward pass"
    )]
    Shape {
        /// The parameter's path.
        path: String,
        /// The shape of the gradient.
        gradient: Vec<usize>,
        /// The shape of the parameter.
        parameter: Vec<usize>,
    },

    /// A schedule could not be bound to the run, or may not be asked for this step.
    #[error("the schedule of {rule}'s {knob}: {reason}{}", remedy(.reason))]
    Schedule {
        /// The rule's name.
        rule: &'static str,
        /// The hyperparameter's name.
        knob: &'static str,
        /// What is wrong with the schedule.
        reason: Box<ScheduleError>,
    },

    /// A group, a state or a schedule is of a hyperparameter that there is not.
    #[error("{rule} has no hyperparameter `{name}`{}", hint(.name, .known))]
    UnknownKnob {
        /// The rule's name.
        rule: &'static str,
        /// The name.
        name: String,
        /// The names of those that there are, the adapters' included.
        known: Vec<String>,
    },

    /// A hyperparameter has a value outside its range at this step.
    #[error("{rule}: {knob} is {value} at step {step}; required is {required}")]
    Value {
        /// The rule's name.
        rule: &'static str,
        /// The hyperparameter's name.
        knob: &'static str,
        /// Its value.
        value: f64,
        /// The step, counted from 0.
        step: u64,
        /// The values it may take.
        required: String,
    },

    /// A group, or a pattern in it, is of parameters that the net does not have.
    #[error("no parameter fits {select}; the net has {}", list(.paths))]
    NoMatch {
        /// The selection, as text.
        select: String,
        /// The paths of the net's parameters.
        paths: Vec<String>,
    },

    /// The rule follows the loss, and the gradients do not know it.
    #[error(
        "{rule} needs the loss, which the gradients of `loss.backward()` know; where they were made by other means, tell them by \
         `set_loss`"
    )]
    NoLoss {
        /// The rule's name.
        rule: &'static str,
    },

    /// A rule or adapter evaluates the loss again, for which it needs more than gradients.
    #[error("{name} evaluates the loss again within a step: use `step_with(&mut net, &mut tape, |net, tape| ..)`")]
    Reevaluates {
        /// The name of the rule or adapter.
        name: &'static str,
    },

    /// A rule or adapter cannot be differentiated through.
    #[error(
        "{name} cannot be unrolled: a step that is differentiated through has a rule of one evaluation, and decay around it"
    )]
    NotUnrolled {
        /// The name of the rule or adapter.
        name: &'static str,
    },

    /// The loss or a gradient is not finite where a search begins, or where it leads.
    #[error("{rule}: {what} is not finite; the net has the weights that the step began with")]
    NotFinite {
        /// The rule's name.
        rule: &'static str,
        /// Which of them.
        what: &'static str,
    },

    /// A group changes a hyperparameter of a rule that moves all parameters together.
    #[error("{rule} moves all parameters together: a group may freeze some, and leaves {knob} as it is for all")]
    Together {
        /// The rule's name.
        rule: &'static str,
        /// The hyperparameter that the group changes.
        knob: String,
    },

    /// Hyperparameters that are each in their range do not go together.
    #[error("{rule}: {reason}")]
    Conflict {
        /// The rule's name.
        rule: &'static str,
        /// What is required.
        reason: &'static str,
    },
}

/// The name that was meant, or all.
fn hint(name: &str, known: &[String]) -> String {
    match did_you_mean(name, known.iter().map(|name| &**name)) {
        none if none.is_empty() => format!("; there are {}", list(known)),
        near => near,
    }
}

/// Names in quotes; of very many the first.
fn list(paths: &[String]) -> String {
    const SHOWN: usize = 8;
    let quoted: Vec<String> = paths.iter().take(SHOWN).map(|p| format!("`{p}`")).collect();
    match paths.len().saturating_sub(SHOWN) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// How an optimizer, which binds its schedules itself, is told what a schedule lacks.
fn remedy(reason: &ScheduleError) -> &'static str {
    match reason {
        ScheduleError::Clock { .. } => {
            " (give the optimizer the run's clock: `.clock(Clock::new().epoch(steps).total(epochs(n)))`)"
        }
        _ => "",
    }
}
