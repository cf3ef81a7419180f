//! Kinks, ties, infinities and NaN: what the numeric contract promises where a difference quotient says nothing.
//!
//! Each table is read by eager and recorded backward and by forward mode in `f64`, and by eager backward in `f32`.

mod conv;
mod elementwise;
mod empty;
mod fused;
mod index;
mod loss;
mod pairs;
mod pool;
mod reduction;
mod scan;
mod selection;
mod sort;
mod sum;

use rappel_autodiff::transform::jvp;
use rappel_autodiff::{Float, Tape, Tensor, Var};

/// Equal, both NaN, or within 8 ulp of a finite expectation.
fn agrees<T: Float>(found: T, expected: f64, epsilon: f64) -> bool {
    let found = found.re();
    let near = (found - expected).abs() <= 8.0 * epsilon * expected.abs();
    found == expected || found.is_nan() && expected.is_nan() || expected.is_finite() && near
}

#[track_caller]
fn expect<T: Float>(what: &str, found: &Tensor<T>, expected: &[f64]) {
    let epsilon = if T::NAME == "f32" { f64::from(f32::EPSILON) } else { f64::EPSILON };
    let all = found.len() == expected.len() && found.data().iter().zip(expected).all(|(f, &e)| agrees(*f, e, epsilon));
    assert!(all, "{what} in {}: {:?} found, {expected:?} expected", T::NAME, found.data());
}

/// Value and gradient of the sum of a function's values by the eager backward, and the gradient by the recorded one.
fn readings<T: Float>(
    f: impl for<'t> Fn(&[Var<'t, T>]) -> Var<'t, T>,
    x: &[Tensor<f64>],
) -> (Tensor<T>, Vec<Tensor<T>>, Vec<Tensor<T>>) {
    let tape = Tape::<T>::default();
    let x: Vec<_> = x.iter().map(|x| tape.var(&x.cast())).collect();
    let y = f(&x);
    let one = Tensor::full(&y.shape(), T::ONE);
    let recorded = y.grad_with(tape.input(&one), &x).iter().map(|g| g.value()).collect();
    let value = y.value();
    let gradients = (y + tape.var(&Tensor::scalar(T::ZERO))).backward_with(&one);
    let zeros = |x: &Var<'_, T>| Tensor::zeros(&x.shape());
    let eager = x.iter().map(|x| gradients.wrt(*x).cloned().unwrap_or_else(|| zeros(x))).collect();
    (value, eager, recorded)
}

/// Checks value and gradient of a function of vectors against what is expected, in every reading.
#[track_caller]
fn check(
    name: &str,
    double: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
    single: impl for<'t> Fn(&[Var<'t, f32>]) -> Var<'t, f32>,
    x: &[Tensor<f64>],
    (value, gradients): (&[f64], &[&[f64]]),
) {
    let (y, eager, recorded) = readings::<f64>(&double, x);
    expect(&format!("{name}, value"), &y, value);
    let (y, eager_single, recorded_single) = readings::<f32>(&single, x);
    expect(&format!("{name}, value"), &y, value);
    for (i, expected) in gradients.iter().enumerate() {
        expect(&format!("{name}, gradient in input {i}, eager"), &eager[i], expected);
        expect(&format!("{name}, gradient in input {i}, recorded"), &recorded[i], expected);
        expect(&format!("{name}, gradient in input {i}, eager"), &eager_single[i], expected);
        expect(&format!("{name}, gradient in input {i}, recorded"), &recorded_single[i], expected);
    }
}

/// The derivative by forward mode of a function of one number, the other inputs held.
fn forward(f: impl for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>, x: f64) -> f64 {
    jvp(f, &Tensor::scalar(x), &Tensor::scalar(1.0)).1.item()
}
