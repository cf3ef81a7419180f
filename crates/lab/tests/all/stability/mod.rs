//! Tests of `rappel_lab::stability`.

mod critical;
mod edges;
mod lanczos;
mod monitor;
