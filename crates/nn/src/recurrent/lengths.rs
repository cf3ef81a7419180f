//! Sequences of different lengths in one batch.

use rappel_autodiff::{Float, Tape, Tensor, Var};

/// For each of `time` steps a mask `[batch, 1]`, 1 where the sequence has not ended; none where all run.
pub(super) fn running<'t, T: Float>(
    tape: &'t Tape<T>,
    time: usize,
    lengths: Option<&[usize]>,
) -> Vec<Option<Var<'t, T>>> {
    let Some(lengths) = lengths else { return vec![None; time] };
    let shortest = lengths.iter().copied().min().unwrap_or(time);
    let mask = |t| tape.input(&Tensor::from_fn(&[lengths.len(), 1], |i| flag(t < lengths[i])));
    (0..time).map(|t| (t >= shortest).then(|| mask(t))).collect()
}

/// The sequences with zeros after their ends. What stands there must not come near the weights: their gradient is 0 times it, which
/// is NaN if it is.
pub(super) fn without_padding<'t, T: Float>(x: Var<'t, T>, axis: usize, lengths: &[usize]) -> Var<'t, T> {
    let (time, batch) = (x.shape()[axis], lengths.len());
    if lengths.iter().all(|&length| length == time) {
        return x;
    }
    let mask = match axis {
        0 => Tensor::from_fn(&[time, batch, 1], |i| flag(i / batch < lengths[i % batch])),
        _ => Tensor::from_fn(&[batch, time, 1], |i| flag(i % time < lengths[i / time])),
    };
    x.tape().input(&mask).where_cond(x, 0.0)
}

fn flag<T: Float>(holds: bool) -> T {
    if holds { T::ONE } else { T::ZERO }
}
