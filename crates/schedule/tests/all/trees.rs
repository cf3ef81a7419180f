//! Random schedules, and a naive oracle of their values.

use proptest::prelude::*;
use rappel_schedule::{Ratio, Schedule, cosine, empty, linear, steps, warmup};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Linear,
    Cosine,
    Warmup,
}

/// A segment of `num / den` steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) kind: Kind,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) num: i64,
    pub(crate) den: i64,
    pub(crate) inclusive: bool,
}

impl Piece {
    pub(crate) fn schedule(&self) -> Schedule {
        let length = steps(Ratio::new(self.num, self.den));
        let s = match self.kind {
            Kind::Linear => linear(self.from, self.to, length),
            Kind::Cosine => cosine(self.from, self.to, length),
            Kind::Warmup => warmup(self.to, length),
        };
        if self.inclusive { s.inclusive() } else { s }
    }

    /// The textbook formula at local time `num / den`.
    fn value(&self, num: i64, den: i64) -> f64 {
        let (t, n) = (num as f64 / den as f64, self.num as f64 / self.den as f64);
        let (from, z) = match self.kind {
            Kind::Warmup => (0.0, (t + 1.0) / n),
            _ if self.inclusive => (self.from, if n > 1.0 { t / (n - 1.0) } else { 1.0 }),
            _ => (self.from, t / n),
        };
        let z = z.min(1.0);
        match self.kind {
            Kind::Cosine => self.to + (from - self.to) * (1.0 + (std::f64::consts::PI * z).cos()) / 2.0,
            _ => from + (self.to - from) * z,
        }
    }

    /// The most its value changes from one step to the next.
    fn slope(&self) -> f64 {
        let n = self.num as f64 / self.den as f64;
        let span = if self.inclusive && self.kind != Kind::Warmup && n > 1.0 { n - 1.0 } else { n };
        let (low, high) = self.range();
        std::f64::consts::FRAC_PI_2 * (high - low) / span
    }

    /// The smallest and the largest value it may have.
    pub(crate) fn range(&self) -> (f64, f64) {
        let from = if self.kind == Kind::Warmup { 0.0 } else { self.from };
        (from.min(self.to), from.max(self.to))
    }
}

/// What rounding may do to a value: a few ulp, and the slope there times the rounding of the seam its time is measured from.
pub(crate) fn rounding(pieces: &[Piece]) -> f64 {
    let slope = pieces.iter().map(Piece::slope).fold(0.0, f64::max);
    1e-14 + slope * total(pieces) as f64 * f64::EPSILON
}

/// The value of the pieces, one after the other, at an integer step: lengths are taken off in whole fractions.
pub(crate) fn oracle(pieces: &[Piece], step: i64) -> f64 {
    let (mut num, mut den) = (step, 1);
    for piece in pieces {
        // num/den < piece.num/piece.den, without rounding
        if num * piece.den < piece.num * den {
            return piece.value(num, den);
        }
        (num, den) = (num * piece.den - piece.num * den, den * piece.den);
        let g = gcd(num, den);
        (num, den) = (num / g, den / g);
    }
    pieces.last().expect("at least one piece").to
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

/// The pieces one after the other.
pub(crate) fn joined(pieces: &[Piece]) -> Schedule {
    pieces.iter().fold(empty(), |s, piece| s.then(piece.schedule()))
}

/// A multiple of every denominator the strategy draws.
const DEN: i64 = 2520;

fn sum(pieces: &[Piece]) -> i64 {
    pieces.iter().map(|p| p.num * (DEN / p.den)).sum()
}

/// The sum of the lengths, rounded up.
pub(crate) fn total(pieces: &[Piece]) -> u64 {
    (sum(pieces) as u64).div_ceil(DEN as u64)
}

/// The pieces and one more, so that the sum of their lengths is a whole number.
pub(crate) fn whole(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let num = DEN - sum(&pieces) % DEN;
    pieces.push(Piece { kind: Kind::Linear, from: -3.0, to: 3.0, num, den: DEN, inclusive: false });
    pieces
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), -2.0..2.0, 1e-6..1e-3]
}

pub(crate) fn piece() -> impl Strategy<Value = Piece> {
    let kind = prop_oneof![Just(Kind::Linear), Just(Kind::Cosine), Just(Kind::Warmup)];
    let length = prop_oneof![(1..40_i64, Just(1)), (1..120_i64, 1..=10_i64)];
    (kind, value(), value(), length, any::<bool>()).prop_map(|(kind, from, to, (num, den), inclusive)| Piece {
        kind,
        from,
        to,
        num,
        den,
        inclusive,
    })
}

pub(crate) fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    prop::collection::vec(piece(), 1..8)
}
