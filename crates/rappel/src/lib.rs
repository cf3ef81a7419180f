//! Small neural nets and research on how they learn: autodiff of any order, layers, optimizers, and schedules one can compose.
//!
//! ```
//! use rappel::prelude::*;
//!
//! #[derive(Module)]
//! struct Net { fc1: Linear, fc2: Linear }
//!
//! impl Layer for Net {
//!     fn forward<'t>(&self, x: Var<'t>) -> Var<'t> { self.fc2.forward(self.fc1.forward(x).tanh()) }
//! }
//!
//! fn main() -> rappel::Result<()> {
//!     let x = Tensor::from([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
//!     let xor = Dataset::new(x, Tensor::from([0, 1, 1, 0]), 2)?;
//!     let mut rng = Rng::seed(42);
//!     let mut net = Net { fc1: Linear::new(2, 8, &mut rng), fc2: Linear::new(8, 2, &mut rng) };
//!     let (mut adam, mut tape) = (Adam::new(cosine(0.1, 0.0, 100)), Tape::training(42));
//!     for epoch in 0..100 {
//!         for batch in xor.shuffled(epoch).batches(4) {
//!             tape.reset();
//!             let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
//!             adam.step(&mut net, &loss.backward())?;
//!         }
//!     }
//!     assert_eq!(accuracy(&net, &xor), 1.0);
//!     Ok(())
//! }
//! ```
//!
//! The [`prelude`] has what a training program names. The crates behind it are here whole, as modules:
//!
//! | module | for |
//! |---|---|
//! | [`autodiff`] | tape, variables, gradients of any order, forward mode, parameters and modules |
//! | [`transform`] | derivatives as functions: `grad`, `jvp`, `vjp`, `hvp`, `jacobian`, `hessian`, per-sample gradients |
//! | [`nn`] | layers, initialisers, metrics, weights in files |
//! | [`optim`] | update rules, optimizers |
//! | [`schedule`] | schedules, for the learning rate and every other hyperparameter |
//! | [`lab`] | what a learning rate does and should be: gauge, verdicts, range test, stability, sweeps, learning it |
//! | [`data`] | data sets, batches, the IDX reader |
//! | [`tensor`] | arrays, random generator, threads, kernels |
//! | [`elem`] | the vocabulary that formulas are written in |
//!
//! # Features
//! * `gemm` (default): matrix products through the `gemm` crates; without it plain blocked loops.
//! * `threads` (default): more than one thread.
//! * `safetensors` (default): weights in files.
//! * `npz`: weights as NumPy's archives too.
//! * `library` (default): other libraries' schedules under their own names, and recipes.
//! * `lab` (default): the module of that name.
//! * `plot`: plans as pictures, in a terminal and as SVG; the lab's pictures as SVG.
//! * `serde`: schedules, clocks and the states of adaptive rules as data; optimizers as text, and their states.
#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

extern crate self as rappel;

mod accuracy;
mod error;
pub mod prelude;

pub use accuracy::{accuracy, correct};
pub use error::{Error, Result};
pub use rappel_autodiff as autodiff;
pub use rappel_autodiff::transform;
pub use rappel_data as data;
pub use rappel_elem as elem;
#[cfg(feature = "lab")]
pub use rappel_lab as lab;
pub use rappel_nn as nn;
pub use rappel_optim as optim;
pub use rappel_schedule as schedule;
pub use rappel_tensor as tensor;

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
