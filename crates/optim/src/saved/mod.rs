//! The state of an optimizer as data, addressed by the paths of parameters.

mod error;
mod load;
mod numbers;
mod restored;
mod save;
#[cfg(feature = "serde")]
mod serde;
mod state;

pub use error::StateError;
pub use restored::{Reshaped, Restored};
pub use state::OptimizerState;
