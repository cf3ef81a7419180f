//! Einstein's summation: products and sums by naming axes.
//!
//! An equation is read once and carried out in products of matrices, elementwise products, sums and permutations, on whatever has
//! these: tensors here, variables in the crate above.

mod equation;

use smallvec::SmallVec;

use crate::number::Float;
use crate::shape::Shape;
use crate::tensor::Tensor;
use equation::{Equation, Label, Labels};

/// What an equation is carried out on. Axes are counted from the front.
pub trait Contract: Clone {
    /// Sizes per axis.
    #[track_caller]
    fn dims(&self) -> Shape;
    /// Reorders the axes: axis i of the result is axis `order[i]`.
    #[track_caller]
    fn permuted(&self, order: &[usize]) -> Self;
    /// The same values under another shape.
    #[track_caller]
    fn reshaped(&self, shape: &[usize]) -> Self;
    /// The sum over axes, which go.
    #[track_caller]
    fn summed(&self, axes: &[usize]) -> Self;
    /// The elementwise product, under broadcasting.
    #[track_caller]
    fn times(&self, other: &Self) -> Self;
    /// The product of matrices, each transposed first where its flag says so.
    #[track_caller]
    fn product(&self, transposed: bool, other: &Self, other_transposed: bool) -> Self;
    /// The diagonal of two axes, as the last axis.
    #[track_caller]
    fn diagonal_of(&self, i: usize, j: usize) -> Self;
}

/// Carries an equation out; see [`Tensor::einsum`].
#[track_caller]
pub fn einsum<A: Contract>(equation: &str, operands: &[A]) -> A {
    let shapes: SmallVec<[Shape; 4]> = operands.iter().map(Contract::dims).collect();
    let equation = Equation::read(equation, &shapes);
    let mut sum = Named::new(&operands[0], &equation.inputs[0], &equation);
    // Loops here and below, no adaptors: a closure would be the caller that what it computes is recorded for.
    for i in 1..operands.len() {
        let (next, later) = (Named::new(&operands[i], &equation.inputs[i], &equation), &equation.inputs[i + 1..]);
        sum = sum.joined(next, &|label| equation.output.contains(&label) || later.iter().any(|l| l.contains(&label)));
    }
    sum.without(&|label| equation.output.contains(&label)).arranged(&equation.output).x
}

/// An array whose axes have names, each its own.
struct Named<A> {
    x: A,
    labels: Labels,
}

impl<A: Contract> Named<A> {
    /// An operand, with the diagonal taken where a name stands twice, and without axes of size 1 that are to stretch: a factor that does
    /// not depend on an index needs no axis for it.
    #[track_caller]
    fn new(x: &A, labels: &Labels, equation: &Equation) -> Self {
        let mut this = Named { x: x.clone(), labels: labels.clone() };
        while let Some((i, j)) = this.twice() {
            let rest = (0..this.labels.len()).filter(|&k| k != i && k != j);
            let labels = rest.chain([i]).map(|k| this.labels[k]).collect();
            this = Named { x: this.x.diagonal_of(i, j), labels };
        }
        let dims = this.x.dims();
        let stretches = |&(label, &n): &(Label, &usize)| n == 1 && equation.size(label) != 1;
        if this.labels.iter().copied().zip(&dims).any(|axis| stretches(&axis)) {
            let kept = || this.labels.iter().copied().zip(&dims).filter(|axis| !stretches(axis));
            let shape: Shape = kept().map(|(_, &n)| n).collect();
            this = Named { x: this.x.reshaped(&shape), labels: kept().map(|(label, _)| label).collect() };
        }
        this
    }

    /// Two axes of one name.
    fn twice(&self) -> Option<(usize, usize)> {
        let first = |j: usize| self.labels[..j].iter().position(|l| *l == self.labels[j]);
        (0..self.labels.len()).find_map(|j| first(j).map(|i| (i, j)))
    }

    /// The sum over every axis whose name is not wanted.
    #[track_caller]
    fn without(self, wanted: &dyn Fn(Label) -> bool) -> Self {
        let gone: SmallVec<[usize; 8]> = (0..self.labels.len()).filter(|&k| !wanted(self.labels[k])).collect();
        if gone.is_empty() {
            return self;
        }
        Named { x: self.x.summed(&gone), labels: self.labels.into_iter().filter(|&l| wanted(l)).collect() }
    }

    /// With its axes in the order of the names.
    #[track_caller]
    fn arranged(self, labels: &Labels) -> Self {
        if self.labels == *labels {
            return self;
        }
        let at = |label| self.labels.iter().position(|l| *l == label).expect("every name is that of an axis");
        let order: SmallVec<[usize; 8]> = labels.iter().map(|&label| at(label)).collect();
        Named { x: self.x.permuted(&order), labels: labels.clone() }
    }

