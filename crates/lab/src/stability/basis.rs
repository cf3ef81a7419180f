//! An orthonormal basis, and an operator within it.

use rappel_autodiff::{Float, Gradients};

use super::symmetric::eigen;
use crate::LabError;

/// An eigenvalue of the operator within a basis, and its eigenvector in coordinates of that basis.
pub(super) type Ritz = (f64, Vec<f64>);

/// An orthonormal basis, the products of an operator with it, and the operator within it.
pub(super) struct Basis<T: Float, F> {
    operator: F,
    room: usize,
    products: usize,
    vectors: Vec<Gradients<T>>,
    images: Vec<Gradients<T>>,
    /// The inner products of the vectors with the images.
    within: Vec<Vec<f64>>,
}

impl<T: Float, F: FnMut(&Gradients<T>) -> Gradients<T>> Basis<T, F> {
    /// An empty one that will have so many vectors at most.
    pub(super) fn new(room: usize, operator: F) -> Self {
        Basis { operator, room, products: 0, vectors: Vec::new(), images: Vec::new(), within: Vec::new() }
    }

    /// The number of vectors.
    pub(super) fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Whether it has no room for another vector.
    pub(super) fn is_full(&self) -> bool {
        self.len() == self.room
    }

    /// The number of products with the operator so far.
    pub(super) fn products(&self) -> usize {
        self.products
    }

    /// Adds what is new in a vector; says whether anything is.
    pub(super) fn add(&mut self, mut v: Gradients<T>) -> Result<bool, LabError> {
        let before = v.norm();
        if !before.is_finite() {
            return Err(not_finite(before));
        }
        // Twice is enough (Kahan and Parlett): the second pass takes what rounding left of the first.
        for _ in 0..2 {
            for known in &self.vectors {
                v.axpy(-known.dot(&v), known);
            }
        }
        let new = v.norm();
        if new <= 1e3 * epsilon::<T>() * before || self.is_full() {
            return Ok(false);
        }
        let v = unit(v);
        let image = (self.operator)(&v);
        self.products += 1;
        let size = image.norm();
        if !size.is_finite() {
            return Err(not_finite(size));
        }
        let column: Vec<f64> = self.vectors.iter().chain([&v]).map(|known| known.dot(&image)).collect();
        for (row, x) in self.within.iter_mut().zip(&column) {
            row.push(*x);
        }
        self.within.push(column);
        self.vectors.push(v);
        self.images.push(image);
        Ok(true)
    }

    /// The eigenvalues of the operator within the basis, largest first.
    pub(super) fn solve(&self) -> Vec<Ritz> {
        eigen(self.within.clone())
    }

    /// An eigenvector.
    pub(super) fn vector(&self, ritz: &Ritz) -> Gradients<T> {
        combine(&self.vectors, &ritz.1)
    }

    /// The product of the operator with an eigenvector, from those that are known.
    pub(super) fn image(&self, ritz: &Ritz) -> Gradients<T> {
        combine(&self.images, &ritz.1)
    }

    /// By how much an eigenvector is none of the whole operator, and the norm of that.
    pub(super) fn residual(&self, ritz: &Ritz) -> (Gradients<T>, f64) {
        let mut residual = self.image(ritz);
        residual.axpy(-ritz.0, &self.vector(ritz));
        let size = residual.norm();
        (residual, size)
    }

    /// Keeps these eigenvectors alone, which takes no products.
    pub(super) fn compress(&mut self, ritz: &[Ritz]) {
        let (vectors, images) = ritz.iter().map(|r| (self.vector(r), self.image(r))).unzip();
        (self.vectors, self.images) = (vectors, images);
        self.within =
            (0..ritz.len()).map(|i| (0..ritz.len()).map(|j| if i == j { ritz[i].0 } else { 0.0 }).collect()).collect();
    }
}

/// A vector in the same direction of length 1.
pub(super) fn unit<T: Float>(mut v: Gradients<T>) -> Gradients<T> {
    v.scale(v.norm().recip());
    v
}

fn combine<T: Float>(vectors: &[Gradients<T>], by: &[f64]) -> Gradients<T> {
    let mut sum = vectors[0].clone();
    sum.scale(by[0]);
    for (v, c) in vectors.iter().zip(by).skip(1) {
        sum.axpy(*c, v);
    }
    sum
}

/// The distance from 1 to the next number.
fn epsilon<T: Float>() -> f64 {
    if T::NAME == "f32" { f64::from(f32::EPSILON) } else { f64::EPSILON }
}

fn not_finite(size: f64) -> LabError {
    LabError::NotFinite {
        what: "the product of the operator with a direction".to_owned(),
        value: size,
        advice: "the loss or its derivatives overflow here, or are not defined; look at an earlier step, or use f64",
    }
}
