//! What each step did: rates applied, sizes of updates, cosines, and where along the step the minimum was.

mod reading;

pub use reading::{GroupReading, Reading};
