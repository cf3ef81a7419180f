//! The schedulers of `torch.optim.lr_scheduler`, and `SWALR`, with their names, parameters and defaults.
//!
//! `lr` is the base rate, which PyTorch keeps in its optimizer; a scheduler inside another need not repeat it. Step `t` is the
//! rate after `t` calls of `scheduler.step()`. PyTorch computes some of these by recursion, from the rate before; the values
//! here are those of the closed form, which differ by rounding.
//!
//! ```
//! use rappel_schedule::{Clock, Schedule, torch};
//!
//! let lr: Schedule = torch::StepLR { gamma: 0.5, ..torch::StepLR::new(0.1, 30) }.into();
//! assert_eq!(lr.to_string(), "torch::StepLR(lr=0.1, step_size=30, gamma=0.5)");
//! assert_eq!([29, 30, 60].map(|k| lr.bind(&Clock::new()).unwrap().at_step(k)), [0.1, 0.05, 0.025]);
//! ```

mod cyclic;
mod decay;
mod plateau;
mod several;

pub use cyclic::{AnnealStrategy, CosineAnnealingWarmRestarts, CyclicLR, CyclicMode, OneCycleLR, SWALR};
pub use decay::{ConstantLR, CosineAnnealingLR, ExponentialLR, LinearLR, MultiStepLR, PolynomialLR, StepLR};
pub use plateau::ReduceLROnPlateau;
pub use several::{ChainedScheduler, Scheduler, SequentialLR};

use super::importer::{Refused, Row};

pub(super) const ROWS: &[Row] = &[
    Row::of::<StepLR>(),
    Row::of::<MultiStepLR>(),
    Row::of::<ConstantLR>(),
    Row::of::<LinearLR>(),
    Row::of::<ExponentialLR>(),
    Row::of::<PolynomialLR>(),
    Row::of::<CosineAnnealingLR>(),
    Row::of::<CosineAnnealingWarmRestarts>(),
    Row::of::<CyclicLR>(),
    Row::momentum::<CyclicLR>(),
    Row::of::<OneCycleLR>(),
    Row::momentum::<OneCycleLR>(),
    Row::of::<SWALR>(),
    Row::of::<SequentialLR>(),
    Row::of::<ChainedScheduler>(),
    Row::of::<ReduceLROnPlateau>(),
];

/// The base rate, which nothing around it gave.
fn base(lr: Option<f64>) -> Result<f64, Refused> {
    lr.ok_or_else(|| "`lr`, the optimizer's base rate, is missing".into())
}
