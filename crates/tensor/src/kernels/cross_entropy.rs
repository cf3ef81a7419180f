//! Cross-entropy of rows of logits against class indices, fused: one pass forward, one back, no one-hot array. The plain mean, and
//! rows whose classes have weights, with smoothing and a label that is ignored.

use rappel_elem::Elem;

use crate::kernels::lanes;
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

/// What the classes cost: a row with label l costs `hard[l]` times its `-log softmax(x)[l]` and, smoothed, the sum over classes c of
/// `soft[c]` times `-log softmax(x)[c]`; `soft` is empty without smoothing. A row with the label `ignored` costs nothing.
#[derive(Clone, Copy)]
pub(crate) struct Costs<'a, T> {
    pub(crate) labels: &'a [u32],
    pub(crate) hard: &'a [T],
    pub(crate) soft: &'a [T],
    pub(crate) ignored: Option<u32>,
}

/// The cost of each row; `probs` receives softmax(x), and zeros for the rows that are ignored.
pub(crate) fn rows<T: Float>(x: &[T], costs: Costs<'_, T>, probs: &mut [T], out: &mut [T]) {
    dispatch(Rows { x, costs, probs, out });
}

/// The cotangent of x, from those of the rows' costs.
pub(crate) fn rows_chain<T: Float>(to: &mut [T], g: &[T], probs: &[T], costs: Costs<'_, T>) {
    dispatch(RowsChain { to, g, probs, costs });
}

struct Rows<'a, T> {
    x: &'a [T],
    costs: Costs<'a, T>,
    probs: &'a mut [T],
    out: &'a mut [T],
}

impl<T: Float> Kernel for Rows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Costs { labels, hard, soft, ignored } = self.costs;
        if hard.is_empty() {
            // Without classes, every label is the ignored one.
            self.out.fill(T::ZERO);
            return;
        }
        let each =
            self.x.chunks_exact(hard.len()).zip(self.probs.chunks_exact_mut(hard.len())).zip(self.out).zip(labels);
        for (((x, p), out), &label) in each {
            if ignored == Some(label) {
                p.fill(T::ZERO);
                *out = T::ZERO;
                continue;
            }
            let (top, sum) = shifted_sum(x);
            for (p, x) in p.iter_mut().zip(x) {
                *p = Elem::exp(*x - top) / sum;
            }
            let log = Elem::ln(sum);
            // A class of weight 0 is passed over, not multiplied: its cost may be infinite.
            let cost = |x: T, weight: T| if weight == T::ZERO { T::ZERO } else { weight * (log - (x - top)) };
            let own = cost(x[label as usize], hard[label as usize]);
            *out = if soft.is_empty() { own } else { own + lanes::fold2(x, soft, T::ZERO, cost, |a, b| a + b) };
        }
    }
}

struct RowsChain<'a, T> {
    to: &'a mut [T],
    g: &'a [T],
    probs: &'a [T],
    costs: Costs<'a, T>,
}

impl<T: Float> Kernel for RowsChain<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Costs { labels, hard, soft, ignored } = self.costs;
        if hard.is_empty() {
            return;
        }
        let spread = lanes::sum(soft);
        let each =
            self.to.chunks_exact_mut(hard.len()).zip(self.probs.chunks_exact(hard.len())).zip(self.g).zip(labels);
        for (((to, p), &g), &label) in each {
            let own = hard.get(label as usize).copied().unwrap_or(T::ZERO);
            let total = own + spread;
            if ignored == Some(label) || total == T::ZERO {
                // Selected, not multiplied: a mean over nothing but such rows divides by 0.
                to.fill(T::ZERO);
                continue;
            }
            for (to, p) in to.iter_mut().zip(p) {
                *to = *p * total;
            }
            to[label as usize] = to[label as usize] - own;
            for (to, soft) in to.iter_mut().zip(soft) {
                *to = *to - *soft;
            }
            to.iter_mut().for_each(|to| *to = *to * g);
        }
    }
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
