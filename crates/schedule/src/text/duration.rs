//! Durations and fractions as text.

use crate::{Dur, Ratio, Unit};
use std::fmt;

impl fmt::Display for Dur {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.amount();
        match self.unit() {
            Unit::Steps => amount.fmt(f),
            Unit::Epochs => write!(f, "{amount}ep"),
            Unit::Samples => write!(f, "{amount}sp"),
            Unit::Tokens => write!(f, "{amount}tok"),
            Unit::Run => match amount.times(Ratio::HUNDRED) {
                Some(percent) => write!(f, "{percent}%"),
                None if amount.is_finite() => write!(f, "{amount} of the run"),
                None => write!(f, "{amount}%"),
            },
            Unit::Rest => f.write_str("rest"),
        }
    }
}

impl fmt::Display for Ratio {
    /// A decimal fraction where there is one, else `1/3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (num, den) = (self.numerator(), self.denominator());
        if !self.is_finite() {
            return f.write_str(["-inf", "nan", "inf"][(num.signum() + 1) as usize]);
        }
        match decimals(den)
            .and_then(|k| Some((k, num.unsigned_abs().checked_mul(10_u128.checked_pow(k)? / den as u128)?)))
        {
            Some((0, _)) => write!(f, "{num}"),
            Some((k, scaled)) => {
                let sign = if num < 0 { "-" } else { "" };
                let one = 10_u128.pow(k);
                write!(f, "{sign}{}.{:0width$}", scaled / one, scaled % one, width = k as usize)
            }
            None => write!(f, "{num}/{den}"),
        }
    }
}

/// How many decimals a fraction over `den` has; `None` if they never end.
fn decimals(den: i128) -> Option<u32> {
    let (mut rest, mut twos, mut fives) = (den, 0, 0);
    while rest % 2 == 0 {
        (rest, twos) = (rest / 2, twos + 1);
    }
    while rest % 5 == 0 {
        (rest, fives) = (rest / 5, fives + 1);
    }
    (rest == 1).then_some(twos.max(fives))
}
