//! The one place that knows the gemm crates.

use std::any::TypeId;

use super::Product;
use crate::number::Float;

/// Whether the crates are in this build and have kernels for this type.
pub(super) fn knows<T: Float>() -> bool {
    cfg!(feature = "gemm") && (TypeId::of::<T>() == TypeId::of::<f32>() || TypeId::of::<T>() == TypeId::of::<f64>())
}

/// The product into a matrix whose rows are `row` apart; without `add`, `c` is not read. The bits depend on the shape and the
/// processor alone.
///
/// # Safety
/// The operands must hold their matrices. The rows of `c` must be valid for reads and writes and used by nobody else meanwhile.
///
/// # Panics
/// When [`knows`] denies the type.
#[cfg_attr(not(feature = "gemm"), expect(unused_variables, reason = "without the crates nothing is known"))]
pub(super) unsafe fn multiply<T: Float>(product: Product<T>, c: *mut T, row: usize) {
    #[cfg(feature = "gemm")]
    {
        let Product { a, b, m, k, n, add } = product;
        macro_rules! call {
            ($t:ty, $gemm:expr) => {
                // SAFETY: T is the type named, so the casts change nothing; the caller vouches for what is behind the pointers.
                // The distances fit in isize, as sizes of slices do.
                unsafe {
                    // The crates work by columns, our matrices by rows: they are given c^T = b^T a^T.
                    $gemm(
                        n,
                        m,
                        k,
                        c.cast::<$t>(),
                        row as isize,
                        1,
                        add,
                        b.data.as_ptr().cast::<$t>(),
                        b.row as isize,
                        b.column as isize,
                        a.data.as_ptr().cast::<$t>(),
                        a.row as isize,
                        a.column as isize,
                        1.0,
                        1.0,
                        false,
                        false,
                        false,
                        gemm_common::Parallelism::None,
                    )
                }
            };
        }
        if TypeId::of::<T>() == TypeId::of::<f32>() {
            return call!(f32, gemm_f32::gemm::f32::get_gemm_fn());
        }
        if TypeId::of::<T>() == TypeId::of::<f64>() {
            return call!(f64, gemm_f64::gemm::f64::get_gemm_fn());
        }
    }
    unreachable!("the gemm crates know no {}", T::NAME)
}
