//! What is wrong with a run, in plain words.
//!
//! A [`Judge`] hears the readings of a [gauge](crate::gauge), and whatever else a run has to tell, and answers with [`Verdict`]s.
//!
//! The verdict on the rate rests on two numbers, measured over the second half of the run. The *gain* is the fall of the loss per
//! factor e of steps, which is about what a rate e times as high would gain by being further. The *swing* is by how much the loss would be lower
//! at the average of the last weights, half of [`Reading::pull`](crate::gauge::Reading::pull) where there is no drift, which grows with the
//! rate. Where the two are alike, the rate is about right for a run of this length, whatever the rule; [`bounds`] says where it is not.
//!
//! Signs of the next step alone (cosines of successive gradients, alpha) do not tell this under noise: a rate ten times too low for the
//! run may already swing across the steepest directions at each step.

pub mod bounds;
mod finding;
mod fit;
mod judge;
mod looks;
pub mod prechelt;
mod predictions;
mod rate;
mod record;
mod trend;
mod units;

pub use finding::{Evidence, Kind, Side, Verdict};
pub use judge::Judge;
pub use units::Unit;
