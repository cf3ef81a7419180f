//! The problems of `tests/golden/problems.py`.

use rappel_autodiff::{Module, ModuleExt, Param, ParamMut, ParamRef, Tape, Var, Visitor, VisitorMut};
use rappel_tensor::Tensor;

/// A matrix by a formula of its indices.
fn matrix(rows: usize, columns: usize, f: impl Fn(f64, f64) -> f64) -> Tensor<f64> {
    Tensor::from_fn(&[rows, columns], |k| f((k / columns) as f64, (k % columns) as f64))
}

#[derive(Module)]
pub(crate) struct Linear {
    weight: Param<f64>,
    bias: Param<f64>,
}

#[derive(Module)]
pub(crate) struct Net {
    fc1: Linear,
    fc2: Linear,
}

/// Weights and their loss.
pub(crate) enum Problem {
    Vector(Param<f64>),
    Matrix(Param<f64>),
    Net(Box<Net>),
}

impl Module for Problem {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        match self {
            Problem::Vector(p) | Problem::Matrix(p) => p.visit(visitor),
            Problem::Net(net) => net.visit(visitor),
        }
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        match self {
            Problem::Vector(p) | Problem::Matrix(p) => p.visit_mut(visitor),
            Problem::Net(net) => net.visit_mut(visitor),
        }
    }
}

impl Problem {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "vector" => Problem::Vector(Param::new(Tensor::from([1.0, -0.7, 0.3, 2.0]))),
            "matrix" => Problem::Matrix(Param::new(matrix(4, 3, |i, j| 0.1 * (i * j + 1.0).sin()))),
            "net" => Problem::Net(Box::new(Net {
                fc1: Linear {
                    weight: Param::new(matrix(4, 3, |i, j| 0.5 * (1.0 + 4.0 * i + j).sin())),
                    bias: Param::new(Tensor::from_fn(&[4], |i| 0.1 * (1.0 + i as f64).cos())),
                },
                fc2: Linear {
                    weight: Param::new(matrix(2, 4, |i, j| 0.5 * (3.0 + 4.0 * i + j).cos())),
                    bias: Param::new(Tensor::from_fn(&[2], |i| 0.1 * (2.0 + i as f64).sin())),
                },
            })),
            _ => return None,
        })
    }

    pub(crate) fn loss<'t>(&self, tape: &'t Tape<f64>) -> Var<'t, f64> {
        match self {
            Problem::Vector(p) => {
                let p = tape.param(p);
                let (a, b) = (Tensor::from([1.0, 0.5, 2.0, 0.1]), Tensor::from([0.1, -0.2, 0.3, 0.05]));
                (tape.input(&a) * p.square() * 0.5 + tape.input(&b) * p.square() * p / 3.0).sum()
            }
            Problem::Matrix(w) => {
                let a = tape.input(&matrix(5, 4, |i, j| (1.0 + i + 2.0 * j).sin()));
                let c = tape.input(&matrix(5, 3, |i, j| (1.0 + 2.0 * i + j).cos()));
                (a.matmul(tape.param(w)) - c).square().sum() * 0.5
            }
            Problem::Net(net) => {
                let x = tape.input(&matrix(6, 3, |i, j| (1.0 + 2.0 * i + 3.0 * j).sin()));
                let target = tape.input(&matrix(6, 2, |i, j| (2.0 + i + 2.0 * j).cos()));
                let layer =
                    |x: Var<'t, f64>, l: &Linear| x.matmul(tape.param(&l.weight).transpose()) + tape.param(&l.bias);
                (layer(layer(x, &net.fc1).tanh(), &net.fc2) - target).square().mean()
            }
        }
    }

    /// Moves one of all values.
    pub(crate) fn nudge(&mut self, mut i: usize, by: f64) {
        self.for_each_param_mut(|_, p| {
            let ParamMut::F64(p) = p else { unreachable!("the problems are f64") };
            match p.value.data_mut().get_mut(i) {
                Some(x) => {
                    *x += by;
                    i = usize::MAX;
                }
                None => i = i.saturating_sub(p.value.len()),
            }
        });
    }

    /// All values, parameters in order.
    pub(crate) fn values(&self) -> Vec<f64> {
        let mut all = Vec::new();
        self.for_each_param(|_, p| match p {
            ParamRef::F64(p) => all.extend_from_slice(p.value.data()),
            ParamRef::F32(_) => unreachable!("the problems are f64"),
        });
        all
    }
}
