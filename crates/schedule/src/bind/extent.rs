//! How long bound pieces are, and what is asked of written ones for that.

use super::MOST_STEPS;
use crate::piece::{Form, Piece};
use crate::{Length, Node, Ratio, Schedule, ScheduleError, Unit};
use rappel_elem::Scalar;

/// How long a bound piece is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Extent<K> {
    /// It has no time of its own: a number.
    Timeless,
    Endless,
    /// Until what is observed ends it.
    Open,
    /// The steps, as a number that may carry a derivative and exactly.
    Ends(K, Ratio),
}

/// Whether a rule can change its values.
pub(super) fn adaptive<K: Clone>(piece: &Piece<K>) -> bool {
    match &piece.form {
        Form::Factor(..) | Form::Until(_) | Form::Wait(_) => true,
        Form::Linked(_) | Form::Unknown => true,
        Form::Constant(_) | Form::Segment(_) | Form::User(_) => false,
        Form::Moving(segment) => {
            let mut any = false;
            segment.shape().map(&mut |knob| any |= adaptive(knob));
            any
        }
        Form::Sequence(sequence) => sequence.pieces.iter().any(adaptive),
        Form::Fold(_, parts) => parts.iter().any(adaptive),
        Form::Clamp(parts) => parts.iter().any(adaptive),
        Form::Splice(parts, _) => parts.iter().any(adaptive),
        Form::Take(of, _)
        | Form::Skip(of, _)
        | Form::Reverse(of, _)
        | Form::HoldEvery(of, ..)
        | Form::EndOf(of)
        | Form::ValueAt(of, _) => adaptive(of),
        Form::Repeat(repeat) => adaptive(&repeat.of),
    }
}

/// Whether some piece lasts for the rest of the run.
pub(crate) fn takes_rest(schedule: &Schedule) -> bool {
    let rest = |length: &Length| matches!(length, Length::Dur(duration) if duration.unit() == Unit::Rest);
    match schedule.node() {
        Node::Segment(segment) => rest(segment.length()),
        Node::User(_, _, length) => length.as_ref().is_some_and(rest),
        Node::Then(parts) | Node::Fold(_, parts) => parts.iter().any(takes_rest),
        Node::Take(of, length) | Node::Skip(of, length) | Node::HoldEvery(of, length) => rest(length) || takes_rest(of),
        Node::Clamp(of, ..)
        | Node::Stretch(of, _)
        | Node::Reverse(of)
        | Node::Repeat(of, _)
        | Node::Inclusive(of)
        | Node::After(of, _)
        | Node::Until(of, _)
        | Node::Let(_, _, of) => takes_rest(of),
        Node::Splice(a, b) => takes_rest(a) || takes_rest(b),
        Node::Named(named) => takes_rest(named.meaning()),
        Node::Constant(_) | Node::Linked(_) | Node::Factor(_) => false,
    }
}

/// The length of things that happen at once: the longest one's, numbers aside.
pub(super) fn longest<K: Copy>(extents: impl Iterator<Item = Extent<K>>) -> Extent<K> {
    extents.fold(Extent::Timeless, |longest, extent| match (longest, extent) {
        (Extent::Timeless, other) | (other, Extent::Timeless) => other,
        (Extent::Endless, _) | (_, Extent::Endless) => Extent::Endless,
        (Extent::Open, _) | (_, Extent::Open) => Extent::Open,
        (Extent::Ends(_, a), Extent::Ends(_, b)) if b.exceeds(a) == Some(true) => extent,
        _ => longest,
    })
}

pub(super) fn same_length<K>(a: Extent<K>, b: Extent<K>) -> bool {
    matches!((a, b), (Extent::Ends(_, a), Extent::Ends(_, b)) if a == b)
}

/// What a knob adds to the length it was written with: zero, with a derivative, unless it was changed.
pub(super) fn deviation<K: Scalar>(steps: K, exact: Ratio) -> K {
    steps - steps.lit(exact.to_f64())
}

/// A number that stands where a number of steps is asked for.
pub(super) fn steps_of(number: f64, node: &Schedule) -> Result<Ratio, ScheduleError> {
    let steps = Ratio::from(number);
    match steps.is_positive() {
        true => Ok(steps),
        false => Err(ScheduleError::Duration { piece: node.to_string(), amount: steps }),
    }
}

pub(super) fn countable(steps: Ratio, piece: &dyn Fn() -> String) -> Result<(), ScheduleError> {
    match steps.exceeds(Ratio::from(MOST_STEPS)) {
        Some(false) => Ok(()),
        Some(true) => Err(ScheduleError::TooLong { piece: piece(), steps }),
        None => Err(ScheduleError::TooFine { piece: piece() }),
    }
}
