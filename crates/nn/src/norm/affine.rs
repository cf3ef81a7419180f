//! The scale and shift that are learned behind a normalisation. They begin as ones and zeros: as nothing.

use rappel_autodiff::{Float, Param, Tape, Tensor, Var};

/// A weight of ones, if wanted.
pub(super) fn weight<T: Float>(wanted: bool, shape: &[usize]) -> Option<Param<T>> {
    wanted.then(|| Param::new(Tensor::ones(shape)))
}

/// A bias of zeros, if wanted.
pub(super) fn bias<T: Float>(wanted: bool, shape: &[usize]) -> Option<Param<T>> {
    wanted.then(|| Param::new(Tensor::zeros(shape)))
}

/// A parameter on the tape, if there is one.
#[track_caller]
pub(super) fn on<'t, T: Float>(tape: &'t Tape<T>, param: &Option<Param<T>>) -> Option<Var<'t, T>> {
    // Not `map`: a closure would be the caller that the parameter is recorded for.
    match param {
        Some(param) => Some(tape.param(param)),
        None => None,
    }
}
