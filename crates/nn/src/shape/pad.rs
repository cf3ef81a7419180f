//! Padding around sequences and images.

use std::fmt;

use rappel_autodiff::{Float, PadMode, PerAxis, Var};

use crate::conv::axes::{padding_misfit, width};
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// The widths of the sides in PyTorch's order, which begins with the last axis.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sides<const N: usize> {
    widths: [usize; N],
    mode: PadMode,
}

impl<const N: usize> Sides<N> {
    /// The engine's pairs, which begin with the first axis.
    fn pairs(&self, rank: usize) -> Vec<(isize, isize)> {
        let mut pairs = vec![(0, 0); rank];
        for (pair, sides) in pairs.iter_mut().rev().zip(self.widths.chunks_exact(2)) {
            *pair = (width(sides[0] as u128), width(sides[1] as u128));
        }
        pairs
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        if shape.len() < N / 2 {
            let sizes = if N == 2 { "w" } else { "h, w" };
            return Some(format!("expected [.., {sizes}]"));
        }
        let axes = shape.iter().rev().zip(self.widths.chunks_exact(2));
        axes.enumerate()
            .find_map(|(i, (&n, sides))| padding_misfit(self.mode, sides[0].max(sides[1]) as u128, n, -1 - i as isize))
    }
}

impl<const N: usize> fmt::Display for Sides<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, ..] = self.widths[..] else { return Ok(()) };
        if self.widths == [first; N] {
            return write!(f, "{first}");
        }
        for (i, (side, width)) in ["left", "right", "top", "bottom"].iter().zip(self.widths).enumerate() {
            write!(f, "{}{side} {width}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident on $sides:tt sides: $mode:expr $(, of $value:ident)?;)*) => { $(
        $(#[$doc])*
        #[derive(Module, Debug, Clone, Copy, PartialEq)]
        pub struct $name {
            #[module(skip)]
            sides: Sides<$sides>,
        }

        impl $name {
            /// So many places on every side, or on each.
            pub fn new(widths: impl PerAxis<$sides> $(, $value: f64)?) -> Self {
                $name { sides: Sides { widths: widths.per_axis(), mode: $mode } }
            }
        }

        impl<T: Float> Layer<T> for $name {
            #[track_caller]
            fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
                let shape = x.shape();
                match <Self as Layer<T>>::misfit(self, &shape) {
                    None => enter(self, x).leave(x.pad(&self.sides.pairs(shape.len()), self.sides.mode)),
                    Some(why) => panic!("{}", Misfit::of(self, x, why)),
                }
            }

            fn kind(&self) -> String {
                self.to_string()
            }

            fn misfit(&self, shape: &[usize]) -> Option<String> {
                let why = self.sides.misfit(shape)?;
                Some(format!("{self}: input of shape {shape:?} does not fit: {why}"))
            }
        }

        #[doc = concat!("Kind and widths, as messages name the layer: `", stringify!($name), "(1)`.")]
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({}", stringify!($name), self.sides)?;
                layers!(@value self f $($value)?)?;
                write!(f, ")")
            }
        }
    )* };
    (@value $self:ident $f:ident) => { Ok::<(), fmt::Error>(()) };
    (@value $self:ident $f:ident $value:ident) => {
        match $self.sides.mode {
            PadMode::Constant($value) => write!($f, " of {}", $value),
            _ => Ok(()),
        }
    };
}

layers! {
    /// A number around sequences `[.., w]`: `[left, right]`. See [`ConstantPad2d`].
    ConstantPad1d on 2 sides: PadMode::Constant(value), of value;

    /// A number around images `[.., h, w]`, in PyTorch's order of sides: `[left, right, top, bottom]`. See [`Var::pad`], which cuts off
    /// too.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{ConstantPad2d, Layer};
    ///
    /// let tape = Tape::new();
    /// let image = tape.input(&Tensor::from([[1.0, 2.0]]));
    /// let framed = Tensor::from([[9.0, 1.0, 2.0], [9.0, 9.0, 9.0]]);
    /// assert_eq!(ConstantPad2d::new([1, 0, 0, 1], 9.0).forward(image).value(), framed);
    /// ```
    ConstantPad2d on 4 sides: PadMode::Constant(value), of value;

    /// Zeros around sequences `[.., w]`: `[left, right]`.
    ZeroPad1d on 2 sides: PadMode::Constant(0.0);

    /// Zeros around images `[.., h, w]`: `[left, right, top, bottom]`.
    ZeroPad2d on 4 sides: PadMode::Constant(0.0);

    /// What lies on the other side of the edge, `c b | a b c | b a`, around sequences `[.., w]`: `[left, right]`, each below w.
    ReflectionPad1d on 2 sides: PadMode::Reflect;

    /// What lies on the other side of the edge, around images `[.., h, w]`: `[left, right, top, bottom]`, each below the size it lies
    /// along. Corners are reflected twice.
    ///
    /// ```
    /// use rappel_nn::autodiff::{Tape, Tensor};
    /// use rappel_nn::{Layer, ReflectionPad2d};
    ///
    /// let tape = Tape::new();
    /// let image = tape.input(&Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    /// let y = ReflectionPad2d::new([1, 0, 1, 0]).forward(image).value();
    /// assert_eq!(y, Tensor::from([[4.0, 3.0, 4.0], [2.0, 1.0, 2.0], [4.0, 3.0, 4.0]]));
    /// ```
    ReflectionPad2d on 4 sides: PadMode::Reflect;

    /// The edge, `a a | a b c | c c`, around sequences `[.., w]`: `[left, right]`.
    ReplicationPad1d on 2 sides: PadMode::Replicate;

    /// The edge around images `[.., h, w]`: `[left, right, top, bottom]`.
    ReplicationPad2d on 4 sides: PadMode::Replicate;

    /// What follows when copies are laid side by side, `b c | a b c | a b`, around sequences `[.., w]`: `[left, right]`. Wider than w it
    /// goes round again, which PyTorch refuses.
    CircularPad1d on 2 sides: PadMode::Circular;

    /// What follows when copies are laid side by side, around images `[.., h, w]`: `[left, right, top, bottom]`. See [`CircularPad1d`].
    CircularPad2d on 4 sides: PadMode::Circular;
}
