//! Eigenvalues and eigenvectors of a symmetric matrix, by cyclic Jacobi rotations.

use crate::simd::{Kernel, dispatch};

/// More sweeps than any matrix needs: off the diagonal the values shrink quadratically in the end.
const SWEEPS: usize = 64;

/// The eigenvalues of a symmetric n x n matrix, in rising order, and the eigenvectors of each, of length 1, as the rows of the second.
/// Both are NaN if a value of the matrix is not finite. The matrix is used up.
pub(crate) fn eigen(a: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    dispatch(Jacobi { a, n })
}

struct Jacobi<'a> {
    a: &'a mut [f64],
    n: usize,
}

impl Kernel for Jacobi<'_> {
    type Output = (Vec<f64>, Vec<f64>);

    #[inline(always)]
    fn run(self) -> Self::Output {
        let Jacobi { a, n } = self;
        if a.iter().any(|x| !x.is_finite()) {
            return (vec![f64::NAN; n], vec![f64::NAN; n * n]);
        }
        // Scaled, so that no square overflows or vanishes.
        let largest = a.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        if largest > 0.0 {
            a.iter_mut().for_each(|x| *x /= largest);
        }
        let mut v = vec![0.0; n * n];
        (0..n).for_each(|i| v[i * n + i] = 1.0);
        // What is below cannot move an eigenvalue by more than one rounding of the largest.
        let small = f64::EPSILON * a.iter().map(|x| x * x).sum::<f64>().sqrt() / n.max(1) as f64;
        for _ in 0..SWEEPS {
            let mut rotated = false;
            for p in 0..n {
                for q in p + 1..n {
                    if a[p * n + q].abs() > small {
                        rotate(a, &mut v, n, p, q);
                        rotated = true;
                    }
                }
            }
            if !rotated {
                break;
            }
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|i, j| a[i * n + i].total_cmp(&a[j * n + j]));
        let values = order.iter().map(|i| a[i * n + i] * largest).collect();
        (values, order.iter().flat_map(|i| v[i * n..(i + 1) * n].iter().copied()).collect())
    }
}

/// Turns the axes p < q so that the value between them becomes 0.
#[inline(always)]
fn rotate(a: &mut [f64], v: &mut [f64], n: usize, p: usize, q: usize) {
    let (app, aqq, apq) = (a[p * n + p], a[q * n + q], a[p * n + q]);
    let theta = (aqq - app) / (2.0 * apq);
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    for all in [&mut *a, v] {
        let (above, below) = all.split_at_mut(q * n);
        for (x, y) in above[p * n..(p + 1) * n].iter_mut().zip(&mut below[..n]) {
            (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
        }
    }
    (a[p * n + p], a[q * n + q]) = (app - t * apq, aqq + t * apq);
    (a[p * n + q], a[q * n + p]) = (0.0, 0.0);
    // The columns are the rows.
    for k in (0..n).filter(|k| *k != p && *k != q) {
        (a[k * n + p], a[k * n + q]) = (a[p * n + k], a[q * n + k]);
    }
}
