//! Cross-entropy of rows of logits against class indices, fused: one pass forward, one back, no one-hot array.

use rappel_elem::Elem;

use crate::kernels::softmax::shifted_sum;
use crate::number::Float;
use crate::simd::{Kernel, dispatch};

/// The mean over rows of `-log softmax(x)[label]`; `probs` receives softmax(x). No rows give NaN, as 0/0 does.
pub(crate) fn forward<T: Float>(x: &[T], labels: &[u32], probs: &mut [T], n: usize) -> T {
    dispatch(Forward { x, labels, probs, n })
}

/// `to = (probs - one_hot(labels)) g / rows`, or `to += ...`.
pub(crate) fn backward<T: Float>(to: &mut [T], g: T, probs: &[T], labels: &[u32], n: usize, add: bool) {
    dispatch(Backward { to, g, probs, labels, n, add });
}

struct Forward<'a, T> {
    x: &'a [T],
    labels: &'a [u32],
    probs: &'a mut [T],
    n: usize,
}

impl<T: Float> Kernel for Forward<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        let rows = self.labels.len();
        // One running sum in f64 keeps the mean exact enough for any batch and does not depend on its split.
        let mut total = 0.0_f64;
        if self.n > 0 {
            let each = self.x.chunks_exact(self.n).zip(self.probs.chunks_exact_mut(self.n)).zip(self.labels);
            for ((x, p), &label) in each {
                let (top, sum) = shifted_sum(x);
                for (p, x) in p.iter_mut().zip(x) {
                    *p = Elem::exp(*x - top) / sum;
                }
                total += (Elem::ln(sum) - (x[label as usize] - top)).re();
            }
        }
        T::of(total / rows as f64)
    }
}

struct Backward<'a, T> {
    to: &'a mut [T],
    g: T,
    probs: &'a [T],
    labels: &'a [u32],
    n: usize,
    add: bool,
}

impl<T: Float> Kernel for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.n == 0 {
            return;
        }
        let g = self.g / T::of(self.labels.len() as f64);
        let rows = self.to.chunks_exact_mut(self.n).zip(self.probs.chunks_exact(self.n)).zip(self.labels);
        for ((to, p), &label) in rows {
            let label = label as usize;
            if self.add {
                for (to, p) in to.iter_mut().zip(p) {
                    *to = *to + *p * g;
                }
                to[label] = to[label] - g;
            } else {
                for (to, p) in to.iter_mut().zip(p) {
                    *to = *p * g;
                }
                to[label] = (p[label] - T::ONE) * g;
            }
        }
    }
}
