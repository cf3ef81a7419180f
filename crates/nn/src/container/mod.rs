//! Layers made of layers.

mod function;
mod sequential;

pub use function::{FromFn, from_fn};
pub use sequential::Sequential;
