//! A convolution that changes nothing.

use rappel_autodiff::{Float, Tensor};

/// Weights `[outputs, inputs, ..]` of a convolution that passes as many channels on as it can, unchanged: 1 at the middle of the window of
/// channel i of output i, else 0. Of `groups` groups of outputs each does so. As `torch.nn.init.dirac_`.
///
/// ```
/// use rappel_nn::init;
///
/// assert_eq!(init::dirac::<f32>(&[2, 2, 3], 1).data(), [0., 1., 0., 0., 0., 0., 0., 0., 0., 0., 1., 0.]);
/// ```
///
/// # Panics
/// At the caller's line, when the shape has not from three to five axes or the outputs are no multiple of the groups.
#[track_caller]
pub fn dirac<T: Float>(shape: &[usize], groups: usize) -> Tensor<T> {
    assert!(
        (3..=5).contains(&shape.len()),
        "init::dirac: a convolution's weight has three to five axes, not shape {shape:?}"
    );
    let (outputs, inputs, window) = (shape[0], shape[1], &shape[2..]);
    assert!(
        groups > 0 && outputs.is_multiple_of(groups),
        "init::dirac: {outputs} outputs are no multiple of {groups} groups"
    );
    let (per_group, size) = (outputs / groups, window.iter().product::<usize>());
    let middle = window.iter().fold(0, |at, n| at * n + n / 2);
    Tensor::from_fn(shape, |k| {
        let (output, input, at) = (k / size / inputs, k / size % inputs, k % size);
        if output % per_group == input && at == middle { T::ONE } else { T::ZERO }
    })
}
