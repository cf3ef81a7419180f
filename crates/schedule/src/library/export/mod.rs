//! Schedules as programs for other libraries.

mod formula;
mod optax;
mod python;
mod torch;

pub use optax::to_optax;
pub use torch::to_torch;

use std::error::Error;
use std::fmt;

/// What of a schedule another library's program cannot say, and why.
///
/// ```
/// use rappel_schedule::{Clock, Registry, to_torch, user};
///
/// let registry = Registry::new().function("rex", |z, _| 1.0 - z);
/// let plan = user("rex", [1.0], 100).bind_with(&Clock::new(), &registry)?;
/// let error = to_torch(&plan).unwrap_err();
/// assert_eq!(error.what(), "user::rex(1, length=100)");
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotExpressible {
    what: String,
    why: &'static str,
}

impl NotExpressible {
    /// The part, as it is written.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Why it cannot be said.
    pub fn why(&self) -> &str {
        self.why
    }
}

impl fmt::Display for NotExpressible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

impl Error for NotExpressible {}
