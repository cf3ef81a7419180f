//! The rules, one short file each.

mod adam;
mod sgd;

use rappel_elem::Elem;

pub use adam::AdamRule;
pub use sgd::SgdRule;

/// The square root of a running mean of squares, with slope 0 at 0.
///
/// The root's own slope there is infinite, and times the slope 0 of the square it would be NaN: a step through a parameter whose
/// gradient is exactly 0 (a dead unit) could not be differentiated. Values are those of the root, NaN included; the root of a
/// negative number is 0.
///
/// ```
/// use rappel_optim::rules::root;
///
/// assert_eq!([4.0_f64, 0.0, 1e-300].map(root), [2.0, 0.0, 1e-150]);
/// assert!(root(f32::NAN).is_nan());
/// ```
#[inline(always)]
pub fn root<E: Elem>(mean_square: E) -> E {
    let (zero, one) = (mean_square.lit(0.0), mean_square.lit(1.0));
    let none = mean_square.below(one) & !zero.below(mean_square);
    E::pick(none, zero, E::pick(none, one, mean_square).sqrt())
}
