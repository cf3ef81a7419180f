//! The table of elementwise functions: every derivative of the engine that acts element by element stands here, once.
//!
//! `x`, `a`, `b` are arguments, `y` the value, `k0` and `k1` the row's constants ([`Consts`](crate::Consts)). Where a
//! function has a kink, the table says which subgradient is taken.
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
//! | [`Powi`] | `x^k0`, `k0` an integer | `k0 x^(k0-1)` | 0 everywhere for `k0` = 0 |
//! | [`Powf`] | `x^k0` | `k0 x^(k0-1)` | 0 everywhere for `k0` = 0 |
//! | [`Exp`] | `e^x` | `y` | |
//! | [`Expm1`] | `e^x - 1` | `y + 1` | |
//! | [`Ln`] | `ln(x)` | `1 / x` | +inf at 0 |
//! | [`Ln1p`] | `ln(1 + x)` | `1 / (1 + x)` | +inf at -1 |
//! | [`Sin`] | `sin(x)` | `cos(x)` | |
//! | [`Cos`] | `cos(x)` | `-sin(x)` | |
//! | [`Tanh`] | `tanh(x)` | `1 - y^2` | |
//! | [`Sigmoid`] | `1 / (1 + e^-x)` | `y (1 - y)` | |
//! | [`Softplus`] | `ln(1 + e^x)` | `sigmoid(x)` | |
//! | [`Relu`] | `max(x, 0)` | 1 where `x > 0`, else 0 | 0 at 0 |
//! | [`Abs`] | `abs(x)` | the sign of `x` | 0 at 0 |
//! | [`Floor`] | `floor(x)` | 0 | 0 at the jumps |
//! | [`Clamp`] | `x` held in `[k0, k1]` | 1 inside, 0 outside | 1 at both bounds |
//! | [`Add`] | `a + b` | `1`; `1` | |
//! | [`Sub`] | `a - b` | `1`; `-1` | |
//! | [`Mul`] | `a b` | `b`; `a` | |
//! | [`Div`] | `a / b` | `1 / b`; `-y / b` | |
//! | [`Pow`] | `a^b` | `b a^(b-1)`; `y ln(a)` | `b` = 0: 0; `a` = 0 <= `b`: 0 in `b` |
//! | [`Min`] | the smaller | 1 to it, 0 to the other | half each at a tie |
//! | [`Max`] | the larger | 1 to it, 0 to the other | half each at a tie |
//! | [`SquaredDifference`] | `(a - b)^2` | `2 (a - b)`; `-2 (a - b)` | |
//! | [`BceWithLogits`] | `ln(1 + e^a) - a b` | `sigmoid(a) - b`; `-a` | |
//! | [`KlDiv`] | `b (ln(b) - a)` | `-b`; `ln(b) + 1 - a` | `b` = 0: 0, and 0 in `b` |
//! | [`KlDivLog`] | `e^b (b - a)` | `-e^b`; `e^b (b - a + 1)` | `e^b` = 0: 0, and 0 in `b` |

mod activation;
mod arithmetic;
mod constant;
mod exponential;
mod loss;
mod order;
mod power;
mod trigonometric;

pub use activation::{Relu, Sigmoid, Softplus, Tanh};
pub use arithmetic::{Add, Div, Mul, Neg, Recip, Square, Sub};
pub use constant::{DivBy, DivInto, Scale, Shift, SubFrom};
pub use exponential::{Exp, Expm1, Ln, Ln1p};
pub use loss::{BceWithLogits, KlDiv, KlDivLog, SquaredDifference};
pub use order::{Abs, Clamp, Floor, Max, Min};
pub use power::{Pow, Powf, Powi, Sqrt};
pub use trigonometric::{Cos, Sin};
