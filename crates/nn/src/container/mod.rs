//! Layers made of layers.

mod function;
mod parallel;
mod residual;
mod sequential;

pub use function::{FromFn, from_fn};
pub use parallel::Parallel;
pub use residual::Residual;
pub use sequential::Sequential;
