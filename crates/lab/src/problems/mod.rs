//! Test problems with what is known of their optimum.

mod point;
mod quadratic;

pub use point::Point;
pub use quadratic::Quadratic;
