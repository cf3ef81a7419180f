//! The table of elementwise functions: every derivative of the engine that acts element by element stands here, once.
//!
//! `x`, `a`, `b` are arguments, `y` the value, `k0` and `k1` the row's constants ([`Consts`](crate::Consts)). Where a
//! function has a kink, the table says which subgradient is taken.
//!
//! [`Floor`], [`Ceil`], [`Trunc`], [`Round`] and [`Sign`] are constant between jumps and declared to be
//! [without a gradient](crate::Unary::GRADIENT): to differentiate, what they give is a constant.
//!
//! | row | value | derivative | at kinks and edges |
//! |---|---|---|---|
//! | [`Neg`] | `-x` | `-1` | |
//! | [`Shift`] | `x + k0` | `1` | |
//! | [`Scale`] | `x * k0` | `k0` | |
//! | [`SubFrom`] | `k0 - x` | `-1` | |
//! | [`DivBy`] | `x / k0` | `1 / k0` | |
//! | [`DivInto`] | `k0 / x` | `-y / x` | |
//! | [`Square`] | `x^2` | `2 x` | |
//! | [`Recip`] | `1 / x` | `-y^2` | |
//! | [`Sqrt`] | `sqrt(x)` | `1 / (2 y)` | +inf at 0 |
//! | [`Rsqrt`] | `1 / sqrt(x)` | `-y^3 / 2` | -inf at 0 |
//! | [`SafeSqrt`] | `sqrt(x)` | `1 / (2 y)` | 0 at 0 |
//! | [`SignedPow`] | `sign(x) abs(x)^k0` | `k0 abs(x)^(k0-1)` | 0 at 0 |
//! | [`Powi`] | `x^k0`, `k0` an integer | `k0 x^(k0-1)` | 0 everywhere for `k0` = 0 |
//! | [`Powf`] | `x^k0` | `k0 x^(k0-1)` | 0 everywhere for `k0` = 0 |
//! | [`Exp`] | `e^x` | `y` | |
//! | [`Expm1`] | `e^x - 1` | `y + 1` | |
//! | [`Exp2`] | `2^x` | `y ln 2` | |
//! | [`Ln`] | `ln(x)` | `1 / x` | +inf at 0 |
//! | [`Ln1p`] | `ln(1 + x)` | `1 / (1 + x)` | +inf at -1 |
//! | [`Log2`] | `log2(x)` | `1 / (x ln 2)` | +inf at 0 |
//! | [`Sin`] | `sin(x)` | `cos(x)` | |
//! | [`Cos`] | `cos(x)` | `-sin(x)` | |
//! | [`Tan`] | `tan(x)` | `1 + y^2` | |
//! | [`Asin`] | `asin(x)` | `1 / sqrt((1 - x) (1 + x))` | +inf at -1 and 1 |
//! | [`Acos`] | `acos(x)` | `-1 / sqrt((1 - x) (1 + x))` | -inf at -1 and 1 |
//! | [`Atan`] | `atan(x)` | `1 / (1 + x^2)` | |
//! | [`Sinh`] | `sinh(x)` | `cosh(x)` | |
//! | [`Cosh`] | `cosh(x)` | `sinh(x)` | |
//! | [`Tanh`] | `tanh(x)` | `1 - y^2` | |
//! | [`Asinh`] | `asinh(x)` | `1 / sqrt(x^2 + 1)` | |
//! | [`Acosh`] | `acosh(x)` | `1 / (sqrt(x - 1) sqrt(x + 1))` | +inf at 1 |
//! | [`Atanh`] | `atanh(x)` | `1 / ((1 - x) (1 + x))` | +inf at -1 and 1 |
//! | [`Erf`] | `erf(x)` | `2 / sqrt(pi) e^-x^2` | |
//! | [`Erfc`] | `1 - erf(x)` | `-2 / sqrt(pi) e^-x^2` | |
//! | [`Sigmoid`] | `1 / (1 + e^-x)` | `y (1 - y)` | |
//! | [`Softplus`] | `ln(1 + e^x)` | `sigmoid(x)` | |
//! | [`SoftplusUpTo`] | `ln(1 + e^(k0 x)) / k0` up to `k0 x = k1`, then `x` | `sigmoid(k0 x)`, then 1 | |
//! | [`LogSigmoid`] | `ln(sigmoid(x))` | `sigmoid(-x)` | |
//! | [`Softsign`] | `x / (1 + abs(x))` | `1 / (1 + abs(x))^2` | |
//! | [`Relu`] | `max(x, 0)` | 1 where `x > 0`, else 0 | 0 at 0 |
//! | [`LeakyRelu`] | `max(x, 0) + k0 min(x, 0)` | 1 where `x > 0`, else `k0` | `k0` at 0 |
//! | [`Elu`] | `x` or `k0 (e^x - 1)` | 1 where `x > 0`, else `y + k0` | `k0` at 0 |
//! | [`Selu`] | 1.0507 times [`Elu`] with 1.6733 | 1.0507 where `x > 0`, else `y` + 1.7581 | 1.7581 at 0 |
//! | [`Celu`] | `x` or `k0 (e^(x / k0) - 1)` | 1 where `x > 0`, else `y / k0 + 1` | |
//! | [`Silu`] | `x s`, `s = sigmoid(x)` | `s (1 + x (1 - s))` | 0 at -inf |
//! | [`Gelu`] | `x P(x)`, `P` the normal distribution | `P(x) + x p(x)` | 0 at -inf |
//! | [`GeluTanh`] | `x s`, `s = sigmoid(2 u(x))` | `s (1 + 2 x u' (1 - s))` | 0 at -inf |
//! | [`Mish`] | `x tanh(ln(1 + e^x))` | by `e^x` | 0 at -inf |
//! | [`HardTanh`] | `x` held in `[k0, k1]` | 1 inside, 0 outside | 0 at both ends |
//! | [`HardSigmoid`] | `x / 6 + 1/2` held in `[0, 1]` | 1/6 inside, 0 outside | 0 at both ends |
//! | [`HardSwish`] | `x` times that | `x / 3 + 1/2` inside, 0 left, 1 right | 0 at -3, 1 at 3 |
//! | [`Abs`] | `abs(x)` | the sign of `x` | 0 at 0 |
//! | [`Floor`], [`Ceil`], [`Trunc`] | `x` rounded down, up, towards zero | none | |
//! | [`Round`] | the nearest integer | none | the even one of two |
//! | [`Sign`] | -1, 0 or 1 | none | |
//! | [`Clamp`] | `x` held in `[k0, k1]` | 1 inside, 0 outside | 1 at both bounds |
//! | [`Add`] | `a + b` | `1`; `1` | |
//! | [`Sub`] | `a - b` | `1`; `-1` | |
//! | [`Mul`] | `a b` | `b`; `a` | |
//! | [`Div`] | `a / b` | `1 / b`; `-y / b` | |
//! | [`Lerp`] | `a + k0 (b - a)` | `1 - k0`; `k0` | |
//! | [`Fmod`] | `a - b trunc(a / b)` | `1`; `-trunc(a / b)` | the same at the jumps |
//! | [`Remainder`] | `a - b floor(a / b)` | `1`; `-floor(a / b)` | the same at the jumps |
//! | [`Pow`] | `a^b` | `b a^(b-1)`; `y ln(a)` | `b` = 0: 0; `a` = 0 <= `b`: 0 in `b` |
//! | [`Hypot`] | `sqrt(a^2 + b^2)` | `a / y`; `b / y` | 0 at `(0, 0)` |
//! | [`Atan2`] | the angle of `(b, a)` | `b / (a^2 + b^2)`; `-a / (a^2 + b^2)` | 0 at `(0, 0)` |
//! | [`LogAddExp`] | `ln(e^a + e^b)` | `sigmoid(a - b)`; `sigmoid(b - a)` | half each at equal infinities |
//! | [`XLogY`] | `a ln(b)` | `ln(b)`; `a / b` | 0 where `a` = 0 and `b <= 0` |
//! | [`PRelu`] | `a`, or `b a` where `a <= 0` | 1 or `b`; 0 or `a` | `b` and 0 at `a` = 0 |
//! | [`Glu`] | `a sigmoid(b)` | `sigmoid(b)`; `y (1 - sigmoid(b))` | |
//! | [`SwiGlu`] | `silu(a) b` | `b silu'(a)`; `silu(a)` | |
//! | [`Min`] | the smaller | 1 to it, 0 to the other | half each at a tie |
//! | [`Max`] | the larger | 1 to it, 0 to the other | half each at a tie |
//! | [`SquaredDifference`] | `(a - b)^2` | `2 (a - b)`; `-2 (a - b)` | |
//! | [`BceWithLogits`] | `ln(1 + e^a) - a b` | `sigmoid(a) - b`; `-a` | |
//! | [`Bce`] | `-b ln(a) - (1 - b) ln(1 - a)`, both held at -100 | `(a - b) / (a (1 - a))`; `ln(1 - a) - ln(a)` | `a` = 0, 1: by 1e-12; held |
//! | [`Huber`] | `k1 d^2 / (2 k0)` or `k1 (abs(d) - k0 / 2)`, `d = a - b` | `k1 d / k0` held in `[-k1, k1]`; the same negated | `k0` = 0: 0 at 0 |
//! | [`KlDiv`] | `b (ln(b) - a)` | `-b`; `ln(b) + 1 - a` | `b` = 0: 0, and 0 in `b` |
//! | [`KlDivLog`] | `e^b (b - a)` | `-e^b`; `e^b (b - a + 1)` | `e^b` = 0: 0, and 0 in `b` |

