//! Random numbers for a tape, and the smallest probability.

use rappel_autodiff::{Float, Rng, Tape};

/// A generator for the tape's next draw.
///
/// # Panics
/// At the caller's line, when the tape does not train and so has no key.
#[track_caller]
pub(super) fn generator<T: Float>(what: &str, tape: &Tape<T>) -> Rng {
    match tape.draw() {
        Some(key) => Rng::seed(key),
        None => panic!("{what}: a tape in evaluation mode draws nothing: take the mean or mode, or pass a generator"),
    }
}

/// The smallest probability that counts, as in PyTorch: what 1 differs by from its neighbour in the number type.
pub(super) fn least<T: Float>() -> f64 {
    if size_of::<T>() == size_of::<f32>() { f64::from(f32::EPSILON) } else { f64::EPSILON }
}
