//! Whether every value will be a number: intervals that all values lie in, in one pass over the bound tree.

use Bounds::{Known, Unknown, Wild};

use crate::form::{Fold, Segment};
use crate::interval::{Interval, combine, hull, join};
use crate::piece::{Form, Piece, Repeat};
use crate::{Schedule, ScheduleError, Shape};

/// What is known of values.
#[derive(Clone, Copy)]
enum Bounds {
    /// What they lie between; NaN if one may be NaN.
    Known(Interval),
    /// Nothing, as only the user's own code knows them: they are not refused.
    Unknown,
    /// That one is not finite, though not which way.
    Wild,
}

/// Nothing is known to be a number.
const NAN: Bounds = Known((f64::NAN, f64::NAN));

impl Bounds {
    fn finite(self) -> bool {
        !matches!(self, Wild) && !matches!(self, Known(bounds) if !finite(bounds))
    }
}

/// Refuses a plan of which some value up to step `last` may not be finite. `sources` are the written parts.
pub(crate) fn check(piece: &Piece<f64>, last: f64, sources: &[Schedule]) -> Result<(), ScheduleError> {
    let mut pass = Pass { run: last, first: None, refused: None, observed: false };
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
    match bounds.finite() {
        true => Ok(()),
        false => Err(ScheduleError::Unbounded { piece: written(pass.first.unwrap_or(piece.source)), steps: last }),
    }
}

struct Pass {
    /// The last step of the run, which linked quantities are read at.
    run: f64,
    /// The first piece that is not bounded by itself.
    first: Option<u32>,
    /// A piece whose moving knobs do not go together.
    refused: Option<(u32, Refused)>,
    /// Whether a rule was passed: what is observed decides which of the values between its bounds there are.
    observed: bool,
}

enum Refused {
    /// Somewhere on their way.
    Knobs(&'static str),
    /// The lowest lower bound is above the highest upper.
    Clamp(f64, f64),
}

fn finite((low, high): Interval) -> bool {
    low.is_finite() && high.is_finite()
}

/// Of several at once.
fn fold(fold: Fold, parts: impl IntoIterator<Item = Bounds>) -> Bounds {
    let both = |a: Bounds, b: Bounds| match (a, b, fold) {
        (Known(a), Known(b), _) => Known(combine(fold, a, b)),
        // Whatever is added to what is not finite, or multiplied by it.
        (a, b, Fold::Sum | Fold::Product) if !(a.finite() && b.finite()) => Wild,
        // The larger of two is as large as the one that is known.
        (Known(a), _, Fold::Max) | (_, Known(a), Fold::Max) if a.1.is_nan() || a.1 == f64::INFINITY => Known(a),
        (Known(a), _, Fold::Min) | (_, Known(a), Fold::Min) if a.0.is_nan() || a.0 == f64::NEG_INFINITY => Known(a),
        _ => Unknown,
    };
    parts.into_iter().reduce(both).unwrap_or(Unknown)
}

/// Of several at different times.
fn beside(a: Bounds, b: Bounds) -> Bounds {
    match (a, b) {
        (Known(a), Known(b)) => Known(join(a, b)),
        (a, b) if a.finite() && b.finite() => Unknown,
        _ => Wild,
    }
}

impl Pass {
    /// The bounds of a piece at its local times up to `last`.
    fn piece(&mut self, piece: &Piece<f64>, last: f64) -> Bounds {
        let bounds = self.form(piece, last);
        if self.first.is_none() && !bounds.finite() {
            self.first = Some(piece.source);
        }
        bounds
    }

