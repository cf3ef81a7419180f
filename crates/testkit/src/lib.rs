//! Gradient checks, laws and proptest strategies for code written with rappel.
//!
//! * [`gradcheck`], [`gradgradcheck`], [`hvpcheck`], [`check_module`] and [`check_module_second`] hold the derivatives of any function or
//!   layer against five-point differences; a failure says where, and shows both numbers.
//! * [`row!`] states an operation beside a plain reference, and [`laws`] are checked on it by proptest: value, gradient, adjoint,
//!   second order and more. [`table()`] is the library's own operations, held to the same.
//! * [`strategies`] draw shapes, values and inputs; [`Program`] is a random graph of many operations.
//!
//! # Features
//! * `proptest` (default): rows, laws, strategies and random graphs. Without it the checks alone, and no dependency but the engine.
//!
//! # Checking a layer of one's own
//! ```
//! use rappel_autodiff::{Tensor, Var};
//! use rappel_testkit::{gradcheck_all, gradgradcheck_all};
//!
//! // Scales each row to length 1, then each column by a gain.
//! fn normalise<'t>(x: Var<'t, f64>, gain: Var<'t, f64>) -> Var<'t, f64> {
//!     let length = (x.square().sum_axes(&[-1], true) + 1e-6).sqrt();
//!     x / length * gain
//! }
//!
//! let inputs = [Tensor::from([[0.3, -1.2, 0.7], [1.0, 0.1, -0.4]]), Tensor::from([1.0, 2.0, 0.5])];
//! gradcheck_all(|x| normalise(x[0], x[1]), &inputs).unwrap();
//! gradgradcheck_all(|x| normalise(x[0], x[1]), &inputs).unwrap();
//! ```
#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

mod difference;
mod gradcheck;
#[cfg(feature = "proptest")]
mod graph;
#[cfg(feature = "proptest")]
pub mod laws;
mod module_check;
#[cfg(feature = "proptest")]
mod plain;
mod report;
#[cfg(feature = "proptest")]
mod row;
#[cfg(feature = "proptest")]
pub mod strategies;
#[cfg(feature = "proptest")]
mod table;

pub use difference::step;
pub use gradcheck::{GradCheck, gradcheck, gradcheck_all, gradgradcheck, gradgradcheck_all, hvpcheck, hvpcheck_all};
#[cfg(feature = "proptest")]
pub use graph::{Program, programs};
pub use module_check::{check_module, check_module_second};
#[cfg(feature = "proptest")]
pub use plain::Plain;
#[cfg(feature = "proptest")]
#[doc(hidden)]
pub use rappel_autodiff::{Float, Var};
pub use report::{GradError, GradReport};
#[cfg(feature = "proptest")]
pub use row::{Case, Operation, Real, Row};
#[cfg(feature = "proptest")]
pub use table::{FAMILIES, Family, table};

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
