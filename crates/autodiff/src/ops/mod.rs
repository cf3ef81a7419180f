//! What one can do with variables, one module per family.

mod activation;
mod arithmetic;
mod contraction;
mod elementwise;
mod extreme;
mod index;
mod linear;
mod loss;
mod moment;
mod norm;
mod random;
mod reduction;
mod scan;
mod selection;
mod shape;
mod softmax;
mod sort;

pub use arithmetic::{Number, Operand};

pub(crate) use contraction::MatMul;
pub(crate) use index::{Gather, Scatter};
pub(crate) use linear::Linear;
pub(crate) use loss::CrossEntropy;
pub(crate) use moment::Variance;
pub(crate) use norm::Norm;
pub(crate) use random::Dropout;
pub(crate) use reduction::{Reduce, TieWeights};
pub(crate) use scan::{Cumulate, Recurrence};
pub(crate) use selection::{Compare, Select};
pub(crate) use shape::{Concat, Embed, Expand, Permute, Reshape, Slice, SumTo};
pub(crate) use softmax::{LogSumExp, Softmax};
