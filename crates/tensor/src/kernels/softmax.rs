//! Softmax, log-softmax and log-sum-exp of rows, and their cotangents.
//!
//! The maximum is taken out first, so nothing overflows. A row that is all `-inf` has log-sum-exp `-inf` (not NaN) and
//! passes no gradient; its softmax is NaN, as 0/0 is.

use rappel_elem::Elem;

use crate::kernels::lanes;
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// Which function of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soft {
    /// `exp(x) / sum exp(x)`.
    Max,
    /// `x - log sum exp(x)`.
    LogMax,
}

/// `y = softmax(x)` or `log_softmax(x)` over rows of `n`.
pub(crate) fn forward<T: Float>(soft: Soft, x: &[T], y: &mut [T], n: usize) {
    match soft {
        Soft::Max => dispatch(Softmax { x, y, n }),
        Soft::LogMax => dispatch(LogSoftmax { x, y, n }),
    }
}

/// The cotangent of x from that of y, from the output alone: `to = ...`, or `to += ...`.
pub(crate) fn backward<T: Float>(soft: Soft, to: &mut [T], g: &[T], y: &[T], n: usize, add: bool) {
    match soft {
        Soft::Max => dispatch(SoftmaxBack { to, g, y, n, add }),
        Soft::LogMax => dispatch(LogSoftmaxBack { to, g, y, n, add }),
    }
}

/// `y = log sum exp(x)` over the middle of `[outer, middle, inner]`.
pub(crate) fn logsumexp<T: Float>(x: &[T], y: &mut [T], middle: usize, inner: usize) {
    dispatch(LogSumExp { x, y, middle, inner });
}

/// `to = g softmax(x)` over the middle of `[outer, middle, inner]`; 0 where `y = -inf`. g and y have shape `[outer, inner]`.
pub(crate) fn logsumexp_backward<T: Float>(to: &mut [T], g: &[T], x: &[T], y: &[T], middle: usize, inner: usize) {
    dispatch(LogSumExpBack { to, g, x, y, middle, inner });
}

/// The largest value of a row and the sum of `exp(x - largest)`; an infinite maximum is replaced by 0, so that a row of
/// `-inf` sums to 0 and one with `+inf` to `inf`.
#[inline(always)]
pub(crate) fn shifted_sum<T: Float>(row: &[T]) -> (T, T) {
    let top = shift(row);
    (top, lanes::sum_of(row, |v| Elem::exp(v - top)))
}

/// Replaces a row by `exp(x - largest)` and gives the sum of that; see [`shifted_sum`].
#[inline(always)]
pub(crate) fn shifted_sum_in_place<T: Float>(row: &mut [T]) -> T {
    let top = shift(row);
    for x in row.iter_mut() {
        *x = Elem::exp(*x - top);
    }
    lanes::fold(row, T::ZERO, |v| v, |a, b| a + b)
}

#[inline(always)]
fn shift<T: Float>(row: &[T]) -> T {
    finite_or_zero(lanes::fold(row, T::NEG_INFINITY, |v| v, |a, b| Elem::max(a, b)))
}

#[inline(always)]
fn finite_or_zero<T: Float>(top: T) -> T {
    if top == T::NEG_INFINITY || top == -T::NEG_INFINITY { T::ZERO } else { top }
}

/// [`shifted_sum`] of the columns of a strip.
#[inline(always)]
fn shifted_sums<T: Float>(rows: &[T], inner: usize, strip: (usize, usize)) -> ([T; lanes::LANES], [T; lanes::LANES]) {
    let top = lanes::strip(rows, inner, strip, T::NEG_INFINITY, |a, v, _| Elem::max(a, v)).map(finite_or_zero);
    (top, lanes::strip_sum(rows, inner, strip, |v, i| Elem::exp(v - top[i])))
}

struct Softmax<'a, T> {
    x: &'a [T],
    y: &'a mut [T],
    n: usize,
}

impl<T: Float> Kernel for Softmax<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.n == 0 {
            return;
        }
        for (x, y) in self.x.chunks_exact(self.n).zip(self.y.chunks_exact_mut(self.n)) {
            let top = shift(x);
            for (y, x) in y.iter_mut().zip(x) {
                *y = Elem::exp(*x - top);
            }
            let total = lanes::fold(y, T::ZERO, |v| v, |a, b| a + b);
            for y in y {
                *y = *y / total;
            }
        }
    }
}

struct LogSoftmax<'a, T> {
    x: &'a [T],
    y: &'a mut [T],
    n: usize,
}

