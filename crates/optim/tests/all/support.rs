//! Gradients of chosen values.

use rappel_autodiff::{Gradients, Param, Tape};
use rappel_optim::{Optimizer, Rule};
use rappel_tensor::{Float, Tensor};

/// Gradients with exactly these values.
pub(crate) fn gradients<T: Float>(tape: &Tape<T>, of: &[(&Param<T>, &Tensor<T>)]) -> Gradients<T> {
    let products = of.iter().map(|(p, g)| (tape.param(p) * tape.input(g)).sum());
    products.reduce(|a, b| a + b).expect("at least one parameter").backward()
}

/// Steps one parameter along a gradient.
pub(crate) fn step<R: Rule, T: Float>(optimizer: &mut Optimizer<R, T>, p: &mut Param<T>, g: &Tensor<T>) {
    let g = gradients(&Tape::default(), &[(p, g)]);
    optimizer.step(p, &g).unwrap();
}

/// A parameter of two values.
pub(crate) fn pair(a: f64, b: f64) -> Param<f64> {
    Param::new(Tensor::from([a, b]))
}

/// The gradient of `a p^2 / 2 + b p^3 / 3`, a loss that is no quadratic.
pub(crate) fn slope(p: &Param<f64>) -> Tensor<f64> {
    p.value.map(|x| 0.7 * x + 0.2 * x * x)
}
