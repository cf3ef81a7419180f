//! The `f32` functions behind [`Elem`](crate::Elem).
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
