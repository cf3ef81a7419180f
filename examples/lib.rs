//! The examples: one lesson per file, run by name from the root, as in `cargo run --release --example mnist`.
//!
//! What the programs share stands here: how a bad command line is reported ([`Usage`], [`exit`]). The programs in the README and
//! in the book run with this crate's documentation tests.
#![forbid(unsafe_code)]

#[cfg(doctest)]
mod book;
mod command;

pub use command::{Usage, exit, value};
