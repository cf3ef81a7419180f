//! What one can do with variables, one module per family.

mod activation;
mod arithmetic;
mod contraction;
mod elementwise;
mod extreme;
mod index;
mod join;
mod linear;
mod loss;
mod masked;
mod moment;
mod norm;
mod pad;
mod random;
mod reduction;
mod scan;
mod selection;
mod shape;
mod slice;
mod softmax;
mod sort;
mod view;

pub use arithmetic::{Number, Operand};

pub(crate) use contraction::MatMul;
pub(crate) use index::{Gather, IndexAdd, Overwrite, Put, Scatter, ScatterAdd, Take};
pub(crate) use join::Concat;
pub(crate) use linear::Linear;
pub(crate) use loss::CrossEntropy;
pub(crate) use moment::Variance;
pub(crate) use norm::Norm;
pub(crate) use pad::{Roll, Tri};
pub(crate) use random::Dropout;
pub(crate) use reduction::{Reduce, TieWeights};
pub(crate) use scan::{Cumulate, Recurrence};
pub(crate) use selection::{Compare, Select};
pub(crate) use shape::{Expand, Reshape, SumTo};
pub(crate) use softmax::{LogSumExp, Softmax};
pub(crate) use view::{Embed, Strided};
