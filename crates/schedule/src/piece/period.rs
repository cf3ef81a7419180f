//! Time in equal parts, divided exactly.

use crate::Ratio;
use rappel_elem::Scalar;

/// The length of a period: as a number that may carry a derivative, and exactly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period<K> {
    steps: K,
    exact: Ratio,
    /// The exact length if it is whole and the number is as it was bound; else NaN.
    whole: f64,
}

/// What is known of it beside does not make it another.
impl<K: PartialEq> PartialEq for Period<K> {
    fn eq(&self, o: &Self) -> bool {
        self.steps == o.steps && self.exact == o.exact
    }
}

impl<K: Scalar> Period<K> {
    pub(crate) fn new(steps: K, exact: Ratio) -> Period<K> {
        let whole = exact.denominator() == 1 && exact.numerator() < 1 << 53 && steps.re() == exact.to_f64();
        Period { steps, exact, whole: if whole { steps.re() } else { f64::NAN } }
    }

    pub(crate) fn steps(&self) -> K {
        self.steps
    }

    /// Whether it is a whole number of steps, and short enough for those to be exact.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole > 0.0
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
        if !((0.0..9e15).contains(&time) && n > 0.0) {
            // Before the start it is the first; an infinite time is answered by whoever asks.
            return (0.0, t);
        }
        let (mut over, mut local) = if self.whole > 0.0 {
            // Whole numbers below 2^53: the product and the difference are exact, and where the quotient was rounded up to a
            // whole number the difference is below zero, which is put right below.
            let whole = floor(time);
            let over = floor(whole / n);
            (over, whole - over * n + (time - whole))
        } else {
            self.parts(time).unwrap_or_else(|| {
                let over = (time / n).floor();
                (over, time - over * n)
            })
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

    /// The same in whole numbers of parts of a step, where the period is as it was bound.
    fn parts(&self, time: f64) -> Option<(f64, f64)> {
        let (num, den) = (self.exact.numerator(), self.exact.denominator());
        if self.steps.re() != self.exact.to_f64() {
            return None;
        }
        let whole = time.floor();
        let parts = (whole as i128).checked_mul(den)?;
        let (over, left) = (parts / num, parts % num);
        Some((over as f64, Ratio::of(left, den)?.to_f64() + (time - whole)))
    }

    /// The start of the period that `t` is in, as [`split`](Period::split) counts them; the infinite time is its own.
    #[inline]
    pub(crate) fn stair(&self, t: K, left: bool) -> K {
        if !(0.0..9e15).contains(&t.re()) {
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

/// The whole part of a number from 0 to 2^53: without the call that `floor` is on a processor of which no more is assumed.
#[inline]
fn floor(x: f64) -> f64 {
    x as i64 as f64
}
