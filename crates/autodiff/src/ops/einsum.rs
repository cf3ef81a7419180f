//! Products and sums by naming axes.

use rappel_tensor::{Contract, Float, Shape, einsum};

use crate::array::Array;
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// Products and sums by naming axes, as `torch.einsum` has it. See [`Tensor::einsum`](rappel_tensor::Tensor::einsum).
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor, Var};
    ///
    /// let tape = Tape::new();
    /// let a = tape.var(&Tensor::ones(&[5, 2, 3]));
    /// let b = tape.var(&Tensor::ones(&[5, 3, 4]));
    /// assert_eq!(Var::einsum("bij,bjk->bik", &[a, b]).shape()[..], [5, 2, 4]);
    /// assert_eq!(Var::einsum("bij->ji", &[a]).shape()[..], [3, 2]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, with the equation, a mark under the place, and the shapes: when it cannot be read, when terms and operands
    /// differ in number or a term and its operand in rank, or when a letter has two sizes.
    #[track_caller]
    pub fn einsum(equation: &str, operands: &[Var<'t, T>]) -> Self {
        for other in operands {
            operands[0].check_same("einsum", *other);
        }
        einsum(equation, operands)
    }
}

impl<T: Float> Contract for Var<'_, T> {
    fn dims(&self) -> Shape {
        self.shape()
    }

    fn permuted(&self, order: &[usize]) -> Self {
        Array::permute(self, &order.iter().copied().collect())
    }

    fn reshaped(&self, shape: &[usize]) -> Self {
        Array::reshape(self, shape)
    }

    fn summed(&self, axes: &[usize]) -> Self {
        Array::reduce(self, rappel_tensor::Reduction::Sum, &axes.iter().copied().collect(), false)
    }

    fn times(&self, other: &Self) -> Self {
        *self * *other
    }

    fn product(&self, transposed: bool, other: &Self, other_transposed: bool) -> Self {
        Array::matmul(self, transposed, other, other_transposed)
    }

    fn diagonal_of(&self, i: usize, j: usize) -> Self {
        self.diagonal(0, i as isize, j as isize)
    }
}
