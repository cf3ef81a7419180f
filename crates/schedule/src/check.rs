//! What can be said of a schedule without a clock.

use crate::form::{After, Shared};
use crate::text::{Call, Kind};
use crate::{Dur, Length, Node, Ratio, Schedule, ScheduleError, Unit, Value};
use std::sync::Arc;

/// How deep a tree may be: evaluating and binding follow it by recursion.
pub(crate) const MOST_DEEP: usize = 128;

/// What is known around a node.
#[derive(Clone, Copy)]
struct Around<'a> {
    depth: usize,
    names: Option<&'a Names<'a>>,
    here: bool,
    there: bool,
}

/// A name that is given, and those given around it.
struct Names<'a> {
    name: &'a Arc<str>,
    shared: &'a Shared,
    outer: Option<&'a Names<'a>>,
}

pub(crate) fn check(schedule: &Schedule) -> Result<(), ScheduleError> {
    node(schedule, Around { depth: 0, names: None, here: false, there: false })?;
    run(schedule).map(drop)?;
    misplaced(schedule, true)
}

fn node(schedule: &Schedule, around: Around<'_>) -> Result<(), ScheduleError> {
    if around.depth > MOST_DEEP {
        return Err(ScheduleError::TooDeep { most: MOST_DEEP });
    }
    let around = Around { depth: around.depth + 1, ..around };
    let value = |v: &Value| value(schedule, v, around);
    let length = |n: &Length| length(schedule, n, around);
    match schedule.node() {
        Node::Constant(v) => value(v),
        Node::Segment(segment) => {
            let values = segment.shape().values();
            values.iter().try_for_each(value)?;
            length(segment.length())?;
            let mut numbers = true;
            let shape = segment.shape().map(&mut |v| {
                v.number().unwrap_or_else(|| {
                    numbers = false;
                    f64::NAN
                })
            });
            match shape.check() {
                Err(reason) if numbers => Err(ScheduleError::Shape { piece: schedule.to_string(), reason }),
                _ => Ok(()),
            }
        }
        Node::Then(pieces) => {
            if pieces.is_empty() {
                return Err(ScheduleError::Empty);
            }
            for (i, piece) in pieces.iter().enumerate() {
                node(piece, Around { here: around.here || i > 0, ..around })?;
            }
            if let Some(i) = pieces.iter().position(|piece| !ends(piece))
                && let Some(next) = pieces.get(i + 1)
            {
                return Err(ScheduleError::Unreachable { piece: next.to_string(), endless: pieces[i].to_string() });
            }
            let mut rests = pieces.iter().filter(|piece| crate::bind::takes_rest(piece));
            match (rests.next(), rests.next()) {
                (Some(first), Some(second)) => {
                    Err(ScheduleError::TwoRests { first: first.to_string(), second: second.to_string() })
                }
                _ => Ok(()),
            }
        }
        Node::Fold(_, parts) => parts.iter().try_for_each(|part| node(part, around)),
        Node::Clamp(of, low, high) => {
            node(of, around)?;
            value(low)?;
            value(high)?;
            match (low.number(), high.number()) {
                (Some(low), Some(high)) if low > high => {
                    Err(ScheduleError::Clamp { piece: schedule.to_string(), low, high })
                }
                _ => Ok(()),
            }
        }
        Node::Take(of, n) | Node::HoldEvery(of, n) => {
            node(of, around)?;
            length(n)
        }
        Node::Skip(of, n) => {
            node(of, around)?;
            match n {
                Length::Dur(duration) if duration.amount() == Ratio::ZERO => Ok(()),
                n => length(n),
            }
        }
        Node::Stretch(of, by) => {
            node(of, around)?;
            match by.is_positive() {
                true => Ok(()),
                false => Err(ScheduleError::Duration { piece: schedule.to_string(), amount: *by }),
            }
        }
        Node::Until(of, call) => {
            node(of, around)?;
            rule(schedule, call, true)
        }
        Node::Reverse(of) | Node::Inclusive(of) | Node::After(of, _) => {
            node(of, around)?;
            match schedule.node() {
                Node::Inclusive(_) => Err(ScheduleError::Inclusive { piece: schedule.to_string() }),
                Node::After(_, After::Continue) => Err(ScheduleError::Continue { piece: schedule.to_string() }),
                _ => Ok(()),
            }
        }
        Node::Repeat(of, cycles) => {
            node(of, around)?;
            let reason = if cycles.count == Some(0) {
                "no times is not a number of times"
            } else if !cycles.grow.is_positive() {
                "periods must have a length above zero, so `grow` is above zero"
            } else if cycles.count.is_none() && Ratio::ONE.exceeds(cycles.grow) == Some(true) {
                "periods that shrink for ever end in finite time; say how many there are"
            } else if !cycles.decay.is_finite() {
                "`decay` must be finite"
            } else if cycles.count.is_none() && cycles.decay.abs() > 1.0 {
                "values that grow for ever have no bound; say how many periods there are"
            } else {
                return Ok(());
            };
            Err(ScheduleError::Repeat { piece: schedule.to_string(), reason })
        }
        Node::Splice(warmup, of) => {
            node(warmup, Around { there: true, ..around })?;
            node(of, around)?;
            match ends(warmup) {
                true => Ok(()),
                false => Err(ScheduleError::EndlessWarmup { piece: warmup.to_string() }),
            }
        }
        Node::Let(name, shared, body) => {
            match shared {
                Shared::Number(v) if !v.is_finite() => {
                    return Err(ScheduleError::Value { piece: schedule.to_string(), value: *v });
                }
                Shared::Dur(duration) if duration.unit() == Unit::Rest => {
                    return Err(ScheduleError::SharedRest { name: name.to_string() });
                }
                Shared::Dur(duration) => length(&Length::Dur(*duration))?,
                Shared::Number(_) => {}
            }
            if !crate::text::is_name(name) {
                return Err(ScheduleError::Name { name: name.to_string() });
            }
            let names = Names { name, shared, outer: around.names };
            node(body, Around { names: Some(&names), ..around })
        }
        Node::Linked(name) => name_of(name),
        Node::User(name, values, n) => {
            name_of(name)?;
            values.iter().try_for_each(value)?;
            n.as_ref().map_or(Ok(()), length)
        }
        Node::Factor(call) => rule(schedule, call, false),
        Node::Named(named) if named.reason().is_some() => {
            Err(ScheduleError::Named { piece: schedule.to_string(), reason: named.reason().unwrap_or_default().into() })
        }
        Node::Named(named) => node(named.meaning(), Around { names: None, here: false, there: false, ..around }),
    }
}

