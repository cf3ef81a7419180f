//! A shape drawn over a length of time.

use crate::Shape;
use rappel_elem::Scalar;

/// When a segment of length `n` reaches its end value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reach {
    /// At step `n`, where the next piece begins: at step `t` it is `t / n` of the way.
    Next,
    /// At step `n - 1`, its last: at step `t` it is `t / (n - 1)` of the way, and all the way if `n` is 1 or less.
    Last,
    /// At step `n - 1`, its last, having begun one step early: at step `t` it is `(t + 1) / n` of the way.
    Counted,
}

/// A shape drawn over a length of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment<V, D> {
    pub(crate) shape: Shape<V>,
    pub(crate) length: D,
    pub(crate) reach: Reach,
    /// Whether the formula goes on after the end; a shape without end always does.
    pub(crate) continues: bool,
    /// From its end to its start; only once bound.
    pub(crate) reversed: bool,
}

impl<V, D> Segment<V, D> {
    pub(crate) fn new(shape: Shape<V>, length: D, reach: Reach) -> Segment<V, D> {
        let continues = shape.endless();
        Segment { shape, length, reach, continues, reversed: false }
    }

    /// What is drawn.
    pub fn shape(&self) -> &Shape<V> {
        &self.shape
    }

    /// For how long; of a shape without end, its unit of time.
    pub fn length(&self) -> &D {
        &self.length
    }

    /// When it reaches its end value.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether its formula goes on after its length. One that is all the way at once has no more way to go: it holds.
    pub fn continues(&self) -> bool {
        self.continues
    }

    /// The segment with another shape and length.
    pub(crate) fn with<W, E>(&self, shape: Shape<W>, length: E) -> Segment<W, E> {
        Segment { shape, length, reach: self.reach, continues: self.continues, reversed: self.reversed }
    }

    /// The segment that reaches its end value on its last step; `None` if it has no end.
    pub(crate) fn inclusive(self) -> Option<Segment<V, D>> {
        if self.continues && self.shape.endless() {
            return None;
        }
        Some(Segment { reach: if self.reach == Reach::Next { Reach::Last } else { self.reach }, ..self })
    }
}

/// How much of the way a segment of `n` steps is at its local time `t`; the end is asked for first, so an inclusive segment
/// of one step, or less, is at its end at once.
pub(crate) enum Way<K> {
    Start,
    At(K),
    End,
}

impl<V, K: Scalar> Segment<V, K> {
    /// How far it is on its way at local time `t`, in steps, and how far it goes.
    #[inline]
    pub(crate) fn place(&self, t: K) -> (K, K) {
        let n = self.length;
        let one = n.lit(1.0);
        match (self.reach, self.reversed) {
            (Reach::Next, false) => (t, n),
            (Reach::Next, true) => (n - t, n),
            (Reach::Last, false) => (t, n - one),
            (Reach::Last, true) => (n - one - t, n - one),
            (Reach::Counted, false) => (t + one, n),
            (Reach::Counted, true) => (n - t, n),
        }
    }

    #[inline]
    pub(crate) fn way(&self, t: K) -> Way<K> {
        let (way, whole) = self.place(t);
        // No way to go, or to go on along: it is at once where it goes, which reversed is its start.
        if whole.re() <= 0.0 {
            return if self.reversed { Way::Start } else { Way::End };
        }
        if self.reversed {
            return if way.re() <= 0.0 {
                Way::Start
            } else if way.re() >= whole.re() {
                Way::End
            } else {
                Way::At(way / whole)
            };
        }
        if way.re() >= whole.re() && !self.continues {
            Way::End
        } else if way.re() < 0.0 {
            Way::Start
        } else {
            Way::At(way / whole)
        }
    }
}

impl<K: Scalar> Segment<K, K> {
    /// The value at local time `t`: the start value before 0, the end value from the end on.
    #[inline]
    pub(crate) fn at(&self, t: K) -> K {
        let n = self.length;
        match self.way(t) {
            Way::At(z) => self.shape.at(z),
            Way::End => self.shape.at(n.lit(1.0)),
            Way::Start => self.shape.at(n.lit(0.0)),
        }
    }
}
