//! Test problems with what is known of their optimum.

mod chebyshev;
mod mulberry;
mod point;
mod quadratic;

pub use chebyshev::{Chebyshev, ChebyshevNet};
pub use mulberry::Mulberry32;
pub use point::Point;
pub use quadratic::Quadratic;
