//! What each step did: rates applied, sizes of updates, cosines, and where along the step the minimum was.

mod anchor;
mod instrument;
mod line;
mod log;
mod number;
mod point;
mod reading;
mod sample;
mod sums;

pub(crate) use anchor::AVERAGED;
pub use instrument::Gauge;
pub use line::{Line, Noise};
pub use log::{GaugeLog, Readings};
pub use reading::{GroupReading, Reading};
