//! Steps of a run as a part of the tree sees them.

use crate::piece::{Cx, Period};
use crate::plan::START;
use std::ops::Range;

/// How a local time comes from the one outside it, as the evaluation computes it, bit for bit.
#[derive(Clone, Copy)]
pub(crate) enum Move<'a> {
    /// Less where the piece begins.
    Minus(f64),
    /// More by what is skipped.
    Plus(f64),
    /// Back from the end.
    From(f64),
    /// Since the period began; the flag is that of an approach from the left.
    Within(&'a Period<f64>, bool),
    /// At the stair that is held.
    Stair(&'a Period<f64>, bool),
}

/// A local time, by all the moves from the time of the run to it.
#[derive(Clone, Copy)]
pub(crate) struct Time<'a> {
    outer: Option<&'a Time<'a>>,
    by: Move<'a>,
}

impl Time<'_> {
    fn of(&self, step: f64) -> f64 {
        let t = self.outer.map_or(step, |outer| outer.of(step));
        match self.by {
            Move::Minus(start) => t - start,
            Move::Plus(skipped) => t + skipped,
            Move::From(end) => end - t,
            Move::Within(period, left) => period.split(t, left).1,
            Move::Stair(every, left) => every.stair(t, left),
        }
    }
}

/// The steps `from..to` of the run, in the local time of a piece.
///
/// Nothing in a bound tree stretches time, so two steps are one unit of local time apart wherever they are seen from, but
/// for stairs. The steps that belong to a piece are found by the comparisons the evaluation makes, on the floats it makes them on.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    pub(crate) from: u64,
    pub(crate) to: u64,
    time: Option<&'a Time<'a>>,
    /// Whether local time runs backwards.
    pub(crate) falling: bool,
    /// Whether the left piece owns a boundary.
    pub(crate) left: bool,
    /// Whether steps are one unit of local time apart; else they are at stairs.
    pub(super) even: bool,
}

impl<'a> Window<'a> {
    /// In the time of the run.
    pub(crate) fn of(steps: &Range<u64>) -> Window<'static> {
        Window {
            from: steps.start,
            to: steps.end.max(steps.start),
            time: None,
            falling: false,
            left: false,
            even: true,
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.to - self.from
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.to <= self.from
    }

    /// The local time at a step.
    pub(crate) fn local(&self, step: u64) -> f64 {
        self.time.map_or(step as f64, |time| time.of(step as f64))
    }

    /// The local times of the first and the last step, the smaller first; of a window with steps.
    pub(crate) fn span(&self) -> (f64, f64) {
        let (a, b) = (self.local(self.from), self.local(self.to - 1));
        if self.falling { (b, a) } else { (a, b) }
    }

    pub(crate) fn cx(&self, step: u64) -> Cx<'static, f64> {
        Cx { left: self.left, ..Cx::new(&START, step as f64) }
    }

    pub(crate) fn steps(&self, from: u64, to: u64) -> Window<'a> {
        Window { from, to, ..*self }
    }

    /// The move from this window's time to that of a part.
    pub(crate) fn moved<'b>(&'b self, by: Move<'b>) -> Time<'b>
    where
        'a: 'b,
    {
        Time { outer: self.time, by }
    }

    pub(crate) fn within<'b>(&self, time: &'b Time<'b>) -> Window<'b> {
        let back = matches!(time.by, Move::From(_));
        let stairs = matches!(time.by, Move::Stair(..));
        Window {
            time: Some(time),
            falling: self.falling != back,
            left: self.left != back && !stairs,
            even: self.even && !stairs,
            ..*self
        }
    }

    /// The first step that is not like the steps before it, given that all that are stand before all that are not; `near` is
    /// a guess.
    pub(crate) fn first_not(&self, near: f64, like: impl Fn(u64) -> bool) -> u64 {
        let (mut low, mut high) = (self.from, self.to);
        let guess = near.clamp(low as f64, high as f64) as u64;
        for probe in [guess.saturating_sub(2), guess, guess.saturating_add(2)] {
            if (low..high).contains(&probe) {
                if like(probe) { low = probe + 1 } else { high = probe }
            }
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if like(middle) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The steps before `seam` and those from it on, whichever come first.
    pub(crate) fn cut(&self, seam: f64) -> (Window<'a>, Window<'a>) {
        if self.is_empty() {
            return (*self, *self);
        }
        let (cx, first) = (self.cx(self.from), self.local(self.from));
        let near = self.from as f64 + (seam - first).abs();
        let at = self.first_not(near, |step| cx.begun(seam, self.local(step)) == self.falling);
        let (first, second) = (self.steps(self.from, at), self.steps(at, self.to));
        if self.falling { (second, first) } else { (first, second) }
    }

    /// The steps before `end` and those from it on, from whichever side that is approached.
    pub(crate) fn until(&self, end: f64) -> (Window<'a>, Window<'a>) {
        let (before, after) = Window { left: false, ..*self }.cut(end);
        (Window { left: self.left, ..before }, Window { left: self.left, ..after })
    }

    /// Runs of steps that are alike, in the order of the run: `class` changes at most a few times.
    pub(crate) fn runs<C: PartialEq>(&self, class: impl Fn(u64) -> C, mut each: impl FnMut(C, Window<'a>)) {
        let mut rest = *self;
        while !rest.is_empty() {
            let first = class(rest.from);
            let end = match class(rest.to - 1) == first {
                true => rest.to,
                false => rest.first_not(rest.from as f64, |step| class(step) == first),
            };
            each(first, rest.steps(rest.from, end));
            rest = rest.steps(end, rest.to);
        }
    }
}
