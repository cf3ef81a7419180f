//! Products that contract an axis.

use super::place;
use crate::kernels::matmul::gemm;
use crate::number::Float;
use crate::shape::Shape;
use crate::tensor::Tensor;
use crate::{Threads, Workspace};

/// Sizes (m, k, n) of a product of matrices, each read transposed or not.
#[track_caller]
fn sizes(op: &str, a: &[usize], ta: bool, b: &[usize], tb: bool) -> (usize, usize, usize) {
    let mark = |t: bool| if t { " transposed" } else { "" };
    assert!(
        a.len() == 2 && b.len() == 2,
        "{op}: both sides must be matrices, shapes are {a:?} and {b:?} (use `reshape` to make two axes)"
    );
    let (m, k) = if ta { (a[1], a[0]) } else { (a[0], a[1]) };
    let (k2, n) = if tb { (b[1], b[0]) } else { (b[0], b[1]) };
    assert!(
        k == k2,
        "{op}: shapes {a:?}{} and {b:?}{} do not fit: {k} columns on the left against {k2} rows on the right{}",
        mark(ta),
        mark(tb),
        if m == k2 || k == n { " (transpose one side?)" } else { "" }
    );
    (m, k, n)
}

fn threads<T: Float>(workspace: Option<&Workspace<T>>) -> Threads {
    workspace.map_or_else(Threads::serial, |w| w.threads().clone())
}

impl<T: Float> Tensor<T> {
    /// The matrix product.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let a = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// assert_eq!(a.matmul(&a).data(), [7.0, 10.0, 15.0, 22.0]);
    /// assert_eq!(a.matmul_with(&a, false, true).data(), [5.0, 11.0, 11.0, 25.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, unless both sides are matrices and the inner sizes agree.
    #[track_caller]
    pub fn matmul(&self, other: &Self) -> Self {
        self.matmul_with(other, false, false)
    }

    /// The matrix product of the two sides, each transposed first where its flag says so; nothing is copied for that.
    #[track_caller]
    pub fn matmul_with(&self, other: &Self, ta: bool, tb: bool) -> Self {
        let (m, k, n) = sizes("matmul", self.shape(), ta, other.shape(), tb);
        let workspace = place(self, other);
        Self::make(workspace, Shape::from_slice(&[m, n]), |to| {
            gemm(&threads(workspace), to, self.data(), other.data(), m, k, n, ta, tb, false)
        })
    }

    /// Adds the matrix product of two others to `self`.
    #[track_caller]
    pub fn add_matmul(&mut self, a: &Self, ta: bool, b: &Self, tb: bool) {
        let (m, k, n) = sizes("add_matmul", a.shape(), ta, b.shape(), tb);
        assert!(
            self.len() == m * n,
            "add_matmul: a product of shape [{m}, {n}] does not fit into shape {:?}",
            self.shape()
        );
        let threads = threads(place(a, b));
        gemm(&threads, self.data_mut(), a.data(), b.data(), m, k, n, ta, tb, true);
    }

    /// An affine map of the last axis, fused: `self` of shape `[.., in]`, weight `[out, in]`, bias `[out]` or none give `[.., out]`.
    ///
    /// # Panics
    /// At the caller's line, when the sizes do not fit.
    #[track_caller]
    pub fn linear(&self, weight: &Self, bias: Option<&Self>) -> Self {
        let (inputs, outputs) = match *weight.shape() {
            [outputs, inputs] => (inputs, outputs),
            _ => panic!("linear: a weight has shape [out, in], this one {:?}", weight.shape()),
        };
        assert!(
            self.shape().last() == Some(&inputs),
            "linear: input of shape {:?} does not fit a weight of shape {:?}: the last axis must be {inputs}",
            self.shape(),
            weight.shape()
        );
        let mut shape: Shape = self.shape().into();
        let last = shape.len() - 1;
        shape[last] = outputs;
        let rows: usize = shape[..last].iter().product();
        let workspace = place(self, weight);
        if let Some(bias) = bias {
            assert!(
                bias.shape() == [outputs],
                "linear: bias of shape {:?} does not fit a weight of shape {:?}: it must be [{outputs}]",
                bias.shape(),
                weight.shape()
            );
        }
        Self::make(workspace, shape, |to| {
            if let Some(bias) = bias.filter(|b| !b.is_empty()) {
                to.chunks_exact_mut(outputs).for_each(|row| row.copy_from_slice(bias.data()));
            }
            let add = bias.is_some();
            gemm(&threads(workspace), to, self.data(), weight.data(), rows, inputs, outputs, false, true, add);
        })
    }
}
