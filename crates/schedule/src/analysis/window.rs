//! Steps of a run as a part of the tree sees them.

use crate::adaptive::State;
use crate::form::Segment;
use crate::piece::{Cx, Form, Period, Piece, Repeat, Sequence};
use crate::plan::START;
use rappel_elem::Scalar;
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
    even: bool,
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

/// What some steps of a piece are made of.
#[derive(Clone, Copy)]
pub(crate) enum Part<'p> {
    /// Another piece, in its own time.
    Piece(&'p Piece<f64>),
    /// What a piece has at one time of its own, approached from the left or not.
    Held(&'p Piece<f64>, f64, bool),
}

/// A segment's place on its way.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Leg {
    Start,
    Way,
    End,
}

impl<V> Segment<V, f64> {
    /// Where it is at local time `t`.
    pub(crate) fn leg(&self, t: f64) -> Leg {
        match self.way(t) {
            crate::form::Way::Start => Leg::Start,
            crate::form::Way::At(_) => Leg::Way,
            crate::form::Way::End => Leg::End,
        }
    }
}

impl Piece<f64> {
    /// Whether its value may be another at the same local time: whether it reads another quantity, at the time of the run.
    pub(crate) fn linked(&self) -> bool {
        let mut any = false;
        self.parts(&mut |part| any |= part.linked());
        any || matches!(self.form, Form::Linked(_))
    }

    /// The value, if it is the same at all steps of the window. `None` says nothing.
    pub(crate) fn level(&self, window: Window<'_>) -> Option<f64> {
        let mut level: Option<f64> = None;
        let mut same = true;
        let mut take = |value: Option<f64>| match (value, level) {
            (Some(v), None) => level = Some(v),
            (Some(v), Some(w)) => same &= v.to_bits() == w.to_bits(),
            (None, _) => same = false,
        };
        match &self.form {
            Form::Constant(v) => return Some(*v),
            Form::Factor(..) => return Some(self.at(0.0, window.cx(window.from))),
            Form::EndOf(_) | Form::ValueAt(..) if !self.linked() => return Some(self.at(0.0, window.cx(window.from))),
            Form::Segment(segment) => window.runs(
                |step| segment.leg(window.local(step)),
                |leg, run| match leg == Leg::Way && !matches!(segment.shape, crate::Shape::Hold(_)) {
                    true => take(None),
                    false => take(Some(segment.at(window.local(run.from)))),
                },
            ),
            Form::Fold(fold, parts) => {
                let mut values = parts.iter().map(|part| part.level(window));
                let first = values.next()??;
                return values.try_fold(first, |value, part| Some(fold.of(value, part?)));
            }
            _ if self.divides(window) || matches!(self.form, Form::HoldEvery(..)) => {
                self.divide(window, &mut |part, window| match part {
                    Part::Piece(piece) => take(piece.level(window)),
                    Part::Held(piece, t, left) if !piece.linked() => {
                        take(Some(piece.at(t, Cx { left, ..window.cx(window.from) })));
                    }
                    Part::Held(..) => take(None),
                })
            }
            _ => return None,
        }
        if same { level } else { None }
    }

    /// Whether [`divide`](Piece::divide) knows what it is made of, with steps that stay a unit apart.
    pub(crate) fn divides(&self, window: Window<'_>) -> bool {
        if let Form::Moving(segment) = &self.form {
            return !window.is_empty() && !segment.continues && window.span().1 >= segment.length;
        }
        matches!(
            self.form,
            Form::Sequence(_)
                | Form::Take(..)
                | Form::Skip(..)
                | Form::Reverse(..)
                | Form::Splice(..)
                | Form::Linked(_)
                | Form::Until(_)
                | Form::Wait(_)
        )
    }

