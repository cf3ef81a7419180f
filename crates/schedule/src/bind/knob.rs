//! Values and lengths: the knobs.

use super::extent::{countable, deviation, steps_of};
use super::{Binder, Bound, Given, Place};
use crate::check::MOST_DEEP;
use crate::piece::{Form, Piece};
use crate::{Length, Node, Ratio, Schedule, ScheduleError, Unit, Value};
use rappel_elem::Scalar;

impl<K: Scalar> Binder<'_, K> {
    /// The child of a node, number `i` in the order of the text.
    pub(super) fn child(&mut self, i: usize, schedule: &Schedule, place: Place<K>) -> Result<Bound<K>, ScheduleError> {
        self.path.push(u16::try_from(i).map_err(|_| ScheduleError::TooManyParts { parts: i })?);
        // Only what surely ends with the whole is known to end where that does.
        let end = match schedule.node() {
            Node::Segment(_) | Node::Clamp(..) | Node::Let(..) | Node::Named(_) => place.end,
            _ => None,
        };
        let place = Place { end, ..place };
        let bound = self.node(schedule, place);
        self.path.pop();
        bound
    }

    /// The knob number `i` of this node.
    pub(super) fn knob(&mut self, i: usize, number: f64, length: Option<Ratio>) -> K {
        self.path.push(i as u16);
        let knob = (self.read)(&self.path, number, length);
        self.path.pop();
        self.witness = Some(knob);
        knob
    }

    pub(super) fn value(&mut self, i: usize, value: &Value, place: Place<K>) -> Result<Piece<K>, ScheduleError> {
        let source = self.sources.len() as u32 - 1;
        let constant = |v| Piece { form: Form::Constant(v), source };
        match value {
            Value::Number(v) => Ok(constant(self.knob(i, *v, None))),
            Value::Shared(name) => match self.given(name)? {
                Given::Number(v) => Ok(constant(v)),
                Given::Dur(duration, _) => {
                    Err(ScheduleError::NotAValue { name: name.to_string(), duration: duration.to_string() })
                }
            },
            Value::Here => {
                let here = self.here.clone().ok_or(ScheduleError::NoHere)?;
                if here.constant().is_none() {
                    self.most_behind = self.most_behind.max(self.behind + 1);
                    self.deepest = self.deepest.max(self.most_behind);
                    // Evaluated one inside the other, as the levels of the tree are.
                    if self.most_behind > MOST_DEEP {
                        return Err(ScheduleError::TooDeep { most: MOST_DEEP });
                    }
                }
                Ok(here)
            }
            Value::There => self.there.clone().ok_or(ScheduleError::NoThere),
            Value::Moving(schedule) => {
                let bound = self.child(i, schedule, Place { reversed: false, end: None, ..place })?.0;
                Ok(match bound.constant() {
                    Some(v) => constant(v),
                    None => bound,
                })
            }
        }
    }

    pub(super) fn given(&self, name: &str) -> Result<Given<K>, ScheduleError> {
        let given = self.names.iter().rev().find(|(n, _)| &**n == name);
        given.map(|(_, given)| *given).ok_or_else(|| ScheduleError::UnknownName { name: name.into() })
    }

    /// A length in steps: knob number `i` of `node`.
    pub(super) fn length(
        &mut self,
        i: usize,
        length: &Length,
        node: &Schedule,
        place: Place<K>,
    ) -> Result<(K, Ratio), ScheduleError> {
        let piece = || node.to_string();
        let scaled = |exact: Ratio| {
            let exact = exact.times(place.scale).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
            countable(exact, &piece)?;
            Ok(exact)
        };
        let (steps, exact) = match length {
            Length::Shared(name) => match self.given(name)? {
                Given::Number(v) => (v, steps_of(v.re(), node)?),
                // It is one number of steps, so it must be as many everywhere.
                Given::Dur(duration, _) if !self.clock.even(duration.unit()) => {
                    return Err(ScheduleError::UnknownStart { piece: piece(), unit: duration.unit() });
                }
                Given::Dur(duration, v) => (v, self.clock.resolve(duration, place.anchor(), &piece)?),
            },
            Length::Dur(duration) if duration.unit() == Unit::Rest => {
                let total = self.clock.run(Unit::Rest, &piece)?;
                if place.repeated {
                    return Err(ScheduleError::RepeatedRest { piece: piece() });
                }
                if place.open {
                    return Err(ScheduleError::UnknownRest { piece: piece() });
                }
                let left = total.minus(place.used).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
                if !left.is_positive() {
                    return Err(ScheduleError::NoRest { piece: piece(), used: place.used, total });
                }
                countable(left, &piece)?;
                // It is no knob: it gives way to those of the others.
                let steps = match self.witness {
                    Some(some) => some.lit(left.to_f64()),
                    None => self.knob(i, left.to_f64(), Some(left)),
                };
                let steps = place.grown.map_or(steps, |grown| steps - grown);
                // As it would be written: before it is stretched.
                let written = left.over(place.scale).ok_or_else(|| ScheduleError::TooFine { piece: piece() })?;
                let mut path = self.path.clone();
                path.push(i as u16);
                // Unless the other pieces were changed, exactly that.
                let now =
                    if steps.re() == left.to_f64() { written.to_f64() } else { steps.re() / place.scale.to_f64() };
                self.rests.push((path, now, written));
                return Ok((steps, left));
            }
            Length::Dur(duration) => {
                let exact = self.clock.resolve(*duration, place.anchor(), &piece)?;
                (self.knob(i, exact.to_f64(), Some(exact)), exact)
            }
        };
        let scale = place.scale;
        if scale == Ratio::ONE {
            return Ok((steps, scaled(exact)?));
        }
        let (grown, exact) = (deviation(steps, exact), scaled(exact)?);
        Ok((steps.lit(exact.to_f64()) + grown * steps.lit(scale.to_f64()), exact))
    }
}
