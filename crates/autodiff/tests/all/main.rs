//! Tests of `rappel-autodiff`; the modules mirror the sources. The laws of the operations are in `rappel-testkit`.

mod anomaly;
mod auto_traits;
mod compile_fail;
mod edge;
mod errors;
mod golden;
mod gradients;
mod laws;
mod module;
mod param;
mod scope;
mod summary;
mod tape;
mod var;