    /// The parts that own the steps of a window, each with its steps in its own time: before anything is observed.
    pub(crate) fn divide(&self, window: Window<'_>, each: &mut dyn FnMut(Part<'_>, Window<'_>)) {
        let mut tell = |part: Part<'_>, window: Window<'_>| {
            if !window.is_empty() {
                each(part, window);
            }
        };
        match &self.form {
            Form::Sequence(sequence) => sequence_parts(sequence, window, &mut tell),
            Form::Take(of, n) => {
                let (before, after) = window.until(*n);
                tell(Part::Piece(of), before);
                tell(Part::Held(of, *n, true), after);
            }
            Form::Skip(of, n) => {
                let time = window.moved(Move::Plus(*n));
                tell(Part::Piece(of), window.within(&time));
            }
            Form::Reverse(of, n) => {
                let time = window.moved(Move::From(*n));
                let (before, after) = window.until(*n);
                tell(Part::Piece(of), before.within(&time));
                tell(Part::Held(of, 0.0, false), after);
            }
            Form::Splice(parts, seam) => {
                let (before, after) = window.cut(*seam);
                tell(Part::Piece(&parts[0]), before);
                tell(Part::Piece(&parts[1]), after);
            }
            Form::HoldEvery(of, every, length) => {
                let (before, after) = match length {
                    Some(n) => window.cut(*n),
                    None => (window, window.steps(window.to, window.to)),
                };
                let time = window.moved(Move::Stair(every, window.left));
                tell(Part::Piece(of), before.within(&time));
                tell(Part::Held(of, f64::INFINITY, window.left), after);
            }
            Form::Linked(of) => tell(Part::Piece(of), Window::of(&(window.from..window.to))),
            Form::Until(until) => tell(Part::Piece(&until.of), window),
            Form::Moving(segment) => {
                let (before, after) = window.until(segment.length);
                tell(Part::Piece(self), before);
                tell(Part::Held(self, segment.length, window.left), after);
            }
            Form::Wait(wait) => match wait.seam(&State::default()) {
                None => tell(Part::Piece(&wait.first), window),
                Some(seam) => {
                    let (before, after) = window.cut(seam);
                    tell(Part::Piece(&wait.first), before);
                    let time = window.moved(Move::Minus(seam));
                    tell(Part::Piece(&wait.next), after.within(&time));
                }
            },
            _ => tell(Part::Piece(self), window),
        }
    }
}

fn sequence_parts(sequence: &Sequence<f64>, window: Window<'_>, each: &mut dyn FnMut(Part<'_>, Window<'_>)) {
    let last = sequence.pieces.len() - 1;
    let (low, high) = window.span();
    let cx = window.cx(window.from);
    let first = sequence.piece(low, cx);
    let mut rest = window;
    for (i, piece) in sequence.pieces.iter().enumerate().skip(first) {
        let (own, after) = match sequence.seams.get(i + 1) {
            Some(seam) if cx.begun(*seam, high) => rest.cut(*seam),
            _ => (rest, rest.steps(rest.to, rest.to)),
        };
        let time = window.moved(Move::Minus(sequence.seams[i]));
        each(Part::Piece(piece), own.within(&time));
        rest = after;
        if rest.is_empty() {
            return;
        }
    }
    each(Part::Held(&sequence.pieces[last], f64::INFINITY, window.left), rest);
}

/// How often a part comes again, and with which factor each time.
#[derive(Clone, Copy)]
pub(crate) struct Again {
    pub(crate) groups: u64,
    pub(crate) factor: f64,
    /// The periods between one and the next.
    pub(crate) periods: f64,
}

impl Again {
    const ONCE: Again = Again { groups: 1, factor: 1.0, periods: 0.0 };
}

