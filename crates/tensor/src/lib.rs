//! N-dimensional arrays and the kernels under rappel.
//!
//! A [`Tensor`] is contiguous and row-major, its shape is stored inline, its buffer is shared by reference count and copied when
//! written while shared. Buffers made in a [`Workspace`] return to its pool, so a training loop in steady state asks the
//! allocator for nothing. Kernels are generic loops over slices that run inside the widest instruction set the processor has
//! ([`simd`]); matrix products go to a tuned crate. Nothing here knows of gradients, but the adjoint of each kernel is here too.
//!
//! ```
//! use rappel_tensor::{Rng, Tensor};
//! let mut rng = Rng::seed(1);
//! let x = Tensor::<f32>::uniform(&[64, 3], -1.0, 1.0, &mut rng);
//! let w = Tensor::normal(&[3, 2], 0.0, 1.0, &mut rng);
//! let y = x.matmul(&w).tanh();
//! assert_eq!(y.mean_axes(&[0], false).shape(), [2]);
//! ```
//!
//! # Features
//! * `gemm` (default): matrix products through the `gemm` crates; without it a plain blocked loop.
//! * `threads` (default): [`Threads`] with more than one thread.
#![doc(test(attr(deny(warnings))))]

mod buffer;
mod display;
mod kernels;
mod lock;
mod number;
mod ops;
pub mod random;
pub mod shape;
pub mod simd;
mod tensor;
mod threads;

pub use rappel_elem as elem;

pub use buffer::Workspace;
pub use number::{Data, Float};
pub use ops::{
    Along, By, Comparison, Contract, Conv, ConvShape, ConvTranspose, CrossEntropy, Direction, Ellipsis, Index,
    LossReduction, NewAxis, Normalisation, PadMode, Padding, Part, PerAxis, Pick, Place, Pool, PoolShape, Reduction,
    Rows, Scan, Selection, Sequence, Side, Soft, Span, Triangle, View, check_dot, check_mask, check_norm_order,
    check_outer, degrees_of_freedom, einsum, matmul_shape, rolls,
};
pub use random::Rng;
pub use shape::{Shape, ShapeError};
pub use tensor::Tensor;
pub use threads::{Threads, ThreadsError};

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
