//! Convolutions and their transposes.

pub(crate) mod axes;
mod convolution;
mod layer;
mod transposed;

pub use convolution::{Conv1d, Conv2d};
pub use transposed::{ConvTranspose1d, ConvTranspose2d};
