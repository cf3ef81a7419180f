//! The product in plain loops: one operand is broadcast, the other goes through the vector units sixteen columns at a time.

use super::{Product, View};
use crate::kernels::lanes::{LANES, add_scaled};
use crate::number::Float;
use crate::simd::Kernel;

/// Rows per block, whose sums stay in registers.
const ROWS: usize = 6;

/// Depth of a packed strip: 8 kB of stack in f32.
const DEPTH: usize = 128;

/// The loops of a product into a matrix whose rows are `row` apart. The operand that fills the lanes better is put into them;
/// at a tie the right one, so that `c` is written along its rows.
pub(super) fn kernel<'a, T: Float>(product: Product<'a, T>, c: &'a mut [T], row: usize) -> Lanes<'a, T> {
    let Product { a, b, m, k, n, add } = product;
    let strips = |width: usize, rows: usize| width.div_ceil(LANES) * rows;
    if strips(n, m) <= strips(m, n) {
        Lanes { c, row, lane: 1, s: a, v: b, rows: m, depth: k, width: n, add }
    } else {
        Lanes { c, row: 1, lane: row, s: b.transposed(), v: a.transposed(), rows: n, depth: k, width: m, add }
    }
}

/// `c = s v`, or `c += s v`; the columns of `v` are the lanes.
///
/// Each value of `c` is summed over the depth in order, in blocks of [`DEPTH`]: the same bits at every SIMD level.
pub(super) struct Lanes<'a, T> {
    c: &'a mut [T],
    /// Distance in `c` between rows.
    row: usize,
    /// Distance in `c` between lanes.
    lane: usize,
    /// `[rows, depth]`.
    s: View<'a, T>,
    /// `[depth, width]`.
    v: View<'a, T>,
    rows: usize,
    depth: usize,
    width: usize,
    add: bool,
}

impl<T: Float> Kernel for Lanes<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut strip = [[T::ZERO; LANES]; DEPTH];
        for left in (0..self.width).step_by(LANES) {
            for top in (0..self.depth).step_by(DEPTH) {
                let strip = &mut strip[..(self.depth - top).min(DEPTH)];
                let live = (self.width - left).min(LANES);
                pack(strip, self.v, top, left, live);
                let add = self.add || top > 0;
                for i in (0..self.rows).step_by(ROWS) {
                    let sums = block(self.s, i, self.rows, top, strip);
                    for (i, sum) in (i..self.rows).zip(&sums) {
                        let to = &mut self.c[i * self.row + left * self.lane..];
                        store(to, self.lane, &sum[..live], add);
                    }
                }
            }
        }
    }
}

/// Copies a strip of `v`; lanes beyond `live` keep what they had, and nobody reads what comes of them.
#[inline(always)]
fn pack<T: Float>(strip: &mut [[T; LANES]], v: View<T>, top: usize, left: usize, live: usize) {
    if v.column == 1 {
        for (p, to) in strip.iter_mut().enumerate() {
            let from = (top + p) * v.row + left;
            match v.data.get(from..from + LANES) {
                Some(full) if live == LANES => to.copy_from_slice(full),
                _ => to[..live].copy_from_slice(&v.data[from..from + live]),
            }
        }
    } else {
        for l in 0..live {
            let from = top * v.row + (left + l) * v.column;
            let column = v.data[from..].iter().step_by(v.row);
            for (to, x) in strip.iter_mut().zip(column) {
                to[l] = *x;
            }
        }
    }
}

