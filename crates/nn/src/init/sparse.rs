//! Few inputs for each output.

use rappel_autodiff::{Float, Tensor};

use super::Generator;

/// A matrix of normal numbers with deviation `std` in which so many of each column are 0: the share `sparsity` of its rows, rounded up.
/// As `torch.nn.init.sparse_`, whose `std` is 0.01.
///
/// (Martens: Deep learning via Hessian-free optimization, 2010)
///
/// ```
/// use rappel_nn::autodiff::Rng;
/// use rappel_nn::init;
///
/// let x = init::sparse::<f32>(&[10, 4], 0.75, 0.01, &mut Rng::seed(0));
/// assert_eq!(x.data().iter().filter(|x| **x == 0.0).count(), 4 * 8);
/// ```
///
/// # Panics
/// At the caller's line, when the shape is no matrix or the share not between 0 and 1.
#[track_caller]
pub fn sparse<T: Float>(shape: &[usize], sparsity: f64, std: f64, rng: &mut impl Generator) -> Tensor<T> {
    let &[rows, columns] = shape else { panic!("init::sparse: a matrix has two axes, not shape {shape:?}") };
    assert!((0.0..=1.0).contains(&sparsity), "init::sparse: the share of zeros is from 0 to 1, not {sparsity}");
    let mut x: Tensor<T> = rng.draw_normal(shape, 0.0, std);
    let zeros = (sparsity * rows as f64).ceil() as usize;
    for column in 0..columns {
        for row in rng.draw_permutation(rows).into_iter().take(zeros) {
            x.data_mut()[row as usize * columns + column] = T::ZERO;
        }
    }
    x
}