    /// The product with another, summed over every index that is not wanted any more.
    #[track_caller]
    fn joined(self, other: Self, wanted: &dyn Fn(Label) -> bool) -> Self {
        let (a, b) = (self, other);
        let (in_a, in_b) = (a.labels.clone(), b.labels.clone());
        let a = a.without(&|label| wanted(label) || in_b.contains(&label));
        let b = b.without(&|label| wanted(label) || in_a.contains(&label));
        let both = || a.labels.iter().copied().filter(|l| b.labels.contains(l));
        let batch: Labels = both().filter(|&l| wanted(l)).collect();
        let inner: Labels = both().filter(|&l| !wanted(l)).collect();
        let left: Labels = a.labels.iter().copied().filter(|l| !b.labels.contains(l)).collect();
        let right: Labels = b.labels.iter().copied().filter(|l| !a.labels.contains(l)).collect();
        let join = |parts: [&Labels; 3]| -> Labels { parts.into_iter().flatten().copied().collect() };

        let labels = join([&batch, &left, &right]);
        let size = |labels: &Labels, of: &Self| -> Shape {
            let dims = of.x.dims();
            let at = |l: &Label| of.labels.iter().position(|k| k == l).expect("a name of this one");
            labels.iter().map(|l| dims[at(l)]).collect()
        };
        let (batch_dims, inner_dims) = (size(&batch, &a), size(&inner, &a));
        let (left_dims, right_dims) = (size(&left, &a), size(&right, &b));
        let chain = |parts: [&[usize]; 4]| -> Shape { parts.concat().into() };

        if inner.is_empty() || left.is_empty() && right.is_empty() {
            // Nothing to sum over, or one sum per product of vectors.
            let ones = |dims: &Shape| -> Shape { smallvec::smallvec![1; dims.len()] };
            let a = a.arranged(&join([&batch, &left, &inner]));
            let b = b.arranged(&join([&batch, &right, &inner]));
            let wide_a = a.x.reshaped(&chain([&batch_dims, &left_dims, &ones(&right_dims), &inner_dims]));
            let wide_b = b.x.reshaped(&chain([&batch_dims, &ones(&left_dims), &right_dims, &inner_dims]));
            let product = wide_a.times(&wide_b);
            let summed: SmallVec<[usize; 8]> = (labels.len()..labels.len() + inner.len()).collect();
            return Named { x: if inner.is_empty() { product } else { product.summed(&summed) }, labels };
        }
        let volume = |dims: &Shape| dims.iter().product::<usize>();
        let stack: Shape = if batch.is_empty() { Shape::new() } else { smallvec::smallvec![volume(&batch_dims)] };
        let matrix = |x: &Self, outer: &Labels, outer_dims: &Shape, left: bool| {
            // Whichever way costs no copy; a matrix product reads either.
            let inner_first = join([&batch, &inner, outer]);
            let outer_first = join([&batch, outer, &inner]);
            let first = if left { x.labels == inner_first } else { x.labels != outer_first };
            let (order, tail) = match first {
                true => (inner_first, [volume(&inner_dims), volume(outer_dims)]),
                false => (outer_first, [volume(outer_dims), volume(&inner_dims)]),
            };
            (order, chain([&stack, &tail, &[], &[]]), first == left)
        };
        let (order_a, shape_a, ta) = matrix(&a, &left, &left_dims, true);
        let (order_b, shape_b, tb) = matrix(&b, &right, &right_dims, false);
        let (a, b) = (a.arranged(&order_a).x.reshaped(&shape_a), b.arranged(&order_b).x.reshaped(&shape_b));
        let x = a.product(ta, &b, tb).reshaped(&chain([&batch_dims, &left_dims, &right_dims, &[]]));
        Named { x, labels }
    }
}

impl<T: Float> Contract for Tensor<T> {
    fn dims(&self) -> Shape {
        self.shape().into()
    }

    fn permuted(&self, order: &[usize]) -> Self {
        self.permute(&order.iter().map(|&k| k as isize).collect::<SmallVec<[isize; 8]>>())
    }

    fn reshaped(&self, shape: &[usize]) -> Self {
        self.reshape(shape)
    }

    fn summed(&self, axes: &[usize]) -> Self {
        self.reduce(crate::Reduction::Sum, axes, false)
    }

    fn times(&self, other: &Self) -> Self {
        self * other
    }

    fn product(&self, transposed: bool, other: &Self, other_transposed: bool) -> Self {
        self.matmul_with(other, transposed, other_transposed)
    }

    fn diagonal_of(&self, i: usize, j: usize) -> Self {
        self.diagonal(0, i as isize, j as isize)
    }
}

impl<T: Float> Tensor<T> {
    /// Products and sums by naming axes, as `torch.einsum` has it.
    ///
    /// Each operand's axes are named by letters, terms are separated by commas. A letter stands for one index; those that the output,
    /// behind `->`, does not name are summed over. A letter twice in one term takes the diagonal. Without `->` the output has the letters
    /// that occur once, in alphabetical order. `...` stands for any further axes, which broadcast. An axis of size 1 stretches.
    /// Operands are joined from left to right, by matrix products where an index is summed over.
    ///
    /// | | equation |
    /// |---|---|
    /// | matrix product | `ij,jk->ik` |
    /// | its batch | `bij,bjk->bik`, `...ij,...jk->...ik` |
    /// | trace, diagonal, transpose | `ii->`, `ii->i`, `ij->ji` |
    /// | bilinear form | `i,ij,j->` |
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let a = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// let v = Tensor::from([1.0, -1.0]);
    /// assert_eq!(Tensor::einsum("i,ij,j->", &[&v, &a, &v]).item(), 0.0);
    /// assert_eq!(Tensor::einsum("ii->i", &[&a]).data(), [1.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, with the equation, a mark under the place, and the shapes: when it cannot be read, when terms and operands
    /// differ in number or a term and its operand in rank, or when a letter has two sizes.
    #[track_caller]
    pub fn einsum(equation: &str, operands: &[&Self]) -> Self {
        let operands: SmallVec<[Self; 4]> = operands.iter().map(|&x| x.clone()).collect();
        einsum(equation, &operands)
    }
}
