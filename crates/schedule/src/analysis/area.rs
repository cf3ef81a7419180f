//! The sum of the values over steps.

use super::window::{Again, Leg, Part, Window};
use super::{Sum, direct};
use crate::form::{Fold, Segment};
use crate::piece::{Cx, Form, Piece, Repeat};
use crate::{Plan, Shape};
use std::ops::Range;

/// So many steps are not worth a closed form.
const FEW: u64 = 32;
/// The most steps that are evaluated one by one where there is no closed form; of more, blocks are bounded.
const MOST: u64 = 1 << 24;
const BLOCKS: u64 = 1 << 12;

/// The sum of a schedule's values over some steps: what [`Plan::area`] gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The sum.
    pub value: f64,
    /// How far the exact sum of the values can be from `value`, at most.
    pub error: f64,
}

impl Plan {
    /// The area under the schedule: the sum of the values of the steps `steps.start` to `steps.end - 1`, each as
    /// [`at_step`](Plan::at_step) gives it, added without rounding. It is a sum over updates and not an integral over time,
    /// so it counts what an optimizer sees, and `area(a..b) + area(b..c)` is `area(a..c)` up to the errors.
    ///
    /// The result is within [`Area::error`] of that sum, always. The proof, piece by piece:
    ///
    /// - a held value, a line, a whole power of a cosine and an exponential have closed forms (Gauss, Dirichlet's kernel, the
    ///   geometric series); all other powers of time, as one over its square root, are summed by Euler and Maclaurin's
    ///   formula, whose remainder is bounded by its last term as their derivatives keep their sign. The error counts the
    ///   roundings of these forms, and those of the evaluation they stand for;
    /// - sequences, cuts and repetitions add their parts, and a period that is a whole number of steps is summed once;
    /// - `+` adds and a factor that is level multiplies; `min`, `max` and `clamp` are halved until one side is the smaller all
    ///   the way;
    /// - what is left (a product of two that move, noise, functions of one's own, knobs that move) is evaluated step by
    ///   step, up to 16 million steps of a piece; beyond, blocks of steps are bounded by their [`range`](Plan::range).
    ///
    /// So it takes the time of the pieces and not that of the steps, save for the last. Adaptive rules count as they are
    /// before anything is observed. An empty range has area 0.
    ///
    /// ```
    /// use rappel_schedule::{Clock, cosine, warmup};
    ///
    /// let plan = warmup(1.0, 100).then(cosine(1.0, 0.0, 900)).bind(&Clock::new())?;
    /// let area = plan.area(0..1000);
    /// assert!((area.value - (50.5 + 450.5)).abs() <= area.error && area.error < 1e-11);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn area(&self, steps: Range<u64>) -> Area {
        let sum = self.piece().area(Window::of(&steps));
        Area { value: sum.value, error: sum.error }
    }

    /// After how many steps, counted from step 0, the area first reaches `area`: `area(0..n)` is at least that, and less
    /// for every smaller `n`, as far as [`Area::error`] can tell. `None` if `within` steps do not suffice.
    ///
    /// ```
    /// use rappel_schedule::{Clock, linear};
    ///
    /// let plan = linear(1.0, 0.0, 4).bind(&Clock::new())?; // 1, 0.75, 0.5, 0.25, 0, ..
    /// assert_eq!(plan.step_at_area(1.75, 100), Some(2));
    /// assert_eq!(plan.step_at_area(2.5, 100), Some(4));
    /// assert_eq!(plan.step_at_area(2.6, 1 << 50), None);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn step_at_area(&self, area: f64, within: u64) -> Option<u64> {
        if area <= 0.0 {
            return Some(0);
        }
        if area.is_nan() {
            return None;
        }
        let (mut from, mut width, mut sum) = (0, 64, Sum::default());
        while from < within {
            let to = within.min(from + width);
            match self.reach(from..to, &mut sum, area) {
                Some(step) => return Some(step),
                None => (from, width) = (to, width.saturating_mul(2)),
            }
        }
        None
    }

    /// The first step count in `steps` at which `sum`, the area before them, reaches `area`; else `sum` has grown by theirs.
    fn reach(&self, steps: Range<u64>, sum: &mut Sum, area: f64) -> Option<u64> {
        let window = Window::of(&steps);
        let count = window.count();
        if count <= FEW {
            for step in steps {
                *sum = sum.plus(Sum::level(self.at_step(step), 1));
                if sum.value >= area {
                    return Some(step + 1);
                }
            }
            return None;
        }
        let (low, high) = self.piece().range(window);
        let all = sum.plus(self.piece().area(window));
        // Where nothing falls the end is the highest; where something does, this is how high it can get.
        let reached = if low >= 0.0 { all.value } else { sum.value + high.max(0.0) * count as f64 };
        if reached < area {
            *sum = all;
            return None;
        }
        let middle = steps.start + count / 2;
        self.reach(steps.start..middle, sum, area).or_else(|| self.reach(middle..steps.end, sum, area))
    }

    /// The factor by which every value has to be multiplied for the steps to have the area `area`: of a schedule whose peak
    /// is 1, the peak. `None` if their area is 0, or cannot be told from 0.
    ///
    /// ```
    /// use rappel_schedule::{Clock, hold, linear};
    ///
    /// // The peak with which a linear decay has the area of 1,000 steps at 0.1.
    /// let decay = linear(1.0, 0.0, 1000).bind(&Clock::new())?;
    /// let peak = decay.peak_for_area(0..1000, 100.0).expect("not flat");
    /// assert!((peak - 100.0 / 500.5).abs() < 1e-15);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn peak_for_area(&self, steps: Range<u64>, area: f64) -> Option<f64> {
        let Area { value, error } = self.area(steps);
        (value.abs() > error).then(|| area / value)
    }

    /// The annealing area S2 of the steps: how far the rate has come down, and how long ago, remembered with `decay` per step.
    ///
    /// With the rates `r_0`, `r_1`, .. of the steps it is the sum over `i` of the sum over `k` from 1 to `i` of
    /// `(r_(k-1) - r_k) decay^(i - k)`: positive if the rate comes down, negative if it rises. It is summed step by step. The
    /// area S1 of the same paper is [`area`](Plan::area).
    ///
    /// Source: Tissue, Wang and Wang, *Scaling Law with Learning Rate Annealing*, arXiv:2408.11029, equation 4; its decay is
    /// [`Plan::ANNEALING_DECAY`].
    ///
    /// ```
    /// use rappel_schedule::{Clock, Plan, linear};
    ///
    /// let plan = linear(1.0, 0.0, 2).bind(&Clock::new())?; // 1, 0.5, 0
    /// assert_eq!(plan.annealing_area(0..3, 0.5), 0.5 + (0.5 + 0.5 * 0.5));
    /// assert!(plan.annealing_area(0..100, Plan::ANNEALING_DECAY) > 90.0);
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    pub fn annealing_area(&self, steps: Range<u64>, decay: f64) -> f64 {
        let mut before: Option<f64> = None;
        let (mut momentum, mut area) = (0.0, 0.0);
        self.piece().each(Window::of(&steps), &mut |rate| {
            momentum = momentum * decay + before.map_or(0.0, |before| before - rate);
            before = Some(rate);
            area += momentum;
        });
        area
    }

    /// The `decay` of the paper that defines the [annealing area](Plan::annealing_area).
    pub const ANNEALING_DECAY: f64 = 0.999;
}

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
                    None => self.halves(window),
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
                    self.halves(window)
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

    fn halves(&self, window: Window<'_>) -> Sum {
        let middle = window.from + window.count() / 2;
        self.area(window.steps(window.from, middle)).plus(self.area(window.steps(middle, window.to)))
    }

    /// Between the boundaries of the parts, where there are any: there some of them may be level.
    fn pieces(&self, window: Window<'_>) -> Sum {
        let cuts = self.cuts(window);
        if cuts.is_empty() {
            return self.added(window);
        }
        let mut sum = Sum::default();
        let mut from = window.from;
        for to in cuts.into_iter().chain([window.to]) {
            sum = sum.plus(self.area(window.steps(from, to)));
            from = to;
        }
        sum
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
