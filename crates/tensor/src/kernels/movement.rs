//! Moving values: every shape operation is a walk over one side by strides.
//!
//! Permute, expand, slice, flip and diagonal read by strides and write in order; their adjoints, and concatenation, read in order
//! and write by strides.

use smallvec::SmallVec;

use crate::number::{Data, Float};
use crate::shape::count;

/// Steps between neighbours along each axis, in values; negative where the walk goes backwards, 0 where it stands.
pub(crate) type Strides = SmallVec<[isize; 4]>;

/// A walk over a strided side in the order of the other: where it starts, and for each axis its size and step.
///
/// Nothing is visited when a size is 0, and `start` may then be anything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) start: usize,
    pub(crate) shape: &'a [usize],
    pub(crate) strides: &'a [isize],
}

type Merged = SmallVec<[(usize, isize); 6]>;

impl Walk<'_> {
    /// Axes outermost first, without those of size 1 and with neighbours merged where they are one walk.
    fn merged(&self) -> Merged {
        let mut axes = Merged::new();
        for (&n, &step) in self.shape.iter().zip(self.strides) {
            if n == 1 {
                continue;
            }
            match axes.last_mut() {
                Some((m, outer)) if *outer == step.wrapping_mul(n as isize) => (*m, *outer) = (*m * n, step),
                _ => axes.push((n, step)),
            }
        }
        axes
    }

    /// Whether it visits `n` values one after the other from the first.
    pub(crate) fn is_whole(&self, n: usize) -> bool {
        match self.merged()[..] {
            _ if count(self.shape) != n => false,
            _ if n == 0 => true,
            [] => self.start == 0,
            [(_, step)] => self.start == 0 && step == 1,
            _ => false,
        }
    }

    /// Calls `run(in order, by strides, length, step)` for each innermost run.
    #[inline(always)]
    pub(crate) fn runs(&self, run: impl FnMut(usize, usize, usize, isize)) {
        if count(self.shape) > 0 {
            let mut axes = self.merged();
            let (n, step) = axes.pop().unwrap_or((1, 1));
            runs(&axes, self.start, n, n, step, run);
        }
    }
}

/// Calls `run(in order, by strides, n, step)` at each index of the outer axes; each takes `advance` places in order.
#[inline(always)]
fn runs(
    outer: &[(usize, isize)],
    start: usize,
    advance: usize,
    n: usize,
    step: isize,
    mut run: impl FnMut(usize, usize, usize, isize),
) {
    let mut at: SmallVec<[usize; 6]> = smallvec::smallvec![0; outer.len()];
    let (mut ordered, mut strided) = (0, start);
    loop {
        run(ordered, strided, n, step);
        ordered += advance;
        let mut axis = outer.len();
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            let (size, step) = outer[axis];
            at[axis] += 1;
            strided = strided.wrapping_add_signed(step);
            if at[axis] < size {
                break;
            }
            at[axis] = 0;
            strided = strided.wrapping_sub((size as isize * step) as usize);
        }
    }
}

/// Copies what the walk sees of `x` into `out`, in order.
pub(crate) fn read<T: Data>(x: &[T], walk: Walk<'_>, out: &mut [T]) {
    read_by(x, walk, out, |to, from| *to = from);
}

/// Adds what the walk sees of `x` to `out`, in order.
pub(crate) fn add_read<T: Float>(x: &[T], walk: Walk<'_>, out: &mut [T]) {
    read_by(x, walk, out, |to, from| *to = *to + from);
}

/// Writes `x`, in order, to where the walk points in `out`.
pub(crate) fn write<T: Data>(x: &[T], walk: Walk<'_>, out: &mut [T]) {
    write_by(x, walk, out, |to, from| *to = from);
}

/// Adds `x`, in order, to where the walk points in `out`.
pub(crate) fn add<T: Float>(x: &[T], walk: Walk<'_>, out: &mut [T]) {
    write_by(x, walk, out, |to, from| *to = *to + from);
}

#[inline(always)]
fn read_by<T: Data>(x: &[T], walk: Walk<'_>, out: &mut [T], put: impl Fn(&mut T, T)) {
    if out.is_empty() {
        return;
    }
    let axes = walk.merged();
    if let &[ref outer @ .., (columns, 1), (rows, step)] = &axes[..]
        && step > 1
    {
        // Both sides in blocks: along either alone, every value of the other is a cache line of its own.
        return runs(outer, walk.start, rows * columns, rows, step, |o, s, rows, step| {
            transpose(&x[s..], &mut out[o..o + rows * columns], rows, step as usize, &put);
        });
    }
    if let &[ref outer @ .., (m, by), (n, step)] = &axes[..]
        && n <= SHORT
    {
        return runs(outer, walk.start, m * n, m, by, |o, s, m, by| {
            short_runs(x, s, by, step, n, &mut out[o..o + m * n], &put);
        });
    }
    walk.runs(|o, s, n, step| {
        let to = &mut out[o..o + n];
        match step {
            1 => to.iter_mut().zip(&x[s..s + n]).for_each(|(to, from)| put(to, *from)),
            0 => to.iter_mut().for_each(|to| put(to, x[s])),
            2.. => to.iter_mut().zip(x[s..].iter().step_by(step as usize)).for_each(|(to, from)| put(to, *from)),
            -1 => to.iter_mut().zip(x[s + 1 - n..=s].iter().rev()).for_each(|(to, from)| put(to, *from)),
            _ => {
                let from = x[..=s].iter().rev().step_by(step.unsigned_abs());
                to.iter_mut().zip(from).for_each(|(to, from)| put(to, *from));
            }
        }
    });
}

