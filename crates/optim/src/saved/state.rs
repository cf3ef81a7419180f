//! What is saved.

use rappel_schedule::State;

use super::numbers::{Named, Values};

/// The layout of the data; another one gets another number.
pub(super) const VERSION: u32 = 1;

/// What an optimizer remembers, as data: [`Optimizer::save_state`](crate::Optimizer::save_state) makes it, and
/// [`Optimizer::load_state`](crate::Optimizer::load_state) goes on from it to the bit.
///
/// It has what the rule remembers of each parameter and of the net, what the adapters remember, the counts of steps, and the states
/// of adaptive schedules. It has neither the weights nor the hyperparameters: the former are the net's, the latter are in the
/// [text](Self::text), which is kept for the reader.
///
/// With the feature `serde` it is serde's data. In formats that people read, numbers are text, as such formats know no NaN and may
/// round; every bit comes back.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(::serde::Serialize, ::serde::Deserialize))]
pub struct OptimizerState {
    pub(super) version: u32,
    pub(super) text: String,
    pub(super) rule: String,
    /// The number type, `f32` or `f64`.
    pub(super) number: String,
    pub(super) steps: u64,
    pub(super) updates: u64,
    pub(super) skipped: u64,
    /// What the rule remembers of the whole net.
    pub(super) memo: Named,
    pub(super) schedules: Vec<SavedSchedule>,
    pub(super) params: Vec<SavedParam>,
    /// What adapters remember, and a rule that evaluates again.
    pub(super) kept: Vec<SavedKept>,
}

/// What the adaptive rules of a schedule remember.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(::serde::Serialize, ::serde::Deserialize))]
pub(super) struct SavedSchedule {
    /// The groups it is of, as text.
    pub(super) groups: String,
    /// The hyperparameter.
    pub(super) name: String,
    /// The schedule's text.
    pub(super) schedule: String,
    pub(super) state: State,
}

/// What the rule remembers of a parameter.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(::serde::Serialize, ::serde::Deserialize))]
pub(super) struct SavedParam {
    pub(super) path: String,
    pub(super) shape: Vec<usize>,
    pub(super) steps: u64,
    pub(super) memo: Named,
    pub(super) slots: Vec<SavedTensor>,
}

/// A tensor under a name: of a slot, or of a path.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(::serde::Serialize, ::serde::Deserialize))]
pub(super) struct SavedTensor {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) values: Values,
}

/// What an adapter remembers.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(::serde::Serialize, ::serde::Deserialize))]
pub(super) struct SavedKept {
    pub(super) name: String,
    /// Which of those with this name, from 1 on.
    pub(super) number: u32,
    pub(super) numbers: Named,
    /// By name, and then by path.
    pub(super) tensors: Vec<(String, Vec<SavedTensor>)>,
    /// Numbers of each parameter, by name, and then by path; in f64.
    pub(super) counts: Vec<(String, Vec<SavedTensor>)>,
}

impl OptimizerState {
    /// The text of the optimizer it was taken from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number of steps that optimizer had made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The paths of the parameters it has something for.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.params.iter().map(|p| &*p.path)
    }
}
