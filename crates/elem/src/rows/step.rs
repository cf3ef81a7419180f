//! Functions that are constant between jumps. All of them are declared without a gradient.

use crate::{Consts, Elem, Unary};

/// Rows whose derivative is 0 wherever it exists.
macro_rules! steps {
    ($($(#[$doc:meta])* $row:ident $name:literal |$x:ident| $value:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $row;

        impl Unary for $row {
            const NAME: &'static str = $name;
            const GRADIENT: bool = false;
            #[inline(always)]
            fn f<E: Elem>($x: E, _: Consts) -> E {
                $value
            }
            #[inline(always)]
            fn chain<E: Elem>(g: E, _: E, _: E, _: Consts) -> E {
                g.lit(0.0)
            }
        }
    )* };
}

steps! {
    /// The largest integer not above `x`. No gradient.
    Floor "floor" |x| x.floor();
    /// The smallest integer not below `x`. No gradient.
    Ceil "ceil" |x| x.ceil();
    /// The integer next to `x` towards zero. No gradient.
    Trunc "trunc" |x| x.trunc();
    /// The integer next to `x`; of two equally near, the even one, as in PyTorch. No gradient.
    Round "round" |x| x.round_ties_even();
    /// -1 below 0, 1 above, `x` itself at either zero and at NaN. No gradient.
    Sign "sign" |x| {
        let zero = x.lit(0.0);
        E::pick(x.below(zero), x.lit(-1.0), E::pick(zero.below(x), x.lit(1.0), x))
    };
}
