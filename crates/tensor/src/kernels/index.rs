//! Gathering along an axis by index, and its adjoint. Repeated indices accumulate in order, so results are deterministic.

use crate::number::{Data, Float};
use crate::shape::count;

/// Walks an index array of shape `index_shape` over an operand of shape `shape`: calls `at(position in the index array,
/// offset in the operand without the axis)`.
fn walk(shape: &[usize], index_shape: &[usize], axis: usize, mut at: impl FnMut(usize, usize)) {
    let total = count(index_shape);
    let inner_index: usize = count(&index_shape[axis + 1..]);
    let inner: usize = count(&shape[axis + 1..]);
    let same_inner = index_shape[axis + 1..] == shape[axis + 1..];
    let same_outer = index_shape[..axis] == shape[..axis];
    let n = index_shape[axis];
    for i in 0..total {
        let (outer_i, inner_i) = (i / (n * inner_index), i % inner_index);
        let outer = if same_outer { outer_i } else { rebase(outer_i, &index_shape[..axis], &shape[..axis]) };
        let within = if same_inner { inner_i } else { rebase(inner_i, &index_shape[axis + 1..], &shape[axis + 1..]) };
        at(i, outer * shape[axis] * inner + within);
    }
}

/// The row-major position in `to` of row-major position `i` in `from`, where `from` is no larger in any axis.
fn rebase(mut i: usize, from: &[usize], to: &[usize]) -> usize {
    let (mut out, mut step) = (0, 1);
    for (&f, &t) in from.iter().zip(to).rev() {
        out += i % f * step;
        i /= f;
        step *= t;
    }
    out
}

/// `out[.., j, ..] = x[.., index[.., j, ..], ..]`; indices have been checked.
pub(crate) fn gather<T: Data>(
    x: &[T],
    shape: &[usize],
    index: &[u32],
    index_shape: &[usize],
    axis: usize,
    out: &mut [T],
) {
    let inner: usize = count(&shape[axis + 1..]);
    walk(shape, index_shape, axis, |i, offset| out[i] = x[offset + index[i] as usize * inner]);
}

/// `out[.., index[.., j, ..], ..] += x[.., j, ..]`; indices have been checked.
pub(crate) fn scatter_add<T: Float>(
    x: &[T],
    index: &[u32],
    index_shape: &[usize],
    axis: usize,
    out: &mut [T],
    shape: &[usize],
) {
    let inner: usize = count(&shape[axis + 1..]);
    walk(shape, index_shape, axis, |i, offset| {
        let to = &mut out[offset + index[i] as usize * inner];
        *to = *to + x[i];
    });
}