    fn form(&mut self, piece: &Piece<f64>, last: f64) -> Bounds {
        match &piece.form {
            Form::Constant(v) => Known((*v, *v)),
            Form::Segment(segment) => Known(still(segment, last)),
            Form::Moving(segment) => self.moving(segment, last, piece.source),
            Form::Sequence(sequence) => {
                // Each from its beginning to that of the next.
                let mut begun: Vec<Bounds> = Vec::with_capacity(sequence.pieces.len());
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
                    begun.push(bounds);
                }
                begun.into_iter().reduce(beside).unwrap_or(Unknown)
            }
            Form::Fold(how, parts) => {
                let parts: Vec<Bounds> = parts.iter().map(|part| self.piece(part, last)).collect();
                fold(*how, parts)
            }
            Form::Clamp(parts) => {
                let [of, low, high] = [&parts[0], &parts[1], &parts[2]].map(|part| self.piece(part, last));
                if let (Known(low), Known(high)) = (low, high)
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
                let warmup = self.piece(&parts[0], last.min(*seam));
                let first = self.first;
                let of = self.piece(&parts[1], last);
                if last < *seam {
                    self.first = first;
                    return warmup;
                }
                beside(warmup, of)
            }
            Form::ValueAt(of, time) => self.piece(of, *time),
            Form::HoldEvery(of, ..) | Form::EndOf(of) => self.piece(of, last),
            Form::Linked(of) => self.piece(of, self.run),
            Form::Until(until) => self.piece(&until.of, last),
            Form::Wait(wait) => {
                let first = self.piece(&wait.first, last);
                beside(first, self.piece(&wait.next, last))
            }
            Form::Factor(_, rule) => {
                self.observed = true;
                rule.rule.range().map_or(Unknown, Known)
            }
            Form::User(_) => Unknown,
            Form::Unknown => NAN,
        }
    }

    fn repeat(&mut self, repeat: &Repeat<f64>, last: f64) -> Bounds {
        let period = repeat.period.steps();
        let once = self.piece(&repeat.of, last.min(period));
        if repeat.decay == 1.0 {
            return once;
        }
        let cycles = (last / period).floor().min(repeat.count.map_or(f64::MAX, |n| f64::from(n) - 1.0));
        // It grows or shrinks, and may change its sign each time.
        let factor = repeat.decay.abs().powf(cycles);
        let factors = hull([1.0, factor, if repeat.decay < 0.0 { -factor.max(repeat.decay.abs()) } else { 1.0 }]);
        fold(Fold::Product, [once, Known(factors)])
    }

    /// Of a segment whose knobs move: at every corner of what they move in.
    fn moving(&mut self, segment: &Segment<Piece<f64>, f64>, last: f64, source: u32) -> Bounds {
        let last = if segment.continues() { last } else { last.min(segment.length) };
        let outside = std::mem::take(&mut self.observed);
        let knobs: Shape<Bounds> = segment.shape.map(&mut |knob| self.piece(knob, last));
        let observed = std::mem::replace(&mut self.observed, outside);
        self.observed |= observed;
        if !knobs.values().iter().all(|knob| knob.finite()) {
            return NAN;
        }
        let mut all: Option<Interval> = None;
        for corner in 0..1_u32 << knobs.values().len() {
            let (mut i, mut known) = (0, true);
            let shape = knobs.map(&mut |bounds| {
                i += 1;
                match bounds {
                    Known((low, high)) => {
                        if corner >> (i - 1) & 1 == 0 {
                            *low
                        } else {
                            *high
                        }
                    }
                    _ => {
                        known = false;
                        f64::NAN
                    }
                }
            });
            if !known {
                return Unknown;
            }
            if let Err(reason) = shape.check() {
                // What is observed decides whether it gets there: a plateau need not fall to 0.
                if observed {
                    return Unknown;
                }
                self.refused.get_or_insert((source, Refused::Knobs(reason)));
                return NAN;
            }
            let part = still(&segment.with(shape, segment.length), last);
            all = Some(all.map_or(part, |all| join(all, part)));
        }
        all.map_or(Unknown, Known)
    }
}

/// Of a segment: shapes go one way, so what is at both ends bounds what is in between, save for those named.
fn still(segment: &Segment<f64, f64>, last: f64) -> Interval {
    let ends = hull([segment.at(0.0), segment.at(last)]);
    match &segment.shape {
        Shape::Noise(noise) => hull([-noise.amplitude, noise.amplitude]),
        Shape::Cosine(cosine) if segment.continues() => join(ends, hull([cosine.from, cosine.to])),
        // Powers and quotients round beyond the ends.
        Shape::Exponential(_) | Shape::Harmonic(_) => (ends.0 - ends.0.abs() * 1e-12, ends.1 + ends.1.abs() * 1e-12),
        _ => ends,
    }
}
