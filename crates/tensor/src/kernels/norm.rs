//! Norms, without overflow and underflow: scaled by the largest magnitude where the plain sum leaves the range of the type, and
//! for all powers but the square, whose error grows with the logarithm of the base.

use rappel_elem::Elem;

use crate::kernels::lanes;
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// `(sum |x|^p)^(1/p)` for a finite `p > 0`, along the middle of `[outer, middle, inner]`; 0 for nothing.
pub(crate) fn norm<T: Float>(x: &[T], p: f64, middle: usize, inner: usize, out: &mut [T]) {
    if p == 2.0 {
        let (power, root) = (|v: T| v * v, |v: T| Elem::sqrt(v));
        dispatch(Norm { x, middle, inner, out, plain: true, power, root });
    } else {
        let (power, root) = (move |v: T| Elem::abs(v).pow_const(p), move |v: T| v.pow_const(1.0 / p));
        dispatch(Norm { x, middle, inner, out, plain: false, power, root });
    }
}

struct Norm<'a, T, P, R> {
    x: &'a [T],
    middle: usize,
    inner: usize,
    out: &'a mut [T],
    /// Try without a scale first.
    plain: bool,
    power: P,
    root: R,
}

/// Whether a sum of powers is such that no term of weight can have overflowed or vanished, in `f32` and so in `f64` too.
#[inline(always)]
fn in_range<T: Float>(sum: T) -> bool {
    sum.finite() && sum > T::of(1e-30)
}

/// The largest magnitude, by which a sum can be scaled; 0, infinity and NaN are the norm themselves.
#[inline(always)]
fn is_scale<T: Float>(top: T) -> bool {
    top.finite() && top > T::ZERO
}

impl<T: Float, P: Fn(T) -> T + Copy, R: Fn(T) -> T> Kernel for Norm<'_, T, P, R> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Norm { x, middle, inner, out, plain, power, root } = self;
        if middle == 0 || inner == 0 {
            out.fill(T::ZERO);
            return;
        }
        if inner == 1 {
            for (row, to) in x.chunks_exact(middle).zip(out.iter_mut()) {
                let sum = if plain { lanes::sum_of(row, power) } else { T::ZERO };
                *to = if in_range(sum) {
                    root(sum)
                } else {
                    let top = lanes::fold(row, T::ZERO, |v| Elem::abs(v), |a, b| Elem::max(a, b));
                    if is_scale(top) { top * root(lanes::sum_of(row, move |v| power(v / top))) } else { top }
                };
            }
            return;
        }
        for (block, to) in x.chunks_exact(middle * inner).zip(out.chunks_exact_mut(inner)) {
            for (at, width) in lanes::strips(inner) {
                let to = &mut to[at..at + width];
                let sums = match plain {
                    true => lanes::strip_sum(block, inner, (at, width), move |v, _| power(v)),
                    false => [T::ZERO; lanes::LANES],
                };
                if sums[..width].iter().all(|&sum| in_range(sum)) {
                    for (to, sum) in to.iter_mut().zip(sums) {
                        *to = root(sum);
                    }
                } else {
                    let top = lanes::strip(block, inner, (at, width), T::ZERO, |a, v, _| Elem::max(a, Elem::abs(v)));
                    let scale = top.map(|top| if is_scale(top) { top } else { T::ONE });
                    let scaled = lanes::strip_sum(block, inner, (at, width), move |v, i| power(v / scale[i]));
                    for ((to, top), scaled) in to.iter_mut().zip(top).zip(scaled) {
                        *to = if is_scale(top) { top * root(scaled) } else { top };
                    }
                }
            }
        }
    }
}