fn rule(schedule: &Schedule, call: &Call, until: bool) -> Result<(), ScheduleError> {
    let piece = || schedule.to_string();
    for arg in call.args() {
        if let Kind::Number(value, _) = arg.value().kind()
            && !value.is_finite()
        {
            return Err(ScheduleError::Value { piece: piece(), value: *value });
        }
    }
    if let Some(name) = call.name().strip_prefix("adaptive::") {
        return name_of(name);
    }
    crate::adaptive::check(call, until).map_err(|reason| ScheduleError::Rule { piece: piece(), reason })
}

fn name_of(name: &str) -> Result<(), ScheduleError> {
    match crate::text::is_name(name) {
        true => Ok(()),
        false => Err(ScheduleError::Name { name: name.into() }),
    }
}

impl Around<'_> {
    fn find(&self, name: &str) -> Option<&Shared> {
        let mut names = self.names;
        while let Some(given) = names {
            if &**given.name == name {
                return Some(given.shared);
            }
            names = given.outer;
        }
        None
    }
}

fn value(schedule: &Schedule, value: &Value, around: Around<'_>) -> Result<(), ScheduleError> {
    match value {
        Value::Number(v) if !v.is_finite() => Err(ScheduleError::Value { piece: schedule.to_string(), value: *v }),
        Value::Number(_) => Ok(()),
        Value::Shared(name) => match around.find(name) {
            Some(Shared::Number(_)) => Ok(()),
            Some(Shared::Dur(duration)) => {
                Err(ScheduleError::NotAValue { name: name.to_string(), duration: duration.to_string() })
            }
            None => Err(ScheduleError::UnknownName { name: name.to_string() }),
        },
        Value::Here if around.here => Ok(()),
        Value::Here => Err(ScheduleError::NoHere),
        Value::There if around.there => Ok(()),
        Value::There => Err(ScheduleError::NoThere),
        Value::Moving(schedule) => node(schedule, around),
    }
}

