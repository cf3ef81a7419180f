//! Tests of `rappel_lab::gauge`.

mod instrument;
mod line;
mod log;
mod noise;
mod reading;
mod sample;
