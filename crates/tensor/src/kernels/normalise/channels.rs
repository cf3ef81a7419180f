//! Statistics of channels over a batch: batch normalisation. Channels are the groups of the view; the width is 1.

use super::{Stats, View, columns, inverse, split};
use crate::kernels::lanes::{self, LANES};
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// `y = (x - mean) / sqrt(var + eps) w + b`, and the statistics of each channel.
pub(crate) fn forward<T: Float>(v: View, x: &[T], w: &[T], b: &[T], y: &mut [T], stats: &mut [T]) {
    dispatch(Forward { v, x, w, b, y, stats });
}

/// The cotangent of x; `dw` and `db` are those of weight and bias.
pub(crate) fn chain<T: Float>(v: View, g: &[T], x: &[T], w: &[T], stats: &[T], (dw, db): (&[T], &[T]), to: &mut [T]) {
    dispatch(Chain { v, g, x, w, stats, dw, db, to });
}

/// The cotangents of weight and bias.
pub(crate) fn affine_chain<T: Float>(v: View, g: &[T], x: &[T], stats: &[T], dw: &mut [T], db: &mut [T]) {
    dispatch(AffineChain { v, g, x, stats, dw, db });
}

/// Calls `each(channel, start)` for the start of every contiguous run of a channel, channel by channel.
#[inline(always)]
fn runs(v: View, channel: usize, mut each: impl FnMut(usize)) {
    (0..v.outer).for_each(|o| each((o * v.groups + channel) * v.inner));
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
        let Forward { v, x, w, b, y, stats } = self;
        let View { outer, groups, inner, eps, .. } = v;
        let (mean, var, inv) = split(stats);
        let count = T::of((outer * inner) as f64);
        if inner == 1 {
            let each = |o: usize, start: usize, wide: usize, sums: &mut [[T; LANES]; 1]| {
                let x = &x[o * groups + start..][..wide];
                for i in 0..wide {
                    sums[0][i] = sums[0][i] + x[i];
                }
            };
            columns(outer, groups, each, |start, wide, [sums]| {
                mean[start..start + wide].iter_mut().zip(sums).for_each(|(m, sum)| *m = *sum / count);
            });
            let mean = &*mean;
            let each = |o: usize, start: usize, wide: usize, sums: &mut [[T; LANES]; 1]| {
                let (x, m) = (&x[o * groups + start..][..wide], &mean[start..start + wide]);
                for i in 0..wide {
                    let d = x[i] - m[i];
                    sums[0][i] = sums[0][i] + d * d;
                }
            };
            columns(outer, groups, each, |start, wide, [sums]| {
                var[start..start + wide].iter_mut().zip(sums).for_each(|(v, sum)| *v = *sum / count);
            });
        } else {
            for c in 0..groups {
                let mut sum = T::ZERO;
                runs(v, c, |at| sum = sum + lanes::sum(&x[at..at + inner]));
                let m = sum / count;
                let mut squares = T::ZERO;
                runs(v, c, |at| {
                    squares = squares
                        + lanes::sum_of(&x[at..at + inner], |v| {
                            let d = v - m;
                            d * d
                        });
                });
                (mean[c], var[c]) = (m, squares / count);
            }
        }
        for (inv, var) in inv.iter_mut().zip(&*var) {
            *inv = inverse(*var, eps);
        }
        if groups * inner == 0 {
            return;
        }
        for (x, y) in x.chunks_exact(groups * inner).zip(y.chunks_exact_mut(groups * inner)) {
            if inner == 1 {
                for (((((y, x), m), s), w), b) in y.iter_mut().zip(x).zip(&*mean).zip(&*inv).zip(w).zip(b) {
                    *y = (*x - *m) * *s * *w + *b;
                }
            } else {
                for (c, (x, y)) in x.chunks_exact(inner).zip(y.chunks_exact_mut(inner)).enumerate() {
                    let (m, s, w, b) = (mean[c], inv[c], w[c], b[c]);
                    for (y, x) in y.iter_mut().zip(x) {
                        *y = (*x - m) * s * w + b;
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
    dw: &'a [T],
    db: &'a [T],
    to: &'a mut [T],
}

impl<T: Float> Kernel for Chain<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Chain { v, g, x, w, stats, dw, db, to } = self;
        let View { outer, groups, inner, .. } = v;
        let Stats { mean, inverse } = Stats::of(stats);
        let count = T::of((outer * inner) as f64);
        if groups * inner == 0 {
            return;
        }
        let batch =
            to.chunks_exact_mut(groups * inner).zip(g.chunks_exact(groups * inner)).zip(x.chunks_exact(groups * inner));
        for ((to, g), x) in batch {
            if inner == 1 {
                let channels = mean.iter().zip(inverse).zip(w).zip(dw).zip(db);
                for (((to, g), x), ((((m, s), w), dw), db)) in to.iter_mut().zip(g).zip(x).zip(channels) {
                    *to = *w * *s * (*g - *db / count - (*x - *m) * *s * (*dw / count));
                }
            } else {
                let runs = to.chunks_exact_mut(inner).zip(g.chunks_exact(inner)).zip(x.chunks_exact(inner));
                for (c, ((to, g), x)) in runs.enumerate() {
                    let (m, s) = (mean[c], inverse[c]);
                    let (scale, along_mean, along_x) = (w[c] * s, db[c] / count, dw[c] / count);
                    for ((to, g), x) in to.iter_mut().zip(g).zip(x) {
                        *to = scale * (*g - along_mean - (*x - m) * s * along_x);
                    }
                }
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
        let AffineChain { v, g, x, stats, dw, db } = self;
        let View { outer, groups, inner, .. } = v;
        let Stats { mean, inverse } = Stats::of(stats);
        if inner == 1 {
            let each = |o: usize, start: usize, wide: usize, sums: &mut [[T; LANES]; 2]| {
                let at = o * groups + start;
                let (g, x) = (&g[at..at + wide], &x[at..at + wide]);
                let (m, s) = (&mean[start..start + wide], &inverse[start..start + wide]);
                for i in 0..wide {
                    sums[0][i] = sums[0][i] + g[i] * ((x[i] - m[i]) * s[i]);
                    sums[1][i] = sums[1][i] + g[i];
                }
            };
            columns(outer, groups, each, |start, wide, sums| {
                dw[start..start + wide].copy_from_slice(&sums[0][..wide]);
                db[start..start + wide].copy_from_slice(&sums[1][..wide]);
            });
            return;
        }
        for c in 0..groups {
            let (m, s) = (mean[c], inverse[c]);
            let (mut along_w, mut along_b) = (T::ZERO, T::ZERO);
            runs(v, c, |at| {
                let (g, x) = (&g[at..at + inner], &x[at..at + inner]);
                along_w = along_w + lanes::fold2(g, x, T::ZERO, |g, x| g * ((x - m) * s), |a, b| a + b);
                along_b = along_b + lanes::sum(g);
            });
            (dw[c], db[c]) = (along_w, along_b);
        }
    }
}
