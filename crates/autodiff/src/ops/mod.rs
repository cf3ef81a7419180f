//! What one can do with variables, one module per family.

mod arithmetic;
mod contraction;
mod conv;
mod einsum;
mod elementwise;
mod index;
mod linear;
mod loss;
mod pool;
mod random;
mod reduction;
mod selection;
mod shape;
mod softmax;
mod upsample;

pub use arithmetic::{Number, Operand};

pub(crate) use contraction::MatMul;
pub(crate) use conv::{Convolve, ConvolveTransposed, ConvolveWeight};
pub(crate) use index::{Gather, Scatter};
pub(crate) use linear::Linear;
pub(crate) use loss::CrossEntropy;
pub(crate) use pool::{AvgPool, AvgUnpool, MaxPick, MaxPool, MaxUnpool};
pub(crate) use random::Dropout;
pub(crate) use reduction::{Reduce, TieWeights};
pub(crate) use selection::{Compare, Select};
pub(crate) use shape::{Concat, Embed, Expand, Permute, Reshape, Slice, SumTo};
pub(crate) use softmax::{LogSumExp, Softmax};
