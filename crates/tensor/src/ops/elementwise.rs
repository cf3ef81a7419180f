//! Rows of the elementwise table applied to tensors.

use rappel_elem::{Binary, Consts, Unary, rows};

use super::place;
use crate::kernels::{elementwise, pairs};
use crate::number::Float;
use crate::shape::{broadcast_or_panic, count};
use crate::tensor::Tensor;

pub use crate::kernels::pairs::Side;

impl<T: Float> Tensor<T> {
    /// Applies a row of the elementwise table; `k` are its constants.
    ///
    /// ```
    /// use rappel_tensor::{Tensor, elem::rows};
    /// let x = Tensor::from([-1.0_f32, 0.5, 2.0]);
    /// assert_eq!(x.unary::<rows::Clamp>([0.0, 1.0]).data(), [0.0, 0.5, 1.0]);
    /// ```
    pub fn unary<O: Unary>(&self, k: Consts) -> Self {
        Self::make(self.workspace(), self.shape().into(), |to| elementwise::map::<O, T>(self.data(), to, k))
    }

    /// Applies a row in place when nobody else holds the buffer.
    pub fn into_unary<O: Unary>(mut self, k: Consts) -> Self {
        if self.is_unique() {
            elementwise::map_in_place::<O, T>(self.data_mut(), k);
            self
        } else {
            self.unary::<O>(k)
        }
    }

    /// The cotangent `g f'(x)` of a row whose input is `x` and output `y`, all of one shape.
    pub fn unary_chain<O: Unary>(g: &Self, x: &Self, y: &Self, k: Consts) -> Self {
        Self::make(place(g, x), x.shape().into(), |to| {
            elementwise::chain::<O, T>(to, g.data(), x.data(), y.data(), k, false)
        })
    }

    /// Adds the cotangent `g f'(x)` to `self`.
    pub fn add_unary_chain<O: Unary>(&mut self, g: &Self, x: &Self, y: &Self, k: Consts) {
        debug_assert_eq!(self.shape(), x.shape());
        elementwise::chain::<O, T>(self.data_mut(), g.data(), x.data(), y.data(), k, true);
    }

    /// Applies a binary row under broadcasting.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not broadcast.
    #[track_caller]
    pub fn binary<O: Binary>(&self, other: &Self, k: Consts) -> Self {
        if self.shape() == other.shape() {
            return Self::make(place(self, other), self.shape().into(), |to| {
                pairs::map_equal::<O, T>(self.data(), other.data(), to, k);
            });
        }
        let shape = broadcast_or_panic(O::NAME, self.shape(), other.shape());
        let walk = pairs::Walk::new(self.shape(), other.shape(), &shape);
        Self::make(place(self, other), shape, |to| pairs::map::<O, T>(&walk, self.data(), other.data(), to, k))
    }

    /// Applies a binary row into the left buffer when nobody else holds it and the shapes are equal.
    #[track_caller]
    pub(crate) fn into_binary<O: Binary>(mut self, other: &Self, k: Consts) -> Self {
        if self.shape() == other.shape() && self.is_unique() {
            pairs::map_in_place::<O, T>(self.data_mut(), other.data(), k);
            self
        } else {
            self.binary::<O>(other, k)
        }
    }

    /// The cotangent of one operand of a binary row, in the shape of the output; `g` and `y` have that shape.
    pub fn binary_chain<O: Binary>(side: Side, g: &Self, a: &Self, b: &Self, y: &Self, k: Consts) -> Self {
        let operands = pairs::Operands { g: g.data(), a: a.data(), b: b.data(), y: y.data() };
        Self::make(place(g, y), y.shape().into(), |to| {
            if a.shape() == y.shape() && b.shape() == y.shape() {
                pairs::chain_equal::<O, T>(side, to, &operands, k, false);
            } else {
                let walk = pairs::Walk::new(a.shape(), b.shape(), y.shape());
                pairs::chain::<O, T>(side, &walk, to, &operands, k);
            }
        })
    }

    /// Adds the cotangent of one operand to `self`; both operands have the shape of the output.
    pub fn add_binary_chain<O: Binary>(&mut self, side: Side, g: &Self, a: &Self, b: &Self, y: &Self, k: Consts) {
        debug_assert!(self.shape() == y.shape() && a.shape() == y.shape() && b.shape() == y.shape());
        let operands = pairs::Operands { g: g.data(), a: a.data(), b: b.data(), y: y.data() };
        pairs::chain_equal::<O, T>(side, self.data_mut(), &operands, k, true);
    }

    /// Adds a tensor of the same shape in place.
    #[track_caller]
    pub fn add_assign(&mut self, other: &Self) {
        assert!(
            self.shape() == other.shape(),
            "add_assign: shapes {:?} and {:?} differ (adding in place does not broadcast)",
            self.shape(),
            other.shape()
        );
        debug_assert_eq!(count(self.shape()), self.len());
        elementwise::add_assign(self.data_mut(), other.data());
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident $row:ident;)*) => {
        impl<T: Float> Tensor<T> { $(
            $(#[$doc])*
            pub fn $name(&self) -> Self {
                self.unary::<rows::$row>([0.0; 2])
            }
        )* }
    };
}

functions! {
    /// The exponential of each value.
    exp Exp;
    /// The natural logarithm of each value.
    ln Ln;
    /// The square root of each value.
    sqrt Sqrt;
    /// The square of each value.
    square Square;
    /// The magnitude of each value.
    abs Abs;
    /// The hyperbolic tangent of each value.
    tanh Tanh;
    /// The logistic function `1 / (1 + exp(-x))` of each value.
    sigmoid Sigmoid;
    /// `max(x, 0)` of each value; NaN stays NaN.
    relu Relu;
}

impl<T: Float> Tensor<T> {
    /// Each value to a whole power.
    pub fn powi(&self, n: i32) -> Self {
        self.unary::<rows::Powi>([f64::from(n), 0.0])
    }

    /// Each value to a real power.
    pub fn powf(&self, exponent: f64) -> Self {
        self.unary::<rows::Powf>([exponent, 0.0])
    }

    /// Each value held within `[low, high]`; NaN stays NaN.
    pub fn clamp(&self, low: f64, high: f64) -> Self {
        self.unary::<rows::Clamp>([low, high])
    }

    /// The smaller of two values, under broadcasting; NaN if either is.
    #[track_caller]
    pub fn minimum(&self, other: &Self) -> Self {
        self.binary::<rows::Min>(other, [0.0; 2])
    }

    /// The larger of two values, under broadcasting; NaN if either is.
    #[track_caller]
    pub fn maximum(&self, other: &Self) -> Self {
        self.binary::<rows::Max>(other, [0.0; 2])
    }
}
