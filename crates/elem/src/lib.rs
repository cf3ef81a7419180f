//! The vocabulary rappel's formulas are written in: numbers, dual numbers and the table of elementwise functions.
//!
//! A formula is written once, generic over [`Elem`], and read many ways:
//!
//! | read with | gives |
//! |---|---|
//! | `f32`, `f64` | the value; over slices, a loop the compiler turns into vector instructions |
//! | [`Dual`] | the value and its derivative in one pass (forward mode); nested, higher derivatives |
//! | a recorded variable of an autodiff tape | a derivative that can be differentiated again |
//!
//! An elementwise function is a *row*: a type that implements [`Unary`] or [`Binary`] by its value and by the action of
//! its derivative on a cotangent. The table of built-in rows is [`rows`]; a row of your own enters by the same door:
//!
//! ```
//! use rappel_elem::{Consts, Dual, Elem, Unary};
//!
//! /// `x * sigmoid(k0 * x)`
//! #[derive(Clone, Copy)]
//! struct Swish;
//!
//! impl Unary for Swish {
//!     const NAME: &'static str = "swish";
//!     fn f<E: Elem>(x: E, k: Consts) -> E {
//!         x * (x * x.lit(k[0])).sigmoid()
//!     }
//!     fn chain<E: Elem>(g: E, x: E, y: E, k: Consts) -> E {
//!         let b = x.lit(k[0]);
//!         let s = (x * b).sigmoid();
//!         g * (s + b * y * (x.lit(1.0) - s))
//!     }
//! }
//!
//! let k = [1.5, 0.0];
//! let x = Dual::variable(0.7_f64);
//! let by_rule = x.unary::<Swish>(k); //     the derivative as `chain` says
//! let by_parts = Swish::f(x, k); //         the derivative of the parts `f` is made of
//! assert!((by_rule.v - 0.7 / (1.0 + (-1.05_f64).exp())).abs() < 1e-15);
//! assert!((by_rule.d - by_parts.d).abs() < 1e-15);
//! ```
//!
//! The crate needs nothing but the standard library. Bits are the same at every SIMD level: the `f32` functions are
//! polynomials without contraction ([`math`]), and no formula here contains a fused multiply-add.
#![cfg_attr(doctest, doc = include_str!("../README.md"))]
#![forbid(unsafe_code)]

mod dual;
mod elem;
pub mod math;
mod number;
mod row;
pub mod rows;

pub use dual::Dual;
pub use elem::{Elem, Scalar};
pub use row::{Binary, Consts, Unary};
