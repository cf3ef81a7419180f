//! The examples: one lesson per file, run by name from the root, as in `cargo run --release --example mnist`.
//!
//! What the programs share stands here: how a bad command line is reported ([`Usage`], [`exit`]), and curves as a picture and
//! as text ([`Chart`]). The programs in the README and
//! in the book run with this crate's documentation tests.
#![forbid(unsafe_code)]

#[cfg(doctest)]
mod book;
mod chart;
mod command;

pub use chart::{Chart, Curve};
pub use command::{Usage, exit, value};
