//! Rows of the elementwise table, erased: one formula, four readings behind one pointer.
//!
//! A tape stores which function a node applies. The functions are an open set (anyone may write a row), so a node holds a
//! static pointer to the readings of a row instead of an enum entry per function.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use rappel_elem::{Binary, Consts, Unary};
use rappel_tensor::{Float, Side, Tensor};

use crate::Var;
use crate::array::Tangent;

/// The readings of a [`Unary`] row.
pub(crate) trait UnaryRow<T: Float>: Send + Sync {
    /// The function's name.
    fn name(&self) -> &'static str;
    /// Whether it has a gradient.
    fn has_gradient(&self) -> bool;
    /// Whether the cotangent needs the output only, and may be given it in the place of the input.
    fn by_output(&self) -> bool;
    /// The values.
    fn map(&self, x: &Tensor<T>, k: Consts) -> Tensor<T>;
    /// The values, in the place of the arguments when nobody else holds them.
    fn map_into(&self, x: Tensor<T>, k: Consts) -> Tensor<T>;
    /// The cotangent `g f'(x)`.
    fn chain(&self, g: &Tensor<T>, x: &Tensor<T>, y: &Tensor<T>, k: Consts) -> Tensor<T>;
    /// Adds the cotangent.
    fn add_chain(&self, to: &mut Tensor<T>, g: &Tensor<T>, x: &Tensor<T>, y: &Tensor<T>, k: Consts);
    /// The cotangent, recorded.
    fn record<'t>(&self, g: Var<'t, T>, x: Var<'t, T>, y: Var<'t, T>, k: Consts) -> Var<'t, T>;
    /// The cotangent with its tangent.
    fn tangent(&self, g: &Tangent<T>, x: &Tangent<T>, y: &Tangent<T>, k: Consts) -> Tangent<T>;
}

/// The readings of a [`Binary`] row.
pub(crate) trait BinaryRow<T: Float>: Send + Sync {
    /// The function's name.
    fn name(&self) -> &'static str;
    /// Whether the cotangent passes to that side unchanged.
    fn passes(&self, side: Side) -> bool;
    /// The values, under broadcasting.
    fn map(&self, a: &Tensor<T>, b: &Tensor<T>, k: Consts) -> Tensor<T>;
    /// The cotangent of one side, in the shape of the output.
    fn chain(&self, side: Side, v: &Pair<'_, Tensor<T>>, k: Consts) -> Tensor<T>;
    /// Adds the cotangent of one side, for operands of the output's shape.
    fn add_chain(&self, side: Side, to: &mut Tensor<T>, v: &Pair<'_, Tensor<T>>, k: Consts);
    /// The cotangent of one side, recorded.
    fn record<'t>(&self, side: Side, v: &Pair<'_, Var<'t, T>>, k: Consts) -> Var<'t, T>;
    /// The cotangent of one side with its tangent, for operands of the output's shape.
    fn tangent(&self, side: Side, v: &Pair<'_, Tangent<T>>, k: Consts) -> Tangent<T>;
}

/// Cotangent, operands and output of a binary row.
#[derive(Debug)]
pub(crate) struct Pair<'a, V> {
    /// The cotangent of the output.
    pub(crate) g: &'a V,
    /// The left operand.
    pub(crate) a: &'a V,
    /// The right operand.
    pub(crate) b: &'a V,
    /// The output.
    pub(crate) y: &'a V,
}

/// The readings of the unary row `O`.
pub(crate) fn unary<O: Unary, T: Float>() -> &'static dyn UnaryRow<T> {
    &Of::<O>(PhantomData)
}

/// A unary row and its constants, of whatever number type: for operations that apply a row among other things.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnyUnary {
    single: &'static dyn UnaryRow<f32>,
    double: &'static dyn UnaryRow<f64>,
    pub(crate) k: Consts,
}

impl AnyUnary {
    /// The row `O`.
    pub(crate) fn new<O: Unary>(k: Consts) -> Self {
        AnyUnary { single: unary::<O, f32>(), double: unary::<O, f64>(), k }
    }

    /// Whether it has a gradient.
    pub(crate) fn has_gradient(&self) -> bool {
        self.single.has_gradient()
    }

    /// Its readings in a number type.
    pub(crate) fn of<T: Float>(&self) -> &'static dyn UnaryRow<T> {
        let of = |row: &dyn Any| row.downcast_ref::<&'static dyn UnaryRow<T>>().copied();
        of(&self.single).or_else(|| of(&self.double)).expect("a `Float` is `f32` or `f64`")
    }
}

