//! Again and again, each time as long as the first.

use super::{Cx, Period, Piece};
use rappel_elem::Scalar;

/// A piece again and again.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Repeat<K> {
    pub(crate) of: Piece<K>,
    pub(crate) period: Period<K>,
    pub(crate) count: Option<u32>,
    pub(crate) decay: f64,
}

impl<K: Scalar> Repeat<K> {
    /// Which time it is at `t`, and the local time in it; after the last, its end for ever.
    #[inline]
    pub(crate) fn cycle(&self, t: K, left: bool) -> (f64, K) {
        let last = self.count.map(|n| f64::from(n) - 1.0);
        let (over, local) = if t.re() == f64::INFINITY { (f64::INFINITY, t) } else { self.period.split(t, left) };
        match last {
            Some(last) if over > last => (last, t.lit(f64::INFINITY)),
            None if over == f64::INFINITY => (0.0, t),
            _ => (over, local),
        }
    }

    #[inline]
    pub(crate) fn at(&self, t: K, cx: Cx<'_, K>) -> K {
        let (cycle, local) = self.cycle(t, cx.left);
        let value = self.of.at(local, cx.within(cycle));
        if self.decay == 1.0 || cycle == 0.0 { value } else { value * t.lit(self.decay.powf(cycle)) }
    }
}
