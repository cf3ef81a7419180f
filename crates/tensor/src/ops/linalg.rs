//! Decompositions of matrices: eigenvalues of symmetric ones, orthogonal times triangular.
//!
//! They are computed in f64 on one thread, whatever the tensor holds, and have no slope: for bases that are looked up now and then, not
//! for the inside of a loss.

use crate::kernels::{eigen, qr};
use crate::number::Float;
use crate::tensor::Tensor;

impl<T: Float> Tensor<T> {
    /// Eigenvalues of a symmetric matrix in rising order, and its eigenvectors of length 1 as the columns of a matrix in the same order.
    ///
    /// Only what is on the diagonal and below is read. Eigenvectors have either sign, and those of equal eigenvalues are any orthogonal
    /// basis of their space; the same matrix always gives the same. All are NaN if a value is not finite. By Jacobi's rotations
    /// (Golub and Van Loan, "Matrix Computations", 8.5): the eigenvalues are right to a rounding of the largest, the vectors orthogonal
    /// to rounding; the time grows with the cube of the size.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    ///
    /// let (values, vectors) = Tensor::<f64>::from([[2.0, 1.0], [1.0, 2.0]]).eigh();
    /// assert!((&values - &Tensor::from([1.0, 3.0])).abs().max().item() < 1e-12);
    /// let half = 0.5_f64.sqrt();
    /// assert!(vectors.data().iter().all(|x| (x.abs() - half).abs() < 1e-12));
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when it is no square matrix.
    #[track_caller]
    pub fn eigh(&self) -> (Self, Self) {
        let &[n, columns] = self.shape() else { panic!("eigh: a matrix has two axes, not shape {:?}", self.shape()) };
        assert!(n == columns, "eigh: the matrix is square, not {n} x {columns}");
        let x = self.data();
        let lower = |k: usize| x[(k / n).max(k % n) * n + (k / n).min(k % n)].re();
        let mut a: Vec<f64> = (0..n * n).map(lower).collect();
        let (values, rows) = eigen::eigen(&mut a, n);
        let vectors = Tensor::from_fn(&[n, n], |k| T::of(rows[k % n * n + k / n]));
        (Tensor::from_fn(&[n], |i| T::of(values[i])), vectors)
    }

    /// A matrix of m rows and n columns as Q R: the columns of Q are orthogonal and of length 1, below the diagonal of R is 0, and on it
    /// nothing is negative. Q is m x k and R is k x n, where k is the lesser of m and n.
    ///
    /// Where the columns before span a column, its place in Q is taken by any direction that is orthogonal to the others. All are NaN if
    /// a value is not finite. By Householder's reflections (Golub and Van Loan, 5.2): orthogonal to rounding whatever the matrix.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    ///
    /// let a = Tensor::from([[3.0, 1.0], [4.0, 2.0]]);
    /// let (q, r) = a.qr();
    /// assert!((q.matmul(&r) - a).abs().max().item() < 1e-12);
    /// assert!((r.data()[0] - 5.0_f64).abs() < 1e-12 && r.data()[2] == 0.0);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when it is no matrix.
    #[track_caller]
    pub fn qr(&self) -> (Self, Self) {
        let &[m, n] = self.shape() else { panic!("qr: a matrix has two axes, not shape {:?}", self.shape()) };
        let (x, count) = (self.data(), m.min(n));
        let mut a: Vec<f64> = (0..m * n).map(|k| x[k % m * n + k / m].re()).collect();
        let (columns, r) = qr::qr(&mut a, m, n);
        let q = Tensor::from_fn(&[m, count], |k| T::of(columns[k % count * m + k / count]));
        (q, Tensor::from_fn(&[count, n], |k| T::of(r[k])))
    }
}
