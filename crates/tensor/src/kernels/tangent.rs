//! Cotangents of elementwise rows with their derivatives along a direction: the backward rule on dual numbers.

use std::marker::PhantomData;

use rappel_elem::{Binary, Consts, Dual, Unary};

use super::pairs::{Side, pull};
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// Values and their derivatives along a direction; absent ones are zero.
#[derive(Clone, Copy)]
pub(crate) struct Duals<'a, T> {
    pub(crate) v: &'a [T],
    pub(crate) d: Option<&'a [T]>,
}

/// Where the result goes, in two parts.
pub(crate) struct Target<'a, T> {
    pub(crate) v: &'a mut [T],
    pub(crate) d: &'a mut [T],
}

/// So many values are read at a time, so that zeros for an absent derivative fit on the stack.
const BLOCK: usize = 64;

impl<'a, T: Float> Duals<'a, T> {
    /// The `n` values from `at` on, at most [`BLOCK`], and their derivatives.
    #[inline(always)]
    fn block(self, at: usize, n: usize, zeros: &'a [T; BLOCK]) -> (&'a [T], &'a [T]) {
        (&self.v[at..at + n], self.d.map_or(&zeros[..n], |d| &d[at..at + n]))
    }
}

/// `to = g f'(x)`.
pub(crate) fn unary_chain<O: Unary, T: Float>(
    to: Target<'_, T>,
    g: Duals<'_, T>,
    x: Duals<'_, T>,
    y: Duals<'_, T>,
    k: Consts,
) {
    dispatch(UnaryChain::<O, T> { to, g, x, y, k, row: PhantomData });
}

/// `to = g df/da` or `g df/db`, for operands of the output's shape, in the order g, a, b, y.
pub(crate) fn binary_chain<O: Binary, T: Float>(side: Side, to: Target<'_, T>, v: [Duals<'_, T>; 4], k: Consts) {
    match side {
        Side::A => dispatch(BinaryChain::<O, T, true> { to, v, k, row: PhantomData }),
        Side::B => dispatch(BinaryChain::<O, T, false> { to, v, k, row: PhantomData }),
    }
}

struct UnaryChain<'a, O, T> {
    to: Target<'a, T>,
    g: Duals<'a, T>,
    x: Duals<'a, T>,
    y: Duals<'a, T>,
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Unary, T: Float> Kernel for UnaryChain<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let UnaryChain { to, g, x, y, k, .. } = self;
        let zeros = [T::ZERO; BLOCK];
        for (block, (to_v, to_d)) in to.v.chunks_mut(BLOCK).zip(to.d.chunks_mut(BLOCK)).enumerate() {
            let (at, n) = (block * BLOCK, to_v.len());
            let ((g, dg), (x, dx), (y, dy)) = (g.block(at, n, &zeros), x.block(at, n, &zeros), y.block(at, n, &zeros));
            let to_d = &mut to_d[..n];
            for i in 0..n {
                let (g, x, y) = (Dual { v: g[i], d: dg[i] }, Dual { v: x[i], d: dx[i] }, Dual { v: y[i], d: dy[i] });
                let c = O::chain(g, x, y, k);
                (to_v[i], to_d[i]) = (c.v, c.d);
            }
        }
    }
}

struct BinaryChain<'a, O, T, const IS_A: bool> {
    to: Target<'a, T>,
    v: [Duals<'a, T>; 4],
    k: Consts,
    row: PhantomData<O>,
}

impl<O: Binary, T: Float, const IS_A: bool> Kernel for BinaryChain<'_, O, T, IS_A> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let BinaryChain { to, v: [g, a, b, y], k, .. } = self;
        let zeros = [T::ZERO; BLOCK];
        for (block, (to_v, to_d)) in to.v.chunks_mut(BLOCK).zip(to.d.chunks_mut(BLOCK)).enumerate() {
            let (at, n) = (block * BLOCK, to_v.len());
            let ((g, dg), (a, da)) = (g.block(at, n, &zeros), a.block(at, n, &zeros));
            let ((b, db), (y, dy)) = (b.block(at, n, &zeros), y.block(at, n, &zeros));
            let to_d = &mut to_d[..n];
            for i in 0..n {
                let (g, a) = (Dual { v: g[i], d: dg[i] }, Dual { v: a[i], d: da[i] });
                let (b, y) = (Dual { v: b[i], d: db[i] }, Dual { v: y[i], d: dy[i] });
                let c = pull::<O, Dual<T>, IS_A>(g, a, b, y, k);
                (to_v[i], to_d[i]) = (c.v, c.d);
            }
        }
    }
}
