//! The shapes: one file each, and the table of them.

mod constant;
mod cosine;
mod linear;
mod warmup;

pub use constant::constant;
pub use cosine::{Cosine, cosine};
pub use linear::{Linear, linear};
pub use warmup::{Warmup, warmup};

use rappel_elem::Scalar;

/// What a shape over values `V` must say. A shape is a function of the way gone, from 0 to 1.
trait Curve<V> {
    /// The constructor's name, in Rust and in text.
    const NAME: &'static str;
    /// The same shape over other values.
    type Over<L>;

    /// Each value through `f`, in the order of the constructor's arguments.
    fn map<L>(&self, f: &mut dyn FnMut(V) -> L) -> Self::Over<L>;

    /// The value when `z` of the way is gone; exactly the end value at 1.
    fn at(&self, z: V) -> V
    where
        V: Scalar;
}

/// One row per shape: this is all a new one adds outside its own file.
macro_rules! table {
    ($($shape:ident),*) => {
        /// What a segment draws.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Shape<V> {
            $(
                #[doc = concat!("See [`", stringify!($shape), "`].")]
                $shape($shape<V>),
            )*
        }

        impl<V: Copy> Shape<V> {
            /// The constructor's name, in Rust and in text.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Shape::$shape(_) => <$shape<V> as Curve<V>>::NAME,)*
                }
            }

            /// The values it is made of, in the order of the constructor's arguments.
            pub fn values(&self) -> Vec<V> {
                let mut values = Vec::new();
                self.map(&mut |v| values.push(v));
                values
            }

            pub(crate) fn map<L>(&self, f: &mut dyn FnMut(V) -> L) -> Shape<L> {
                match self {
                    $(Shape::$shape(shape) => Shape::$shape(shape.map(f)),)*
                }
            }
        }

        impl<K: Scalar> Shape<K> {
            #[inline]
            pub(crate) fn at(&self, z: K) -> K {
                match self {
                    $(Shape::$shape(shape) => shape.at(z),)*
                }
            }
        }
    };
}
table!(Linear, Cosine, Warmup);

/// `from` at weight 0, `to` at weight 1, exactly; monotone and never outside the two. `from` everywhere if they are equal.
#[inline]
fn between<K: Scalar>(from: K, to: K, weight: K) -> K {
    let (a, b, w) = (from.re(), to.re(), weight.re());
    if (a <= 0.0 && b >= 0.0) || (a >= 0.0 && b <= 0.0) {
        // Of opposite sign, nothing cancels.
        return to * weight + from * (weight.lit(1.0) - weight);
    }
    // Short of weight 1 the rounded product falls short of the difference by more than that was rounded: never past `to`.
    if w >= 1.0 { to } else { from + (to - from) * weight }
}
