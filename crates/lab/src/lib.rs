//! What a learning rate does, and what it should be.
//!
//! Each tool is a call, and a callback for a loop of one's own:
//!
//! | module | answers |
//! |---|---|
//! | [`gauge`] | what did this step do? |
//! | [`verdict`] | what is wrong with this run, and what to try? |
//! | [`range`] | which rates are worth trying? |
//! | [`sweep`] | which rate is best, how sure is that, and how wide is the valley? |
//! | [`stability`] | how far is the run from its edge of stability? |
//! | [`hyper`] | in which direction is a better rate, or a better schedule? |
//! | [`improve`] | which schedule is better in theory, and what did this run's gradients ask for? |
//! | [`problems`], [`rules`] | what is there to try it on, and with? |
//! | [`chart`] | what does it look like? |
#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

pub mod chart;
mod cursor;
mod digits;
mod error;
pub mod gauge;
pub mod hyper;
pub mod improve;
mod problem;
pub mod problems;
mod quantile;
pub mod range;
pub mod rules;
pub mod stability;
pub mod sweep;
mod trial;
pub mod verdict;

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
