//! The lowest and the highest value.

use super::parts::{Leg, Part};
use super::window::Window;
use crate::form::{Fold, Segment};
use crate::interval::{NOTHING, combine, join};
use crate::piece::{Cx, Form, Piece, Repeat};
use crate::{Plan, Shape};
use std::ops::Range;

/// So many boundaries of what is combined are told apart.
const MOST_CUTS: usize = 256;

impl Plan {
    /// The lowest and the highest value of the steps `steps.start` to `steps.end - 1`: every value of
    /// [`at_step`](Plan::at_step) there lies between the two, ends included. `None` of an empty range.
    ///
    /// It is over steps and not over the time between them, and it is computed from the pieces, not step by step. Of pieces
    /// that rise or fall it is exact, so of sequences, cuts and repetitions of them too, save that powers close to level may
    /// count four ulp as slack. Where several that move are added or multiplied it is interval arithmetic between their
    /// boundaries: it may be wider than what the values reach. Adaptive rules count as they are before anything is observed.
    /// Of a function of one's own nothing is known but its values: those are looked at step by step.
    ///
    /// ```
    /// use rappel_schedule::{Clock, cosine, warmup};
    ///
    /// let plan = warmup(1.0, 100).then(cosine(1.0, 0.1, 900)).bind(&Clock::new())?;
    /// assert_eq!(plan.range(0..2000), Some((0.01, 1.0)));
    /// assert_eq!(plan.range(500..2000), Some((0.1, plan.at_step(500))));
    /// assert_eq!(plan.range(7..7), None);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn range(&self, steps: Range<u64>) -> Option<(f64, f64)> {
        let window = Window::of(&steps);
        (!window.is_empty()).then(|| self.piece().range(window))
    }
}

impl Piece<f64> {
    /// The lowest and the highest value at the steps of a window that has some.
    pub(crate) fn range(&self, window: Window<'_>) -> (f64, f64) {
        if let Some(value) = self.level(window) {
            return (value, value);
        }
        match &self.form {
            Form::Segment(segment) => segment_range(segment, window),
            Form::Repeat(repeat) => repeat_range(repeat, window),
            _ if self.divides(window) || matches!(self.form, Form::HoldEvery(..)) => {
                let mut all = NOTHING;
                self.divide(window, &mut |part, window| all = join(all, part.range(window)));
                all
            }
            Form::Fold(..) | Form::Clamp(_) | Form::Moving(_) => {
                let cuts = self.cuts(window);
                let (mut all, mut from) = (NOTHING, window.from);
                for to in cuts.into_iter().take(MOST_CUTS).chain([window.to]) {
                    all = join(all, self.combined(window.steps(from, to)));
                    from = to;
                }
                all
            }
            _ => self.looked_at(window),
        }
    }

    fn looked_at(&self, window: Window<'_>) -> (f64, f64) {
        let mut all = NOTHING;
        self.each(window, &mut |v| all = join(all, (v, v)));
        all
    }

    fn combined(&self, window: Window<'_>) -> (f64, f64) {
        match &self.form {
            Form::Fold(fold, parts) => {
                let mut ranges = parts.iter().map(|part| part.range(window));
                let first = ranges.next().unwrap_or(NOTHING);
                ranges.fold(first, |all, range| combine(*fold, all, range))
            }
            Form::Clamp(parts) => {
                let [of, low, high] = [&parts[0], &parts[1], &parts[2]].map(|part| part.range(window));
                combine(Fold::Min, combine(Fold::Max, of, low), high)
            }
            Form::Moving(segment) => {
                let knobs = segment.shape.map(&mut |knob| knob.range(window));
                moving_range(segment, &knobs).unwrap_or_else(|| self.looked_at(window))
            }
            _ => self.range(window),
        }
    }

    /// The stairs of a window: the value of each, and how many steps it has.
    pub(crate) fn stairs(&self, window: Window<'_>, each: &mut dyn FnMut(f64, u64)) {
        let Form::HoldEvery(_, every, length) = &self.form else { return };
        let stair = |step| {
            let t = window.local(step);
            match length {
                Some(n) if t > *n || t == *n && !window.left => f64::INFINITY,
                _ => every.stair(t, window.left),
            }
        };
        let mut rest = window;
        while !rest.is_empty() {
            let (t, first) = (window.local(rest.from), stair(rest.from));
            let left = if rest.falling { t - first + 1.0 } else { every.steps() - (t - first) };
            let near = rest.from as f64 + if first.is_finite() { left } else { f64::MAX };
            let end = rest.first_not(near, |step| stair(step) == first);
            each(self.at(t, window.cx(rest.from)), end - rest.from);
            rest = rest.steps(end, rest.to);
        }
    }

