//! What a learning rate does, and what it should be.
//!
//! Each tool is a call, and a callback for a loop of one's own:
//!
//! | module | answers |
//! |---|---|
//! | [`problems`] | what to try it on |
#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

mod cursor;
mod error;
mod problem;
pub mod problems;
mod trial;

pub use cursor::Cursor;
pub use error::LabError;
pub use problem::{Optimum, Problem, Score};
pub use rappel_autodiff as autodiff;
pub use rappel_optim as optim;
pub use rappel_schedule as schedule;
pub use trial::Trial;

/// The program in the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