fn length(schedule: &Schedule, length: &Length, around: Around<'_>) -> Result<(), ScheduleError> {
    let amount = match length {
        Length::Dur(duration) => duration.amount(),
        Length::Shared(name) => match around.find(name) {
            Some(Shared::Number(v)) => Ratio::from(*v),
            Some(Shared::Dur(_)) => return Ok(()),
            None => return Err(ScheduleError::UnknownName { name: name.to_string() }),
        },
    };
    match amount.is_positive() {
        true => Ok(()),
        false => Err(ScheduleError::Duration { piece: schedule.to_string(), amount }),
    }
}

/// Whether something can follow it: whether it ends, or may.
pub(crate) fn ends(schedule: &Schedule) -> bool {
    match schedule.node() {
        Node::Constant(_) | Node::Linked(_) | Node::Factor(_) => false,
        Node::Segment(segment) => !segment.continues(),
        Node::Then(pieces) => pieces.last().is_none_or(ends),
        Node::Fold(_, parts) => {
            let mut timed = parts.iter().filter(|part| !timeless(part)).peekable();
            timed.peek().is_some() && timed.all(ends)
        }
        Node::Take(..) | Node::Until(..) => true,
        Node::Repeat(of, cycles) => cycles.count.is_some() && ends(of),
        Node::Clamp(of, ..)
        | Node::Skip(of, _)
        | Node::Stretch(of, _)
        | Node::Reverse(of)
        | Node::HoldEvery(of, _)
        | Node::Inclusive(of)
        | Node::Let(_, _, of)
        | Node::Splice(_, of) => ends(of),
        Node::After(of, after) => *after == After::Error && ends(of),
        Node::User(_, _, length) => length.is_some(),
        Node::Named(named) => ends(named.meaning()),
    }
}

/// Whether it has no time of its own, as a number.
fn timeless(schedule: &Schedule) -> bool {
    match schedule.node() {
        Node::Constant(_) | Node::Linked(_) | Node::Factor(_) => true,
        Node::Fold(_, parts) => parts.iter().all(timeless),
        Node::Clamp(of, ..) | Node::Stretch(of, _) | Node::Reverse(of) | Node::Let(_, _, of) => timeless(of),
        Node::Named(named) => timeless(named.meaning()),
        _ => false,
    }
}

/// Whether a run may not go on after its end.
pub(crate) fn strict(schedule: &Schedule) -> bool {
    match schedule.node() {
        Node::After(_, After::Error) => true,
        Node::Then(pieces) => pieces.last().is_some_and(strict),
        Node::Let(_, _, of) => strict(of),
        Node::Named(named) => strict(named.meaning()),
        _ => false,
    }
}

