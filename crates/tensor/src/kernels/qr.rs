//! A matrix as an orthogonal one times a triangular one, by Householder's reflections.

use crate::simd::{Kernel, dispatch};

/// The columns of Q, one after the other, of an m x n matrix given by its columns, and R row after row; as many as the lesser of m and
/// n. The diagonal of R is not negative. All is NaN if a value is not finite. The matrix is used up.
pub(crate) fn qr(a: &mut [f64], m: usize, n: usize) -> (Vec<f64>, Vec<f64>) {
    dispatch(Householder { a, m, n })
}

struct Householder<'a> {
    a: &'a mut [f64],
    m: usize,
    n: usize,
}

impl Kernel for Householder<'_> {
    type Output = (Vec<f64>, Vec<f64>);

    #[inline(always)]
    fn run(self) -> Self::Output {
        let Householder { a, m, n } = self;
        let count = m.min(n);
        if a.iter().any(|x| !x.is_finite()) {
            return (vec![f64::NAN; m * count], vec![f64::NAN; count * n]);
        }
        // Scaled, so that no square overflows.
        let largest = a.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        if largest > 0.0 {
            a.iter_mut().for_each(|x| *x /= largest);
        }
        // Below the diagonal of column k and on it stands the axis of reflection k; its R is kept beside it.
        let mut diagonal = vec![0.0; count];
        for k in 0..count {
            let (left, right) = a.split_at_mut((k + 1) * m);
            let axis = &mut left[k * m + k..];
            let norm = dot(axis, axis).sqrt();
            if norm == 0.0 {
                continue;
            }
            // Away from the axis, so that nothing cancels.
            diagonal[k] = if axis[0] > 0.0 { -norm } else { norm };
            axis[0] -= diagonal[k];
            let length = dot(axis, axis).sqrt();
            axis.iter_mut().for_each(|x| *x /= length);
            right.chunks_exact_mut(m).for_each(|column| reflect(axis, &mut column[k..]));
        }
        let mut q = vec![0.0; m * count];
        (0..count).for_each(|k| q[k * m + k] = 1.0);
        for k in (0..count).rev().filter(|k| diagonal[*k] != 0.0) {
            let axis = &a[k * m + k..(k + 1) * m];
            q[k * m..].chunks_exact_mut(m).for_each(|column| reflect(axis, &mut column[k..]));
        }
        let mut r = vec![0.0; count * n];
        for (k, of) in diagonal.iter().enumerate() {
            let sign = if *of < 0.0 { -1.0 } else { 1.0 };
            r[k * n + k] = of.abs() * largest;
            (k + 1..n).for_each(|j| r[k * n + j] = sign * a[j * m + k] * largest);
            q[k * m..(k + 1) * m].iter_mut().for_each(|x| *x *= sign);
        }
        (q, r)
    }
}

/// Mirrors a column at the plane whose axis has length 1.
#[inline(always)]
fn reflect(axis: &[f64], column: &mut [f64]) {
    let twice = 2.0 * dot(axis, column);
    column.iter_mut().zip(axis).for_each(|(x, v)| *x -= twice * v);
}

/// The inner product, as several sums beside each other, so that it vectorises.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 8;
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut lanes = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for l in 0..LANES {
            lanes[l] += a[l] * b[l];
        }
    }
    lanes.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f64>()
}
