//! Optimizers as text: `adamw(lr=cosine(1e-3, 0, 1000), weight_decay=0.01) | clip_norm(1) | ema(0.999)`.

pub(crate) mod groups;
mod parse;
mod parts;
mod print;
#[cfg(feature = "serde")]
mod serde;
pub(crate) mod settings;