/// The readings of the binary row `O`.
pub(crate) fn binary<O: Binary, T: Float>() -> &'static dyn BinaryRow<T> {
    &Of::<O>(PhantomData)
}

struct Of<O>(PhantomData<O>);

/// The readings of a built-in row, compiled in this crate for both number types. Written as `unary::<O, T>()` in a generic method, they
/// would be compiled again in every crate that calls it: some fifty loops each.
macro_rules! built_in {
    (unary $row:ty) => {
        $crate::row::built_in!(@ $row, unary, UnaryRow)
    };
    (binary $row:ty) => {
        $crate::row::built_in!(@ $row, binary, BinaryRow)
    };
    (@ $row:ty, $readings:ident, $trait:ident) => {{
        #[inline(never)]
        fn single() -> &'static dyn $crate::row::$trait<f32> {
            $crate::row::$readings::<$row, f32>()
        }
        #[inline(never)]
        fn double() -> &'static dyn $crate::row::$trait<f64> {
            $crate::row::$readings::<$row, f64>()
        }
        $crate::once::either(single, double)
    }};
}
pub(crate) use built_in;

impl<O: Unary, T: Float> UnaryRow<T> for Of<O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn has_gradient(&self) -> bool {
        O::GRADIENT
    }

    fn by_output(&self) -> bool {
        O::FROM_OUTPUT
    }

    fn map(&self, x: &Tensor<T>, k: Consts) -> Tensor<T> {
        x.unary::<O>(k)
    }

    fn map_into(&self, x: Tensor<T>, k: Consts) -> Tensor<T> {
        x.into_unary::<O>(k)
    }

    fn chain(&self, g: &Tensor<T>, x: &Tensor<T>, y: &Tensor<T>, k: Consts) -> Tensor<T> {
        Tensor::unary_chain::<O>(g, x, y, k)
    }

    fn add_chain(&self, to: &mut Tensor<T>, g: &Tensor<T>, x: &Tensor<T>, y: &Tensor<T>, k: Consts) {
        to.add_unary_chain::<O>(g, x, y, k);
    }

    fn record<'t>(&self, g: Var<'t, T>, x: Var<'t, T>, y: Var<'t, T>, k: Consts) -> Var<'t, T> {
        O::chain(g, x, y, k)
    }

    fn tangent(&self, g: &Tangent<T>, x: &Tangent<T>, y: &Tangent<T>, k: Consts) -> Tangent<T> {
        let (v, d) = Tensor::unary_chain_along::<O>(&g.along(), &x.along(), &y.along(), k);
        Tangent { v, d: Some(d) }
    }
}

impl<O: Binary, T: Float> BinaryRow<T> for Of<O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn passes(&self, side: Side) -> bool {
        match side {
            Side::A => O::PASSES_A,
            Side::B => O::PASSES_B,
        }
    }

    fn map(&self, a: &Tensor<T>, b: &Tensor<T>, k: Consts) -> Tensor<T> {
        a.binary::<O>(b, k)
    }

    fn chain(&self, side: Side, v: &Pair<'_, Tensor<T>>, k: Consts) -> Tensor<T> {
        Tensor::binary_chain::<O>(side, v.g, v.a, v.b, v.y, k)
    }

    fn add_chain(&self, side: Side, to: &mut Tensor<T>, v: &Pair<'_, Tensor<T>>, k: Consts) {
        to.add_binary_chain::<O>(side, v.g, v.a, v.b, v.y, k);
    }

    fn record<'t>(&self, side: Side, v: &Pair<'_, Var<'t, T>>, k: Consts) -> Var<'t, T> {
        match side {
            Side::A => O::chain_a(*v.g, *v.a, *v.b, *v.y, k),
            Side::B => O::chain_b(*v.g, *v.a, *v.b, *v.y, k),
        }
    }

    fn tangent(&self, side: Side, v: &Pair<'_, Tangent<T>>, k: Consts) -> Tangent<T> {
        let [g, a, b, y] = [v.g, v.a, v.b, v.y].map(Tangent::along);
        let (v, d) = Tensor::binary_chain_along::<O>(side, [&g, &a, &b, &y], k);
        Tangent { v, d: Some(d) }
    }
}

impl<T: Float> fmt::Debug for dyn UnaryRow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<T: Float> fmt::Debug for dyn BinaryRow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
