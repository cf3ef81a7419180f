//! The `f32` functions behind [`Elem`](crate::Elem).
//!
//! They have no branch and no call: inlined into a loop over slices inside a `#[target_feature]` function they become vector
//! code of that width. They contract nothing (no fused multiply-add), so the bits of a result are the same at every SIMD
//! level. The bounds in their documentation are the largest errors found: for `exp`, `expm1`, `ln`, `ln_1p`, `tanh` and
//! `sigmoid` over all 2^32 arguments, for the others over every argument from 1/256 to 16 in magnitude (`erf` and `erfc`: every
//! third) and every 499th of the rest. `RAPPEL_ULP_STRIDE=1 cargo test --release -p rappel-elem` measures all of all.
//!
//! [`powf`] and the higher [`powi`] alone take one element at a time: they go through the standard library's `f64`.
//!
//! An ulp is the distance of neighbouring `f32` in the binade of the exact result.

mod arc;
pub(crate) mod double;
mod erf;
mod exp;
mod hyperbolic;
mod ln;
mod power;
mod sigmoid;
mod tanh;
mod trig;
mod wide;

pub use arc::{acos, asin, atan, atan2};
pub use erf::{erf, erfc};
pub use exp::{exp, exp2, expm1};
pub use hyperbolic::{acosh, asinh, atanh, cosh, sinh};
pub use ln::{ln, ln_1p, log2};
pub use power::{hypot, powf, powi};
pub use sigmoid::sigmoid;
pub use tanh::tanh;
pub use trig::{cos, sin, tan};
