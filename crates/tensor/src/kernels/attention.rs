//! Scaled dot-product attention, head by head: the products are [`gemm`]s, what stands between them is fused, and no thread holds
//! more than [`ROWS`] rows of scores at a time. Nothing is kept for the cotangents: the probabilities are formed anew, by the same
//! loop, so with the same bits.

use smallvec::SmallVec;

use super::lanes;
use super::matmul::gemm;
use super::softmax::shifted_sum_in_place;
use crate::number::Float;
use crate::shape::Shape;
use crate::simd::{Kernel, dispatch};
use crate::tensor::Tensor;
use crate::{Threads, Workspace};

/// Queries whose scores are in memory together.
const ROWS: usize = 64;

/// From this many multiplications on (some 10 us), threads share the heads.
const LARGE: usize = 1 << 20;

/// What attends to what: `heads` times queries `[queries, depth]`, keys `[keys, depth]` and values `[keys, values]`.
pub(crate) struct Heads<'a, T: Float> {
    pub(crate) q: &'a [T],
    pub(crate) k: &'a [T],
    pub(crate) v: &'a [T],
    /// What is added to the scores: matrices `[queries, keys]`, and where that of a head is.
    pub(crate) bias: Option<(&'a [T], &'a Offsets)>,
    pub(crate) heads: usize,
    pub(crate) queries: usize,
    pub(crate) keys: usize,
    pub(crate) depth: usize,
    pub(crate) values: usize,
    /// Whether query i sees the keys 0 to i only.
    pub(crate) causal: bool,
    pub(crate) scale: f64,
    pub(crate) workspace: Option<&'a Workspace<T>>,
}

/// Where the matrix of each head begins in an array that is stretched over some leading axes.
#[derive(Clone, Debug)]
pub(crate) struct Offsets {
    pub(crate) leading: Shape,
    /// Steps along the leading axes, none of them backwards.
    pub(crate) strides: SmallVec<[isize; 4]>,
}

impl Offsets {
    fn of(&self, mut head: usize) -> usize {
        let mut at = 0;
        for (&n, &step) in self.leading.iter().zip(&self.strides).rev() {
            at += (head % n) * step.unsigned_abs();
            head /= n;
        }
        at
    }
}

/// Where cotangents go, for the operands that want one. That of the bias is one matrix per head.
pub(crate) struct Pulled<'a, T> {
    pub(crate) q: Option<&'a mut [T]>,
    pub(crate) k: Option<&'a mut [T]>,
    pub(crate) v: Option<&'a mut [T]>,
    pub(crate) bias: Option<&'a mut [T]>,
}

/// `n` pieces of a slice; pieces of nothing are pieces too. Without a slice, as many times nothing.
fn pieces<T>(slice: Option<&mut [T]>, size: usize, n: usize) -> impl Iterator<Item = Option<&mut [T]>> {
    let mut rest = slice;
    (0..n).map(move |_| {
        let (piece, others) = rest.take()?.split_at_mut(size);
        rest = Some(others);
        Some(piece)
    })
}

/// `out = softmax(scale q k^T + bias) v`, where a row without anything to attend to gives zeros.
pub(crate) fn forward<T: Float>(h: &Heads<'_, T>, out: &mut [T]) {
    let items = pieces(Some(out), h.queries * h.values, h.heads);
    h.threads().share(h.heads, items, |head, out| {
        let (v, out) = (h.part(h.v, head, h.keys, h.values), out.unwrap_or_default());
        let mut scratch = h.scratch();
        for (rows, seen) in h.blocks() {
            let n = rows.len();
            let p = &mut scratch.data_mut()[..n * seen];
            h.probabilities(head, rows.start, n, seen, p);
            let to = &mut out[rows.start * h.values..rows.end * h.values];
            gemm(&Threads::serial(), to, p, &v[..seen * h.values], n, seen, h.values, false, false, false);
        }
    });
}

/// The cotangents of the operands.
pub(crate) fn chain<T: Float>(h: &Heads<'_, T>, g: &[T], to: Pulled<'_, T>) {
    let (from_q, from_k, from_v) = (h.queries * h.depth, h.keys * h.depth, h.keys * h.values);
    let items = pieces(to.q, from_q, h.heads)
        .zip(pieces(to.k, from_k, h.heads))
        .zip(pieces(to.v, from_v, h.heads))
        .zip(pieces(to.bias, h.queries * h.keys, h.heads));
    h.threads().share(h.heads, items, |head, (((mut dq, mut dk), mut dv), mut bias)| {
        let g = h.part(g, head, h.queries, h.values);
        let (q, k, v) = h.operands(head);
        let (mut scratch, mut pulled) = (h.scratch(), h.scratch());
        for to in [&mut dk, &mut dv].into_iter().flatten() {
            to.fill(T::ZERO);
        }
        let serial = Threads::serial();
        for (rows, seen) in h.blocks() {
            let n = rows.len();
            let (p, ds) = (&mut scratch.data_mut()[..n * seen], &mut pulled.data_mut()[..n * seen]);
            h.probabilities(head, rows.start, n, seen, p);
            let g = &g[rows.start * h.values..rows.end * h.values];
            if let Some(dv) = &mut dv {
                gemm(&serial, &mut dv[..seen * h.values], p, g, seen, n, h.values, true, false, true);
            }
            if dq.is_none() && dk.is_none() && bias.is_none() {
                continue;
            }
            gemm(&serial, ds, g, &v[..seen * h.values], n, h.values, seen, false, true, false);
            let bias = bias.as_mut().map(|b| &mut b[rows.start * h.keys..rows.end * h.keys]);
            dispatch(ScoresChain { p, ds, bias, seen, keys: h.keys, scale: T::of(h.scale) });
            if let Some(dq) = &mut dq {
                let to = &mut dq[rows.start * h.depth..rows.end * h.depth];
                gemm(&serial, to, ds, &k[..seen * h.depth], n, seen, h.depth, false, false, false);
            }
            if let Some(dk) = &mut dk {
                let q = &q[rows.start * h.depth..rows.end * h.depth];
                gemm(&serial, &mut dk[..seen * h.depth], ds, q, seen, n, h.depth, true, false, true);
            }
        }
    });
}

