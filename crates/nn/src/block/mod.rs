//! Small nets, ready to use.

mod mlp;
mod options;

pub use mlp::Mlp;
pub use options::MlpOptions;
