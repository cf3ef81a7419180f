//! What can be said of a bound schedule without running it: folds over its pieces, each in a file of its own.

mod added;
mod area;
mod boundaries;
mod derivative;
mod explain;
mod fill;
mod jumps;
mod last_iterate;
mod parts;
mod periods;
mod range;
mod sum;
mod warnings;
mod window;

pub use area::Area;
pub use explain::{Explanation, Line};
pub use jumps::Jump;
pub use last_iterate::{BestRate, LastIterate};
pub(crate) use sum::{Sum, cosines, direct, powers};
pub use warnings::Warning;
