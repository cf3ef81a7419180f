//! Another library's words, or the name of a recipe.

use crate::Schedule;
use crate::text::Call;

/// A schedule written as a call to another library's function, such as `torch::StepLR(lr=0.1, step_size=30)`, or to a
/// recipe: it prints as that call and means an expression of the algebra.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    call: Call,
    meaning: Schedule,
    refused: Option<String>,
}

impl Named {
    pub(crate) fn new(call: Call, meaning: Schedule) -> Named {
        Named { call, meaning, refused: None }
    }

    /// A call whose arguments make no sense: it has no meaning, and a check says why.
    #[cfg(feature = "library")]
    pub(crate) fn refused(call: Call, reason: String) -> Named {
        Named { call, meaning: crate::empty(), refused: Some(reason) }
    }

    /// Why it has no meaning, if it has none.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// The call, as it is written.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// What it means, in the algebra's own words.
    pub fn meaning(&self) -> &Schedule {
        &self.meaning
    }
}
