//! Eager tape-based reverse-mode automatic differentiation of any order, for small nets.
//!
//! Values are computed as they are written and recorded on a [`Tape`]; [`Var::backward`] walks the tape back once. Each backward
//! rule is written once and read three times: on [`Tensor`]s (the fast backward), on [`Var`]s ([`Var::grad`], which can be
//! differentiated again), and on tangents (forward mode, [`transform`]).
//!
//! ```
//! use rappel_autodiff::{Param, Tape, Tensor};
//!
//! let w = Param::new(Tensor::from([[0.5, -1.0]]));
//! let mut tape = Tape::new();
//! for _ in 0..3 {
//!     tape.reset();
//!     let x = tape.input(&Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
//!     let y = x.linear(tape.param(&w), None).tanh();
//!     let gradients = y.square().mean().backward();
//!     assert_eq!(gradients.param(&w).unwrap().shape(), [1, 2]);
//! }
//! ```
#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

extern crate self as rappel_autodiff;

mod anomaly;
mod array;
mod backward;
mod bind;
mod checkpoint;
mod custom;
mod formula;
mod grad;
mod gradients;
mod hook;
pub mod module;
mod once;
mod op;
mod ops;
mod param;
mod primitive;
mod row;
mod rule;
mod scope;
mod summary;
mod table;
mod tape;
pub mod transform;
mod update;
mod var;
mod watch;

pub use anomaly::{Anomaly, AnomalyMode, Evidence, Pass};
pub use custom::{Custom, CustomKernel, CustomOp};
pub use gradients::Gradients;
pub use hook::Backward;
pub use module::{BufferMut, BufferRef, Module, ModuleExt, ParamMut, ParamRef, Path, Visitor, VisitorMut};
pub use ops::{AttentionMask, Number, Operand};
pub use param::{Buffer, Leaf, Param, ParamId};
pub use rappel_elem as elem;
pub use rappel_nn_derive::Module;
pub use rappel_tensor::{
    By, Conv, ConvTranspose, CrossEntropy, Data, Ellipsis, Float, Index, LossReduction, NewAxis, PadMode, PerAxis,
    Pool, Rng, Sequence, Shape, Tensor, Threads, random,
};
pub use scope::{Activation, Scope};
pub use summary::{Held, Largest, LayerCost, Layers, OpCost, Summary};
#[doc(hidden)]
pub use table::grouped;
pub use tape::Tape;
pub use update::Update;
pub use var::Var;
pub use watch::Place;

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
