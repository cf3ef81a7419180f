//! What one can do with tensors: checked shapes around the kernels, one module per family.
//!
//! Results are placed where the operands live (their [`Workspace`](crate::Workspace)), and misfits panic at the caller's line.

mod arithmetic;
mod attention;
mod contraction;
mod elementwise;
mod index;
mod loss;
mod normalise;
mod random;
mod recurrent;
mod reduction;
mod selection;
mod shape;
mod softmax;

pub use elementwise::Side;
pub use loss::{CrossEntropy, LossReduction};
pub use normalise::Normalisation;
pub use reduction::Reduction;
pub use selection::Comparison;
pub use shape::{permutation, resolve_range, resolve_ranges};
pub use softmax::Soft;

use crate::buffer::Workspace;
use crate::number::Data;
use crate::tensor::Tensor;

/// The workspace of the first operand that lives in one.
#[inline]
fn place<'a, T: Data>(a: &'a Tensor<T>, b: &'a Tensor<T>) -> Option<&'a Workspace<T>> {
    a.workspace().or_else(|| b.workspace())
}
