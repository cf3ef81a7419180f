//! Dropout.

mod alpha;
mod channel;
mod element;
mod probability;

pub use alpha::{AlphaDropout, FeatureAlphaDropout};
pub use channel::{ChannelDropout, Dropout1d, Dropout2d};
pub use element::Dropout;
