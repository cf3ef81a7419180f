//! Folding a slice in sixteen lanes, and the columns of a matrix in strips of sixteen.
//!
//! Floating-point sums may not be reordered by the compiler, so one running sum is one long chain of additions. Sixteen
//! independent ones fill the vector units, round less, and have one fixed order at every SIMD level.

use crate::number::Float;

pub(crate) const LANES: usize = 16;

/// Above this many values a sum is split in halves, so that its error grows with the logarithm of the length.
const PAIRWISE: usize = 4096;

/// `join` over `map(x)` for all values, in sixteen lanes that are joined pairwise at the end.
#[inline(always)]
pub(crate) fn fold<T: Float>(x: &[T], start: T, map: impl Fn(T) -> T, join: impl Fn(T, T) -> T) -> T {
    let mut acc = [start; LANES];
    let chunks = x.chunks_exact(LANES);
    let rest = chunks.remainder();
    for c in chunks {
        for i in 0..LANES {
            acc[i] = join(acc[i], map(c[i]));
        }
    }
    for (a, &v) in acc.iter_mut().zip(rest) {
        *a = join(*a, map(v));
    }
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            acc[i] = join(acc[i], acc[i + width]);
        }
        width /= 2;
    }
    acc[0]
}

/// `join` over `map(x, y)` for all pairs; see [`fold`].
#[inline(always)]
pub(crate) fn fold2<T: Float>(x: &[T], y: &[T], start: T, map: impl Fn(T, T) -> T, join: impl Fn(T, T) -> T) -> T {
    let n = x.len();
    let y = &y[..n];
    let mut acc = [start; LANES];
    let whole = n - n % LANES;
    for (c, d) in x[..whole].chunks_exact(LANES).zip(y[..whole].chunks_exact(LANES)) {
        for i in 0..LANES {
            acc[i] = join(acc[i], map(c[i], d[i]));
        }
    }
    for ((a, &v), &w) in acc.iter_mut().zip(&x[whole..]).zip(&y[whole..]) {
        *a = join(*a, map(v, w));
    }
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            acc[i] = join(acc[i], acc[i + width]);
        }
        width /= 2;
    }
    acc[0]
}

/// The sum of all values, pairwise above 4096.
#[inline(always)]
pub(crate) fn sum<T: Float>(x: &[T]) -> T {
    sum_of(x, |v| v)
}

/// The sum of `map(x)` over all values, pairwise above 4096.
///
/// The closure is passed on by value: called through a reference, it is not seen through, and the loop not vectorised.
#[inline(always)]
pub(crate) fn sum_of<T: Float>(x: &[T], map: impl Fn(T) -> T + Copy) -> T {
    if x.len() <= PAIRWISE {
        return fold(x, T::ZERO, map, |a, b| a + b);
    }
    // Blocks are summed in a binary counter: the same tree as halving, without recursion (which would not be inlined into
    // the vectorised caller).
    let mut levels = [T::ZERO; usize::BITS as usize];
    let mut blocks = 0_usize;
    for block in x.chunks(PAIRWISE) {
        let mut total = fold(block, T::ZERO, map, |a, b| a + b);
        let mut level = 0;
        while blocks >> level & 1 == 1 {
            total = levels[level] + total;
            level += 1;
        }
        levels[level] = total;
        blocks += 1;
    }
    let mut total = T::ZERO;
    for (level, &part) in levels.iter().enumerate() {
        if blocks >> level & 1 == 1 {
            total = part + total;
        }
    }
    total
}

/// `sum += x v`, lane by lane.
#[inline(always)]
pub(crate) fn add_scaled<T: Float>(sum: &mut [T; LANES], x: T, v: &[T; LANES]) {
    for l in 0..LANES {
        sum[l] = sum[l] + x * v[l];
    }
}

/// The strips of a row of `inner` values: where each starts and how wide it is.
#[inline(always)]
pub(crate) fn strips(inner: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..inner.div_ceil(LANES)).map(move |k| (k * LANES, (inner - k * LANES).min(LANES)))
}

/// Folds the columns of a strip over rows of `inner` values: `step(accumulator, value, lane)` for each, in order.
#[inline(always)]
pub(crate) fn strip<T: Float>(
    rows: &[T],
    inner: usize,
    (at, width): (usize, usize),
    start: T,
    step: impl Fn(T, T, usize) -> T,
) -> [T; LANES] {
    let mut acc = [start; LANES];
    if width == LANES {
        for row in rows.chunks_exact(inner) {
            let row = &row[at..at + LANES];
            for i in 0..LANES {
                acc[i] = step(acc[i], row[i], i);
            }
        }
    } else {
        for row in rows.chunks_exact(inner) {
            for (i, (a, v)) in acc.iter_mut().zip(&row[at..at + width]).enumerate() {
                *a = step(*a, *v, i);
            }
        }
    }
    acc
}

/// Rows summed one after the other into a column sum before it is added to the total: bounds the error of long columns.
const ROWS: usize = 256;

/// The sums of `map(value, lane)` down the columns of a strip, rows in blocks.
#[inline(always)]
pub(crate) fn strip_sum<T: Float>(
    rows: &[T],
    inner: usize,
    strip_at: (usize, usize),
    map: impl Fn(T, usize) -> T + Copy,
) -> [T; LANES] {
    let mut total = [T::ZERO; LANES];
    for rows in rows.chunks(ROWS * inner) {
        let part = strip(rows, inner, strip_at, T::ZERO, move |a, v, i| a + map(v, i));
        for i in 0..LANES {
            total[i] = total[i] + part[i];
        }
    }
    total
}