impl Repeat<f64> {
    /// The cycles that own the steps of a window: the number of the cycle, what is read in it, its steps in its own time, and
    /// how often it comes again. Periods that begin on whole steps, or do so again every few periods, are told once.
    pub(crate) fn cycles(&self, window: Window<'_>, each: &mut dyn FnMut(f64, Part<'_>, Window<'_>, Again)) {
        let time = window.moved(Move::Within(&self.period, window.left));
        let place = |step| {
            let (cycle, local) = self.cycle(window.local(step), window.left);
            (cycle, local == f64::INFINITY)
        };
        let steps = self.period.steps();
        let mut one_by_one = |window: Window<'_>, again: Again| {
            let mut rest = window;
            while !rest.is_empty() {
                let (cycle, over) = place(rest.from);
                let local = rest.within(&time).local(rest.from);
                let near = rest.from as f64 + if rest.falling { local } else { steps - local };
                let end = match over {
                    true if !rest.falling => rest.to,
                    _ => rest.first_not(near, |step| place(step) == (cycle, over)),
                };
                let own = rest.steps(rest.from, end);
                match over {
                    false => each(cycle, Part::Piece(&self.of), own.within(&time), again),
                    true => each(cycle, Part::Held(&self.of, f64::INFINITY, window.left), own, again),
                }
                rest = rest.steps(end, rest.to);
            }
        };
        match self.groups(window) {
            Some((start, group, again)) => {
                one_by_one(window.steps(window.from, start), Again::ONCE);
                one_by_one(window.steps(start, start + group), again);
                one_by_one(window.steps(start + group * again.groups, window.to), Again::ONCE);
            }
            None => one_by_one(window, Again::ONCE),
        }
    }

    /// Where groups of periods begin that are the same some steps later, how many steps a group has, and how often it comes.
    fn groups(&self, window: Window<'_>) -> Option<(u64, u64, Again)> {
        let (num, den) = self.period.exact()?;
        let first = window.local(window.from);
        if !window.even
            || self.of.linked()
            || first.fract() != 0.0
            || first.abs() > 9e15
            || window.falling && self.decay != 1.0
        {
            return None;
        }
        // The steps that are in a period, before the first of which, or after the last, the value is held.
        let inside = |step| {
            let local = window.local(step);
            local >= 0.0 && self.cycle(local, window.left).1 != f64::INFINITY
        };
        // A boundary approached from the left belongs to the period before it, but for the first: none is a step too far.
        let lead = u64::from(window.left);
        let start = if inside(window.from) { window.from } else { window.first_not(0.0, |step| !inside(step)) } + lead;
        if start >= window.to {
            return None;
        }
        let rest = window.steps(start, window.to);
        let near = start as f64
            + if window.falling {
                window.local(start)
            } else {
                self.count.map_or(f64::MAX, |n| f64::from(n) * self.period.steps())
            };
        let end = rest.first_not(near, inside);
        let groups = end.saturating_sub(start).saturating_sub(lead) / num;
        let periods = den as f64;
        (groups > 1).then(|| (start, num, Again { groups, factor: self.decay.powf(periods), periods }))
    }
}

impl<K: Scalar> Piece<K> {
    /// Every part, each once.
    pub(crate) fn parts(&self, each: &mut dyn FnMut(&Piece<K>)) {
        match &self.form {
            Form::Constant(_)
            | Form::Segment(_)
            | Form::Linked(_)
            | Form::User(_)
            | Form::Factor(..)
            | Form::Unknown => {}
            Form::Moving(segment) => {
                segment.shape.map(each);
            }
            Form::Sequence(sequence) => sequence.pieces.iter().for_each(each),
            Form::Fold(_, parts) => parts.iter().for_each(each),
            Form::Clamp(parts) => parts.iter().for_each(each),
            Form::Splice(parts, _) => parts.iter().for_each(each),
            Form::Take(of, _)
            | Form::Skip(of, _)
            | Form::Reverse(of, _)
            | Form::HoldEvery(of, ..)
            | Form::EndOf(of)
            | Form::ValueAt(of, _) => each(of),
            Form::Repeat(repeat) => each(&repeat.of),
            Form::Until(until) => each(&until.of),
            Form::Wait(wait) => {
                each(&wait.first);
                each(&wait.next);
            }
        }
    }
}
