//! The product of two matrices.
//!
//! Two ways to the same sums: [`tuned`], the gemm crates, for f32 and f64, and [`plain`], loops of our own, in a build
//! without them. A product is cut into blocks of `c` by its shape alone; blocks are what threads share, so the bits are the same
//! on any number of them. Blocks are also where the tuned crate is quickest:
//!
//! | product | blocks | measured in f32 on one AVX-512 core |
//! |---|---|---|
//! | `x w^T` with up to 16 rows or columns | 256 values: dot products along the depth, nothing packed | 4 x 784 x 128: 3.7 us, whole 19 us |
//! | large | strips of 64 columns, for which the rows are not packed, so that no work is repeated | 128 x 768 x 384: 317 us, whole 334 us |
//! | large, `a` stored transposed, many rows | some 128 rows, as strips repeat work on AVX2 | 512 x 128 x 784: 453 us, strips 424 us; AVX2: 841 us, 993 us |
//! | large, up to 64 columns | some 192 rows | |
//!
//! [`Product`] is where more goes in later: operands packed before (another kind of [`View`]), and what is done to a block
//! while it is in the cache (beside `add`).

mod batch;
mod plain;
mod tuned;

pub(crate) use batch::gemm_each;

use super::shards::Target;
use crate::Threads;
use crate::number::Float;
use crate::simd::dispatch;

/// `c = a b`, or `c += a b` when `add`: `a` of shape `[m, k]` (`[k, m]` when `ta`), `b` of shape `[k, n]` (`[n, k]` when `tb`),
/// `c` of shape `[m, n]`, all row-major. Any size may be 0; a sum of nothing is 0.
///
/// Without `add`, `c` is not read: it may hold anything, NaN too. Nothing is skipped: a NaN, or 0 times infinity, gets into
/// each sum it belongs to. The bits of `c` do not depend on the threads.
///
/// # Panics
/// When a slice does not have its length.
#[expect(clippy::too_many_arguments, reason = "three matrices, three sizes and three flags; shorter inside")]
pub(crate) fn gemm<T: Float>(
    threads: &Threads,
    c: &mut [T],
    a: &[T],
    b: &[T],
    m: usize,
    k: usize,
    n: usize,
    ta: bool,
    tb: bool,
    add: bool,
) {
    let fits = |x: &[T], rows: usize, columns: usize| rows.checked_mul(columns) == Some(x.len());
    assert!(
        fits(a, m, k) && fits(b, k, n) && fits(c, m, n),
        "gemm: {m} x {k} x {n} needs other lengths than {}, {} and {}",
        a.len(),
        b.len(),
        c.len()
    );
    if m == 0 || n == 0 {
        return;
    }
    if k == 0 {
        if !add {
            c.fill(T::ZERO);
        }
        return;
    }
    let (a, b) = (View::new(a, k, m, ta), View::new(b, n, k, tb));
    Product { a, b, m, k, n, add }.run(threads, c);
}

/// A matrix in a slice. Transposed, its two distances change places.
#[derive(Clone, Copy)]
struct View<'a, T> {
    data: &'a [T],
    /// Distance between rows.
    row: usize,
    /// Distance between columns.
    column: usize,
}

impl<'a, T> View<'a, T> {
    /// A view with `columns` columns, or with `rows` rows of a matrix that is stored transposed.
    fn new(data: &'a [T], columns: usize, rows: usize, transposed: bool) -> Self {
        let (row, column) = if transposed { (1, rows) } else { (columns, 1) };
        View { data, row, column }
    }

    fn transposed(self) -> Self {
        View { row: self.column, column: self.row, ..self }
    }

    /// Without the first `row` rows and `column` columns.
    fn from(self, row: usize, column: usize) -> Self {
        View { data: &self.data[row * self.row + column * self.column..], ..self }
    }

    /// Whether there is a matrix of that (non-empty) shape in the slice.
    fn holds(&self, rows: usize, columns: usize) -> bool {
        (rows - 1) * self.row + (columns - 1) * self.column < self.data.len()
    }
}

/// One product, or one block of it.
#[derive(Clone, Copy)]
struct Product<'a, T> {
    a: View<'a, T>,
    b: View<'a, T>,
    m: usize,
    k: usize,
    n: usize,
    add: bool,
}

/// From this many multiplications on (some 10 us), threads share a product.
const LARGE: usize = 1 << 20;

impl<T: Float> Product<'_, T> {
    fn run(self, threads: &Threads, c: &mut [T]) {
        let Product { m, k, n, .. } = self;
        let (height, width) = self.block();
        let across = n.div_ceil(width);
        let c = Target::new(c);
        let block = |i: usize| {
            let (top, left) = (i / across * height, i % across * width);
            let part = self.part(top, left, height, width);
            // SAFETY: the block starts inside of `c`, which has m rows of n values.
            let to = unsafe { c.get().add(top * n + left) };
            // SAFETY: the block's rows are inside of `c`, which this function has to itself until all blocks are done, and no
            // two blocks share a value of it. Where blocks are as wide as `c`, so are their rows.
            unsafe { part.multiply(to, n) }
        };
        let blocks = m.div_ceil(height) * across;
        if m.saturating_mul(k).saturating_mul(n) < LARGE {
            (0..blocks).for_each(block);
        } else {
            threads.run(blocks, &block);
        }
    }

    /// Height and width of the blocks: a function of the shape and the flags alone.
    fn block(&self) -> (usize, usize) {
        let Product { a, b, m, k, n, .. } = *self;
        let large = m.saturating_mul(k).saturating_mul(n) >= LARGE;
        if !tuned::knows::<T>() {
            return (if large { even(m, 96) } else { m }, n);
        }
        // Up to 256 values with both operands contiguous along the depth, the crates form dot products and pack nothing.
        let along = a.column == 1 && b.row == 1 && k >= 64;
        match (m, n) {
            (..=16, _) if along && m <= n => (m, 256 / m),
            (_, ..=16) if along => (256 / n, n),
            _ if !large => (m, n),
            // Stored transposed, `a` is packed anew for each strip, in single values.
            (256.., _) if a.column != 1 => (even(m, 128), n),
            (_, 65..=256) => (even(m, 384), 64),
            (_, 257..) => (m, 64),
            _ => (even(m, 192), n),
        }
    }

    /// The part of the product that gives the block of `c` from `top`, `left` on.
    fn part(self, top: usize, left: usize, height: usize, width: usize) -> Self {
        let Product { a, b, m, k, n, add } = self;
        Product { a: a.from(top, 0), b: b.from(0, left), m: height.min(m - top), k, n: width.min(n - left), add }
    }

    /// Multiplies into a matrix whose rows are `row` apart.
    ///
    /// # Safety
    /// The rows must be valid for reads and writes and used by nobody else meanwhile; if the type is not known to [`tuned`], what
    /// lies between them too.
    unsafe fn multiply(self, c: *mut T, row: usize) {
        assert!(self.a.holds(self.m, self.k) && self.b.holds(self.k, self.n));
        if tuned::knows::<T>() {
            // SAFETY: the operands were checked, `c` is as the caller promises.
            unsafe { tuned::multiply(self, c, row) }
        } else {
            // SAFETY: as the caller promises.
            let c = unsafe { std::slice::from_raw_parts_mut(c, (self.m - 1) * row + self.n) };
            dispatch(plain::kernel(self, c, row));
        }
    }
}

/// The height of equal blocks of about so many rows: a multiple of 6, the rows of the inner loops.
fn even(rows: usize, about: usize) -> usize {
    rows.div_ceil(rows.div_ceil(about)).next_multiple_of(6)
}
