//! Tests of `rappel_lab::range`.

mod curve;
mod judge;
mod other;
mod range_test;
mod synthetic;
