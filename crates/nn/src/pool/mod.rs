//! Pooling.
//!
//! All go over the last axis or the last two; what is in front of them are channels and batches.

mod adaptive;
mod norm;
mod sliding;

pub use adaptive::{AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool1d, AdaptiveMaxPool2d};
pub use norm::{LpPool1d, LpPool2d};
pub use sliding::{AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d};

/// Why these are no channels of images (N = 2) or sequences (N = 1) with values.
fn misfit<const N: usize>(shape: &[usize]) -> Option<String> {
    if shape.len() <= N {
        let sizes = if N == 1 { "w" } else { "h, w" };
        return Some(format!(
            "expected [n, channels, {sizes}] or [channels, {sizes}]; split an axis by an `Unflatten`"
        ));
    }
    shape[shape.len() - N..].contains(&0).then(|| "there are no values along the last axes".to_owned())
}
