//! What some steps of a piece are made of.

use super::window::{Move, Window};
use crate::adaptive::State;
use crate::form::Segment;
use crate::piece::{Cx, Form, Piece, Sequence};
use rappel_elem::Scalar;

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
