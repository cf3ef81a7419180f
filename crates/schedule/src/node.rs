//! The tree of a schedule as written.

use crate::form::{After, Cycles, Fold, Named, Segment, Shared};
use crate::text::Call;
use crate::{Length, Ratio, Schedule, Value};
use std::sync::Arc;

/// A node of the tree a [`Schedule`] is.
///
/// Trees are built by constructors and methods and can be read by anyone, so a fold of your own needs nothing but a `match`:
///
/// ```
/// use rappel_schedule::{Node, Schedule, cosine, warmup};
///
/// fn pieces(schedule: &Schedule) -> usize {
///     match schedule.node() {
///         Node::Then(parts) => parts.iter().map(pieces).sum(),
///         _ => 1,
///     }
/// }
///
/// assert_eq!(pieces(&warmup(1.0, 10).then(cosine(1.0, 0.1, 90)).then(0.1)), 3);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Node {
    /// One value, without end.
    Constant(Value),
    /// A shape drawn over a length of time.
    Segment(Segment<Value, Length>),
    /// One after the other; never one alone, none is `empty`, and no part is itself such a sequence.
    Then(Vec<Schedule>),
    /// All at once, combined; two or more, and no part is itself combined by the same.
    Fold(Fold, Vec<Schedule>),
    /// Kept between two values.
    Clamp(Schedule, Value, Value),
    /// Its first so many steps.
    Take(Schedule, Length),
    /// Without its first so many steps.
    Skip(Schedule, Length),
    /// So many times as long.
    Stretch(Schedule, Ratio),
    /// From its end to its start.
    Reverse(Schedule),
    /// Again and again.
    Repeat(Schedule, Cycles),
    /// A staircase: the value of the last multiple of a duration.
    HoldEvery(Schedule, Length),
    /// Reaching its end value on its last step; only where no segment could be told so.
    Inclusive(Schedule),
    /// With something else than holding the end value after the end.
    After(Schedule, After),
    /// The first, then the second in the time of the whole.
    Splice(Schedule, Schedule),
    /// A value or a length with a name, and the schedule that uses it.
    Let(Arc<str>, Shared, Schedule),
    /// The value of another quantity of the run, at the same step.
    Linked(Arc<str>),
    /// A function from the registry.
    User(Arc<str>, Vec<Value>, Option<Length>),
    /// A factor that follows what is observed.
    Factor(Call),
    /// A schedule that ends when what is observed says so.
    Until(Schedule, Call),
    /// A schedule that is written in another library's words, or the name of a recipe.
    Named(Named),
}
