//! Attention, and the blocks that are built around it.

mod masks;
mod multihead;
mod options;

pub use masks::Masks;
pub use multihead::MultiheadAttention;
pub use options::AttentionOptions;