/// Runs up to this length are read in a loop of their own: the walk from one to the next would cost more than the run.
const SHORT: usize = 8;

/// Reads runs of `n` values that lie `by` apart, each with `step` between its values.
#[inline(always)]
fn short_runs<T: Data>(
    x: &[T],
    start: usize,
    by: isize,
    step: isize,
    n: usize,
    out: &mut [T],
    put: &impl Fn(&mut T, T),
) {
    /// Each value `N` times.
    #[inline(always)]
    fn repeat<const N: usize, T: Data>(x: &[T], out: &mut [T], put: &impl Fn(&mut T, T)) {
        for (to, &from) in out.as_chunks_mut::<N>().0.iter_mut().zip(x) {
            to.iter_mut().for_each(|to| put(to, from));
        }
    }
    match (n, by, step) {
        (2, 1, 0) => return repeat::<2, T>(&x[start..], out, put),
        (3, 1, 0) => return repeat::<3, T>(&x[start..], out, put),
        (4, 1, 0) => return repeat::<4, T>(&x[start..], out, put),
        _ => {}
    }
    let mut s = start;
    for to in out.chunks_exact_mut(n) {
        let mut at = s;
        for to in to {
            put(to, x[at]);
            at = at.wrapping_add_signed(step);
        }
        s = s.wrapping_add_signed(by);
    }
}

#[inline(always)]
fn write_by<T: Data>(x: &[T], walk: Walk<'_>, out: &mut [T], put: impl Fn(&mut T, T)) {
    walk.runs(|o, s, n, step| {
        let from = &x[o..o + n];
        match step {
            1 => out[s..s + n].iter_mut().zip(from).for_each(|(to, from)| put(to, *from)),
            0 => from.iter().for_each(|from| put(&mut out[s], *from)),
            2.. => out[s..].iter_mut().step_by(step as usize).zip(from).for_each(|(to, from)| put(to, *from)),
            _ => {
                let to = out[..=s].iter_mut().rev().step_by(step.unsigned_abs());
                to.zip(from).for_each(|(to, from)| put(to, *from));
            }
        }
    });
}

/// `out[j, i] = x[i, j]` in square blocks that stay in the first-level cache; rows of `x` lie `step` values apart.
#[inline(always)]
fn transpose<T: Data>(x: &[T], out: &mut [T], rows: usize, step: usize, put: &impl Fn(&mut T, T)) {
    const BLOCK: usize = 16;
    let columns = out.len() / rows;
    for i0 in (0..rows).step_by(BLOCK) {
        for j0 in (0..columns).step_by(BLOCK) {
            for j in j0..(j0 + BLOCK).min(columns) {
                for i in i0..(i0 + BLOCK).min(rows) {
                    put(&mut out[j * rows + i], x[i * step + j]);
                }
            }
        }
    }
}

/// Copies runs of `size` values from `x`, one after the other, to `start` and every `step` values from there.
pub(crate) fn place<T: Data>(x: &[T], size: usize, out: &mut [T], step: usize, start: usize) {
    for (to, from) in out.chunks_exact_mut(step.max(1)).zip(x.chunks_exact(size.max(1))) {
        to[start..start + size].copy_from_slice(from);
    }
}

/// Turns the values along an axis by `shift` places: those that leave at its end come in at its start. The axis has `n` places of
/// `inner` values each, and `shift < n`.
pub(crate) fn roll<T: Data>(x: &[T], n: usize, inner: usize, shift: usize, out: &mut [T]) {
    let (axis, cut) = (n * inner, (n - shift) * inner);
    for (to, from) in out.chunks_exact_mut(axis.max(1)).zip(x.chunks_exact(axis.max(1))) {
        to[axis - cut..].copy_from_slice(&from[..cut]);
        to[..axis - cut].copy_from_slice(&from[cut..]);
    }
}

/// The side of a diagonal that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Triangle {
    /// On the diagonal and below.
    Lower,
    /// On the diagonal and above.
    Upper,
}

/// Copies one side of a diagonal of each matrix of `columns` columns, zeros elsewhere; `diagonal` counts from the main one to the
/// right. Several matrices lie one after the other.
pub(crate) fn triangle<T: Float>(x: &[T], rows: usize, columns: usize, keep: Triangle, diagonal: isize, out: &mut [T]) {
    for (k, (to, from)) in out.chunks_exact_mut(columns.max(1)).zip(x.chunks_exact(columns.max(1))).enumerate() {
        let i = (k % rows) as isize;
        // Of row i, the columns up to and with i + diagonal are on the lower side; without it, below the upper one.
        let kept = match keep {
            Triangle::Lower => i.saturating_add(diagonal).saturating_add(1),
            Triangle::Upper => i.saturating_add(diagonal),
        };
        let cut = kept.clamp(0, columns as isize) as usize;
        let (zeros, copied) = match keep {
            Triangle::Lower => (cut..columns, 0..cut),
            Triangle::Upper => (0..cut, cut..columns),
        };
        to[zeros].fill(T::ZERO);
        to[copied.clone()].copy_from_slice(&from[copied]);
    }
}
