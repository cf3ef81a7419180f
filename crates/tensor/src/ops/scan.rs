//! Scans along an axis: cumulative sums, products and their kin.

use super::place;
use crate::kernels::scan;
use crate::number::Float;
use crate::shape::{Run, resolve_axis};
use crate::tensor::Tensor;

pub use crate::kernels::scan::{Direction, Scan};

impl Scan {
    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Scan::Sum => "cumsum",
            Scan::Prod => "cumprod",
            Scan::LogSumExp => "logcumsumexp",
        }
    }
}

impl Direction {
    /// From the first value to the last, each counting itself.
    pub const FORWARD: Self = Direction { reverse: false, exclusive: false };
}

impl<T: Float> Tensor<T> {
    /// The sums of the first 1, 2, ... values along an axis.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::from([1.0_f32, 2.0, 3.0]).cumsum(0).data(), [1.0, 3.0, 6.0]);
    /// ```
    #[track_caller]
    pub fn cumsum(&self, axis: isize) -> Self {
        self.cumsum_with(axis, false, false)
    }

    /// [`cumsum`](Self::cumsum) from the last value to the first when `reverse`, and without the value itself when `exclusive`.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([1.0_f32, 2.0, 3.0]);
    /// assert_eq!(x.cumsum_with(0, true, false).data(), [6.0, 5.0, 3.0]);
    /// assert_eq!(x.cumsum_with(0, false, true).data(), [0.0, 1.0, 3.0]);
    /// ```
    #[track_caller]
    pub fn cumsum_with(&self, axis: isize, reverse: bool, exclusive: bool) -> Self {
        self.scan(Scan::Sum, resolve_axis("cumsum", axis, self.rank()), Direction { reverse, exclusive })
    }

    /// The products of the first 1, 2, ... values along an axis.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::from([1.0_f32, 2.0, 3.0]).cumprod(0).data(), [1.0, 2.0, 6.0]);
    /// ```
    #[track_caller]
    pub fn cumprod(&self, axis: isize) -> Self {
        self.cumprod_with(axis, false, false)
    }

    /// [`cumprod`](Self::cumprod) from the last value to the first when `reverse`, and without the value itself when `exclusive`.
    #[track_caller]
    pub fn cumprod_with(&self, axis: isize, reverse: bool, exclusive: bool) -> Self {
        self.scan(Scan::Prod, resolve_axis("cumprod", axis, self.rank()), Direction { reverse, exclusive })
    }

    /// The logarithms of the cumulative sums of exponentials along an axis, without overflow.
    #[track_caller]
    pub fn logcumsumexp(&self, axis: isize) -> Self {
        self.scan(Scan::LogSumExp, resolve_axis("logcumsumexp", axis, self.rank()), Direction::FORWARD)
    }

    /// A scan along an axis counted from the front.
    pub fn scan(&self, by: Scan, axis: usize, to: Direction) -> Self {
        let [_, middle, inner] = Run::new(self.shape(), &[axis]).dims;
        Self::make(self.workspace(), self.shape().into(), |out| scan::scan(by, self.data(), middle, inner, to, out))
    }

    /// The states of the linear recurrence `h = a h + b` that starts from 0, each before the step of its place, along an axis counted
    /// from the front; from the last step to the first when `reverse`.
    ///
    /// The adjoint of a scan is one of these, and its own adjoint is one in the other direction.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let (a, b) = (Tensor::from([0.5_f32, 0.5, 0.5]), Tensor::from([8.0, 4.0, 1.0]));
    /// assert_eq!(Tensor::recurrence(&a, &b, 0, false).data(), [0.0, 8.0, 8.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, unless both have the same shape.
    #[track_caller]
    pub fn recurrence(a: &Self, b: &Self, axis: usize, reverse: bool) -> Self {
        assert!(
            a.shape() == b.shape(),
            "recurrence: factors of shape {:?} and terms of shape {:?} must agree",
            a.shape(),
            b.shape()
        );
        let [_, middle, inner] = Run::new(a.shape(), &[axis]).dims;
        Self::make(place(a, b), a.shape().into(), |out| {
            scan::recurrence(a.data(), b.data(), middle, inner, reverse, out)
        })
    }
}