/// `after(error)` says something of the whole run, so it stands at the end of the whole.
fn misplaced(schedule: &Schedule, last: bool) -> Result<(), ScheduleError> {
    let inner = |of: &Schedule| misplaced(of, false);
    match schedule.node() {
        Node::After(of, After::Error) if last => inner(of),
        Node::After(_, After::Error) => Err(ScheduleError::MisplacedEnd { piece: schedule.to_string() }),
        Node::Then(pieces) => {
            pieces.iter().enumerate().try_for_each(|(i, piece)| misplaced(piece, last && i + 1 == pieces.len()))
        }
        Node::Let(_, _, of) => misplaced(of, last),
        Node::Named(named) => misplaced(named.meaning(), last),
        Node::Fold(_, parts) => parts.iter().try_for_each(inner),
        Node::Clamp(of, ..)
        | Node::Take(of, _)
        | Node::Skip(of, _)
        | Node::Stretch(of, _)
        | Node::Reverse(of)
        | Node::Repeat(of, _)
        | Node::HoldEvery(of, _)
        | Node::Inclusive(of)
        | Node::After(of, _)
        | Node::Until(of, _) => inner(of),
        Node::Splice(a, b) => inner(a).and_then(|()| inner(b)),
        Node::Constant(_) | Node::Segment(_) | Node::Linked(_) | Node::User(..) | Node::Factor(_) => Ok(()),
    }
}

/// The part of the run it asks for by its fractions alone; more than the whole is refused.
fn run(schedule: &Schedule) -> Result<Ratio, ScheduleError> {
    let part = |length: &Length| match length {
        Length::Dur(duration) => fraction(*duration),
        Length::Shared(_) => Ratio::ZERO,
    };
    let too_fine = || ScheduleError::TooFine { piece: schedule.to_string() };
    let sum = match schedule.node() {
        Node::Segment(segment) if segment.shape().endless() => Ratio::ZERO,
        Node::Segment(segment) => part(segment.length()),
        Node::User(_, _, length) => length.as_ref().map_or(Ratio::ZERO, part),
        Node::Then(pieces) => {
            let mut sum = Ratio::ZERO;
            for piece in pieces {
                sum = sum.plus(run(piece)?).ok_or_else(too_fine)?;
                over(piece, sum)?;
            }
            sum
        }
        Node::Fold(_, parts) => most(parts)?,
        Node::Splice(a, b) => most([a, b])?,
        Node::Take(of, length) => {
            run(of)?;
            part(length)
        }
        Node::Skip(of, _) => {
            run(of)?;
            Ratio::ZERO
        }
        Node::Stretch(of, by) => run(of)?.times(*by).ok_or_else(too_fine)?,
        Node::Repeat(of, cycles) => {
            let once = run(of)?;
            match cycles.count {
                Some(count) if cycles.grow == Ratio::ONE => once.times(count.into()).ok_or_else(too_fine)?,
                _ => once,
            }
        }
        Node::Clamp(of, ..)
        | Node::Reverse(of)
        | Node::HoldEvery(of, _)
        | Node::Inclusive(of)
        | Node::After(of, _)
        | Node::Until(of, _)
        | Node::Let(_, _, of) => run(of)?,
        Node::Named(named) => run(named.meaning())?,
        Node::Constant(_) | Node::Linked(_) | Node::Factor(_) => Ratio::ZERO,
    };
    over(schedule, sum)?;
    Ok(sum)
}

fn most<'a>(parts: impl IntoIterator<Item = &'a Schedule>) -> Result<Ratio, ScheduleError> {
    let mut most = Ratio::ZERO;
    for part in parts {
        let asked = run(part)?;
        if asked.exceeds(most) == Some(true) {
            most = asked;
        }
    }
    Ok(most)
}

fn fraction(duration: Dur) -> Ratio {
    if duration.unit() == Unit::Run { duration.amount() } else { Ratio::ZERO }
}

fn over(piece: &Schedule, sum: Ratio) -> Result<(), ScheduleError> {
    match sum.exceeds(Ratio::ONE) {
        Some(false) => Ok(()),
        Some(true) => Err(ScheduleError::OverWhole { piece: piece.to_string(), sum }),
        None => Err(ScheduleError::TooFine { piece: piece.to_string() }),
    }
}
