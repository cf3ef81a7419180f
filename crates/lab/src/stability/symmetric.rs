//! Eigenvalues and eigenvectors of a small symmetric matrix.

/// The eigenvalues of a symmetric matrix, largest first, each with its unit eigenvector.
///
/// Jacobi's method in cyclic order: each rotation makes one pair of off-diagonal entries zero, and sweeps over all pairs converge
/// quadratically. Eigenvalues are exact to rounding of the largest. Golub and Van Loan, "Matrix Computations", section 8.5.
pub(super) fn eigen(mut a: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    let n = a.len();
    // Row i is the i-th eigenvector to be.
    let mut v: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let total: f64 = a.iter().flatten().map(|x| x * x).sum();
    for _ in 0..SWEEPS {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j] * a[i][j]).sum();
        if off <= total * f64::EPSILON * f64::EPSILON {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut v, p, q);
            }
        }
    }
    let mut pairs: Vec<_> = v.into_iter().enumerate().map(|(i, v)| (a[i][i], v)).collect();
    pairs.sort_by(|x, y| y.0.total_cmp(&x.0));
    pairs
}

/// Far more than are needed: matrices of a few dozen rows take six to eight.
const SWEEPS: usize = 40;

/// Turns the axes p and q so that the entry between them becomes zero.
fn rotate(a: &mut [Vec<f64>], v: &mut [Vec<f64>], p: usize, q: usize) {
    let between = a[p][q];
    if between == 0.0 {
        return;
    }
    // The smaller of the two angles that do: its tangent is the smaller root of t^2 + 2 t cot(2 angle) - 1.
    let cot = (a[q][q] - a[p][p]) / (2.0 * between);
    let tan = cot.signum() / (cot.abs() + cot.hypot(1.0));
    let cos = tan.hypot(1.0).recip();
    let sin = tan * cos;
    for row in a.iter_mut() {
        (row[p], row[q]) = (cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]);
    }
    for rows in [a, v] {
        let (head, tail) = rows.split_at_mut(q);
        for (x, y) in head[p].iter_mut().zip(&mut tail[0]) {
            (*x, *y) = (cos * *x - sin * *y, sin * *x + cos * *y);
        }
    }
}
