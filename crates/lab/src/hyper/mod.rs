//! Which rate would have been better: the derivative of a run's losses in its hyperparameters.
//!
//! | | for |
//! |---|---|
//! | [`Unrolled::reverse`] | one number made of a whole run, in all numbers its hyperparameters are written with |
//! | [`Unrolled::forward`], [`Forward`] | every loss of the run, in a few of them, with the memory of one step |
//!
//! A rate that moves while the run goes on, by the derivative of one step, is a rule of the optimizer:
//! [`SgdHd`](rappel_optim::SgdHd), [`AdamHd`](rappel_optim::AdamHd).

mod cell;
mod forward;
mod objective;
mod reverse;
mod step;
mod tunable;
mod unrolled;

pub use forward::{Curve, Forward, Loss};
pub use objective::Objective;
pub use reverse::Reverse;
pub use tunable::Tunable;
pub use unrolled::Unrolled;