/// The products of rows `i..i + 6` of `s` with a packed strip. Beyond the last row, that row again.
#[inline(always)]
fn block<T: Float>(s: View<T>, i: usize, rows: usize, top: usize, strip: &[[T; LANES]]) -> [[T; LANES]; ROWS] {
    let first: [usize; ROWS] = std::array::from_fn(|r| (i + r).min(rows - 1) * s.row + top * s.column);
    assert!(first[ROWS - 1] + (strip.len() - 1) * s.column < s.data.len());
    // SAFETY: the last row starts last, and its last index was checked.
    let at = |r: usize, p: usize| unsafe { *s.data.get_unchecked(first[r] + p * s.column) };
    // One variable each: elements of an array would be written to memory at each turn.
    let [mut s0, mut s1, mut s2, mut s3, mut s4, mut s5] = [[T::ZERO; LANES]; ROWS];
    for (p, v) in strip.iter().enumerate() {
        add_scaled(&mut s0, at(0, p), v);
        add_scaled(&mut s1, at(1, p), v);
        add_scaled(&mut s2, at(2, p), v);
        add_scaled(&mut s3, at(3, p), v);
        add_scaled(&mut s4, at(4, p), v);
        add_scaled(&mut s5, at(5, p), v);
    }
    [s0, s1, s2, s3, s4, s5]
}

/// Writes or adds the live lanes of a row.
#[inline(always)]
fn store<T: Float>(to: &mut [T], lane: usize, sum: &[T], add: bool) {
    if lane == 1 {
        for (to, x) in to.iter_mut().zip(sum) {
            *to = if add { *to + *x } else { *x };
        }
    } else {
        for (to, x) in to.iter_mut().step_by(lane).zip(sum) {
            *to = if add { *to + *x } else { *x };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Isa, dispatch_on};

    /// Numbers whose products and sums are exact, so that any order of summation gives one answer.
    fn numbers<T: Float>(len: usize, seed: usize) -> Vec<T> {
        (0..len).map(|i| T::of(((i * 37 + seed) % 17) as f64 - 8.0)).collect()
    }

    fn check<T: Float>([m, k, n]: [usize; 3], ta: bool, tb: bool, add: bool) {
        let (a, b) = (numbers::<T>(m * k, 3), numbers::<T>(k * n, 5));
        let (a, b) = (View::new(&a, k, m, ta), View::new(&b, n, k, tb));
        // Rows further apart than they are long; what lies between them must stay.
        let row = n + 3;
        let start: Vec<T> = if add { numbers(m * row, 7) } else { vec![T::of(f64::NAN); m * row] };
        for set in Isa::ALL.into_iter().filter(|set| set.is_supported()) {
            let mut c = start.clone();
            dispatch_on(set, kernel(Product { a, b, m, k, n, add }, &mut c, row));
            for (at, (x, before)) in c.iter().zip(&start).enumerate() {
                let (i, j) = (at / row, at % row);
                let term = |p: usize| a.data[i * a.row + p * a.column].re() * b.data[p * b.row + j * b.column].re();
                let want = match (j < n, add) {
                    (false, _) => before.re(),
                    (true, false) => (0..k).map(term).sum(),
                    (true, true) => before.re() + (0..k).map(term).sum::<f64>(),
                };
                let same = x.re() == want || x.re().is_nan() && want.is_nan();
                assert!(same, "{set:?} {m} x {k} x {n} {ta} {tb} {add}: {x} instead of {want} at {i}, {j}");
            }
        }
    }

    #[test]
    fn every_instruction_set_multiplies() {
        for shape in [[1, 1, 1], [1, 300, 16], [7, 128, 1], [6, 129, 17], [13, 5, 32], [40, 257, 33], [3, 3, 100]] {
            for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
                for add in [false, true] {
                    check::<f32>(shape, ta, tb, add);
                    check::<f64>(shape, ta, tb, add);
                }
            }
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let (a, b): (Vec<f32>, Vec<f32>) = (0..40 * 50).map(|i| ((i as f32).sin(), (i as f32).cos())).unzip();
        let bits = |set| {
            let mut c = [0.0; 40 * 40];
            let (a, b) = (View::new(&a, 50, 40, false), View::new(&b, 40, 50, true));
            dispatch_on(set, kernel(Product { a, b, m: 40, k: 50, n: 40, add: false }, &mut c, 40));
            c.map(f32::to_bits)
        };
        for set in Isa::ALL.into_iter().filter(|set| set.is_supported()) {
            assert!(bits(set) == bits(Isa::Portable), "{set:?}");
        }
    }
}
