//! A weight that is a matrix.

use rappel_autodiff::{Float, Tape, Tensor, Var};
use rappel_nn::Layer;

use super::Point;
use crate::{Cursor, Optimum, Problem};

/// `matrix`: `f(W) = 1/2 sum of (A W - C)_ij^2` for a weight of shape `[4, 3]`, from `W_ij = 0.1 sin(i j + 1)`.
///
/// `A` is `[5, 4]` with `A_ij = sin(1 + i + 2 j)`, `C` is `[5, 3]` with `C_ij = cos(1 + 2 i + j)`, indices from 0. It is there for rules
/// that take a weight as a matrix and not as numbers. `A` has rank 2 and curvatures 7.66 and 2.87, so gradient descent is stable below
/// 2 / 7.66; along the rest of the weight the loss is flat. The lowest is that of least squares, 3.236037926501.
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::problems::Matrix;
/// use rappel_lab::Problem;
///
/// let problem = Matrix::<f64>::new();
/// let start = problem.whole(&*problem.net(0), &Tape::default()).item();
/// assert_eq!(format!("{start:.6}"), "3.932238");
/// ```
#[derive(Debug, Clone)]
pub struct Matrix<T: Float = f32> {
    a: Tensor<T>,
    c: Tensor<T>,
}

/// A matrix of a function of its row and column.
fn table<T: Float>([rows, columns]: [usize; 2], f: impl Fn(f64, f64) -> f64) -> Tensor<T> {
    Tensor::from_fn(&[rows, columns], |at| T::of(f((at / columns) as f64, (at % columns) as f64)))
}

impl<T: Float> Matrix<T> {
    /// With its two matrices.
    #[expect(clippy::new_without_default, reason = "matrices are made, which a default does not tell")]
    pub fn new() -> Self {
        Matrix {
            a: table([5, 4], |i, j| (1.0 + i + 2.0 * j).sin()),
            c: table([5, 3], |i, j| (1.0 + 2.0 * i + j).cos()),
        }
    }

    /// `A` and `C`.
    pub fn matrices(&self) -> (&Tensor<T>, &Tensor<T>) {
        (&self.a, &self.c)
    }
}

impl<T: Float> Problem<T> for Matrix<T> {
    fn name(&self) -> &str {
        "matrix"
    }

    fn net(&self, _seed: u64) -> Box<dyn Layer<T>> {
        Box::new(Point::new(table([4, 3], |i, j| 0.1 * (i * j + 1.0).sin())))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        let weight = net.forward(tape.constant(0.0));
        (tape.input(&self.a).matmul(weight) - tape.input(&self.c)).square().sum() * 0.5
    }

    fn optimum(&self) -> Option<Optimum> {
        Some(Optimum { loss: 3.2360379265011 })
    }

    fn steps(&self) -> u64 {
        200
    }
}
