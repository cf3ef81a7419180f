//! Functions of two values under broadcasting: the binary rows of the elementwise table as loops.
//!
//! Two operands under one shape fall into runs in which each is either read in step with the output or stays at one value.
//! The innermost run is a vectorised loop, the outer ones an odometer; nothing is materialised.

use std::marker::PhantomData;

use rappel_elem::{Binary, Consts, Elem};
use smallvec::SmallVec;

use crate::number::Float;
use crate::shape::count;
use crate::simd::{Kernel, dispatch};

/// How two operands are read for an output of their broadcast shape.
pub(crate) struct Walk {
    inner: usize,
    /// Steps of a and b within the inner run: 1 or 0.
    step_a: usize,
    step_b: usize,
    outer: SmallVec<[Run; 4]>,
    rows: usize,
}

#[derive(Clone, Copy)]
struct Run {
    size: usize,
    step_a: usize,
    step_b: usize,
}

impl Walk {
    pub(crate) fn new(a: &[usize], b: &[usize], out: &[usize]) -> Self {
        let size = |s: &[usize], i: usize| if i + s.len() >= out.len() { s[i + s.len() - out.len()] } else { 1 };
        let mut runs: SmallVec<[Run; 4]> = SmallVec::new();
        let (mut len_a, mut len_b) = (1, 1);
        for (i, &n) in out.iter().enumerate().rev() {
            if n == 1 {
                continue;
            }
            let (in_a, in_b) = (size(a, i) != 1, size(b, i) != 1);
            match runs.last_mut() {
                Some(r) if (r.step_a != 0) == in_a && (r.step_b != 0) == in_b => r.size *= n,
                _ => runs.push(Run {
                    size: n,
                    step_a: if in_a { len_a } else { 0 },
                    step_b: if in_b { len_b } else { 0 },
                }),
            }
            len_a *= if in_a { n } else { 1 };
            len_b *= if in_b { n } else { 1 };
        }
        let inner = if runs.is_empty() { Run { size: 1, step_a: 1, step_b: 1 } } else { runs.remove(0) };
        let rows = count(out).checked_div(inner.size).unwrap_or(0);
        Walk { inner: inner.size, step_a: inner.step_a, step_b: inner.step_b, outer: runs, rows }
    }

    /// Offsets into output, a and b at which each inner run starts.
    #[inline(always)]
    fn rows(&self) -> Rows<'_> {
        Rows { walk: self, row: 0, at: [0; 8], a: 0, b: 0 }
    }
}

struct Rows<'a> {
    walk: &'a Walk,
    row: usize,
    /// Position in the first eight outer runs; broadcasting with more alternations than that walks by division.
    at: [usize; 8],
    a: usize,
    b: usize,
}

impl Iterator for Rows<'_> {
    type Item = (usize, usize, usize);

    #[inline(always)]
    fn next(&mut self) -> Option<(usize, usize, usize)> {
        if self.row == self.walk.rows {
            return None;
        }
        let here = (self.row * self.walk.inner, self.a, self.b);
        self.row += 1;
        if self.walk.outer.len() <= self.at.len() {
            for (run, at) in self.walk.outer.iter().zip(&mut self.at) {
                *at += 1;
                self.a += run.step_a;
                self.b += run.step_b;
                if *at < run.size {
                    break;
                }
                *at = 0;
                self.a -= run.step_a * run.size;
                self.b -= run.step_b * run.size;
            }
        } else {
            (self.a, self.b) = (0, 0);
            let mut left = self.row;
            for run in &self.walk.outer {
                let k = left % run.size;
                left /= run.size;
                self.a += k * run.step_a;
                self.b += k * run.step_b;
            }
        }
        Some(here)
    }
}

/// `y = f(a, b)` under broadcasting.
pub(crate) fn map<O: Binary, T: Float>(walk: &Walk, a: &[T], b: &[T], y: &mut [T], k: Consts) {
    dispatch(Map::<O, T> { walk, a, b, y, k, row: PhantomData });
}

/// `y = f(a, b)` for equal shapes.
pub(crate) fn map_equal<O: Binary, T: Float>(a: &[T], b: &[T], y: &mut [T], k: Consts) {
    dispatch(MapEqual::<O, T> { a, b, y, k, row: PhantomData });
}

/// `a = f(a, b)` in place, for equal shapes.
pub(crate) fn map_in_place<O: Binary, T: Float>(a: &mut [T], b: &[T], k: Consts) {
    dispatch(MapInPlace::<O, T> { a, b, k, row: PhantomData });
}

/// Which operand's cotangent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The left operand.
    A,
    /// The right operand.
    B,
}

/// The operands, output and cotangent of a binary row; `g` and `y` have the output's shape.
pub(crate) struct Operands<'a, T> {
    pub(crate) g: &'a [T],
    pub(crate) a: &'a [T],
    pub(crate) b: &'a [T],
    pub(crate) y: &'a [T],
}

/// The cotangent of one operand, in the output's shape: `to = g df/da` or `g df/db`.
pub(crate) fn chain<O: Binary, T: Float>(side: Side, walk: &Walk, to: &mut [T], v: &Operands<'_, T>, k: Consts) {
    match side {
        Side::A => dispatch(Chain::<O, T, true> { walk, to, v, k, row: PhantomData }),
        Side::B => dispatch(Chain::<O, T, false> { walk, to, v, k, row: PhantomData }),
    }
}

