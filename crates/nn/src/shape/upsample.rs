//! Resizing of sequences and images.

use std::fmt;

use rappel_autodiff::{Float, PerAxis, Tensor, Var};

use crate::conv::axes::{Each, positive};
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// What the output's sizes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// So many times the input's.
    Scale([usize; 2]),
    /// These.
    Size([usize; 2]),
}

/// What is seen between the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Nearest,
    Linear { align_corners: bool },
}

/// Sequences `[n, channels, w]` and images `[n, channels, h, w]` resized, to the nearest value or linearly between neighbours.
///
/// As in `torch.nn.Upsample`, place i of m along an axis of n values looks at
///
/// | | place |
/// |---|---|
/// | nearest | `i n / m`, rounded down |
/// | [`linear`](Self::linear) | `(i + 1/2) n / m - 1/2`, at least 0 |
/// | [`align_corners`](Self::align_corners) | `i (n - 1) / (m - 1)`, 0 where m is 1 |
///
/// and linearly between two values takes of each the more the nearer it is; for images along one axis after the other (bilinear). A
/// size may be smaller than the input's: then values are passed over.
///
/// Scales are whole numbers; for others give the size. One number holds for all axes, `[height, width]` for each; of the two a sequence
/// takes the width.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, Upsample};
///
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::new([1.0, 3.0], &[1, 1, 2]));
/// let (nearest, linear) = (Upsample::scale(2), Upsample::size(3).align_corners());
/// assert_eq!(nearest.forward(x).value().data(), [1.0, 1.0, 3.0, 3.0]);
/// assert_eq!(linear.forward(x).value().data(), [1.0, 2.0, 3.0]);
/// let images = tape.input(&Tensor::zeros(&[8, 3, 7, 7]));
/// assert_eq!(Upsample::scale([2, 4]).linear().forward(images).shape()[..], [8, 3, 14, 28]);
/// ```
#[derive(Module, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upsample {
    #[module(skip)]
    target: Target,
    #[module(skip)]
    mode: Mode,
}

impl Upsample {
    /// So many times the sizes, to the nearest value: each is repeated.
    ///
    /// # Panics
    /// At the caller's line, when a factor is 0.
    #[track_caller]
    pub fn scale(factor: impl PerAxis<2>) -> Self {
        Upsample { target: Target::Scale(positive("Upsample", "scale", factor.per_axis())), mode: Mode::Nearest }
    }

    /// To these sizes, to the nearest value.
    ///
    /// # Panics
    /// At the caller's line, when a size is 0.
    #[track_caller]
    pub fn size(size: impl PerAxis<2>) -> Self {
        Upsample { target: Target::Size(positive("Upsample", "size", size.per_axis())), mode: Mode::Nearest }
    }

    /// Linearly between neighbours; each value stands in the middle of its place, and beyond the middle of the outermost it is theirs.
    #[must_use]
    pub fn linear(self) -> Self {
        Upsample { mode: Mode::Linear { align_corners: false }, ..self }
    }

    /// Linearly between neighbours, so that the first and the last place have the first and the last value.
    #[must_use]
    pub fn align_corners(self) -> Self {
        Upsample { mode: Mode::Linear { align_corners: true }, ..self }
    }

    /// The sizes of the output along the axes behind the channels, or why there are none.
    fn sizes(&self, shape: &[usize]) -> Result<Vec<usize>, &'static str> {
        let (3 | 4, [_, _, from @ ..]) = (shape.len(), shape) else {
            return Err("expected [n, channels, w] or [n, channels, h, w]");
        };
        if from.contains(&0) {
            return Err("there are no values along the last axes");
        }
        let first = 2 - from.len();
        match self.target {
            Target::Size(sizes) => Ok(sizes[first..].to_vec()),
            Target::Scale(by) => {
                let sizes = from.iter().zip(&by[first..]).map(|(n, by)| n.checked_mul(*by)).collect::<Option<_>>();
                sizes.ok_or("the output has more values than can be counted")
            }
        }
    }

    fn message(&self, shape: &[usize], why: &str) -> String {
        format!("{self}: input of shape {shape:?} does not fit: {why}")
    }
}

impl<T: Float> Layer<T> for Upsample {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let shape = x.shape();
        let sizes = match self.sizes(&shape) {
            Ok(sizes) => sizes,
            Err(why) => panic!("{}", Misfit::of(self, x, self.message(&shape, why))),
        };
        let layer = enter(self, x);
        let mut y = x;
        match (self.mode, &sizes[..]) {
            (Mode::Nearest, &[h, w]) => y = x.interpolate_nearest2d([h, w]),
            (Mode::Nearest, sizes) => y = x.interpolate_nearest1d(sizes[0]),
            (Mode::Linear { align_corners }, sizes) => {
                for (i, &size) in sizes.iter().enumerate() {
                    y = stretch(y, 2 + i, size, align_corners);
                }
            }
        }
        layer.leave(y)
    }

    fn kind(&self) -> String {
        self.to_string()
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        self.sizes(shape).err().map(|why| self.message(shape, why))
    }
}

/// An axis resized, linearly between neighbours.
#[track_caller]
fn stretch<'t, T: Float>(x: Var<'t, T>, axis: usize, size: usize, align_corners: bool) -> Var<'t, T> {
    let shape = x.shape();
    let n = shape[axis];
    if n == size {
        return x;
    }
    // The place as a fraction, exactly: `from / of` values from the first.
    let place = |i: usize| {
        let (i, n, m) = (i as u128, n as u128, size as u128);
        let (from, of) =
            if align_corners { (i * (n - 1), (m - 1).max(1)) } else { (((2 * i + 1) * n).saturating_sub(m), 2 * m) };
        (((from / of) as usize).min(n as usize - 1), (from % of) as f64 / of as f64)
    };
    let index = |i: usize| u32::try_from(i).expect("a tensor with more places along an axis does not fit in memory");
    let near = Tensor::from_fn(&[size], |i| index(place(i).0));
    let far = Tensor::from_fn(&[size], |i| index((place(i).0 + 1).min(n - 1)));
    let mut thin = vec![1; shape.len() - axis];
    thin[0] = size;
    let of_far = x.tape().input(&Tensor::from_fn(&thin, |i| T::of(place(i).1)));
    let axis = axis as isize;
    x.index_select(axis, &near) * (1 - of_far) + x.index_select(axis, &far) * of_far
}

/// Kind and options, as messages name the layer: `Upsample(scale 2, nearest)`.
impl fmt::Display for Upsample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            Mode::Nearest => "nearest",
            Mode::Linear { align_corners: false } => "linear",
            Mode::Linear { align_corners: true } => "linear, align_corners",
        };
        match self.target {
            Target::Scale(by) => write!(f, "Upsample(scale {}, {mode})", Each(&by)),
            Target::Size(sizes) => write!(f, "Upsample(size {}, {mode})", Each(&sizes)),
        }
    }
}
