//! Where random initial values come from.

use rappel_autodiff::random::Mersenne;
use rappel_autodiff::{Float, Rng, Tensor};

/// A source of random initial values: [`Rng`], the native one, or [`Mersenne`], with which layers begin with the very values that
/// PyTorch's begin with after `torch.manual_seed`.
///
/// Layers draw from either in PyTorch's order. [`Mersenne`] draws in `f32` as PyTorch does by default, and widens what it drew for a
/// net of `f64`.
///
/// ```
/// use rappel_nn::Linear;
/// use rappel_nn::autodiff::random::Mersenne;
/// use rappel_nn::autodiff::Rng;
///
/// let native: Linear = Linear::new(3, 2, &mut Rng::seed(0));
/// let torch: Linear = Linear::new(3, 2, &mut Mersenne::seed(0)); // torch.manual_seed(0); torch.nn.Linear(3, 2)
/// assert_eq!(torch.weight.value.data()[1..3], [0.30971584, -0.47518533]);
/// assert_ne!(native.weight.value, torch.weight.value);
/// ```
pub trait Generator {
    /// Independent values, uniform on `[low, high)`.
    fn draw_uniform<T: Float>(&mut self, shape: &[usize], low: f64, high: f64) -> Tensor<T>;

    /// Independent values of the normal distribution.
    fn draw_normal<T: Float>(&mut self, shape: &[usize], mean: f64, std: f64) -> Tensor<T>;

    /// The numbers from 0 to n - 1 in random order.
    fn draw_permutation(&mut self, n: usize) -> Vec<u32>;
}

impl Generator for Rng {
    fn draw_uniform<T: Float>(&mut self, shape: &[usize], low: f64, high: f64) -> Tensor<T> {
        Tensor::uniform(shape, low, high, self)
    }

    fn draw_normal<T: Float>(&mut self, shape: &[usize], mean: f64, std: f64) -> Tensor<T> {
        Tensor::normal(shape, mean, std, self)
    }

    fn draw_permutation(&mut self, n: usize) -> Vec<u32> {
        self.permutation(n)
    }
}

/// The same to the last bit as PyTorch 2.15 on a processor with fused multiply-add; normal values up to the rounding of its
/// vectorised logarithm and sine.
impl Generator for Mersenne {
    fn draw_uniform<T: Float>(&mut self, shape: &[usize], low: f64, high: f64) -> Tensor<T> {
        let (low, high) = (low as f32, high as f32);
        Tensor::from_fn(shape, |_| T::of(self.torch_uniform(low, high).into()))
    }

    fn draw_normal<T: Float>(&mut self, shape: &[usize], mean: f64, std: f64) -> Tensor<T> {
        let (mean, std) = (mean as f32, std as f32);
        let values = self.torch_normal(shape.iter().product());
        Tensor::from_fn(shape, |i| T::of((values[i] * std + mean).into()))
    }

    fn draw_permutation(&mut self, n: usize) -> Vec<u32> {
        self.torch_permutation(n)
    }
}
