//! Many products of one shape.

use super::{LARGE, gemm};
use crate::Threads;
use crate::kernels::shards::for_each_part;
use crate::number::Float;

/// Matrix i of `c` is the product of the matrices of `a` and `b` that start at `at(i)`; the rest is as for [`gemm`].
///
/// Threads share a product that is large, and else runs of products.
#[expect(clippy::too_many_arguments, reason = "gemm's, and where the matrices start")]
pub(crate) fn gemm_each<T: Float>(
    threads: &Threads,
    c: &mut [T],
    a: &[T],
    b: &[T],
    at: impl Fn(usize) -> (usize, usize) + Sync,
    [m, k, n]: [usize; 3],
    ta: bool,
    tb: bool,
    add: bool,
) {
    if c.is_empty() {
        return;
    }
    let each = |threads: &Threads, i: usize, c: &mut [T]| {
        let (a_at, b_at) = at(i);
        gemm(threads, c, &a[a_at..a_at + m * k], &b[b_at..b_at + k * n], m, k, n, ta, tb, add);
    };
    let work = m.saturating_mul(k).saturating_mul(n).max(1);
    if work >= LARGE {
        c.chunks_exact_mut(m * n).enumerate().for_each(|(i, c)| each(threads, i, c));
        return;
    }
    let run = LARGE.div_ceil(work);
    for_each_part(threads, c, run.saturating_mul(m * n), |shard, part| {
        let products = part.chunks_exact_mut(m * n).enumerate();
        products.for_each(|(i, c)| each(&Threads::serial(), shard * run + i, c));
    });
}
