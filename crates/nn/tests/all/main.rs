//! Tests of `rappel-nn`; the modules mirror the sources.

mod activation;
mod derive;
mod dropout;
mod flatten;
mod function;
mod init;
mod layer;
mod linear;
mod panics;
mod sequential;
#[cfg(feature = "safetensors")]
mod state;

use rappel_nn::ModuleExt;
use rappel_nn::autodiff::Module;

/// The paths of the parameters.
fn names(module: &dyn Module) -> Vec<String> {
    module.named_parameters().into_iter().map(|(name, _)| name).collect()
}
