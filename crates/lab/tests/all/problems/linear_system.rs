//! The closed forms that optima are compared with.

use rappel_lab::autodiff::Tensor;

/// The solution of `matrix x = right`, by Gaussian elimination with pivoting; `right` has shape `[n, columns]`.
pub(super) fn solve(matrix: &Tensor<f64>, right: &Tensor<f64>) -> Tensor<f64> {
    let &[n, columns] = right.shape() else { panic!("{:?}", right.shape()) };
    let row = |i: usize| [&matrix.data()[i * n..][..n], &right.data()[i * columns..][..columns]].concat();
    let mut rows: Vec<Vec<f64>> = (0..n).map(row).collect();
    for i in 0..n {
        let pivot = (i..n).max_by(|a, b| rows[*a][i].abs().total_cmp(&rows[*b][i].abs())).expect("a row");
        rows.swap(i, pivot);
        let of = rows[i].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(j, _)| *j != i) {
            let factor = row[i] / of[i];
            row.iter_mut().zip(&of).for_each(|(to, of)| *to -= factor * of);
        }
    }
    Tensor::new(
        (0..n).flat_map(|i| rows[i][n..].iter().map(|v| v / rows[i][i]).collect::<Vec<_>>()).collect::<Vec<_>>(),
        &[n, columns],
    )
}
