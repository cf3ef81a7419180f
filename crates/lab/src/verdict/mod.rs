//! What is wrong with a run, in plain words.

pub mod bounds;
mod finding;
mod fit;
mod judge;
pub mod prechelt;
mod predictions;
mod rate;
mod record;
mod trend;
mod units;

pub use finding::{Evidence, Kind, Side, Verdict};
pub use judge::Judge;
pub use units::Unit;
