//! The shapes: one file each, and the table of them.

mod constant;
mod cosine;
mod cosine_power;
mod exponential;
mod exponential_decay;
mod harmonic;
mod hold;
mod inverse_power;
mod inverse_sqrt;
mod inverse_time;
mod k_cosine;
mod k_polynomial;
mod knots;
mod linear;
mod noise;
mod one_minus_sqrt;
mod polynomial;
mod power;
mod tanh;
mod warmup;

pub use constant::constant;
pub use cosine::{Cosine, cosine};
pub use cosine_power::{CosinePower, cosine_power};
pub use exponential::{Exponential, exponential};
pub use exponential_decay::{ExponentialDecay, exponential_decay};
pub use harmonic::{Harmonic, harmonic};
pub use hold::{Hold, hold};
pub use inverse_power::{InversePower, inverse_power};
pub use inverse_sqrt::{InverseSqrt, inverse_sqrt};
pub use inverse_time::{InverseTime, inverse_time};
pub use k_cosine::{KCosine, k_cosine};
pub use k_polynomial::{KPolynomial, k_polynomial};
pub use knots::{cosine_knots, knots, log_knots, table};
pub use linear::{Linear, linear};
pub use noise::{Noise, noise};
pub use one_minus_sqrt::{OneMinusSqrt, one_minus_sqrt};
pub use polynomial::{Polynomial, polynomial};
pub use power::{Power, power};
pub use tanh::{Tanh, tanh};
pub use warmup::{Warmup, warmup};

use crate::analysis::{Sum, cosines, powers};
use rappel_elem::Scalar;

/// What a shape over values `V` must say. A shape is a function of the way gone, from 0 to 1, or of time without end.
trait Curve<V> {
    /// The constructor's name, in Rust and in text.
    const NAME: &'static str;
    /// The same shape over other values.
    type Over<L>;

    /// Whether it is a function of time without end, in units of its last argument.
    const ENDLESS: bool = false;
    /// Whether its formula means something beyond the end.
    const CONTINUES: bool = Self::ENDLESS;

    /// Each value through `f`, in the order of the constructor's arguments.
    fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Self::Over<L>;

    /// Whether the values go together; the error says why not.
    fn check(&self) -> Result<(), &'static str>
    where
        V: Scalar,
    {
        Ok(())
    }

    /// The value when `z` of the way is gone; exactly the end value at 1.
    fn at(&self, z: V) -> V
    where
        V: Scalar;

    /// The same, told that `z` is between 0 and 1.
    #[inline]
    fn on_way(&self, z: V) -> V
    where
        V: Scalar,
    {
        self.at(z)
    }

    /// The sum of the values at the ways `first / whole`, `(first + 1) / whole`, .., so many of them, more than a few and all
    /// on the way; `None` where there is no form for it.
    fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum>
    where
        V: Scalar,
    {
        let _ = (first, whole, count);
        None
    }

    /// The lowest and the highest of values between those of two ways, given both and the values next to them.
    fn range(&self, ends: [f64; 2], next: [f64; 2], ways: [f64; 2]) -> (f64, f64)
    where
        V: Scalar,
    {
        let _ = ways;
        loose(ends, next, ends[0].abs().max(ends[1].abs()))
    }
}

/// The range of values that rise or fall without rounding, and are rounded by at most two ulp of `scale`. Where the values
/// next to an end are further away than that, no other can be past it.
fn loose(ends: [f64; 2], next: [f64; 2], scale: f64) -> (f64, f64) {
    let slack = 4.0 * f64::EPSILON * scale;
    let [a, b] = [0, 1].map(|i| if (ends[i] - next[i]).abs() > 2.0 * slack { 0.0 } else { slack });
    match ends[0] <= ends[1] {
        true => (ends[0] - a, ends[1] + b),
        false => (ends[1] - b, ends[0] + a),
    }
}

