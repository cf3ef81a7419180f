//! Cotangents that carry a derivative along a direction, for forward over reverse.

use rappel_elem::{Binary, Consts, Unary};

use super::Side;
use crate::kernels::tangent::{self, Duals, Target};
use crate::number::{Data, Float};
use crate::tensor::Tensor;

/// A tensor and its derivative along a direction, of the same shape; an absent one is zero.
#[derive(Debug)]
pub struct Along<'a, T: Data> {
    /// The value.
    pub v: &'a Tensor<T>,
    /// Its derivative.
    pub d: Option<&'a Tensor<T>>,
}

impl<'a, T: Data> Along<'a, T> {
    fn duals(&self) -> Duals<'a, T> {
        debug_assert!(self.d.is_none_or(|d| d.shape() == self.v.shape()));
        Duals { v: self.v.data(), d: self.d.map(Tensor::data) }
    }
}

impl<T: Float> Tensor<T> {
    /// [`unary_chain`](Self::unary_chain) and its derivative: the cotangent `g f'(x)` of a row whose input is `x` and output `y`, all
    /// of one shape.
    ///
    /// ```
    /// use rappel_tensor::{Along, Tensor, elem::rows};
    ///
    /// // The cotangent g 2x of a square, and its derivative 2 dx g where only x moves.
    /// let (g, x, y) = (Tensor::from([10.0_f32]), Tensor::from([3.0]), Tensor::from([9.0]));
    /// let (dx, dy) = (Tensor::from([1.0]), Tensor::from([6.0]));
    /// let along = |v, d| Along { v, d };
    /// let (c, dc) = Tensor::unary_chain_along::<rows::Square>(
    ///     &along(&g, None),
    ///     &along(&x, Some(&dx)),
    ///     &along(&y, Some(&dy)),
    ///     [0.0; 2],
    /// );
    /// assert_eq!((c.data(), dc.data()), (&[60.0][..], &[20.0][..]));
    /// ```
    pub fn unary_chain_along<O: Unary>(
        g: &Along<'_, T>,
        x: &Along<'_, T>,
        y: &Along<'_, T>,
        k: Consts,
    ) -> (Self, Self) {
        let (mut v, mut d) = (y.v.room(), y.v.room());
        let to = Target { v: v.data_mut(), d: d.data_mut() };
        tangent::unary_chain::<O, T>(to, g.duals(), x.duals(), y.duals(), k);
        (v, d)
    }

    /// [`binary_chain`](Self::binary_chain) and its derivative: the cotangent of one operand of a binary row from `[g, a, b, y]`, all
    /// of one shape.
    pub fn binary_chain_along<O: Binary>(side: Side, v: [&Along<'_, T>; 4], k: Consts) -> (Self, Self) {
        let y = v[3].v;
        let (mut to, mut along) = (y.room(), y.room());
        let target = Target { v: to.data_mut(), d: along.data_mut() };
        tangent::binary_chain::<O, T>(side, target, v.map(Along::duals), k);
        (to, along)
    }
}