impl<T: Float> Kernel for LogSoftmax<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.n == 0 {
            return;
        }
        for (x, y) in self.x.chunks_exact(self.n).zip(self.y.chunks_exact_mut(self.n)) {
            let (top, total) = shifted_sum(x);
            let log = Elem::ln(total);
            // Two subtractions: the first is exact near the maximum, where the second matters.
            for (y, x) in y.iter_mut().zip(x) {
                *y = *x - top - log;
            }
        }
    }
}

struct LogSumExp<'a, T> {
    x: &'a [T],
    y: &'a mut [T],
    middle: usize,
    inner: usize,
}

impl<T: Float> Kernel for LogSumExp<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let LogSumExp { x, y, middle, inner } = self;
        if middle == 0 || inner == 0 {
            y.fill(T::NEG_INFINITY);
            return;
        }
        if inner == 1 {
            for (x, y) in x.chunks_exact(middle).zip(y.iter_mut()) {
                let (top, total) = shifted_sum(x);
                *y = top + Elem::ln(total);
            }
            return;
        }
        for (x, y) in x.chunks_exact(middle * inner).zip(y.chunks_exact_mut(inner)) {
            for (at, width) in lanes::strips(inner) {
                let (top, total) = shifted_sums(x, inner, (at, width));
                for ((y, top), total) in y[at..at + width].iter_mut().zip(top).zip(total) {
                    *y = top + Elem::ln(total);
                }
            }
        }
    }
}

struct SoftmaxBack<'a, T> {
    to: &'a mut [T],
    g: &'a [T],
    y: &'a [T],
    n: usize,
    add: bool,
}

impl<T: Float> Kernel for SoftmaxBack<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.n == 0 {
            return;
        }
        let rows = self.to.chunks_exact_mut(self.n).zip(self.g.chunks_exact(self.n)).zip(self.y.chunks_exact(self.n));
        for ((to, g), y) in rows {
            let dot = lanes::fold2(g, y, T::ZERO, |g, y| g * y, |a, b| a + b);
            for ((to, g), y) in to.iter_mut().zip(g).zip(y) {
                let d = *y * (*g - dot);
                *to = if self.add { *to + d } else { d };
            }
        }
    }
}

struct LogSoftmaxBack<'a, T> {
    to: &'a mut [T],
    g: &'a [T],
    y: &'a [T],
    n: usize,
    add: bool,
}

impl<T: Float> Kernel for LogSoftmaxBack<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.n == 0 {
            return;
        }
        let rows = self.to.chunks_exact_mut(self.n).zip(self.g.chunks_exact(self.n)).zip(self.y.chunks_exact(self.n));
        for ((to, g), y) in rows {
            let total = lanes::fold(g, T::ZERO, |v| v, |a, b| a + b);
            for ((to, g), y) in to.iter_mut().zip(g).zip(y) {
                let d = *g - Elem::exp(*y) * total;
                *to = if self.add { *to + d } else { d };
            }
        }
    }
}

struct LogSumExpBack<'a, T> {
    to: &'a mut [T],
    g: &'a [T],
    x: &'a [T],
    y: &'a [T],
    middle: usize,
    inner: usize,
}

impl<T: Float> Kernel for LogSumExpBack<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let LogSumExpBack { to, g, x, y, middle, inner } = self;
        if middle == 0 || inner == 0 {
            return;
        }
        if inner == 1 {
            for ((to, x), (&g, &y)) in to.chunks_exact_mut(middle).zip(x.chunks_exact(middle)).zip(g.iter().zip(y)) {
                // Not exp(x - y): y is rounded at its own size, which exp would make a relative error of |y| eps.
                let (top, total) = shifted_sum(x);
                for (to, x) in to.iter_mut().zip(x) {
                    *to = share(g, *x, y, top, total);
                }
            }
            return;
        }
        let blocks = to.chunks_exact_mut(middle * inner).zip(x.chunks_exact(middle * inner));
        for ((to, x), (g, y)) in blocks.zip(g.chunks_exact(inner).zip(y.chunks_exact(inner))) {
            for (at, width) in lanes::strips(inner) {
                let (top, total) = shifted_sums(x, inner, (at, width));
                let (g, y) = (&g[at..at + width], &y[at..at + width]);
                for (to, x) in to.chunks_exact_mut(inner).zip(x.chunks_exact(inner)) {
                    let each = to[at..at + width].iter_mut().zip(&x[at..at + width]).zip(g).zip(y).zip(top).zip(total);
                    for (((((to, x), g), y), top), total) in each {
                        *to = share(*g, *x, *y, top, total);
                    }
                }
            }
        }
    }
}

/// What one value gets of the cotangent of its row's log-sum-exp.
#[inline(always)]
fn share<T: Float>(g: T, x: T, y: T, top: T, total: T) -> T {
    if y == T::NEG_INFINITY { T::ZERO } else { g * (Elem::exp(x - top) / total) }
}
