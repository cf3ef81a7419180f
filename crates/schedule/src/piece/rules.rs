//! Pieces that follow what is observed.

use super::{Cx, Form, Piece, Repeat, Rule, Sequence};
use crate::adaptive::{Memory, State};
use crate::form::{Segment, Way};
use rappel_elem::Scalar;
use std::sync::Arc;

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

/// The factor of a rule in a state; before anything is observed in its period, and in the state of another schedule, its
/// first.
pub(crate) fn factor<K>(slot: usize, rule: &Rule, cx: Cx<'_, K>) -> f64 {
    let fits = |memory: &&Memory| memory.numbers.len() == rule.start.len() && memory.period == cx.period;
    let memory = cx.state.rules.get(slot).filter(fits);
    rule.rule.factor(memory.map_or(&rule.start, |memory| &memory.numbers))
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
                let (cycle, local) = repeat.cycle(t, false);
                repeat.of.observe(local, metric, cx.within(cycle), state);
            }
            Form::HoldEvery(of, ..) => tell(of, t),
            Form::Splice(parts, seam) => tell(&parts[usize::from(t >= *seam)], t),
            Form::Factor(slot, rule) => {
                if let Some(memory) = state.of_rule(*slot, rule) {
                    if std::mem::replace(&mut memory.period, cx.period) != cx.period {
                        memory.numbers.copy_from_slice(&rule.start);
                    }
                    rule.rule.observe(&mut memory.numbers, metric);
                }
            }
            Form::Until(until) => {
                tell(&until.of, t);
                if let Some(memory) = state.of_rule(until.slot, &until.rule)
                    && memory.done.is_none()
                {
                    until.rule.rule.observe(&mut memory.numbers, metric);
                    if until.rule.rule.done(&memory.numbers) {
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

impl Piece<f64> {
    /// The piece with its rules in slots that begin `by` later.
    pub(crate) fn shifted(&self, by: usize) -> Piece<f64> {
        let one = |piece: &Piece<f64>| Arc::new(piece.shifted(by));
        let all = |pieces: &[Piece<f64>]| pieces.iter().map(|piece| piece.shifted(by)).collect();
        let form = match &self.form {
            Form::Constant(_) | Form::Segment(_) | Form::User(_) | Form::Unknown => self.form.clone(),
            Form::Moving(segment) => {
                let shape = segment.shape.map(&mut |knob| knob.shifted(by));
                Form::Moving(Arc::new(segment.with(shape, segment.length)))
            }
            Form::Sequence(sequence) => {
                Form::Sequence(Sequence { pieces: all(&sequence.pieces), seams: sequence.seams.clone() })
            }
            Form::Fold(fold, parts) => Form::Fold(*fold, all(parts)),
            Form::Clamp(parts) => Form::Clamp(Arc::new(parts.each_ref().map(|part| part.shifted(by)))),
            Form::Take(of, n) => Form::Take(one(of), *n),
            Form::Skip(of, n) => Form::Skip(one(of), *n),
            Form::Reverse(of, n) => Form::Reverse(one(of), *n),
            Form::Repeat(repeat) => {
                Form::Repeat(Arc::new(Repeat { of: repeat.of.shifted(by), ..Repeat::clone(repeat) }))
            }
            Form::HoldEvery(of, every, length) => Form::HoldEvery(one(of), *every, *length),
            Form::Splice(parts, seam) => Form::Splice(Arc::new(parts.each_ref().map(|part| part.shifted(by))), *seam),
            Form::EndOf(of) => Form::EndOf(one(of)),
            Form::ValueAt(of, time) => Form::ValueAt(one(of), *time),
            Form::Linked(of) => Form::Linked(one(of)),
            Form::Factor(slot, rule) => Form::Factor(slot + by, rule.clone()),
            Form::Until(until) => {
                let of = until.of.shifted(by);
                Form::Until(Arc::new(Until { of, slot: until.slot + by, ..Until::clone(until) }))
            }
            Form::Wait(wait) => {
                let (first, next) = (wait.first.shifted(by), wait.next.shifted(by));
                Form::Wait(Arc::new(Wait { first, next, slot: wait.slot + by, ..Wait::clone(wait) }))
            }
        };
        Piece { form, source: self.source }
    }
}

fn knobs(segment: &Segment<Piece<f64>, f64>, t: f64, tell: &mut dyn FnMut(&Piece<f64>, f64)) {
    if !matches!(segment.way(t), Way::End) {
        segment.shape.map(&mut |knob| tell(knob, t));
    }
}
