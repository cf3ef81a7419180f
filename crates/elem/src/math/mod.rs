//! The `f32` functions behind [`Elem`](crate::Elem).
//!
//! [`exp()`], [`expm1`], [`ln()`], [`ln_1p`], [`tanh()`] and [`sigmoid()`] have no branch and no call: inlined into a
//! loop over slices inside a `#[target_feature]` function they become vector code of that width. They contract nothing
//! (no fused multiply-add), so the bits of a result are the same at every SIMD level. The bounds in their documentation
//! are the largest errors found over all 2^32 arguments; `RAPPEL_ULP_STRIDE=1 cargo test --release -p rappel-elem` measures
//! them again.
//!
//! [`sin`], [`cos`], [`powf`] and the higher [`powi`] go through `f64`: nearly correctly rounded, one element at a
//! time.
//!
//! An ulp is the distance of neighbouring `f32` in the binade of the exact result.

mod exp;
mod ln;
mod power;
mod sigmoid;
mod tanh;
mod trig;

pub use exp::{exp, expm1};
pub use ln::{ln, ln_1p};
pub use power::{powf, powi};
pub use sigmoid::sigmoid;
pub use tanh::tanh;
pub use trig::{cos, sin};
