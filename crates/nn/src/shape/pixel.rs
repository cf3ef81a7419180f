//! Between channels and pixels.

use rappel_autodiff::{Float, Var};

use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// Each r^2 channels laid out as squares of r by r pixels: `[.., c r^2, h, w]` becomes `[.., c, h r, w r]`.
///
/// Channel `c r^2 + i r + j` holds the pixels in row i and column j of the squares, as in `torch.nn.PixelShuffle` (Shi et al., "Real-time
/// single image and video super-resolution using an efficient sub-pixel convolutional neural network", 2016).
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, PixelShuffle, PixelUnshuffle};
///
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::new([1.0, 2.0, 3.0, 4.0], &[1, 4, 1, 1]));
/// let y = PixelShuffle::new(2).forward(x);
/// assert_eq!(y.value(), Tensor::new([1.0, 2.0, 3.0, 4.0], &[1, 1, 2, 2]));
/// assert_eq!(PixelUnshuffle::new(2).forward(y).value(), x.value());
/// ```
#[derive(Module, Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelShuffle {
    #[module(skip)]
    factor: usize,
}

impl PixelShuffle {
    /// Squares of `factor` by `factor` pixels.
    ///
    /// # Panics
    /// At the caller's line, when it is 0.
    #[track_caller]
    pub fn new(factor: usize) -> Self {
        assert!(factor > 0, "PixelShuffle: the factor must be at least 1");
        PixelShuffle { factor }
    }
}

impl<T: Float> Layer<T> for PixelShuffle {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let shape = x.shape();
        if let Some(why) = <Self as Layer<T>>::misfit(self, &shape) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let (layer, r) = (enter(self, x), self.factor);
        let (front, sizes) = shape.split_at(shape.len() - 3);
        let (channels, h, w) = (sizes[0] / (r * r), sizes[1], sizes[2]);
        let squares = x.reshape(&[front.iter().product(), channels, r, r, h, w]).permute(&[0, 1, 4, 2, 5, 3]);
        layer.leave(squares.reshape(&[front, &[channels, h * r, w * r]].concat()))
    }

    fn kind(&self) -> String {
        format!("PixelShuffle({})", self.factor)
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let square = (self.factor as u128).pow(2);
        let why = match shape {
            [.., channels, _, _] if (*channels as u128).is_multiple_of(square) => return None,
            [.., channels, _, _] => format!("{channels} channels are no multiple of {square}"),
            _ => "expected [.., channels, h, w]".to_owned(),
        };
        Some(format!("{}: input of shape {shape:?} does not fit: {why}", Layer::<T>::kind(self)))
    }
}

/// Squares of r by r pixels made r^2 channels: `[.., c, h r, w r]` becomes `[.., c r^2, h, w]`, the inverse of [`PixelShuffle`].
#[derive(Module, Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelUnshuffle {
    #[module(skip)]
    factor: usize,
}

impl PixelUnshuffle {
    /// Squares of `factor` by `factor` pixels.
    ///
    /// # Panics
    /// At the caller's line, when it is 0.
    #[track_caller]
    pub fn new(factor: usize) -> Self {
        assert!(factor > 0, "PixelUnshuffle: the factor must be at least 1");
        PixelUnshuffle { factor }
    }
}

impl<T: Float> Layer<T> for PixelUnshuffle {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let shape = x.shape();
        if let Some(why) = <Self as Layer<T>>::misfit(self, &shape) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let (layer, r) = (enter(self, x), self.factor);
        let (front, sizes) = shape.split_at(shape.len() - 3);
        let (channels, h, w) = (sizes[0], sizes[1] / r, sizes[2] / r);
        let squares = x.reshape(&[front.iter().product(), channels, h, r, w, r]).permute(&[0, 1, 3, 5, 2, 4]);
        layer.leave(squares.reshape(&[front, &[channels * r * r, h, w]].concat()))
    }

    fn kind(&self) -> String {
        format!("PixelUnshuffle({})", self.factor)
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        let r = self.factor;
        let why = match shape {
            [.., _, h, w] if h.is_multiple_of(r) && w.is_multiple_of(r) => return None,
            [.., _, h, w] => format!("the sizes {h}x{w} are no multiples of {r}"),
            _ => "expected [.., channels, h, w]".to_owned(),
        };
        Some(format!("{}: input of shape {shape:?} does not fit: {why}", Layer::<T>::kind(self)))
    }
}
