//! How far a run is from its edge of stability.

mod basis;
mod hessian;
mod lanczos;
mod shadow;
mod symmetric;

pub use hessian::{hessian_top, hessian_top_by};
pub use lanczos::{Eigenpair, Lanczos, Spectrum};
