//! The shape of an elementwise function: its value, and its derivative's action on a cotangent.

use crate::Elem;

/// The constants of a row (an exponent, two bounds), the same for every element. A row that needs none ignores them.
///
/// They are plain `f64`: a row may branch on them, not on its elements.
pub type Consts = [f64; 2];

/// An elementwise function of one argument.
///
/// The derivative is written as its action on a cotangent, so that masks select (never multiply) and a pass-through is
/// a move. An elementwise Jacobian is diagonal: the same formula is the product from the left (reverse mode) and from
/// the right (forward mode).
///
/// `chain` is itself read by variables that record, to give second derivatives: whatever it computes and does not
/// select should have finite derivatives where `f` has them.
///
/// # Examples
///
/// ```
/// use rappel_elem::{Unary, rows::Tanh};
///
/// let (x, k) = (0.5_f64, [0.0; 2]);
/// let y = Tanh::f(x, k);
/// assert_eq!(Tanh::chain(2.0, x, y, k), 2.0 * (1.0 - y * y));
/// ```
pub trait Unary: Copy + Send + Sync + 'static {
    /// The function's name in messages and tables: lower case, unique.
    const NAME: &'static str;
    /// Whether there is a gradient. A function that is constant between its jumps (rounding, the sign) is declared to have none:
    /// what it gives counts as a constant, so that asking for a gradient through nothing but it is an error, not zeros. Its
    /// `chain` is 0.
    const GRADIENT: bool = true;
    /// Whether `chain` gives the same with `y` in the place of `x`: it needs the output only, and the input may be gone.
    const FROM_OUTPUT: bool = false;
    /// The value at `x`.
    fn f<E: Elem>(x: E, k: Consts) -> E;
    /// `g * f'(x)`, where `y = f(x)`.
    fn chain<E: Elem>(g: E, x: E, y: E, k: Consts) -> E;
}

/// An elementwise function of two arguments. See [`Unary`].
///
/// # Examples
///
/// ```
/// use rappel_elem::{Binary, rows::Div};
///
/// let (a, b, k) = (3.0_f64, 4.0, [0.0; 2]);
/// let y = Div::f(a, b, k);
/// assert_eq!(Div::chain_a(1.0, a, b, y, k), 0.25);
/// assert_eq!(Div::chain_b(1.0, a, b, y, k), -3.0 / 16.0);
/// ```
pub trait Binary: Copy + Send + Sync + 'static {
    /// The function's name in messages and tables: lower case, unique.
    const NAME: &'static str;
    /// Whether `chain_a(g, ..) == g` always: the cotangent itself may be moved on, no loop is run.
    const PASSES_A: bool = false;
    /// Whether `chain_b(g, ..) == g` always.
    const PASSES_B: bool = false;
    /// The value at `(a, b)`.
    fn f<E: Elem>(a: E, b: E, k: Consts) -> E;
    /// `g` times the derivative in `a`, where `y = f(a, b)`.
    fn chain_a<E: Elem>(g: E, a: E, b: E, y: E, k: Consts) -> E;
    /// `g` times the derivative in `b`, where `y = f(a, b)`.
    fn chain_b<E: Elem>(g: E, a: E, b: E, y: E, k: Consts) -> E;
}
