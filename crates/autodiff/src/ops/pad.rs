//! Padding, rolling, and the triangles of matrices.

use rappel_tensor::{Float, PadMode, Padding, Tensor, Triangle, rolls};

use super::index::Take;
use super::view::{Embed, Strided};
use crate::array::Array;
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The value with places put before and after along each axis; a negative width cuts places off.
    ///
    /// `mode` is a number, or a [`PadMode`]. Corners have what padding one axis after the other gives.
    ///
    /// ```
    /// use rappel_autodiff::{PadMode, Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([1.0, 2.0, 3.0]));
    /// assert_eq!(x.pad(&[(1, 0)], -1.0).value().data(), [-1.0, 1.0, 2.0, 3.0]);
    /// let y = x.pad(&[(2, 0)], PadMode::Reflect);
    /// assert_eq!(y.value().data(), [3.0, 2.0, 1.0, 2.0, 3.0]);
    /// assert_eq!(y.sum().backward().wrt(x).unwrap().data(), [1.0, 2.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, unless there is a pair of widths per axis; when a width cuts off more than there is; when a reflection would
    /// not end inside; when there is nothing to repeat; or when the result has more values than can be counted.
    #[track_caller]
    pub fn pad(self, widths: &[(isize, isize)], mode: impl Into<PadMode>) -> Self {
        match Padding::of(&self.shape(), widths, mode.into()) {
            Padding::Constant { crop, place, value } => {
                let core = if crop.shape() == crop.operand() { self } else { self.apply1(Strided(crop)) };
                core.apply1(Embed { name: "pad", view: place, fill: value })
            }
            Padding::Rows(all) => {
                let mut padded = self;
                for rows in all {
                    padded = padded.apply1(Take(rows));
                }
                padded
            }
        }
    }

    /// The values turned along axes: what leaves at the end of an axis comes in at its start. A negative shift turns the other way.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, or not one shift per axis.
    #[track_caller]
    pub fn roll(self, shifts: &[isize], axes: &[isize]) -> Self {
        let mut rolled = self;
        for (axis, shift) in rolls(&self.shape(), shifts, axes) {
            rolled = rolled.apply1(Roll { axis, shift });
        }
        rolled
    }

    /// Matrices with zeros above a diagonal, which counts from the main one to the right. It selects: an infinite value that is not kept
    /// does not show.
    ///
    /// # Panics
    /// At the caller's line, when there are no two axes.
    #[track_caller]
    pub fn tril(self, diagonal: isize) -> Self {
        self.apply1(Tri { keep: Triangle::Lower, diagonal })
    }

    /// Matrices with zeros below a diagonal; see [`tril`](Self::tril).
    ///
    /// # Panics
    /// At the caller's line, when there are no two axes.
    #[track_caller]
    pub fn triu(self, diagonal: isize) -> Self {
        self.apply1(Tri { keep: Triangle::Upper, diagonal })
    }
}

/// Turns an axis by a shift above 0 and below its size.
#[derive(Clone, Debug)]
pub(crate) struct Roll {
    pub(crate) axis: usize,
    pub(crate) shift: usize,
}

impl Primitive for Roll {
    fn name(&self) -> &'static str {
        "roll"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].roll_axis(self.axis, self.shift), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let shift = g.dims()[self.axis] - self.shift;
        s.add_op(0, Roll { shift, ..*self }, &[&g]);
    }
}

/// Matrices with one side of a diagonal kept.
#[derive(Clone, Debug)]
pub(crate) struct Tri {
    pub(crate) keep: Triangle,
    pub(crate) diagonal: isize,
}

impl Primitive for Tri {
    fn name(&self) -> &'static str {
        match self.keep {
            Triangle::Lower => "tril",
            Triangle::Upper => "triu",
        }
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        let y = match self.keep {
            Triangle::Lower => x[0].tril(self.diagonal),
            Triangle::Upper => x[0].triu(self.diagonal),
        };
        (y, None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, self.clone(), &[&g]);
    }
}
