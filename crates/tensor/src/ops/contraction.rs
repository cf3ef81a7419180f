//! Products that contract an axis.

use super::place;
use crate::Threads;
use crate::kernels::matmul::{gemm, gemm_each};
use crate::kernels::shards::threads;
use crate::number::Float;
use crate::shape::{Shape, broadcast, count, count_or_panic, strides_under};
use crate::tensor::Tensor;

/// A product of matrices, or of stacks of them that broadcast: what goes into it and the shape that comes out.
struct Product {
    m: usize,
    k: usize,
    n: usize,
    ta: bool,
    tb: bool,
    /// The axes in front of the matrices: of the left side, of the right, and of both together.
    lead: [Shape; 3],
    /// Of the result; the axis of size 1 that a vector stands for is gone.
    shape: Shape,
}

impl Product {
    #[track_caller]
    fn new(op: &str, a: &[usize], ta: bool, b: &[usize], tb: bool) -> Self {
        let mark = |t: bool| if t { " transposed" } else { "" };
        assert!(
            !a.is_empty() && !b.is_empty(),
            "{op}: shapes {a:?} and {b:?}: a number has no axis to sum over (multiply with `*`)"
        );
        assert!(
            (a.len() > 1 || !ta) && (b.len() > 1 || !tb),
            "{op}: shapes {a:?}{} and {b:?}{}: a vector has no two axes to exchange",
            mark(ta),
            mark(tb)
        );
        let (lead_a, m, k) = match *a {
            [k] => (&[][..], 1, k),
            [ref lead @ .., k, m] if ta => (lead, m, k),
            [ref lead @ .., m, k] => (lead, m, k),
            [] => unreachable!("checked"),
        };
        let (lead_b, k2, n) = match *b {
            [k] => (&[][..], k, 1),
            [ref lead @ .., n, k] if tb => (lead, k, n),
            [ref lead @ .., k, n] => (lead, k, n),
            [] => unreachable!("checked"),
        };
        assert!(
            k == k2,
            "{op}: shapes {a:?}{} and {b:?}{} do not fit: {k} columns on the left against {k2} rows on the right{}",
            mark(ta),
            mark(tb),
            if a.len() > 1 && b.len() > 1 && (m == k2 || k == n) { " (transpose one side?)" } else { "" }
        );
        let Some(lead) = broadcast(lead_a, lead_b) else {
            panic!(
                "{op}: shapes {a:?} and {b:?} do not fit: the axes in front of the matrices, {lead_a:?} and {lead_b:?}, do not \
                 broadcast (aligned at the last of them, sizes must be equal or 1)"
            )
        };
        let mut shape = lead.clone();
        shape.extend((a.len() > 1).then_some(m));
        shape.extend((b.len() > 1).then_some(n));
        count_or_panic(op, &shape);
        Product { m, k, n, ta, tb, lead: [lead_a.into(), lead_b.into(), lead], shape }
    }

    /// Writes the product, or adds it.
    fn run<T: Float>(&self, threads: &Threads, to: &mut [T], a: &[T], b: &[T], add: bool) {
        let &Product { m, k, n, ta, tb, .. } = self;
        let [count_a, count_b, total] = self.lead.each_ref().map(|lead| count(lead));
        if total == 1 {
            return gemm(threads, to, a, b, m, k, n, ta, tb, add);
        }
        if count_b == 1 && !ta {
            // One matrix on the right: the rows of all on the left are those of one.
            debug_assert_eq!(count_a, total);
            return gemm(threads, to, a, b, total * m, k, n, ta, tb, add);
        }
        let [lead_a, lead_b, lead] = &self.lead;
        let steps = [strides_under(lead_a, lead), strides_under(lead_b, lead)];
        let at = |mut i: usize| {
            let mut at = [0, 0];
            for (axis, &size) in lead.iter().enumerate().rev() {
                for (at, steps) in at.iter_mut().zip(&steps) {
                    *at += i % size * steps[axis].unsigned_abs();
                }
                i /= size;
            }
            (at[0] * m * k, at[1] * k * n)
        };
        gemm_each(threads, to, a, b, at, [m, k, n], ta, tb, add);
    }
}

