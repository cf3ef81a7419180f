//! What one can do with variables, one module per family.

mod arithmetic;
mod attention;
mod contraction;
mod elementwise;
mod index;
mod linear;
mod loss;
mod normalise;
mod random;
mod recurrent;
mod reduction;
mod selection;
mod shape;
mod softmax;

pub use arithmetic::{Number, Operand};
pub use attention::AttentionMask;

pub(crate) use attention::{Attention, BatchMatMul};
pub(crate) use contraction::MatMul;
pub(crate) use index::{Gather, Scatter};
pub(crate) use linear::{Linear, LinearAct};
pub(crate) use loss::{CrossEntropyRows, MeanCrossEntropy};
pub(crate) use normalise::Normalise;
pub(crate) use random::Dropout;
pub(crate) use recurrent::{GruPointwise, LstmPointwise};
pub(crate) use reduction::{Reduce, TieWeights};
pub(crate) use selection::{Compare, Select};
pub(crate) use shape::{Concat, Embed, Expand, Permute, Reshape, Slice, SumTo};
pub(crate) use softmax::{LogSumExp, Softmax};
