//! Tests of `rappel-elem`, one module per source module.

mod close;
mod dual;
mod math;
mod number;
mod rows;
