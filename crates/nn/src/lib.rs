//! Layers, initialisers and state dictionaries for small neural nets.
//!
//! A net is a struct of layers that derives [`Module`](macro@Module), which names its parameters, and implements [`Layer`], which
//! computes. There is nothing to register and no other state.
//!
//! ```
//! use rappel_nn::autodiff::{Rng, Tape, Tensor, Var};
//! use rappel_nn::{Layer, Linear, Module, ModuleExt};
//!
//! #[derive(Module)]
//! struct Net {
//!     fc1: Linear,
//!     fc2: Linear,
//! }
//!
//! impl Layer for Net {
//!     fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
//!         self.fc2.forward(self.fc1.forward(x).relu())
//!     }
//! }
//!
//! let mut rng = Rng::seed(42);
//! let net = Net { fc1: Linear::new(2, 16, &mut rng), fc2: Linear::new(16, 1, &mut rng) };
//! let tape = Tape::new();
//! let y = net.forward(tape.input(&Tensor::from([[0.5, -0.5]])));
//! assert_eq!(y.shape()[..], [1, 1]);
//! assert_eq!(net.count_parameters(), 2 * 16 + 16 + 16 + 1);
//! ```
//!
//! Weights have PyTorch's layouts, names and default initialisation; [`save_safetensors`] writes a file that PyTorch loads.
//!
//! # Errors
//!
//! A shape that does not fit is a mistake in the program: the layer panics at the caller's line and names itself. Behind
//! `dyn Layer` the line is that of the container's caller, and the message names the place in the container, or on a tape that
//! [watches](autodiff::Tape::watch) the net the layer's path in it:
//!
//! ```text
//! Sequential[2]: Linear(16 -> 1): input of shape [64, 8] does not fit: the last axis must be 16
//! body.2: Linear(16 -> 1): input of shape [64, 8] does not fit: the last axis must be 16
//! ```
//!
//! [`check`](LayerExt::check) tries a net on a shape, and returns the misfit or a table of the layers.
//!
//! # Features
//! * `safetensors` (default): [`save_safetensors`], [`load_safetensors`] and the [state dict](state).
//! * `npz`: state dicts as NumPy's archives.
//! * `gemm`, `threads` (default): those of the tensors underneath.
#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

extern crate self as rappel_nn;

mod activation;
mod attention;
mod block;
mod check;
mod container;
mod conv;
pub mod distribution;
mod dropout;
mod embedding;
pub mod init;
mod layer;
mod linear;
mod loss;
pub mod metric;
mod misfit;
mod norm;
mod pool;
mod position;
mod rate;
mod recurrent;
mod shape;
#[cfg(feature = "safetensors")]
pub mod state;

pub use activation::*;
pub use attention::*;
pub use block::*;
pub use check::{LayerExt, Report};
pub use container::*;
pub use conv::*;
pub use dropout::*;
pub use embedding::Embedding;
pub use layer::Layer;
pub use linear::Linear;
pub use loss::*;
pub use misfit::Misfit;
pub use norm::*;
pub use pool::*;
pub use position::*;
pub use rappel_autodiff as autodiff;
pub use rappel_autodiff::module::{Module, ModuleExt};
pub use rappel_nn_derive::NnModule as Module;
pub use rappel_schedule as schedule;
pub use recurrent::*;
pub use shape::*;
#[cfg(feature = "safetensors")]
pub use state::{StateError, load_safetensors, save_safetensors};

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
