//! Picking by index, and its adjoint: value by value along an axis, or whole rows of it.
//!
//! Repeated indices are met in the order they stand in, so results are deterministic. Indices have been checked.

use super::movement::{Strides, Walk};
use crate::number::{Data, Float};
use crate::shape::{count, strides};
use crate::simd::{Kernel, dispatch};

/// The largest index, 0 of none. This loop has no exits, as a search for an index out of range would, so it is vectorised.
pub(crate) fn largest(index: &[u32]) -> u32 {
    dispatch(Largest { index })
}

struct Largest<'a> {
    index: &'a [u32],
}

impl Kernel for Largest<'_> {
    type Output = u32;

    #[inline(always)]
    fn run(self) -> u32 {
        let mut largest = 0;
        for &i in self.index {
            largest = if i > largest { i } else { largest };
        }
        largest
    }
}

/// A run of an index array: places `at` to `at + n`, and where they lead: place `at + k` with index `i` to `from + k step + i along`.
#[derive(Clone, Copy)]
struct Run {
    at: usize,
    n: usize,
    from: usize,
    step: usize,
    along: usize,
}

impl Run {
    #[inline(always)]
    fn target(&self, k: usize, i: u32) -> usize {
        self.from + k * self.step + i as usize * self.along
    }
}

/// Walks over an index array of the shape `index_shape`: along `axis` the index says where, along the others the position does.
#[inline(always)]
fn each_run(shape: &[usize], axis: usize, index_shape: &[usize], mut run: impl FnMut(Run)) {
    let mut steps: Strides = strides(shape).iter().map(|&k| k as isize).collect();
    let along = std::mem::take(&mut steps[axis]) as usize;
    Walk { start: 0, shape: index_shape, strides: &steps }
        .runs(|at, from, n, step| run(Run { at, n, from, step: step as usize, along }));
}

/// Calls `at(position in the index array, offset in the operand)` for each index.
#[inline(always)]
fn each(shape: &[usize], axis: usize, index: &[u32], index_shape: &[usize], mut at: impl FnMut(usize, usize)) {
    each_run(shape, axis, index_shape, |run| {
        for (k, &i) in index[run.at..run.at + run.n].iter().enumerate() {
            at(run.at + k, run.target(k, i));
        }
    });
}

/// `out[.., j, ..] = x[.., index[.., j, ..], ..]`.
pub(crate) fn gather<T: Data>(
    x: &[T],
    shape: &[usize],
    axis: usize,
    index: &[u32],
    index_shape: &[usize],
    out: &mut [T],
) {
    each_run(shape, axis, index_shape, |run| {
        let picks = out[run.at..run.at + run.n].iter_mut().zip(&index[run.at..run.at + run.n]);
        if run.step == 0 && run.along == 1 {
            // Along the last axis, which is the most frequent.
            let x = &x[run.from..];
            picks.for_each(|(to, &i)| *to = x[i as usize]);
        } else {
            picks.enumerate().for_each(|(k, (to, &i))| *to = x[run.target(k, i)]);
        }
    });
}

/// Puts `x[.., j, ..]` to `out[.., index[.., j, ..], ..]`, in order.
pub(crate) fn scatter<T: Data>(
    x: &[T],
    (index, index_shape): (&[u32], &[usize]),
    axis: usize,
    (out, shape): (&mut [T], &[usize]),
    put: impl Fn(&mut T, T),
) {
    each(shape, axis, index, index_shape, |i, at| put(&mut out[at], x[i]));
}

/// 1 where a value that is written from there stays, 0 where a later one for the same place replaces it.
pub(crate) fn winners<T: Float>(index: &[u32], index_shape: &[usize], axis: usize, shape: &[usize], out: &mut [T]) {
    let mut last = vec![0; count(shape)];
    each(shape, axis, index, index_shape, |i, at| last[at] = i);
    each(shape, axis, index, index_shape, |i, at| out[i] = if last[at] == i { T::ONE } else { T::ZERO });
}

/// Rows of an operand: `n` along an axis, with `inner` values each, and some of them by index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) n: usize,
    pub(crate) inner: usize,
    pub(crate) index: &'a [u32],
    /// An index whose rows are zeros, and take nothing.
    pub(crate) skip: Option<u32>,
}

impl Rows<'_> {
    /// What the axis takes in the operand, and in the picked; 1 where there is nothing, as pieces have to have a size.
    fn pieces(&self) -> (usize, usize) {
        ((self.n * self.inner).max(1), (self.index.len() * self.inner).max(1))
    }
}

/// `out[.., j, ..] = x[.., index[j], ..]`, row by row.
pub(crate) fn take<T: Data>(x: &[T], rows: Rows<'_>, out: &mut [T]) {
    let Rows { inner, index, skip, .. } = rows;
    let (from, to) = rows.pieces();
    for (to, from) in out.chunks_exact_mut(to).zip(x.chunks_exact(from)) {
        if inner == 1 {
            for (to, &i) in to.iter_mut().zip(index) {
                *to = if skip == Some(i) { T::default() } else { from[i as usize] };
            }
            continue;
        }
        for (to, &i) in to.chunks_exact_mut(inner.max(1)).zip(index) {
            if skip == Some(i) {
                to.fill(T::default());
            } else {
                to.copy_from_slice(&from[i as usize * inner..][..inner]);
            }
        }
    }
}

/// `out[.., index[j], ..] += x[.., j, ..]`, row by row.
pub(crate) fn add_rows<T: Float>(x: &[T], rows: Rows<'_>, out: &mut [T]) {
    dispatch(AddRows { x, rows, out });
}

struct AddRows<'a, T> {
    x: &'a [T],
    rows: Rows<'a>,
    out: &'a mut [T],
}

impl<T: Float> Kernel for AddRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let AddRows { x, rows, out } = self;
        let Rows { inner, index, skip, .. } = rows;
        let (to, from) = rows.pieces();
        for (to, from) in out.chunks_exact_mut(to).zip(x.chunks_exact(from)) {
            for (from, &i) in from.chunks_exact(inner.max(1)).zip(index) {
                if skip != Some(i) {
                    for (to, &from) in to[i as usize * inner..][..inner].iter_mut().zip(from) {
                        *to = *to + from;
                    }
                }
            }
        }
    }
}