/// The shape of the matrix product of two arrays of these shapes, each transposed first where its flag says so.
///
/// # Panics
/// At the caller's line, where [`Tensor::matmul_with`] does.
#[track_caller]
pub fn matmul_shape(a: &[usize], ta: bool, b: &[usize], tb: bool) -> Shape {
    Product::new("matmul", a, ta, b, tb).shape
}

/// Panics at the caller's line unless these are the shapes of two vectors of one length.
#[track_caller]
pub fn check_dot(a: &[usize], b: &[usize]) {
    assert!(
        a.len() == 1 && a == b,
        "dot: shapes {a:?} and {b:?} are not those of two vectors of one length (for other shapes use `matmul` or `einsum`)"
    );
}

/// The lengths of two vectors, after checking that they are.
#[track_caller]
pub fn check_outer(a: &[usize], b: &[usize]) -> (usize, usize) {
    let (&[m], &[n]) = (a, b) else {
        panic!("outer: shapes {a:?} and {b:?} are not those of two vectors (for other shapes use `einsum`)")
    };
    (m, n)
}

impl<T: Float> Tensor<T> {
    /// The matrix product of the last two axes; those in front broadcast, as in PyTorch.
    ///
    /// | left | right | result |
    /// |---|---|---|
    /// | `[.., m, k]` | `[.., k, n]` | `[.., m, n]` |
    /// | `[k]` | `[.., k, n]` | `[.., n]` |
    /// | `[.., m, k]` | `[k]` | `[.., m]` |
    /// | `[k]` | `[k]` | `[]` |
    ///
    /// Any size may be 0; a sum of nothing is 0.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let a = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// assert_eq!(a.matmul(&a).data(), [7.0, 10.0, 15.0, 22.0]);
    /// assert_eq!(a.matmul_with(&a, false, true).data(), [5.0, 11.0, 11.0, 25.0]);
    /// assert_eq!(a.matmul(&Tensor::from([1.0, -1.0])).data(), [-1.0, -1.0]);
    /// assert_eq!(Tensor::<f32>::ones(&[5, 1, 2, 3]).matmul(&Tensor::ones(&[4, 3, 2])).shape(), [5, 4, 2, 2]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the inner sizes differ, the axes in front do not broadcast, or a side is a number.
    #[track_caller]
    pub fn matmul(&self, other: &Self) -> Self {
        self.matmul_with(other, false, false)
    }

    /// [`matmul`](Self::matmul) with the last two axes of a side exchanged first where its flag says so; nothing is copied for that. A
    /// vector has no two axes.
    #[track_caller]
    pub fn matmul_with(&self, other: &Self, ta: bool, tb: bool) -> Self {
        let product = Product::new("matmul", self.shape(), ta, other.shape(), tb);
        let workspace = place(self, other);
        Self::make(workspace, product.shape.clone(), |to| {
            product.run(&threads(workspace), to, self.data(), other.data(), false)
        })
    }

    /// Adds the matrix product of two others to `self`.
    #[track_caller]
    pub fn add_matmul(&mut self, a: &Self, ta: bool, b: &Self, tb: bool) {
        let product = Product::new("add_matmul", a.shape(), ta, b.shape(), tb);
        assert!(
            *self.shape() == product.shape[..],
            "add_matmul: a product of shape {:?} does not fit into shape {:?}",
            &product.shape[..],
            self.shape()
        );
        let threads = threads(place(a, b));
        product.run(&threads, self.data_mut(), a.data(), b.data(), true);
    }

    /// The inner product of two vectors, a scalar.
    ///
    /// # Panics
    /// At the caller's line, unless both are vectors of one length.
    #[track_caller]
    pub fn dot(&self, other: &Self) -> Self {
        check_dot(self.shape(), other.shape());
        self.matmul(other)
    }

    /// The products of all pairs of two vectors: `[m]` and `[n]` give `[m, n]`.
    ///
    /// # Panics
    /// At the caller's line, unless both are vectors.
    #[track_caller]
    pub fn outer(&self, other: &Self) -> Self {
        let (m, n) = check_outer(self.shape(), other.shape());
        &self.reshape(&[m, 1]) * &other.reshape(&[1, n])
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
