//! Normalisations.

mod affine;
mod batch;
mod group;
mod instance;
mod layer_norm;
mod named;
mod rms;
mod weight;

pub use batch::{BatchNorm, BatchNorm1d, BatchNorm2d};
pub use group::GroupNorm;
pub use instance::{InstanceNorm, InstanceNorm1d, InstanceNorm2d};
pub use layer_norm::LayerNorm;
pub use rms::RmsNorm;
pub use weight::WeightNorm;
