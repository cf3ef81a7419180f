//! Schedules at once.

use rappel_elem::Scalar;

/// How schedules are combined that run at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fold {
    /// `+`
    Sum,
    /// `*`
    Product,
    /// The smaller.
    Min,
    /// The larger.
    Max,
}

impl Fold {
    #[inline]
    pub(crate) fn of<K: Scalar>(self, a: K, b: K) -> K {
        match self {
            Fold::Sum => a + b,
            Fold::Product => a * b,
            Fold::Min => {
                if b.re() < a.re() {
                    b
                } else {
                    a
                }
            }
            Fold::Max => {
                if b.re() > a.re() {
                    b
                } else {
                    a
                }
            }
        }
    }
}
