//! The cotangent of a product, without division: a zero among the factors costs nothing.

use crate::kernels::lanes::{self, LANES};
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// `to[j] = g` times all values but the j-th, along the middle of `[outer, middle, inner]`; g has shape `[outer, inner]`.
pub(crate) fn backward<T: Float>(to: &mut [T], g: &[T], x: &[T], middle: usize, inner: usize) {
    dispatch(Backward { to, g, x, middle, inner });
}

struct Backward<'a, T> {
    to: &'a mut [T],
    g: &'a [T],
    x: &'a [T],
    middle: usize,
    inner: usize,
}

impl<T: Float> Kernel for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Backward { to, g, x, middle, inner } = self;
        if middle == 0 || inner == 0 {
            return;
        }
        if inner == 1 {
            for ((to, x), &g) in to.chunks_exact_mut(middle).zip(x.chunks_exact(middle)).zip(g) {
                let mut before = T::ONE;
                for (to, x) in to.iter_mut().zip(x) {
                    *to = before;
                    before = before * *x;
                }
                let mut after = T::ONE;
                for (to, x) in to.iter_mut().zip(x).rev() {
                    *to = g * (*to * after);
                    after = after * *x;
                }
            }
            return;
        }
        let blocks = to.chunks_exact_mut(middle * inner).zip(x.chunks_exact(middle * inner));
        for ((to, x), g) in blocks.zip(g.chunks_exact(inner)) {
            for (at, width) in lanes::strips(inner) {
                let g = &g[at..at + width];
                let mut before = [T::ONE; LANES];
                for (to, x) in to.chunks_exact_mut(inner).zip(x.chunks_exact(inner)) {
                    for ((to, x), before) in to[at..at + width].iter_mut().zip(&x[at..at + width]).zip(&mut before) {
                        *to = *before;
                        *before = *before * *x;
                    }
                }
                let mut after = [T::ONE; LANES];
                for (to, x) in to.chunks_exact_mut(inner).zip(x.chunks_exact(inner)).rev() {
                    let each = to[at..at + width].iter_mut().zip(&x[at..at + width]).zip(&mut after).zip(g);
                    for (((to, x), after), g) in each {
                        *to = *g * (*to * *after);
                        *after = *after * *x;
                    }
                }
            }
        }
    }
}
