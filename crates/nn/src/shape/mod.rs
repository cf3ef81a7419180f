//! Layers that move values and change none: flattening, padding, resizing.

mod flatten;
mod identity;
mod pad;
mod pixel;
mod unflatten;
mod upsample;

pub use flatten::{Flatten, FlattenAxes};
pub use identity::Identity;
pub use pad::{
    CircularPad1d, CircularPad2d, ConstantPad1d, ConstantPad2d, ReflectionPad1d, ReflectionPad2d, ReplicationPad1d,
    ReplicationPad2d, ZeroPad1d, ZeroPad2d,
};
pub use pixel::{PixelShuffle, PixelUnshuffle};
pub use unflatten::Unflatten;
pub use upsample::Upsample;

/// Where an axis stands that may be counted from the back, if it exists.
fn resolve(axis: isize, rank: usize) -> Option<usize> {
    let axis = if axis < 0 { rank.checked_sub(axis.unsigned_abs())? } else { axis.unsigned_abs() };
    (axis < rank).then_some(axis)
}
