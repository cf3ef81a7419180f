//! Where the output of the label stands among those of its row.

use rappel_autodiff::Float;

/// How many outputs are ahead of that of the label: those that are larger, and equal ones before it. None with a NaN in the row.
pub(super) fn rank<T: Float>(row: &[T], label: usize) -> Option<usize> {
    let (before, from) = row.split_at(label);
    let own = from[0];
    // Each is compared both ways, as a NaN is neither above nor below.
    let not_behind =
        before.iter().filter(|&&x| !(x < own)).count() + from[1..].iter().filter(|&&x| !(x <= own)).count();
    let ahead = before.iter().filter(|&&x| x >= own).count() + from[1..].iter().filter(|&&x| x > own).count();
    let is_number = !own.re().is_nan();
    (is_number && not_behind == ahead).then_some(ahead)
}

/// The first of the largest outputs. None with a NaN in the row, or without outputs.
pub(super) fn largest<T: Float>(row: &[T]) -> Option<usize> {
    let mut best = None;
    for (class, &x) in row.iter().enumerate() {
        if x.re().is_nan() {
            return None;
        }
        if best.is_none_or(|best: usize| x > row[best]) {
            best = Some(class);
        }
    }
    best
}
