//! The inner products a reading is made of, in one pass.

use rappel_autodiff::Float;
use rappel_tensor::simd::{Isa, Kernel, dispatch, isa};

/// How many sums run side by side. Values come in multiples of it.
pub(super) const LANES: usize = 8;

/// Inner products of weights `w`, gradients `g` and the update `u`, the difference of the weights; those of the step before are old.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// Old weights with themselves.
    pub(super) ww: f64,
    /// The update with itself.
    pub(super) uu: f64,
    /// The update with the old gradient.
    pub(super) ug_old: f64,
    /// The update with the new gradient.
    pub(super) ug: f64,
    /// The new gradient with the old one.
    pub(super) gg_old: f64,
    /// The new gradient with itself.
    pub(super) gg: f64,
}

impl Sums {
    /// Those of all groups together.
    pub(super) fn total(groups: &[Sums]) -> Sums {
        let mut all = Sums::default();
        groups.iter().for_each(|sums| all.add(1.0, sums));
        all
    }

    /// Adds so many times another.
    pub(super) fn add(&mut self, times: f64, other: &Sums) {
        self.ww += times * other.ww;
        self.uu += times * other.uu;
        self.ug_old += times * other.ug_old;
        self.ug += times * other.ug;
        self.gg_old += times * other.gg_old;
        self.gg += times * other.gg;
    }
}

/// The sums over slices of one length, a multiple of [`LANES`].
pub(super) fn sums<T: Float>(w_old: &[T], w: &[T], g_old: &[T], g: &[T]) -> Sums {
    match isa() {
        Isa::Portable => dispatch(All::<T, false> { w_old, w, g_old, g }),
        _ => dispatch(All::<T, true> { w_old, w, g_old, g }),
    }
}

/// The inner product of the update with a gradient.
pub(super) fn slope<T: Float>(w_old: &[T], w: &[T], g: &[T]) -> f64 {
    dispatch(Slope { w_old, w, g })
}

/// `FUSED` where a product and a sum are one instruction. The products of `f32` are exact in f64, so their sums do not depend on it.
struct All<'a, T, const FUSED: bool> {
    w_old: &'a [T],
    w: &'a [T],
    g_old: &'a [T],
    g: &'a [T],
}

impl<T: Float, const FUSED: bool> Kernel for All<'_, T, FUSED> {
    type Output = Sums;

    #[inline(always)]
    fn run(self) -> Sums {
        let (w_old, w) = (self.w_old.as_chunks::<LANES>().0, self.w.as_chunks::<LANES>().0);
        let (g_old, g) = (self.g_old.as_chunks::<LANES>().0, self.g.as_chunks::<LANES>().0);
        let n = w_old.len();
        let (w, g_old, g) = (&w[..n], &g_old[..n], &g[..n]);
        let [mut ww, mut uu, mut ug_old, mut ug, mut gg_old, mut gg] = [[0.0; LANES]; 6];
        for i in 0..n {
            for l in 0..LANES {
                // Differences in f64: that of two f32 is exact there.
                let (a, p, q) = (w_old[i][l].re(), g_old[i][l].re(), g[i][l].re());
                let u = w[i][l].re() - a;
                ww[l] = product::<FUSED>(a, a, ww[l]);
                uu[l] = product::<FUSED>(u, u, uu[l]);
                ug_old[l] = product::<FUSED>(u, p, ug_old[l]);
                ug[l] = product::<FUSED>(u, q, ug[l]);
                gg_old[l] = product::<FUSED>(q, p, gg_old[l]);
                gg[l] = product::<FUSED>(q, q, gg[l]);
            }
        }
        let sum = |lanes: [f64; LANES]| lanes.iter().sum();
        Sums { ww: sum(ww), uu: sum(uu), ug_old: sum(ug_old), ug: sum(ug), gg_old: sum(gg_old), gg: sum(gg) }
    }
}

/// `a b + c`.
#[inline(always)]
fn product<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

struct Slope<'a, T> {
    w_old: &'a [T],
    w: &'a [T],
    g: &'a [T],
}

impl<T: Float> Kernel for Slope<'_, T> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let (w_old, w) = (self.w_old.as_chunks::<LANES>().0, self.w.as_chunks::<LANES>().0);
        let g = self.g.as_chunks::<LANES>().0;
        let n = w_old.len();
        let (w, g) = (&w[..n], &g[..n]);
        let mut sum = [0.0; LANES];
        for i in 0..n {
            for l in 0..LANES {
                sum[l] += (w[i][l].re() - w_old[i][l].re()) * g[i][l].re();
            }
        }
        sum.iter().sum()
    }
}
