//! The running means that Adam and its kin keep: of the gradient and of its square.
//!
//! ```text
//! m <- b1 m + (1 - b1) g
//! v <- b2 v + (1 - b2) g^2
//! ```

use rappel_elem::Elem;

use super::correction;

/// What [`moments`] needs, as the first numbers of a rule's `Hyper`: b1, 1 - b1, b2, 1 - b2, and the factors that undo the bias of
/// both means after `step` steps and one more.
pub(super) fn betas<E: Elem>(b1: E, b2: E, step: u64) -> [E; 6] {
    let one = b1.lit(1.0);
    [b1, one - b1, b2, one - b2, correction(b1, step), correction(b2, step)]
}

/// Moves on m and v, the first two slots of a state; gives both times the factors that undo their bias.
#[inline(always)]
pub(super) fn moments<E: Elem>(h: &[E], g: E, s: &mut [E]) -> (E, E) {
    s[0] = h[0] * s[0] + h[1] * g;
    s[1] = h[2] * s[1] + h[3] * g * g;
    (s[0] * h[4], s[1] * h[5])
}
