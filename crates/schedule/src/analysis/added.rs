//! The values of a piece added up: by closed forms, by parts, and one by one where there is nothing else.

use super::parts::{Leg, Part};
use super::periods::Again;
use super::window::Window;
use super::{Sum, direct};
use crate::Shape;
use crate::form::{Fold, Segment};
use crate::piece::{Cx, Form, Piece, Repeat};

/// So many steps are not worth a closed form.
const FEW: u64 = 32;
/// The most steps that are evaluated one by one where there is no closed form; of more, blocks are bounded.
const MOST: u64 = 1 << 24;
const BLOCKS: u64 = 1 << 12;

impl Piece<f64> {
    /// The sum of the values at the steps of a window.
    pub(crate) fn area(&self, window: Window<'_>) -> Sum {
        if window.is_empty() {
            return Sum::default();
        }
        let count = window.count();
        if count <= FEW {
            return self.added(window);
        }
        if let Some(value) = self.level(window) {
            return Sum::level(value, count);
        }
        match &self.form {
            Form::Segment(segment) => segment_area(segment, window).unwrap_or_else(|| self.added(window)),
            Form::Repeat(repeat) => self.repeated(repeat, window),
            Form::Fold(Fold::Sum, parts) => {
                let mut parts = parts.iter().map(|part| part.area(window));
                let first = parts.next().unwrap_or_default();
                parts.fold(first, Sum::beside)
            }
            Form::Fold(Fold::Product, parts) => self.product(parts, window),
            Form::Fold(fold, parts) => {
                let ranges: Vec<(f64, f64)> = parts.iter().map(|part| part.range(window)).collect();
                let wins = |i: usize| {
                    ranges.iter().enumerate().all(|(j, o)| {
                        i == j || if *fold == Fold::Min { ranges[i].1 <= o.0 } else { ranges[i].0 >= o.1 }
                    })
                };
                match (0..parts.len()).find(|i| wins(*i)) {
                    Some(i) => parts[i].area(window),
                    None => self.resolved(parts, window),
                }
            }
            Form::Clamp(parts) => {
                let [of, low, high] = [&parts[0], &parts[1], &parts[2]].map(|part| part.range(window));
                if of.0 >= low.1 && of.1 <= high.0 {
                    parts[0].area(window)
                } else if of.1 <= low.0 && low.1 <= high.0 {
                    parts[1].area(window)
                } else if of.0.max(low.0) >= high.1 {
                    parts[2].area(window)
                } else {
                    self.resolved(&parts[..], window)
                }
            }
            Form::HoldEvery(of, every, _) if !of.linked() && count as f64 / every.steps().max(1.0) < MOST as f64 => {
                let mut sum = Sum::default();
                self.stairs(window, &mut |value, steps| sum = sum.plus(Sum::level(value, steps)));
                sum
            }
            _ if self.divides(window) => {
                let mut sum = Sum::default();
                self.divide(window, &mut |part, window| {
                    sum = sum.plus(part.area(window));
                });
                sum
            }
            Form::Moving(segment) => {
                let mut still = true;
                let knobs = segment.shape.map(&mut |knob| {
                    let level = knob.level(window);
                    still &= level.is_some();
                    level.unwrap_or(f64::NAN)
                });
                match still {
                    true => segment_area(&segment.with(knobs, segment.length), window),
                    false => None,
                }
                .unwrap_or_else(|| self.pieces(window))
            }
            _ => self.added(window),
        }
    }

    /// Step by step, unless that is too many; the steps of stairs too.
    fn added(&self, window: Window<'_>) -> Sum {
        let count = window.count();
        if count <= MOST {
            let mut sum = Sum::default();
            let mut buffer = [0.0; super::fill::CHUNK];
            let mut from = window.from;
            while from < window.to {
                let chunk = window.steps(from, window.to.min(from + buffer.len() as u64));
                let values = &mut buffer[..chunk.count() as usize];
                self.values(chunk, values);
                sum = sum.plus(direct(values.iter().copied()));
                from = chunk.to;
            }
            return sum;
        }
        self.bounded(window)
    }

    /// By the ranges of blocks of steps: each value is the middle of one, give or take its half.
    fn bounded(&self, window: Window<'_>) -> Sum {
        let count = window.count();
        let mut sum = Sum::default();
        for block in 0..BLOCKS {
            let place = |block: u64| window.from + (u128::from(count) * u128::from(block) / u128::from(BLOCKS)) as u64;
            let block = window.steps(place(block), place(block + 1));
            let (low, high) = self.range(block);
            let steps = block.count();
            let half = Sum::level(high / 2.0 - low / 2.0, steps).value;
            sum = sum.plus(Sum::level(low / 2.0 + high / 2.0, steps).within(half));
            sum.size += half;
        }
        sum
    }

    /// A combination of which no part is the value all the way: period by period, between the boundaries, or by halves.
    fn resolved(&self, parts: &[Piece<f64>], window: Window<'_>) -> Sum {
        if let Some((start, group, again)) = period_of(parts, window) {
            let once = self.area(window.steps(start, start + group)).again(again);
            let before = self.area(window.steps(window.from, start));
            return before.plus(once).plus(self.area(window.steps(start + group * again.groups, window.to)));
        }
        let cuts = self.cuts(window);
        if !cuts.is_empty() {
            return self.between(cuts, window);
        }
        let middle = window.from + window.count() / 2;
        self.area(window.steps(window.from, middle)).plus(self.area(window.steps(middle, window.to)))
    }