/// The range of values that are computed by operations each of which keeps the order, so that they rise or fall as computed.
fn steady(ends: [f64; 2]) -> (f64, f64) {
    (ends[0].min(ends[1]), ends[0].max(ends[1]))
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

        impl<V: Clone> Shape<V> {
            /// The constructor's name, in Rust and in text.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Shape::$shape(_) => <$shape<V> as Curve<V>>::NAME,)*
                }
            }

            /// The values it is made of, in the order of the constructor's arguments.
            pub fn values(&self) -> Vec<V> {
                let mut values = Vec::new();
                self.map(&mut |v| values.push(v.clone()));
                values
            }

            pub(crate) fn continues(&self) -> bool {
                match self {
                    $(Shape::$shape(_) => <$shape<V> as Curve<V>>::CONTINUES,)*
                }
            }

            pub(crate) fn map<L>(&self, f: &mut dyn FnMut(&V) -> L) -> Shape<L> {
                match self {
                    $(Shape::$shape(shape) => Shape::$shape(shape.map(f)),)*
                }
            }
        }

        impl<V> Shape<V> {
            pub(crate) fn endless(&self) -> bool {
                match self {
                    $(Shape::$shape(_) => <$shape<f64> as Curve<f64>>::ENDLESS,)*
                }
            }
        }

        impl<K: Scalar> Shape<K> {
            /// Whether the values go together.
            pub(crate) fn check(&self) -> Result<(), &'static str> {
                match self {
                    $(Shape::$shape(shape) => shape.check(),)*
                }
            }

            #[inline]
            pub(crate) fn at(&self, z: K) -> K {
                match self {
                    $(Shape::$shape(shape) => shape.at(z),)*
                }
            }

            /// Each number through `way`, which gives one between 0 and 1, then its value there.
            pub(crate) fn fill(&self, times: &mut [K], way: impl Fn(K) -> K) {
                match self {
                    $(Shape::$shape(shape) => times.iter_mut().for_each(|t| *t = shape.on_way(way(*t))),)*
                }
            }

            pub(crate) fn sum(&self, first: f64, whole: f64, count: u64) -> Option<Sum> {
                match self {
                    $(Shape::$shape(shape) => shape.sum(first, whole, count),)*
                }
            }

            pub(crate) fn range(&self, ends: [f64; 2], next: [f64; 2], ways: [f64; 2]) -> (f64, f64) {
                match self {
                    $(Shape::$shape(shape) => shape.range(ends, next, ways),)*
                }
            }
        }
    };
}
table!(
    Hold,
    Linear,
    Cosine,
    CosinePower,
    Polynomial,
    OneMinusSqrt,
    Exponential,
    Harmonic,
    Warmup,
    InverseSqrt,
    InverseTime,
    InversePower,
    ExponentialDecay,
    Noise,
    Power,
    KCosine,
    KPolynomial,
    Tanh
);

/// `from` at weight 0, `to` at weight 1, exactly; between the two monotone and never outside. `from` everywhere if they are equal.
#[inline]
fn between<K: Scalar>(from: K, to: K, weight: K) -> K {
    // Short of weight 1 the rounded product falls short of the difference by more than that was rounded: never past `to`.
    if weight.re() == 1.0 { to } else { short_of(from, to, weight) }
}

/// The same for a weight that is not 1.
#[inline]
fn short_of<K: Scalar>(from: K, to: K, weight: K) -> K {
    let (a, b) = (from.re(), to.re());
    if (a <= 0.0 && b >= 0.0) || (a >= 0.0 && b <= 0.0) {
        // Of opposite sign, nothing cancels.
        return to * weight + from * (weight.lit(1.0) - weight);
    }
    from + (to - from) * weight
}

/// An exponential and its kin never get through zero.
fn one_sign<K: Scalar>(from: K, to: K) -> Result<(), &'static str> {
    let (from, to) = (from.re(), to.re());
    match (from > 0.0 && to > 0.0) || (from < 0.0 && to < 0.0) {
        true => Ok(()),
        false => Err("by a ratio nothing gets to 0 or through it; both values must be above 0, or both below"),
    }
}

fn positive<K: Scalar>(value: K, or: &'static str) -> Result<(), &'static str> {
    if value.re() > 0.0 { Ok(()) } else { Err(or) }
}

/// `z^power` of a way that has not begun or is on it; at the start the power has no derivative, and none is taken.
#[inline]
fn bent<K: Scalar>(z: K, power: K) -> K {
    if z.re() <= 0.0 { z.lit(0.0) } else { z.powf(power) }
}
