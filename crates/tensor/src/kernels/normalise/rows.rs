//! Statistics of contiguous rows: layer, group, instance and RMS normalisation.

use super::{Stats, View, columns, inverse, split};
use crate::kernels::lanes;
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// `y = (x - mean) / sqrt(var + eps) w + b`, and the statistics of each row.
pub(crate) fn forward<T: Float>(v: View, x: &[T], w: &[T], b: &[T], y: &mut [T], stats: &mut [T]) {
    dispatch(Forward { v, x, w, b, y, stats });
}

/// The cotangent of x.
pub(crate) fn chain<T: Float>(v: View, g: &[T], x: &[T], w: &[T], stats: &[T], to: &mut [T]) {
    dispatch(Chain { v, g, x, w, stats, to });
}

/// The cotangents of weight and bias.
pub(crate) fn affine_chain<T: Float>(v: View, g: &[T], x: &[T], stats: &[T], dw: &mut [T], db: &mut [T]) {
    dispatch(AffineChain { v, g, x, stats, dw, db });
}

struct Forward<'a, T> {
    v: View,
    x: &'a [T],
    w: &'a [T],
    b: &'a [T],
    y: &'a mut [T],
    stats: &'a mut [T],
}

impl<T: Float> Kernel for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let View { groups, width, inner, centred, eps, .. } = self.v;
        let (means, vars, inverses) = split(self.stats);
        let n = width * inner;
        let count = T::of(n as f64);
        if n == 0 {
            // There are rows, but nothing in them.
            for stats in [means, vars, inverses] {
                stats.fill(T::ZERO / count);
            }
            return;
        }
        let rows = self.x.chunks_exact(n).zip(self.y.chunks_exact_mut(n));
        let stats = means.iter_mut().zip(vars).zip(inverses);
        for (r, ((x, y), ((mean, var), inv))) in rows.zip(stats).enumerate() {
            let m = if centred { lanes::sum(x) / count } else { T::ZERO };
            let squares = lanes::sum_of(x, |v| {
                let d = v - m;
                d * d
            });
            let v = squares / count;
            let s = inverse(v, eps);
            (*mean, *var, *inv) = (m, v, s);
            let at = r % groups * width;
            let (w, b) = (&self.w[at..at + width], &self.b[at..at + width]);
            if inner == 1 {
                for (((y, x), w), b) in y.iter_mut().zip(x).zip(w).zip(b) {
                    *y = (*x - m) * s * *w + *b;
                }
            } else {
                for (((y, x), w), b) in y.chunks_exact_mut(inner).zip(x.chunks_exact(inner)).zip(w).zip(b) {
                    for (y, x) in y.iter_mut().zip(x) {
                        *y = (*x - m) * s * *w + *b;
                    }
                }
            }
        }
    }
}

struct Chain<'a, T> {
    v: View,
    g: &'a [T],
    x: &'a [T],
    w: &'a [T],
    stats: &'a [T],
    to: &'a mut [T],
}

impl<T: Float> Kernel for Chain<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let View { groups, width, inner, centred, .. } = self.v;
        let stats = Stats::of(self.stats);
        let n = width * inner;
        if n == 0 {
            return;
        }
        let count = T::of(n as f64);
        let rows = self.to.chunks_exact_mut(n).zip(self.g.chunks_exact(n)).zip(self.x.chunks_exact(n));
        for (r, (((to, g), x), (&m, &s))) in rows.zip(stats.mean.iter().zip(stats.inverse)).enumerate() {
            let at = r % groups * width;
            let w = &self.w[at..at + width];
            if inner == 1 {
                for ((to, g), w) in to.iter_mut().zip(g).zip(w) {
                    *to = *g * *w;
                }
            } else {
                for ((to, g), w) in to.chunks_exact_mut(inner).zip(g.chunks_exact(inner)).zip(w) {
                    for (to, g) in to.iter_mut().zip(g) {
                        *to = *g * *w;
                    }
                }
            }
            let along_mean = if centred { lanes::sum(to) / count } else { T::ZERO };
            let dot = lanes::fold2(to, x, T::ZERO, |g, x| g * ((x - m) * s), |a, b| a + b);
            let along_x = dot / count;
            for (to, x) in to.iter_mut().zip(x) {
                *to = s * (*to - along_mean - (*x - m) * s * along_x);
            }
        }
    }
}

struct AffineChain<'a, T> {
    v: View,
    g: &'a [T],
    x: &'a [T],
    stats: &'a [T],
    dw: &'a mut [T],
    db: &'a mut [T],
}

impl<T: Float> Kernel for AffineChain<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let View { outer, groups, width, inner, .. } = self.v;
        let AffineChain { g, x, stats, dw, db, .. } = self;
        let Stats { mean, inverse } = Stats::of(stats);
        for group in 0..groups {
            let (dw, db) = (&mut dw[group * width..][..width], &mut db[group * width..][..width]);
            if inner == 1 {
                let each = |o: usize, start: usize, wide: usize, sums: &mut [[T; lanes::LANES]; 2]| {
                    let row = o * groups + group;
                    let at = row * width + start;
                    let (g, x) = (&g[at..at + wide], &x[at..at + wide]);
                    let (m, s) = (mean[row], inverse[row]);
                    for i in 0..wide {
                        sums[0][i] = sums[0][i] + g[i] * ((x[i] - m) * s);
                        sums[1][i] = sums[1][i] + g[i];
                    }
                };
                columns(outer, width, each, |start, wide, sums| {
                    dw[start..start + wide].copy_from_slice(&sums[0][..wide]);
                    db[start..start + wide].copy_from_slice(&sums[1][..wide]);
                });
                continue;
            }
            for c in 0..width {
                let (mut along_w, mut along_b) = (T::ZERO, T::ZERO);
                for o in 0..outer {
                    let row = o * groups + group;
                    let at = (row * width + c) * inner;
                    let (g, x) = (&g[at..at + inner], &x[at..at + inner]);
                    let (m, s) = (mean[row], inverse[row]);
                    along_w = along_w + lanes::fold2(g, x, T::ZERO, |g, x| g * ((x - m) * s), |a, b| a + b);
                    along_b = along_b + lanes::sum(g);
                }
                (dw[c], db[c]) = (along_w, along_b);
            }
        }
    }
}
