//! Tests of `rappel-nn`; the modules mirror the sources.

mod activation;
mod check;
mod derive;
mod dropout;
mod flatten;
mod function;
mod init;
mod layer;
mod linear;
mod loss;
#[cfg(feature = "safetensors")]
mod messages;
mod panics;
mod place;
mod sequential;
#[cfg(feature = "safetensors")]
mod state;

use rappel_nn::ModuleExt;
use rappel_nn::autodiff::Module;

/// The paths of the parameters.
fn names(module: &dyn Module) -> Vec<String> {
    module.named_parameters().into_iter().map(|(name, _)| name).collect()
}
