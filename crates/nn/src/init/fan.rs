//! How many values a sum has.

/// Which of the two sums should keep the variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fan {
    /// That of the forward pass.
    In,
    /// That of the backward pass.
    Out,
}

/// How many inputs and outputs each value of a weight of this shape has: `[outputs, inputs, ..]`, both times the sizes that follow
/// (a convolution's window).
///
/// # Panics
/// At the caller's line, for fewer than two axes.
#[track_caller]
pub fn fans(shape: &[usize]) -> (usize, usize) {
    let [outputs, inputs, window @ ..] = shape else {
        panic!(
            "init: a weight has shape [outputs, inputs, ..], this one {shape:?}: draw it by `Tensor::uniform` or `normal`"
        )
    };
    let window: usize = window.iter().product();
    (inputs * window, outputs * window)
}

/// The bound of a uniform distribution around 0 with this standard deviation.
pub(super) fn bound(std: f64) -> f64 {
    3_f64.sqrt() * std
}
