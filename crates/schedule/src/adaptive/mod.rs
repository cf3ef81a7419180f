//! Schedules that follow what is observed: rules with explicit state. A file for each rule.

mod greedy;
mod plateau;
mod settings;
mod stable;
mod state;
mod table;
mod user;

pub use greedy::{Greedy, greedy};
pub use plateau::{KerasPlateau, OptaxPlateau, Plateau, plateau, plateau_keras, plateau_optax};
pub use settings::{Mode, Threshold};
pub use stable::{Stable, stable};
pub(crate) use state::Memory;
pub use state::State;
pub(crate) use table::{built_in, check, entries};
pub use user::{adaptive, adaptive_rule};

use std::fmt;

/// A rule that follows a metric: what it remembers is a list of numbers, and it changes that and nothing else.
///
/// A rule gives a factor, as a plateau does, or says when a piece is done, as a warm-up that waits for stability. Register
/// your own with [`Registry::adaptive`](crate::Registry::adaptive) and name it with [`adaptive`] or [`adaptive_rule`].
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Adaptive, Clock, Registry, adaptive};
/// use std::sync::Arc;
///
/// /// Halves with each metric above a limit.
/// #[derive(Debug)]
/// struct Backoff(f64);
///
/// impl Adaptive for Backoff {
///     fn start(&self) -> Vec<f64> {
///         vec![1.0]
///     }
///     fn observe(&self, memory: &mut [f64], metric: f64) {
///         if metric > self.0 {
///             memory[0] *= 0.5;
///         }
///     }
///     fn factor(&self, memory: &[f64]) -> f64 {
///         memory[0]
///     }
/// }
///
/// let registry = Registry::new().adaptive("backoff", |numbers| match numbers {
///     [limit] => Ok(Arc::new(Backoff(*limit))),
///     _ => Err("it takes the limit".into()),
/// });
/// let lr = 0.1 * adaptive("backoff", [10.0]);
/// assert_eq!(lr.to_string(), "0.1 * adaptive::backoff(10)");
/// let plan = lr.bind_with(&Clock::new(), &registry)?;
/// let state = plan.observe(&plan.state(), 0, 11.0);
/// assert_eq!(plan.at_with(1.0, &state), 0.05);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
pub trait Adaptive: Send + Sync + fmt::Debug {
    /// What it remembers before anything has been observed; always of the same length.
    fn start(&self) -> Vec<f64>;

    /// Takes one observation into account. Nothing but `memory` and `metric` may matter, so that a log replays to the same
    /// values.
    fn observe(&self, memory: &mut [f64], metric: f64);

    /// The factor.
    fn factor(&self, memory: &[f64]) -> f64 {
        let _ = memory;
        1.0
    }

    /// The lowest and the highest factor there can be, whatever is observed; `None` if that is not known. A schedule with a
    /// value that is not finite somewhere between is refused when it is bound.
    fn range(&self) -> Option<(f64, f64)> {
        None
    }

    /// Whether the piece it stands behind is done.
    fn done(&self, memory: &[f64]) -> bool {
        let _ = memory;
        false
    }
}
