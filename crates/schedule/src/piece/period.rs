//! Time in equal parts, divided exactly.

use crate::Ratio;
use rappel_elem::Scalar;

/// The length of a period: as a number that may carry a derivative, and exactly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Period<K> {
    steps: K,
    exact: Ratio,
}

impl<K: Scalar> Period<K> {
    pub(crate) fn new(steps: K, exact: Ratio) -> Period<K> {
        Period { steps, exact }
    }

    pub(crate) fn steps(&self) -> K {
        self.steps
    }

    /// So many periods, the second number, are so many whole steps, the first: where the length is as it was bound.
    pub(crate) fn exact(&self) -> Option<(u64, u64)> {
        let (num, den) = (self.exact.numerator(), self.exact.denominator());
        let bound = self.steps.re() == self.exact.to_f64();
        bound.then(|| Some((u64::try_from(num).ok()?, u64::try_from(den).ok()?)))?
    }

    /// How many whole periods are over at `t`, and the time since: of a time approached from the `left` that is a boundary,
    /// the end of the period before it.
    #[inline]
    pub(crate) fn split(&self, t: K, left: bool) -> (f64, K) {
        let n = self.steps.re();
        let time = t.re();
        if !(time >= 0.0 && time < 9e15 && n > 0.0) {
            // Before the start it is the first; an infinite time is answered by whoever asks.
            return (0.0, t);
        }
        let (mut over, mut local) = match self.whole(time) {
            Some(split) => split,
            None => {
                let over = (time / n).floor();
                (over, time - over * n)
            }
        };
        if local < 0.0 {
            (over, local) = (over - 1.0, local + n);
        } else if local >= n {
            (over, local) = (over + 1.0, local - n);
        }
        if left && local == 0.0 && over > 0.0 {
            (over, local) = (over - 1.0, n);
        }
        // The value is the exact one, the derivative that of `t - over * n`.
        let since = t - self.steps * t.lit(over);
        (over, since + t.lit(local - since.re()))
    }

    /// The same in whole numbers, where the period is as it was bound.
    #[inline]
    fn whole(&self, time: f64) -> Option<(f64, f64)> {
        let (num, den) = (self.exact.numerator(), self.exact.denominator());
        let whole = time.floor();
        let rest = time - whole;
        if den == 1 && num < 1 << 53 {
            if self.steps.re() != num as f64 {
                return None;
            }
            let (whole, num) = (whole as u64, num as u64);
            return Some(((whole / num) as f64, (whole % num) as f64 + rest));
        }
        if self.steps.re() != self.exact.to_f64() {
            return None;
        }
        let parts = (whole as i128).checked_mul(den)?;
        let (over, left) = (parts / num, parts % num);
        Some((over as f64, Ratio::of(left, den)?.to_f64() + rest))
    }

    /// The start of the period that `t` is in, as [`split`](Period::split) counts them; the infinite time is its own.
    #[inline]
    pub(crate) fn stair(&self, t: K, left: bool) -> K {
        if !(t.re() >= 0.0 && t.re() < 9e15) {
            return t;
        }
        self.begin(t, self.split(t, left).0)
    }

    /// Where period number `over` begins; `t` is some time.
    pub(crate) fn begin(&self, t: K, over: f64) -> K {
        let start = self.steps * t.lit(over);
        let exact = match self.exact.times(Ratio::from(over as u64)) {
            Some(exact) if self.steps.re() == self.exact.to_f64() => exact.boundary(),
            _ => start.re(),
        };
        start + t.lit(exact - start.re())
    }
}
