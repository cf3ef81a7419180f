//! A shape drawn over a length of time.

use crate::{Shape, Span};
use rappel_elem::Scalar;

/// When a segment of length `n` reaches its end value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reach {
    /// At step `n`, where the next piece begins: at step `t` it is `t / n` of the way.
    Next,
    /// At step `n - 1`, its last: at step `t` it is `t / (n - 1)` of the way, and all the way if `n` is 1.
    Last,
    /// At step `n - 1`, its last, having begun one step early: at step `t` it is `(t + 1) / n` of the way.
    Counted,
}

/// A shape drawn over a length of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment<V, D> {
    shape: Shape<V>,
    length: D,
    reach: Reach,
}

impl<V, D> Segment<V, D> {
    pub(crate) fn new(shape: Shape<V>, length: D, reach: Reach) -> Segment<V, D> {
        Segment { shape, length, reach }
    }

    /// What is drawn.
    pub fn shape(&self) -> &Shape<V> {
        &self.shape
    }

    /// For how long.
    pub fn length(&self) -> &D {
        &self.length
    }

    /// When it reaches its end value.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// The segment that reaches its end value on its last step.
    pub(crate) fn inclusive(self) -> Segment<V, D> {
        Segment { reach: if self.reach == Reach::Next { Reach::Last } else { self.reach }, ..self }
    }
}

impl<K: Scalar> Segment<K, Span<K>> {
    /// The value at local time `t`: the start value before 0, the end value from the end on.
    #[inline]
    pub(crate) fn at(&self, t: K) -> K {
        let n = self.length.steps();
        let (way, whole) = match self.reach {
            Reach::Next => (t, n),
            Reach::Last => (t, n - n.lit(1.0)),
            Reach::Counted => (t + t.lit(1.0), n),
        };
        // The end is asked for first: an inclusive piece of one step, or less, is at its end at once.
        if way.re() >= whole.re() {
            self.end()
        } else if way.re() < 0.0 {
            self.shape.at(n.lit(0.0))
        } else {
            self.shape.at(way / whole)
        }
    }

    pub(crate) fn end(&self) -> K {
        self.shape.at(self.length.steps().lit(1.0))
    }

    pub(crate) fn lift<L: Scalar>(&self, f: &mut dyn FnMut(K) -> L) -> Segment<L, Span<L>> {
        let mut witness = None;
        let shape = self.shape.map(&mut |v| *witness.insert(f(v)));
        let steps = match witness {
            Some(w) if self.length.is_rest() => w.lit(self.length.steps().re()),
            _ => f(self.length.steps()),
        };
        Segment { shape, length: self.length.with(steps), reach: self.reach }
    }

    pub(crate) fn shortened(self, by: K) -> Segment<K, Span<K>> {
        Segment { length: self.length.with(self.length.steps() - by), ..self }
    }
}
