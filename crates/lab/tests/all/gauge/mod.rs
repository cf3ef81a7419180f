//! Tests of `rappel_lab::gauge`.

mod instrument;
mod line;
mod log;
mod reading;
mod sample;