    fn between(&self, cuts: Vec<u64>, window: Window<'_>) -> Sum {
        let mut sum = Sum::default();
        let mut from = window.from;
        for to in cuts.into_iter().chain([window.to]) {
            sum = sum.plus(self.area(window.steps(from, to)));
            from = to;
        }
        sum
    }

    /// Where groups of steps begin that have the same values again and again, and how many steps a group has.
    fn period(&self, window: Window<'_>) -> Option<(u64, u64, Again)> {
        match &self.form {
            Form::Repeat(repeat) if repeat.decay == 1.0 => repeat.groups(window),
            Form::Fold(_, parts) => period_of(parts, window),
            Form::Clamp(parts) => period_of(&parts[..], window),
            _ if self.divides(window) => {
                let mut periods = Vec::new();
                self.divide(window, &mut |part, window| {
                    periods.push(match part {
                        Part::Piece(piece) => piece.period(window),
                        Part::Held(..) => None,
                    });
                });
                if periods.len() == 1 { periods[0] } else { None }
            }
            _ => None,
        }
    }

    /// Between the boundaries of the parts, where there are any: there some of them may be level.
    fn pieces(&self, window: Window<'_>) -> Sum {
        let cuts = self.cuts(window);
        if cuts.is_empty() { self.added(window) } else { self.between(cuts, window) }
    }

    fn product(&self, parts: &[Piece<f64>], window: Window<'_>) -> Sum {
        let (mut factor, mut moves) = (1.0, None);
        for part in parts {
            match part.level(window) {
                Some(level) => factor *= level,
                None if moves.is_none() => moves = Some(part),
                None => return self.pieces(window),
            }
        }
        match moves {
            Some(part) => part.area(window).times(factor).rougher(parts.len() as f64 * f64::EPSILON),
            None => self.added(window),
        }
    }

    fn repeated(&self, repeat: &Repeat<f64>, window: Window<'_>) -> Sum {
        let mut sum = Sum::default();
        repeat.cycles(window, &mut |cycle, part, window, again| {
            let once = part.area(window);
            let once = match repeat.decay == 1.0 || cycle == 0.0 {
                true => once,
                false => once.times(repeat.decay.powf(cycle)),
            };
            sum = sum.plus(once.again(again));
        });
        sum
    }
}

/// The period of a combination: that of its one part that moves.
fn period_of(parts: &[Piece<f64>], window: Window<'_>) -> Option<(u64, u64, Again)> {
    let mut moving = parts.iter().filter(|part| part.level(window).is_none());
    match (moving.next(), moving.next()) {
        (Some(one), None) => one.period(window),
        _ => None,
    }
}

impl Part<'_> {
    fn area(self, window: Window<'_>) -> Sum {
        match self {
            Part::Piece(piece) => piece.area(window),
            Part::Held(piece, t, left) => {
                let value = |step| piece.at(t, Cx { left, ..window.cx(step) });
                match piece.linked() {
                    true => direct((window.from..window.to).map(value)),
                    false => Sum::level(value(window.from), window.count()),
                }
            }
        }
    }
}

impl Sum {
    /// With all that comes again after it, each time a factor smaller.
    fn again(self, again: Again) -> Sum {
        let Again { groups, factor, .. } = again;
        if groups == 1 {
            return self;
        }
        let n = groups as f64;
        let series = |d: f64| match d {
            1.0 => n,
            d if d > 0.0 => (n * d.ln()).exp_m1() / d.ln().exp_m1(),
            d => (1.0 - d.powf(n)) / (1.0 - d),
        };
        let most = series(factor.abs());
        let rough = f64::EPSILON * if factor == 0.0 { 8.0 } else { 8.0 + 4.0 * (n * factor.abs().ln()).abs() };
        let size = self.size * most;
        Sum { value: self.value * series(factor), error: self.error * most + rough * size, size }
    }
}

/// The area of a segment; `None` where its shape has no closed form.
fn segment_area(segment: &Segment<f64, f64>, window: Window<'_>) -> Option<Sum> {
    let mut sum = Some(Sum::default());
    window.runs(
        |step| segment.leg(window.local(step)),
        |leg, run| {
            let Some(before) = sum else { return };
            let value = |step| segment.at(run.local(step));
            let part = match leg {
                Leg::Start | Leg::End => Some(Sum::level(value(run.from), run.count())),
                Leg::Way if run.count() <= FEW => Some(direct((run.from..run.to).map(value))),
                Leg::Way => way_area(segment.shape(), segment, run),
            };
            sum = part.map(|part| before.plus(part));
        },
    );
    sum
}

fn way_area(shape: &Shape<f64>, segment: &Segment<f64, f64>, run: Window<'_>) -> Option<Sum> {
    let (low, high) = run.span();
    let ((a, whole), (b, _)) = (segment.place(low), segment.place(high));
    let sum = shape.sum(a.min(b), whole, run.count())?;
    // Local times are rounded, at most once for each move and by an ulp of the largest: so far every value can be from the one
    // at its exact time. Over all steps that is no more than the way up and down the shape goes.
    let late = 8.0 * f64::EPSILON * (run.to as f64).max(low.abs()).max(high.abs()).max(whole.abs());
    let [first, last] = [a, b].map(|way| shape.at(way / whole).abs());
    let up_and_down = match shape {
        // It turns round after every length.
        Shape::Cosine(_) => 2.0 * (first + last + sum.size / run.count() as f64) * (1.0 + a.max(b) / whole),
        _ => first + last,
    };
    Some(sum.within(late * up_and_down))
}