    /// The steps inside a window from which on another part owns the time, in order; not all, where there are very many.
    pub(crate) fn cuts(&self, window: Window<'_>) -> Vec<u64> {
        let mut cuts = Vec::new();
        self.find_cuts(window, &mut cuts);
        cuts.retain(|step| window.from < *step && *step < window.to);
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    fn find_cuts(&self, window: Window<'_>, cuts: &mut Vec<u64>) {
        if window.is_empty() || cuts.len() >= 4 * MOST_CUTS {
            return;
        }
        cuts.push(window.from);
        match &self.form {
            Form::Segment(segment) => {
                window.runs(|step| segment.leg(window.local(step)), |_, run| cuts.push(run.from));
            }
            _ if self.divides(window) => self.divide(window, &mut |part, window| match part {
                Part::Piece(piece) => piece.find_cuts(window, cuts),
                Part::Held(..) => cuts.push(window.from),
            }),
            Form::Fold(_, parts) => parts.iter().for_each(|part| part.find_cuts(window, cuts)),
            Form::Clamp(parts) => parts.iter().for_each(|part| part.find_cuts(window, cuts)),
            Form::Moving(segment) => {
                window.runs(|step| segment.leg(window.local(step)), |_, run| cuts.push(run.from));
                segment.shape.map(&mut |knob| knob.find_cuts(window, cuts));
            }
            _ => {}
        }
    }
}

impl Part<'_> {
    fn range(self, window: Window<'_>) -> (f64, f64) {
        match self {
            Part::Piece(piece) => piece.range(window),
            Part::Held(piece, t, left) => {
                let value = |step| piece.at(t, Cx { left, ..window.cx(step) });
                let steps = if piece.linked() { window.from..window.to } else { window.from..window.from + 1 };
                steps.fold(NOTHING, |all, step| join(all, (value(step), value(step))))
            }
        }
    }
}

fn segment_range(segment: &Segment<f64, f64>, window: Window<'_>) -> (f64, f64) {
    let mut all = NOTHING;
    window.runs(
        |step| segment.leg(window.local(step)),
        |leg, run| {
            let value = |step| segment.at(run.local(step));
            let (first, last) = (run.from, run.to - 1);
            let ends = [first, last].map(value);
            all = join(
                all,
                match leg {
                    Leg::Way => {
                        let next = [(first + 1).min(last), run.to - run.count().min(2)].map(value);
                        let ways = [first, last].map(|step| {
                            let (way, whole) = segment.place(run.local(step));
                            way / whole
                        });
                        segment.shape.range(ends, next, ways)
                    }
                    Leg::Start | Leg::End => (ends[0], ends[0]),
                },
            );
        },
    );
    all
}

/// Of the shapes that go from one value to another: they are between the two wherever those move to.
fn moving_range(segment: &Segment<Piece<f64>, f64>, knobs: &Shape<(f64, f64)>) -> Option<(f64, f64)> {
    match knobs {
        Shape::Hold(shape) => Some(shape.value),
        Shape::Linear(shape) if !segment.continues => Some(join(shape.from, shape.to)),
        Shape::Cosine(shape) => Some(join(shape.from, shape.to)),
        Shape::OneMinusSqrt(shape) => Some(join(shape.from, shape.to)),
        Shape::Polynomial(shape) => Some(join(shape.from, shape.to)),
        Shape::CosinePower(shape) => Some(join(shape.from, shape.to)),
        Shape::Warmup(shape) => Some(join((0.0, 0.0), shape.peak)),
        Shape::Noise(shape) => {
            let most = shape.amplitude.0.abs().max(shape.amplitude.1.abs());
            Some((-most, most))
        }
        _ => None,
    }
}

fn repeat_range(repeat: &Repeat<f64>, window: Window<'_>) -> (f64, f64) {
    let mut all = NOTHING;
    repeat.cycles(window, &mut |cycle, part, window, again| {
        let range = part.range(window);
        let factor = |cycle: f64| if repeat.decay == 1.0 || cycle == 0.0 { 1.0 } else { repeat.decay.powf(cycle) };
        // The size of the factor goes one way from group to group, its sign may alternate: the first and the last of either.
        let groups = again.groups as f64;
        for group in [0.0, 1.0, groups - 2.0, groups - 1.0] {
            if (0.0..groups).contains(&group) {
                let factor = factor(cycle + group * again.periods);
                all = join(all, combine(Fold::Product, range, (factor, factor)));
            }
        }
    });
    all
}