/// `to = g df/da` or `g df/db`, or `to += ...`, for operands of the output's shape.
pub(crate) fn chain_equal<O: Binary, T: Float>(side: Side, to: &mut [T], v: &Operands<'_, T>, k: Consts, add: bool) {
    match (side, add) {
        (Side::A, false) => dispatch(ChainEqual::<O, T, true, false> { to, v, k, row: PhantomData }),
        (Side::A, true) => dispatch(ChainEqual::<O, T, true, true> { to, v, k, row: PhantomData }),
        (Side::B, false) => dispatch(ChainEqual::<O, T, false, false> { to, v, k, row: PhantomData }),
        (Side::B, true) => dispatch(ChainEqual::<O, T, false, true> { to, v, k, row: PhantomData }),
    }
}

struct Map<'a, O, T> {
    walk: &'a Walk,
    a: &'a [T],
    b: &'a [T],
    y: &'a mut [T],
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Binary, T: Float> Kernel for Map<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (n, k) = (self.walk.inner, self.k);
        match (self.walk.step_a, self.walk.step_b) {
            (1, 1) => {
                for (o, a, b) in self.walk.rows() {
                    let (y, a, b) = (&mut self.y[o..o + n], &self.a[a..a + n], &self.b[b..b + n]);
                    for ((y, a), b) in y.iter_mut().zip(a).zip(b) {
                        *y = O::f(*a, *b, k);
                    }
                }
            }
            (1, _) => {
                for (o, a, b) in self.walk.rows() {
                    let (y, a, b) = (&mut self.y[o..o + n], &self.a[a..a + n], self.b[b]);
                    for (y, a) in y.iter_mut().zip(a) {
                        *y = O::f(*a, b, k);
                    }
                }
            }
            _ => {
                for (o, a, b) in self.walk.rows() {
                    let (y, a, b) = (&mut self.y[o..o + n], self.a[a], &self.b[b..b + n]);
                    for (y, b) in y.iter_mut().zip(b) {
                        *y = O::f(a, *b, k);
                    }
                }
            }
        }
    }
}

struct MapEqual<'a, O, T> {
    a: &'a [T],
    b: &'a [T],
    y: &'a mut [T],
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Binary, T: Float> Kernel for MapEqual<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for ((y, a), b) in self.y.iter_mut().zip(self.a).zip(self.b) {
            *y = O::f(*a, *b, self.k);
        }
    }
}

struct MapInPlace<'a, O, T> {
    a: &'a mut [T],
    b: &'a [T],
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Binary, T: Float> Kernel for MapInPlace<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (a, b) in self.a.iter_mut().zip(self.b) {
            *a = O::f(*a, *b, self.k);
        }
    }
}

/// The rule of one operand.
#[inline(always)]
pub(crate) fn pull<O: Binary, E: Elem, const IS_A: bool>(g: E, a: E, b: E, y: E, k: Consts) -> E {
    if IS_A { O::chain_a(g, a, b, y, k) } else { O::chain_b(g, a, b, y, k) }
}

struct Chain<'a, O, T, const IS_A: bool> {
    walk: &'a Walk,
    to: &'a mut [T],
    v: &'a Operands<'a, T>,
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Binary, T: Float, const IS_A: bool> Kernel for Chain<'_, O, T, IS_A> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (n, k, v) = (self.walk.inner, self.k, self.v);
        match (self.walk.step_a, self.walk.step_b) {
            (1, 1) => {
                for (o, a, b) in self.walk.rows() {
                    let (g, y, a, b) = (&v.g[o..o + n], &v.y[o..o + n], &v.a[a..a + n], &v.b[b..b + n]);
                    for ((((to, g), a), b), y) in self.to[o..o + n].iter_mut().zip(g).zip(a).zip(b).zip(y) {
                        *to = pull::<O, T, IS_A>(*g, *a, *b, *y, k);
                    }
                }
            }
            (1, _) => {
                for (o, a, b) in self.walk.rows() {
                    let (g, y, a, b) = (&v.g[o..o + n], &v.y[o..o + n], &v.a[a..a + n], v.b[b]);
                    for (((to, g), a), y) in self.to[o..o + n].iter_mut().zip(g).zip(a).zip(y) {
                        *to = pull::<O, T, IS_A>(*g, *a, b, *y, k);
                    }
                }
            }
            _ => {
                for (o, a, b) in self.walk.rows() {
                    let (g, y, a, b) = (&v.g[o..o + n], &v.y[o..o + n], v.a[a], &v.b[b..b + n]);
                    for (((to, g), b), y) in self.to[o..o + n].iter_mut().zip(g).zip(b).zip(y) {
                        *to = pull::<O, T, IS_A>(*g, a, *b, *y, k);
                    }
                }
            }
        }
    }
}

struct ChainEqual<'a, O, T, const IS_A: bool, const ADD: bool> {
    to: &'a mut [T],
    v: &'a Operands<'a, T>,
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Binary, T: Float, const IS_A: bool, const ADD: bool> Kernel for ChainEqual<'_, O, T, IS_A, ADD> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (k, v) = (self.k, self.v);
        for ((((to, g), a), b), y) in self.to.iter_mut().zip(v.g).zip(v.a).zip(v.b).zip(v.y) {
            let d = pull::<O, T, IS_A>(*g, *a, *b, *y, k);
            *to = if ADD { *to + d } else { d };
        }
    }
}
