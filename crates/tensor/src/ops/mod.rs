//! What one can do with tensors: checked shapes around the kernels, one module per family.
//!
//! Results are placed where the operands live (their [`Workspace`](crate::Workspace)), and misfits panic at the caller's line.

mod arithmetic;
mod at;
mod attention;
mod contraction;
mod conv;
mod einsum;
mod elementwise;
mod extreme;
mod index;
mod join;
mod linalg;
mod loss;
mod masked;
mod moment;
mod norm;
mod normalise;
mod pad;
mod pool;
mod random;
mod recurrent;
mod reduction;
mod scan;
mod selection;
mod shape;
mod slice;
mod softmax;
mod sort;
mod tangent;
mod upsample;
mod view;

pub use at::{By, Ellipsis, Index, NewAxis, Part, Place, Selection, Span};
pub use contraction::{check_dot, check_outer, matmul_shape};
pub use conv::{Conv, ConvShape, ConvTranspose, PerAxis};
pub use einsum::{Contract, einsum};
pub use elementwise::Side;
pub use index::Rows;
pub use loss::{CrossEntropy, LossReduction};
pub use masked::check_mask;
pub use moment::degrees_of_freedom;
pub use norm::check_norm_order;
pub use normalise::Normalisation;
pub use pad::{PadMode, Padding, Triangle, rolls};
pub use pool::{Pool, PoolShape};
pub use recurrent::Sequence;
pub use reduction::Reduction;
pub use scan::{Direction, Scan};
pub use selection::Comparison;
pub use softmax::Soft;
pub use sort::Pick;
pub use tangent::Along;
pub use view::View;

use crate::buffer::Workspace;
use crate::number::Data;
use crate::tensor::Tensor;

/// The workspace of the first operand that lives in one.
#[inline]
fn place<'a, T: Data>(a: &'a Tensor<T>, b: &'a Tensor<T>) -> Option<&'a Workspace<T>> {
    a.workspace().or_else(|| b.workspace())
}
