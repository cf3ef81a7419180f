//! What the fuzz targets run, as plain functions of bytes.
//!
//! [`operations()`] reads bytes as a sequence of operations with wild arguments, on one tape. An operation either works, or panics *at the
//! line that called it*: a panic inside of the library is a finding, and so is an arithmetic overflow, an index out of a slice, a
//! borrow that was left behind, or a backward pass that differs from the recorded one.
//!
//! [`schedule`] reads bytes as the text of a schedule: a text either says one, and then what it prints says the same, or is refused with a
//! place in it; and a schedule either is refused when it is bound, or has finite values at every step.
//!
//! [`optimizer`] reads bytes as the text of an optimizer, with schedules in it, by the same rule.
//!
//! [`state`] reads bytes as a file of weights: a file is either refused, or what is read is written, and read again as the same.
//!
//! The targets of the fuzzer are in `targets`; `tests` runs the same functions on bytes from a fixed generator.
#![forbid(unsafe_code)]

mod bytes;
mod operations;
pub mod optimizer;
mod panics;
pub mod schedule;
pub mod state;

pub use bytes::Bytes;
pub use operations::operations;
pub use panics::{Finding, Panics};
