//! What each step did: rates applied, sizes of updates, cosines, and where along the step the minimum was.

mod instrument;
mod line;
mod log;
mod number;
mod point;
mod reading;
mod sample;
mod sums;

pub use instrument::Gauge;
pub use line::{Line, Noise};
pub use log::{GaugeLog, Readings};
pub use reading::{GroupReading, Reading};
