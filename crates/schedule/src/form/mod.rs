//! What the nodes of a tree are made of, beyond schedules, values and lengths.

mod after;
mod cycles;
mod fold;
mod named;
mod segment;
mod shared;

pub use after::After;
pub use cycles::{Cycles, forever, times};
pub use fold::Fold;
pub use named::Named;
pub(crate) use segment::Way;
pub use segment::{Reach, Segment};
pub use shared::{Shared, share, share_length};