mod activation;
mod arithmetic;
mod condition;
mod constant;
mod division;
mod erf;
mod exponential;
mod gate;
mod guarded;
mod hard;
mod hyperbolic;
mod logarithm;
mod loss;
mod order;
mod power;
mod rectifier;
mod step;
mod trigonometric;

pub use activation::{LogSigmoid, Sigmoid, Softplus, SoftplusUpTo, Softsign, Tanh};
pub use arithmetic::{Add, Div, Mul, Neg, Recip, Square, Sub};
pub use constant::{DivBy, DivInto, Lerp, Scale, Shift, SubFrom};
pub use division::{Fmod, Remainder};
pub use erf::{Erf, Erfc};
pub use exponential::{Exp, Exp2, Expm1, Ln, Ln1p, Log2};
pub use gate::{Gelu, GeluTanh, Glu, Mish, Silu, SwiGlu};
pub use guarded::{SafeSqrt, SignedPow};
pub use hard::{HardSigmoid, HardSwish, HardTanh};
pub use hyperbolic::{Acosh, Asinh, Atanh, Cosh, Sinh};
pub use logarithm::{LogAddExp, XLogY};
pub use loss::{Bce, BceWithLogits, Huber, KlDiv, KlDivLog, SquaredDifference};
pub use order::{Abs, Clamp, Max, Min};
pub use power::{Hypot, Pow, Powf, Powi, Rsqrt, Sqrt};
pub use rectifier::{Celu, Elu, LeakyRelu, PRelu, Relu, Selu};
pub use step::{Ceil, Floor, Round, Sign, Trunc};
pub use trigonometric::{Acos, Asin, Atan, Atan2, Cos, Sin, Tan};
