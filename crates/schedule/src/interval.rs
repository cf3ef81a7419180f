//! What values lie between: the lowest and the highest, both NaN if a value may be NaN.

use crate::form::Fold;

pub(crate) type Interval = (f64, f64);

/// Below and above everything that is joined to it.
pub(crate) const NOTHING: Interval = (f64::INFINITY, f64::NEG_INFINITY);

/// That of both. NaN in one is NaN in the two together.
pub(crate) fn join(a: Interval, b: Interval) -> Interval {
    match nan(a) || nan(b) {
        true => (f64::NAN, f64::NAN),
        false => (a.0.min(b.0), a.1.max(b.1)),
    }
}

pub(crate) fn hull(values: impl IntoIterator<Item = f64>) -> Interval {
    values.into_iter().fold(NOTHING, |all, v| join(all, (v, v)))
}

/// Rounding keeps the order, so the rounded operation on the ends bounds the rounded operation on what lies between them.
pub(crate) fn combine(fold: Fold, a: Interval, b: Interval) -> Interval {
    match fold {
        _ if nan(a) || nan(b) => (f64::NAN, f64::NAN),
        Fold::Product => hull([a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1]),
        fold => hull([fold.of(a.0, b.0), fold.of(a.1, b.1)]),
    }
}

fn nan(a: Interval) -> bool {
    a.0.is_nan() || a.1.is_nan()
}
