//! Why a state was refused.

use thiserror::Error;

use crate::error::StepError;

/// A state that an optimizer cannot go on from. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StateError {
    /// It was written by another version.
    #[error("the state has layout {found}; this version reads layout {known}")]
    Version {
        /// The layout of the data.
        found: u32,
        /// The one that is read.
        known: u32,
    },

    /// It is another rule's.
    #[error("the state is of `{state}`, the optimizer is `{optimizer}`")]
    Rule {
        /// The rule of the state.
        state: String,
        /// The rule of the optimizer.
        optimizer: String,
    },

    /// It is of another number type.
    #[error("the state is in {state}, the optimizer in {optimizer}")]
    NumberType {
        /// The type of the state.
        state: String,
        /// The type of the optimizer.
        optimizer: &'static str,
    },

    /// A tensor is of another number type than the state says.
    #[error("{place} is in {found}, and the state says {number}: it is damaged")]
    Mixed {
        /// Which of the tensors.
        place: String,
        /// Its type.
        found: &'static str,
        /// The type of the state.
        number: String,
    },

    /// The rule remembers other things under these names.
    #[error("the state has [{}] for {place}; the rule remembers [{}]", .found.join(", "), .required.join(", "))]
    Names {
        /// The parameter's path in quotes, or the net.
        place: String,
        /// The names in the state.
        found: Vec<String>,
        /// The names that the rule has.
        required: Vec<String>,
    },

    /// There are more or fewer numbers than a shape has.
    #[error("{place} has shape {shape:?} and {found} numbers: the state is cut or damaged")]
    Length {
        /// Which of the tensors.
        place: String,
        /// Its shape.
        shape: Vec<usize>,
        /// How many numbers there are.
        found: usize,
    },

    /// A tensor has another shape than the rule or the adapter makes it.
    #[error("{place} has shape {found:?} in the state; required is {required:?}")]
    Shape {
        /// Which of the tensors.
        place: String,
        /// The shape in the state.
        found: Vec<usize>,
        /// The shape that it has to have.
        required: Vec<usize>,
    },

    /// A count of steps is more than can be counted.
    #[error("{what} is {value} in the state; a run has 2^53 steps at most")]
    Count {
        /// Which count.
        what: String,
        /// Its value.
        value: u64,
    },

    /// Something is in it twice.
    #[error("{what} is twice in the state")]
    Twice {
        /// What.
        what: String,
    },

    /// The optimizer's own groups or schedules do not fit the net or each other, or the state of a schedule is another's.
    #[error(transparent)]
    Step(#[from] StepError),
}
