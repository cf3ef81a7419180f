//! What a training program names: `use rappel::prelude::*;`.
//!
//! Anything imported by name or defined in the program takes precedence over these. Errors, rules, initialisers, readers of files
//! and what is written by hand for new operations stay in the modules of the [crate].

pub use rappel_autodiff::module::{Module, ModuleExt};
pub use rappel_autodiff::{AnomalyMode, Buffer, Float, Gradients, Param, Shape, Tape, Var};
pub use rappel_data::{Batch, Dataset};
pub use rappel_nn::*;
#[cfg(feature = "safetensors")]
pub use rappel_nn::{load_safetensors, save_safetensors};
pub use rappel_nn_derive::FacadeModule as Module;
pub use rappel_optim::{Adam, AdamW, AnyOptimizer, Group, Sgd};
pub use rappel_schedule::{
    After, Clock, Schedule, constant, cosine, empty, epochs, exponential, forever, fraction, here, hold, linear,
    linked, percent, plateau, polynomial, rest, samples, share, steps, there, times, tokens, warmup,
};
pub use rappel_tensor::{
    By, Conv, ConvTranspose, CrossEntropy, Ellipsis, LossReduction, NewAxis, PadMode, Pool, Rng, Tensor, Threads,
};

pub use crate::{accuracy, correct};
