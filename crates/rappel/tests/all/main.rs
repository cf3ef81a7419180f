//! Tests across the crates, through the facade. Modules mirror the sources; `program` and `training` are about all of them together.

mod accuracy;
mod error;
mod program;
mod schedule;
mod training;
