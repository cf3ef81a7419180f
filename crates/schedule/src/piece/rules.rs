//! Pieces that follow what is observed.

use super::{Cx, Form, Piece, Rule};
use crate::adaptive::State;
use crate::form::{Segment, Way};
use rappel_elem::Scalar;

/// A piece until its rule says it is done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Until<K> {
    pub(crate) of: Piece<K>,
    /// Its length, if it ends by itself.
    pub(crate) length: Option<K>,
    pub(crate) slot: usize,
    pub(crate) rule: Rule,
}

/// A sequence whose last piece has no length until it is done, and what follows that.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wait<K> {
    pub(crate) first: Piece<K>,
    pub(crate) next: Piece<K>,
    /// Where the last piece of the first begins.
    pub(crate) begin: K,
    pub(crate) slot: usize,
    /// The length that piece has if it is never said to be done.
    pub(crate) length: Option<K>,
}

/// The factor of a rule in a state; before anything is observed, and in a state that has no such rule, its first.
pub(crate) fn factor(slot: usize, rule: &Rule, state: &State) -> f64 {
    match state.rules.get(slot) {
        Some(memory) => rule.0.factor(&memory.numbers),
        None => rule.0.factor(&rule.0.start()),
    }
}

fn done(slot: usize, state: &State) -> Option<f64> {
    state.rules.get(slot).and_then(|memory| memory.done)
}

impl<K: Scalar> Until<K> {
    pub(crate) fn at(&self, t: K, cx: Cx<'_, K>) -> K {
        match done(self.slot, cx.state) {
            Some(end) if end < t.re() => self.of.at(t.lit(end), cx),
            _ => self.of.at(t, cx),
        }
    }
}

impl<K: Scalar> Wait<K> {
    /// Where what follows begins; `None` if that is not known yet.
    pub(crate) fn seam(&self, state: &State) -> Option<K> {
        match done(self.slot, state) {
            Some(end) => Some(self.begin + self.begin.lit(end)),
            None => self.length.map(|n| self.begin + n),
        }
    }

    pub(crate) fn at(&self, t: K, cx: Cx<'_, K>) -> K {
        match self.seam(cx.state) {
            Some(seam) if cx.begun(seam.re(), t) => self.next.at(t - seam, cx),
            _ => self.first.at(t, cx),
        }
    }
}

impl Piece<f64> {
    /// Tells every rule that is at work at local time `t` of a metric.
    pub(crate) fn observe(&self, t: f64, metric: f64, cx: Cx<'_, f64>, state: &mut State) {
        let mut tell = |piece: &Piece<f64>, t: f64| piece.observe(t, metric, cx, state);
        match &self.form {
            Form::Constant(_)
            | Form::Segment(_)
            | Form::Linked(_)
            | Form::User(_)
            | Form::EndOf(_)
            | Form::ValueAt(..)
            | Form::Unknown
            | Form::Skip(..)
            | Form::Reverse(..) => {}
            Form::Moving(segment) => knobs(segment, t, &mut tell),
            Form::Sequence(sequence) => {
                let i = sequence.piece(t, cx);
                if let Some(piece) = sequence.pieces.get(i) {
                    tell(piece, t - sequence.seams[i]);
                }
            }
            Form::Fold(_, parts) => parts.iter().for_each(|part| tell(part, t)),
            Form::Clamp(parts) => parts.iter().for_each(|part| tell(part, t)),
            Form::Take(of, n) => {
                if t < *n {
                    tell(of, t);
                }
            }
            Form::Repeat(repeat) => {
                let local = repeat.cycle(t, false).1;
                tell(&repeat.of, local);
            }
            Form::HoldEvery(of, ..) => tell(of, t),
            Form::Splice(parts, seam) => tell(&parts[usize::from(t >= *seam)], t),
            Form::Factor(slot, rule) => {
                if let Some(memory) = state.rules.get_mut(*slot) {
                    rule.0.observe(&mut memory.numbers, metric);
                }
            }
            Form::Until(until) => {
                tell(&until.of, t);
                if let Some(memory) = state.rules.get_mut(until.slot)
                    && memory.done.is_none()
                {
                    until.rule.0.observe(&mut memory.numbers, metric);
                    if until.rule.0.done(&memory.numbers) {
                        // The step that was observed is its last.
                        memory.done = Some(t + 1.0);
                    }
                }
            }
            Form::Wait(wait) => match wait.seam(cx.state) {
                Some(seam) if seam <= t => tell(&wait.next, t - seam),
                _ => tell(&wait.first, t),
            },
        }
    }
}

fn knobs(segment: &Segment<Piece<f64>, f64>, t: f64, tell: &mut dyn FnMut(&Piece<f64>, f64)) {
    if !matches!(segment.way(t), Way::End) {
        segment.shape.map(&mut |knob| tell(knob, t));
    }
}