impl<'a, T: Float> Heads<'a, T> {
    fn threads(&self) -> Threads {
        let work = [self.queries, self.keys, self.depth + self.values];
        let large = work.into_iter().fold(self.heads, usize::saturating_mul) >= LARGE;
        self.workspace.filter(|_| large).map_or_else(Threads::serial, |w| w.threads().clone())
    }

    fn part(&self, x: &'a [T], head: usize, rows: usize, columns: usize) -> &'a [T] {
        &x[head * rows * columns..][..rows * columns]
    }

    fn operands(&self, head: usize) -> (&'a [T], &'a [T], &'a [T]) {
        let v = self.part(self.v, head, self.keys, self.values);
        (self.part(self.q, head, self.queries, self.depth), self.part(self.k, head, self.keys, self.depth), v)
    }

    /// Blocks of queries, and how many keys the last query of each sees.
    fn blocks(&self) -> impl Iterator<Item = (std::ops::Range<usize>, usize)> {
        let (queries, keys, causal) = (self.queries, self.keys, self.causal);
        (0..queries).step_by(ROWS).map(move |first| {
            let rows = first..(first + ROWS).min(queries);
            let seen = if causal { rows.end.min(keys) } else { keys };
            (rows, seen)
        })
    }

    /// Room for the scores of a block.
    fn scratch(&self) -> Tensor<T> {
        Tensor::make(self.workspace, Shape::from_slice(&[self.queries.min(ROWS), self.keys]), |_| {})
    }

    /// The probabilities with which `n` queries from `first` on attend to the first `seen` keys.
    fn probabilities(&self, head: usize, first: usize, n: usize, seen: usize, p: &mut [T]) {
        let (q, k, _) = self.operands(head);
        let (q, k) = (&q[first * self.depth..][..n * self.depth], &k[..seen * self.depth]);
        gemm(&Threads::serial(), p, q, k, n, self.depth, seen, false, true, false);
        let bias = self.bias.map(|(bias, offsets)| &bias[offsets.of(head) + first * self.keys..][..n * self.keys]);
        let first = self.causal.then_some(first);
        dispatch(Probabilities { p, bias, seen, keys: self.keys, first, scale: T::of(self.scale) });
    }
}

/// Scores to probabilities, in place. `first` is the number of the first row where each row sees only the keys up to its own number.
struct Probabilities<'a, T> {
    p: &'a mut [T],
    bias: Option<&'a [T]>,
    seen: usize,
    keys: usize,
    first: Option<usize>,
    scale: T,
}

impl<T: Float> Kernel for Probabilities<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Probabilities { p, bias, seen, keys, first, scale } = self;
        if seen == 0 {
            return;
        }
        for (r, row) in p.chunks_exact_mut(seen).enumerate() {
            let own = first.map_or(seen, |first| (first + r + 1).min(seen));
            let (row, hidden) = row.split_at_mut(own);
            hidden.fill(T::ZERO);
            match bias {
                None => row.iter_mut().for_each(|s| *s = *s * scale),
                Some(bias) => {
                    for (s, b) in row.iter_mut().zip(&bias[r * keys..][..own]) {
                        *s = *s * scale + *b;
                    }
                }
            }
            let total = shifted_sum_in_place(row);
            // All scores are -inf: there is nothing to attend to.
            let divisor = if total == T::ZERO { T::ONE } else { total };
            row.iter_mut().for_each(|p| *p = *p / divisor);
        }
    }
}

/// From the cotangents of probabilities those of the products `q k^T`, in place, and of the bias.
struct ScoresChain<'a, T> {
    p: &'a [T],
    ds: &'a mut [T],
    bias: Option<&'a mut [T]>,
    seen: usize,
    keys: usize,
    scale: T,
}

impl<T: Float> Kernel for ScoresChain<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let ScoresChain { p, ds, mut bias, seen, keys, scale } = self;
        if seen == 0 {
            if let Some(bias) = bias {
                bias.fill(T::ZERO);
            }
            return;
        }
        for (r, (p, ds)) in p.chunks_exact(seen).zip(ds.chunks_exact_mut(seen)).enumerate() {
            let dot = lanes::fold2(ds, p, T::ZERO, |d, p| d * p, |a, b| a + b);
            for (ds, p) in ds.iter_mut().zip(p) {
                *ds = *p * (*ds - dot);
            }
            if let Some(bias) = &mut bias {
                let (own, hidden) = bias[r * keys..][..keys].split_at_mut(seen);
                own.copy_from_slice(ds);
                hidden.fill(T::ZERO);
            }
            ds.iter_mut().for_each(|ds| *ds = *ds * scale);
        }
    }
}
