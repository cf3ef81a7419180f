//! Where pieces begin and end.

use crate::form::Segment;
use crate::piece::{Form, Period, Piece};
use crate::plan::START;
use crate::{Plan, ScheduleError, Shape};

/// The most boundaries there can be in a list: 8 MB of them.
const MOST: usize = 1 << 20;

impl Plan {
    /// All times from 0 to `horizon`, in steps, at which a piece begins or ends, wherever it stands in the tree: sorted, each
    /// once. A period, a stair and a draw of noise begin too. What a boundary bounds need not jump there, nor be seen through
    /// what is around it: [`jumps`](Plan::jumps) lists what is.
    ///
    /// A boundary that is a whole number of steps is exactly that; one between steps is the nearest float, up to a few ulp
    /// of the times it is the sum or the difference of.
    ///
    /// # Errors
    ///
    /// [`TooManyBoundaries`](ScheduleError::TooManyBoundaries) if there are more than a million of them.
    ///
    /// ```
    /// use rappel_schedule::{Clock, cosine, warmup};
    ///
    /// let plan = warmup(1.0, 10).then(cosine(1.0, 0.0, 40).repeat(2)).then(0.1).bind(&Clock::new())?;
    /// assert_eq!(plan.boundaries(1000)?, [0.0, 10.0, 50.0, 90.0]);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn boundaries(&self, horizon: u64) -> Result<Vec<f64>, ScheduleError> {
        let end = horizon as f64;
        let mut found = vec![0.0];
        let frame = Frame { base: 0.0, back: false, low: 0.0, high: end.next_up() };
        frame.of(self.piece(), &mut found);
        if found.len() > MOST {
            return Err(ScheduleError::TooManyBoundaries { most: MOST });
        }
        found.sort_by(f64::total_cmp);
        // The end of one and the start of the next are one boundary, though their sums may be rounded differently.
        found.dedup_by(|next, one| *next - *one <= 8.0 * f64::EPSILON * *next);
        Ok(found)
    }
}

/// The local times of a piece that are seen, without the ends, and what run times they are.
#[derive(Clone, Copy)]
struct Frame {
    base: f64,
    back: bool,
    low: f64,
    high: f64,
}

impl Frame {
    fn run(&self, t: f64) -> f64 {
        if self.back { self.base - t } else { self.base + t }
    }

    fn tell(&self, t: f64, found: &mut Vec<f64>) {
        if self.low < t && t < self.high {
            let time = self.run(t);
            // What a whole number differs from by rounding is that number.
            let rounding = 8.0 * f64::EPSILON * (self.base.abs() + t.abs());
            found.push(if (time - time.round()).abs() <= rounding { time.round() } else { time });
        }
    }

    /// The times from `start` to `end` only, measured from `start`.
    fn part(&self, start: f64, end: f64) -> Frame {
        let low = if start > self.low { start } else { self.low };
        Frame { base: self.run(start), low: low - start, high: self.high.min(end) - start, ..*self }
    }

    fn of(self, piece: &Piece<f64>, found: &mut Vec<f64>) {
        let empty = self.low >= self.high;
        if empty || found.len() > MOST {
            return;
        }
        match &piece.form {
            Form::Constant(_) | Form::Factor(..) | Form::EndOf(_) | Form::ValueAt(..) | Form::Unknown => {}
            Form::Segment(segment) => {
                self.tell(0.0, found);
                self.segment(segment, found);
                if let Shape::Noise(_) = segment.shape {
                    self.periods(segment.length, |draw| draw * segment.length, found, |_, _| {});
                }
            }
            Form::Moving(segment) => {
                self.segment(segment, found);
                let high = if segment.continues { self.high } else { self.high.min(segment.length) };
                segment.shape.map(&mut |knob| Frame { high, ..self }.of(knob, found));
            }
            Form::Sequence(sequence) => {
                for (i, piece) in sequence.pieces.iter().enumerate() {
                    let start = sequence.seams[i];
                    let end = sequence.seams.get(i + 1).copied().unwrap_or(f64::INFINITY);
                    self.tell(start, found);
                    self.part(start, end).of(piece, found);
                }
                if let Some(end) = sequence.seams.get(sequence.pieces.len()) {
                    self.tell(*end, found);
                }
            }
            Form::Fold(_, parts) => parts.iter().for_each(|part| self.of(part, found)),
            Form::Clamp(parts) => parts.iter().for_each(|part| self.of(part, found)),
            Form::Take(of, n) => {
                self.tell(*n, found);
                Frame { high: self.high.min(*n), ..self }.of(of, found);
            }
            Form::Skip(of, n) => {
                let base = self.run(-*n);
                Frame { base, low: self.low + n, high: self.high + n, ..self }.of(of, found);
            }
            Form::Reverse(of, n) => {
                self.tell(*n, found);
                let base = self.run(*n);
                Frame { base, back: !self.back, low: (n - self.high).max(0.0), high: n - self.low }.of(of, found);
            }
            Form::Repeat(repeat) => {
                let steps = repeat.period.steps();
                let all = repeat.count.map_or(f64::INFINITY, f64::from);
                let inside = Frame { high: self.high.min((all * steps).next_up()), ..self };
                inside.periods(
                    steps,
                    |cycle| repeat.period.begin(0.0, cycle),
                    found,
                    |frame, found| {
                        frame.of(&repeat.of, found);
                    },
                );
            }
            Form::HoldEvery(_, every, length) => self.stairs(every, *length, found),
            Form::Splice(parts, seam) => {
                self.tell(*seam, found);
                Frame { high: self.high.min(*seam), ..self }.of(&parts[0], found);
                Frame { low: self.low.max(*seam), ..self }.of(&parts[1], found);
            }
            Form::Linked(of) => {
                let (a, b) = (self.run(self.low), self.run(self.high));
                Frame { base: 0.0, back: false, low: a.min(b), high: a.max(b) }.of(of, found);
            }
            Form::User(user) => {
                if let Some(n) = user.length {
                    self.tell(n, found);
                }
            }
            Form::Until(until) => self.of(&until.of, found),
            Form::Wait(wait) => match wait.seam(&START) {
                None => self.of(&wait.first, found),
                Some(seam) => {
                    self.tell(seam, found);
                    Frame { high: self.high.min(seam), ..self }.of(&wait.first, found);
                    self.part(seam, f64::INFINITY).of(&wait.next, found);
                }
            },
        }
    }

    fn segment<V>(&self, segment: &Segment<V, f64>, found: &mut Vec<f64>) {
        if !segment.continues {
            self.tell(segment.length, found);
        }
    }

    fn stairs(&self, every: &Period<f64>, length: Option<f64>, found: &mut Vec<f64>) {
        let held = Frame { high: length.map_or(self.high, |n| self.high.min(n)), ..*self };
        held.periods(every.steps(), |stair| every.begin(0.0, stair), found, |_, _| {});
        if let Some(n) = length {
            self.tell(n, found);
        }
    }

    /// Where each of equal periods begins, and what is in each.
    fn periods(
        &self,
        steps: f64,
        begin: impl Fn(f64) -> f64,
        found: &mut Vec<f64>,
        mut inside: impl FnMut(Frame, &mut Vec<f64>),
    ) {
        let mut period = (self.low.max(0.0) / steps).floor();
        while begin(period) < self.high && found.len() <= MOST {
            let (start, end) = (begin(period), begin(period + 1.0));
            self.tell(start, found);
            inside(self.part(start, end), found);
            period += 1.0;
        }
    }
}
