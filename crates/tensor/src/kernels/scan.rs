//! Scans: every value becomes what has been gathered up to it. Along the middle of `[outer, middle, inner]`, from either end.

use std::marker::PhantomData;

use rappel_elem::Elem;

use crate::kernels::lanes::{self, LANES};
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// What a scan gathers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// The sum so far. It is carried in `f64`.
    Sum,
    /// The product so far.
    Prod,
    /// The logarithm of the sum of exponentials so far.
    LogSumExp,
}

/// From which end a scan starts, and whether a value counts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Direction {
    /// From the last value to the first.
    pub reverse: bool,
    /// Each value becomes what was gathered before it.
    pub exclusive: bool,
}

/// `out[i]` is what the scan has gathered at value i.
pub(crate) fn scan<T: Float>(by: Scan, x: &[T], middle: usize, inner: usize, to: Direction, out: &mut [T]) {
    match by {
        Scan::Sum => dispatch(Walk::<T, Sums> { a: x, b: x, middle, inner, to, out, rule: PhantomData }),
        Scan::Prod => dispatch(Walk::<T, Products> { a: x, b: x, middle, inner, to, out, rule: PhantomData }),
        Scan::LogSumExp => dispatch(Walk::<T, LogSums> { a: x, b: x, middle, inner, to, out, rule: PhantomData }),
    }
}

/// The linear recurrence `h = a h + b` from 0; `out[i]` is h before step i.
pub(crate) fn recurrence<T: Float>(a: &[T], b: &[T], middle: usize, inner: usize, reverse: bool, out: &mut [T]) {
    let to = Direction { reverse, exclusive: true };
    dispatch(Walk::<T, Linear> { a, b, middle, inner, to, out, rule: PhantomData });
}

/// A scan's state and how it moves on.
trait Rule<T: Float> {
    type State: Copy;

    /// The state before the first value.
    fn start() -> Self::State;

    /// The state after a value of each operand.
    fn step(s: Self::State, a: T, b: T) -> Self::State;

    /// What the state says.
    fn value(s: Self::State) -> T;
}

struct Sums;

/// One chain of additions would lose digits with its length in `f32`; in `f64` it costs the same.
impl<T: Float> Rule<T> for Sums {
    type State = f64;

    #[inline(always)]
    fn start() -> f64 {
        0.0
    }

    #[inline(always)]
    fn step(s: f64, a: T, _: T) -> f64 {
        s + a.re()
    }

    #[inline(always)]
    fn value(s: f64) -> T {
        T::of(s)
    }
}

struct Products;

impl<T: Float> Rule<T> for Products {
    type State = T;

    #[inline(always)]
    fn start() -> T {
        T::ONE
    }

    #[inline(always)]
    fn step(s: T, a: T, _: T) -> T {
        s * a
    }

    #[inline(always)]
    fn value(s: T) -> T {
        s
    }
}

struct LogSums;

impl<T: Float> Rule<T> for LogSums {
    type State = T;

    #[inline(always)]
    fn start() -> T {
        T::NEG_INFINITY
    }

    #[inline(always)]
    fn step(s: T, a: T, _: T) -> T {
        // Equal infinities have no difference.
        let apart = if s == a { T::ZERO } else { -Elem::abs(s - a) };
        Elem::max(s, a) + Elem::ln_1p(Elem::exp(apart))
    }

    #[inline(always)]
    fn value(s: T) -> T {
        s
    }
}

struct Linear;

impl<T: Float> Rule<T> for Linear {
    type State = T;

    #[inline(always)]
    fn start() -> T {
        T::ZERO
    }

    #[inline(always)]
    fn step(s: T, a: T, b: T) -> T {
        a * s + b
    }

    #[inline(always)]
    fn value(s: T) -> T {
        s
    }
}

struct Walk<'a, T, R> {
    a: &'a [T],
    b: &'a [T],
    middle: usize,
    inner: usize,
    to: Direction,
    out: &'a mut [T],
    rule: PhantomData<R>,
}

impl<T: Float, R: Rule<T>> Kernel for Walk<'_, T, R> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Walk { a, b, middle, inner, to: Direction { reverse, exclusive }, out, .. } = self;
        let size = middle * inner;
        if size == 0 {
            return;
        }
        for ((a, b), out) in a.chunks_exact(size).zip(b.chunks_exact(size)).zip(out.chunks_exact_mut(size)) {
            if inner == 1 {
                let mut s = R::start();
                for k in 0..middle {
                    let i = if reverse { middle - 1 - k } else { k };
                    let next = R::step(s, a[i], b[i]);
                    out[i] = R::value(if exclusive { s } else { next });
                    s = next;
                }
                continue;
            }
            for (at, width) in lanes::strips(inner) {
                let mut s = [R::start(); LANES];
                for k in 0..middle {
                    let from = (if reverse { middle - 1 - k } else { k }) * inner + at;
                    let strip = from..from + width;
                    let each = out[strip.clone()].iter_mut().zip(&a[strip.clone()]).zip(&b[strip]).zip(&mut s);
                    for (((out, a), b), s) in each {
                        let next = R::step(*s, *a, *b);
                        *out = R::value(if exclusive { *s } else { next });
                        *s = next;
                    }
                }
            }
        }
    }
}
