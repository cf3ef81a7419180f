//! Tests of rappel-schedule; a module for each file in `src`, and the laws on random schedules.

mod adaptive;
mod algebra;
mod analysis;
mod batches;
mod bind;
mod bounds;
mod check;
mod clock;
mod derivatives;
mod duration;
#[cfg(feature = "library")]
mod export;
#[cfg(feature = "library")]
mod importers;
mod last_iterate;
mod laws;
mod oracle;
mod parse;
mod plan;
#[cfg(feature = "plot")]
mod plot;
mod quantities;
mod random;
mod ratio;
#[cfg(feature = "library")]
mod recipes;
mod refused;
mod schedule;
mod segment;
#[cfg(feature = "serde")]
mod serde;
mod shapes;
mod simplify;
mod text;
mod trees;
