//! The range test: a rate that grows until the loss does.

mod curve;
pub mod fastai;
mod groups;
mod judge;
pub mod lightning;
mod loess;
mod other;
mod parts;
mod picture;
mod range_test;
mod restore;
mod run;
mod spacing;
mod watch;

pub use curve::Curve;
pub use judge::{FEWEST, Judge, Judgement, NoDescent, Suggestion};
pub use other::{Other, others};
pub use range_test::RangeTest;
pub use run::{End, RangeRun};
pub use spacing::Spacing;
