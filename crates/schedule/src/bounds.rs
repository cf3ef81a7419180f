//! Whether every value will be a number: intervals that all values lie in, in one pass over the bound tree.

use crate::form::{Fold, Segment};
use crate::piece::{Form, Piece, Repeat};
use crate::{Schedule, ScheduleError, Shape};

/// What values lie between; NaN if one may be NaN. `None` of what only the user's own code knows.
type Bounds = Option<(f64, f64)>;

/// Nothing is known to be a number.
const NAN: Bounds = Some((f64::NAN, f64::NAN));

/// Refuses a plan of which some value up to step `last` may not be finite. `sources` are the written parts.
pub(crate) fn check(piece: &Piece<f64>, last: f64, sources: &[Schedule]) -> Result<(), ScheduleError> {
    let mut pass = Pass { run: last, first: None, refused: None };
    let bounds = pass.piece(piece, last);
    let written = |source: u32| sources[source as usize].to_string();
    match pass.refused {
        Some((source, Refused::Knobs(reason))) => {
            return Err(ScheduleError::Shape { piece: written(source), reason });
        }
        Some((source, Refused::Clamp(low, high))) => {
            return Err(ScheduleError::Clamp { piece: written(source), low, high });
        }
        None => {}
    }
    match bounds {
        Some(bounds) if !finite(bounds) => {
            Err(ScheduleError::Unbounded { piece: written(pass.first.unwrap_or(piece.source)), steps: last })
        }
        _ => Ok(()),
    }
}

struct Pass {
    /// The last step of the run, which linked quantities are read at.
    run: f64,
    /// The first piece that is not bounded by itself.
    first: Option<u32>,
    /// A piece whose moving knobs do not go together.
    refused: Option<(u32, Refused)>,
}

enum Refused {
    /// Somewhere on their way.
    Knobs(&'static str),
    /// The lowest lower bound is above the highest upper.
    Clamp(f64, f64),
}

fn finite((low, high): (f64, f64)) -> bool {
    low.is_finite() && high.is_finite()
}

/// Of values, NaN among them or not.
fn hull(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let start = (f64::INFINITY, f64::NEG_INFINITY);
    values.into_iter().fold(start, |(low, high), v| match v.is_nan() || low.is_nan() {
        true => (f64::NAN, f64::NAN),
        false => (low.min(v), high.max(v)),
    })
}

fn join(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    hull([a.0, a.1, b.0, b.1])
}

/// Rounding keeps the order, so the rounded operation on the ends bounds the rounded operation in between.
fn combine(fold: Fold, a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    if [a.0, a.1, b.0, b.1].iter().any(|v| v.is_nan()) {
        return (f64::NAN, f64::NAN);
    }
    match fold {
        Fold::Product => hull([a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1]),
        fold => hull([fold.of(a.0, b.0), fold.of(a.1, b.1)]),
    }
}

fn fold(fold: Fold, parts: impl IntoIterator<Item = Bounds>) -> Bounds {
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    parts.fold(first, |all, part| Some(combine(fold, all?, part?)))
}

impl Pass {
    /// The bounds of a piece at its local times up to `last`.
    fn piece(&mut self, piece: &Piece<f64>, last: f64) -> Bounds {
        let bounds = self.form(piece, last);
        if self.first.is_none() && bounds.is_some_and(|bounds| !finite(bounds)) {
            self.first = Some(piece.source);
        }
        bounds
    }

