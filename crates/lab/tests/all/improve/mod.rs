//! Schedules compared and improved.

mod chebyshev;
mod descent;
mod norms;
mod outline;
mod prediction;
mod refinement;
mod tuning;
