//! Tests of `rappel-nn`; the modules mirror the sources.

mod activation;
mod attention;
mod block;
mod check;
mod container;
mod conv;
mod derive;
mod distribution;
mod dropout;
mod golden;
mod init;
mod layer;
mod linear;
mod loss;
#[cfg(feature = "safetensors")]
mod messages;
mod metric;
mod norm;
mod panics;
mod place;
mod pool;
mod position;
mod recurrent;
mod shape;
#[cfg(feature = "safetensors")]
mod state;

use rappel_nn::ModuleExt;
use rappel_nn::autodiff::Module;

/// The paths of the parameters.
fn names(module: &dyn Module) -> Vec<String> {
    module.named_parameters().into_iter().map(|(name, _)| name).collect()
}
