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

/// `y = log sum exp(x)` of rows of `n`.
pub(crate) fn logsumexp<T: Float>(x: &[T], y: &mut [T], n: usize) {
    dispatch(LogSumExp { x, y, n });
}

/// `to = g softmax(x)` of rows of `n`, or `to += ...`; 0 where `y = -inf`. g and y hold one value per row.
pub(crate) fn logsumexp_backward<T: Float>(to: &mut [T], g: &[T], x: &[T], y: &[T], n: usize, add: bool) {
    dispatch(LogSumExpBack { to, g, x, y, n, add });
}

/// The largest value of a row and the sum of `exp(x - largest)`; an infinite maximum is replaced by 0, so that a row of
/// `-inf` sums to 0 and one with `+inf` to `inf`.
#[inline(always)]
pub(crate) fn shifted_sum<T: Float>(row: &[T]) -> (T, T) {
    let top = shift(row);
    (top, lanes::fold(row, T::ZERO, |v| Elem::exp(v - top), |a, b| a + b))
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
    let top = lanes::fold(row, T::NEG_INFINITY, |v| v, |a, b| Elem::max(a, b));
    if top == T::NEG_INFINITY || top == -T::NEG_INFINITY { T::ZERO } else { top }
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
    n: usize,
}

impl<T: Float> Kernel for LogSumExp<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.n == 0 {
            self.y.fill(T::NEG_INFINITY);
            return;
        }
        for (x, y) in self.x.chunks_exact(self.n).zip(self.y.iter_mut()) {
            let (top, total) = shifted_sum(x);
            *y = top + Elem::ln(total);
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
    n: usize,
    add: bool,
}

impl<T: Float> Kernel for LogSumExpBack<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.n == 0 {
            return;
        }
        let rows = self.to.chunks_exact_mut(self.n).zip(self.x.chunks_exact(self.n)).zip(self.g.iter().zip(self.y));
        for ((to, x), (&g, &y)) in rows {
            let nothing = y == T::NEG_INFINITY;
            // Not exp(x - y): y is rounded at its own size, which exp would make a relative error of |y| eps.
            let (top, total) = shifted_sum(x);
            for (to, x) in to.iter_mut().zip(x) {
                let d = if nothing { T::ZERO } else { g * (Elem::exp(*x - top) / total) };
                *to = if self.add { *to + d } else { d };
            }
        }
    }
}
