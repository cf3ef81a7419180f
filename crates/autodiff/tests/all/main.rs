//! Tests of `rappel-autodiff`; the modules mirror the sources. The laws of the operations are in `rappel-testkit`.

mod laws;
mod module;
mod param;
mod tape;
