//! Random numbers for a tape, and checks of what is to be a probability.

use rappel_autodiff::{Float, Rng, Tape, Tensor};

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

/// Every value that is no NaN is a probability.
///
/// # Panics
/// At the caller's line.
#[track_caller]
pub(super) fn check_probabilities<T: Float>(what: &str, probs: &Tensor<T>) {
    if let Some(i) = probs.data().iter().position(|p| *p < T::ZERO || *p > T::ONE) {
        panic!(
            "{what}: value {i} is {}, and a probability is from 0 to 1; logits go to `from_logits`",
            probs.data()[i]
        );
    }
}

/// The smallest probability that counts, as in PyTorch: what 1 differs by from its neighbour in the number type.
pub(super) fn least<T: Float>() -> f64 {
    if size_of::<T>() == size_of::<f32>() { f64::from(f32::EPSILON) } else { f64::EPSILON }
}
