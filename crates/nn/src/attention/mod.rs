//! Attention, and the blocks that are built around it.

mod decoder;
mod decoder_layer;
mod encoder;
mod encoder_layer;
mod masks;
mod multihead;
mod options;
mod part;

pub use decoder::TransformerDecoder;
pub use decoder_layer::TransformerDecoderLayer;
pub use encoder::TransformerEncoder;
pub use encoder_layer::TransformerEncoderLayer;
pub use masks::Masks;
pub use multihead::MultiheadAttention;
pub use options::AttentionOptions;
