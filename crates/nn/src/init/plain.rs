//! Values that do not depend on the fan.

use rappel_autodiff::{Float, Number, Tensor};

use super::Generator;

/// Independent values, uniform on `[low, high)`: `torch.nn.init.uniform_`, whose defaults are 0 and 1.
pub fn uniform<T: Float>(shape: &[usize], low: f64, high: f64, rng: &mut impl Generator) -> Tensor<T> {
    rng.draw_uniform(shape, low, high)
}

/// Independent values of a normal distribution: `torch.nn.init.normal_`, whose defaults are 0 and 1.
///
/// ```
/// use rappel_nn::autodiff::random::Mersenne;
/// use rappel_nn::init;
///
/// let x = init::normal::<f32>(&[2], 0.0, 1.0, &mut Mersenne::seed(0)); // torch.manual_seed(0); torch.randn(2)
/// assert!((x.data()[0] - 1.5409961).abs() < 1e-6);
/// ```
pub fn normal<T: Float>(shape: &[usize], mean: f64, std: f64, rng: &mut impl Generator) -> Tensor<T> {
    rng.draw_normal(shape, mean, std)
}

/// One value everywhere.
pub fn constant<T: Float>(shape: &[usize], value: impl Number) -> Tensor<T> {
    Tensor::full(shape, T::of(value.to_f64()))
}

/// Zeros.
pub fn zeros<T: Float>(shape: &[usize]) -> Tensor<T> {
    Tensor::zeros(shape)
}

/// Ones.
pub fn ones<T: Float>(shape: &[usize]) -> Tensor<T> {
    Tensor::ones(shape)
}

/// 1 where row and column are the same, else 0: a linear map that keeps what it can of its input.
///
/// # Panics
/// At the caller's line, when the shape is no matrix.
#[track_caller]
pub fn eye<T: Float>(shape: &[usize]) -> Tensor<T> {
    let &[_, columns] = shape else { panic!("init::eye: a matrix has two axes, not shape {shape:?}") };
    Tensor::from_fn(shape, |k| if k / columns == k % columns { T::ONE } else { T::ZERO })
}
