//! What one can do with variables, one module per family.

mod arithmetic;
mod contraction;
mod elementwise;
mod index;
mod join;
mod linear;
mod loss;
mod masked;
mod pad;
mod random;
mod reduction;
mod selection;
mod shape;
mod slice;
mod softmax;
mod view;

pub use arithmetic::{Number, Operand};

pub(crate) use contraction::MatMul;
pub(crate) use index::{Gather, IndexAdd, Overwrite, Put, Scatter, ScatterAdd, Take};
pub(crate) use join::Concat;
pub(crate) use linear::Linear;
pub(crate) use loss::CrossEntropy;
pub(crate) use pad::{Roll, Tri};
pub(crate) use random::Dropout;
pub(crate) use reduction::{Reduce, TieWeights};
pub(crate) use selection::{Compare, Select};
pub(crate) use shape::{Expand, Reshape, SumTo};
pub(crate) use softmax::{LogSumExp, Softmax};
pub(crate) use view::{Embed, Strided};
