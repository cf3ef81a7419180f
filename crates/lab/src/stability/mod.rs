//! How far a run is from its edge of stability.

mod ahead;
mod basis;
mod critical;
mod edge;
mod edges;
mod hessian;
mod lanczos;
mod monitor;
mod phase;
mod shadow;
mod symmetric;

pub use critical::{Critical, critical_rate};
pub use edge::{Applied, Edge};
pub use edges::Edges;
pub use hessian::{hessian_top, hessian_top_by};
pub use lanczos::{Eigenpair, Lanczos, Spectrum};
pub use monitor::{Monitor, Sharpness};
pub use phase::Phase;
