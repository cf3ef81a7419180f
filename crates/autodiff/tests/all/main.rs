//! Tests of `rappel-autodiff`; the modules mirror the sources. The laws of the operations are in `rappel-testkit`.

mod anomaly;
mod auto_traits;
mod bind;
mod checkpoint;
mod compile_fail;
mod custom;
mod deep;
mod edge;
mod errors;
mod golden;
mod gradients;
mod hook;
mod laws;
mod module;
mod param;
mod scope;
mod summary;
mod tape;
mod transform;
mod update;
mod var;