    fn form(&mut self, piece: &Piece<f64>, last: f64) -> Bounds {
        match &piece.form {
            Form::Constant(v) => Some((*v, *v)),
            Form::Segment(segment) => Some(still(segment, last)),
            Form::Moving(segment) => self.moving(segment, last, piece.source),
            Form::Sequence(sequence) => {
                // Each from its beginning to that of the next.
                let mut all: Bounds = None;
                let mut known = true;
                for (i, part) in sequence.pieces.iter().enumerate() {
                    let from = sequence.seams[i];
                    let to = sequence.seams.get(i + 1).map_or(last, |to| to.min(last));
                    let first = self.first;
                    let bounds = self.piece(part, (to - from).max(0.0));
                    if i > 0 && from > last {
                        // Not begun: its knobs must go together nevertheless, its values are not asked for.
                        self.first = first;
                        continue;
                    }
                    match bounds {
                        Some(part) => all = Some(all.map_or(part, |all| join(all, part))),
                        None => known = false,
                    }
                }
                all.filter(|_| known)
            }
            Form::Fold(how, parts) => {
                let parts: Vec<Bounds> = parts.iter().map(|part| self.piece(part, last)).collect();
                fold(*how, parts)
            }
            Form::Clamp(parts) => {
                let [of, low, high] = [&parts[0], &parts[1], &parts[2]].map(|part| self.piece(part, last));
                if let (Some(low), Some(high)) = (low, high)
                    && low.0 > high.1
                {
                    self.refused.get_or_insert((piece.source, Refused::Clamp(low.0, high.1)));
                }
                fold(Fold::Min, [fold(Fold::Max, [of, low]), high])
            }
            Form::Take(of, n) => self.piece(of, last.min(*n)),
            Form::Skip(of, n) => self.piece(of, last + *n),
            Form::Reverse(of, n) => self.piece(of, *n),
            Form::Repeat(repeat) => self.repeat(repeat, last),
            Form::Splice(parts, seam) => {
                let warmup = self.piece(&parts[0], last.min(*seam))?;
                let of = self.piece(&parts[1], last)?;
                Some(if last < *seam { warmup } else { join(warmup, of) })
            }
            Form::ValueAt(of, time) => self.piece(of, *time),
            Form::HoldEvery(of, ..) | Form::EndOf(of) => self.piece(of, last),
            Form::Linked(of) => self.piece(of, self.run),
            Form::Until(until) => self.piece(&until.of, last),
            Form::Wait(wait) => {
                let first = self.piece(&wait.first, last)?;
                Some(join(first, self.piece(&wait.next, last)?))
            }
            Form::User(_) | Form::Factor(..) => None,
            Form::Unknown => NAN,
        }
    }

    fn repeat(&mut self, repeat: &Repeat<f64>, last: f64) -> Bounds {
        let period = repeat.period.steps();
        let once = self.piece(&repeat.of, last.min(period))?;
        if repeat.decay == 1.0 {
            return Some(once);
        }
        let cycles = (last / period).floor().min(repeat.count.map_or(f64::MAX, |n| f64::from(n) - 1.0));
        // It grows or shrinks, and may change its sign each time.
        let factor = repeat.decay.abs().powf(cycles);
        let factors = hull([1.0, factor, if repeat.decay < 0.0 { -factor.max(repeat.decay.abs()) } else { 1.0 }]);
        Some(combine(Fold::Product, once, factors))
    }

    /// Of a segment whose knobs move: at every corner of what they move in.
    fn moving(&mut self, segment: &Segment<Piece<f64>, f64>, last: f64, source: u32) -> Bounds {
        let last = if segment.continues() { last } else { last.min(segment.length) };
        let mut known = true;
        let knobs: Shape<Bounds> = segment.shape.map(&mut |knob| {
            let bounds = self.piece(knob, last);
            known &= bounds.is_some();
            bounds
        });
        if !known {
            return None;
        }
        let mut all: Bounds = None;
        for corner in 0..1_u32 << knobs.values().len() {
            let mut i = 0;
            let shape = knobs.map(&mut |bounds| {
                let (low, high) = bounds.unwrap_or((f64::NAN, f64::NAN));
                i += 1;
                if corner >> (i - 1) & 1 == 0 { low } else { high }
            });
            if !shape.values().iter().all(|v| v.is_finite()) {
                return NAN;
            }
            if let Err(reason) = shape.check() {
                self.refused.get_or_insert((source, Refused::Knobs(reason)));
                return NAN;
            }
            let part = still(&segment.with(shape, segment.length), last);
            all = Some(all.map_or(part, |all| join(all, part)));
        }
        all
    }
}

/// Of a segment: shapes go one way, so what is at both ends bounds what is in between, save for those named.
fn still(segment: &Segment<f64, f64>, last: f64) -> (f64, f64) {
    let ends = hull([segment.at(0.0), segment.at(last)]);
    match &segment.shape {
        Shape::Noise(noise) => hull([-noise.amplitude, noise.amplitude]),
        Shape::Cosine(cosine) if segment.continues() => join(ends, hull([cosine.from, cosine.to])),
        // Powers and quotients round beyond the ends.
        Shape::Exponential(_) | Shape::Harmonic(_) => (ends.0 * (1.0 + 1e-12), ends.1 * (1.0 + 1e-12)),
        _ => ends,
    }
}
