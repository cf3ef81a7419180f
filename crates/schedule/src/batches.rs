//! How many samples each step takes, where that changes: found by going through the run.

use crate::clock::Clock;
use crate::piece::{Form, Piece};
use crate::walk::walk;
use crate::{Length, Node, Ratio, Schedule, ScheduleError, Shape, Shared, Unit};
use std::sync::Arc;

/// So many steps are gone through; a batch size that still changes after that is not known.
pub(crate) const MOST_STEPS: u64 = 1 << 22;

/// Batch sizes are at most this, so that floats tell them apart.
const MOST_SAMPLES: f64 = 9_007_199_254_740_992.0;

/// How many samples each step of a run takes, and how many were seen before it.
///
/// Made by [`Clock::batches`]. A batch-size schedule gives real numbers; a step takes the nearest whole number, halves rounded
/// up, and at least 1.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, hold, samples};
///
/// let sizes = Clock::new().batch_schedule(hold(32.0, samples(100)).then(64.0)).batches()?;
/// assert_eq!([0, 3, 4, 5].map(|k| sizes.at(k)), [Some(32), Some(32), Some(64), Some(64)]);
/// assert_eq!(sizes.steps(3, 100), Some(3)); // of 32, 64 and the 4 that are left
/// assert_eq!([0, 4, 5].map(|k| sizes.seen(k)), [Some(0), Some(128), Some(192)]); // the fourth batch ends the piece
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BatchSizes {
    /// By step; never empty, the first at step 0.
    runs: Arc<[Run]>,
    /// The step from which on nothing is known.
    unknown: Option<u64>,
}

/// Steps with one batch size.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    step: u64,
    /// Samples before it.
    seen: u64,
    size: u64,
}

impl BatchSizes {
    /// Steps that all take so many samples.
    pub(crate) fn same(size: u64) -> BatchSizes {
        BatchSizes { runs: Arc::new([Run { step: 0, seen: 0, size }]), unknown: None }
    }

    /// How many samples step `k` takes; `None` if the size still changes after the four million steps that are gone through.
    pub fn at(&self, k: u64) -> Option<u64> {
        self.run(k).map(|run| run.size)
    }

    /// How many samples the steps before `k` take; `None` as for [`at`](BatchSizes::at).
    pub fn seen(&self, k: u64) -> Option<u64> {
        let run = self.run(k)?;
        run.size.checked_mul(k - run.step)?.checked_add(run.seen)
    }

    /// How many steps from step `from` on it takes to see so many samples, the last perhaps with fewer than its size; `None` as
    /// for [`at`](BatchSizes::at).
    pub fn steps(&self, from: u64, samples: u64) -> Option<u64> {
        let whole = self.seen(from)?.checked_add(samples)?;
        Some(self.time(whole.into())?.ceil() - from)
    }

    /// Whether the sizes are not known to the end.
    pub(crate) fn unfinished(&self) -> bool {
        self.unknown.is_some()
    }

    fn run(&self, k: u64) -> Option<&Run> {
        if self.unknown.is_some_and(|unknown| k >= unknown) {
            return None;
        }
        let i = self.runs.partition_point(|run| run.step <= k);
        self.runs.get(i - 1)
    }

    /// The samples before a time in steps, a part of a step having a part of its samples.
    fn samples(&self, time: Ratio) -> Option<Ratio> {
        let whole = u64::try_from(time.numerator().div_euclid(time.denominator())).ok()?;
        let run = self.run(whole)?;
        time.minus(run.step.into())?.times(run.size.into())?.plus(run.seen.into())
    }

    /// The time at which so many samples were seen; as if the first batches went on before the start.
    fn time(&self, samples: Ratio) -> Option<Ratio> {
        if Ratio::ZERO.exceeds(samples)? {
            return samples.over(self.runs[0].size.into());
        }
        let whole = u64::try_from(samples.numerator().div_euclid(samples.denominator())).ok()?;
        let run = self.runs[self.runs.partition_point(|run| run.seen <= whole) - 1];
        let time = samples.minus(run.seen.into())?.over(run.size.into())?.plus(run.step.into())?;
        match self.unknown {
            Some(unknown) if time.exceeds(unknown.into())? => None,
            _ => Some(time),
        }
    }

    /// How many steps it takes to see so many samples from a time on.
    pub(crate) fn steps_after(&self, start: Ratio, samples: Ratio) -> Option<Ratio> {
        self.time(self.samples(start)?.plus(samples)?)?.minus(start)
    }

    /// How many steps it takes to see so many samples up to a time.
    pub(crate) fn steps_before(&self, end: Ratio, samples: Ratio) -> Option<Ratio> {
        end.minus(self.time(self.samples(end)?.minus(samples)?)?)
    }

    /// Goes through the run of a batch-size schedule.
    pub(crate) fn of(schedule: &Schedule, clock: &Clock) -> Result<BatchSizes, ScheduleError> {
        let refused = |reason: String| ScheduleError::BatchSchedule { schedule: schedule.to_string(), reason };
        // Only what passes its check is shallow enough to be walked through.
        schedule.check()?;
        let by_samples = counts_samples(schedule, clock).map_err(|reason| refused(reason.into()))?;
        let plan = schedule.bind(&clock.of_batches(by_samples))?;
        if crate::check::strict(schedule) {
            return Err(refused("a run's batches go on to its end, so it cannot end with an error".into()));
        }
        if !plan.rules().is_empty() {
            return Err(refused("what is observed is not known before the run".into()));
        }
        let settled = settled(plan.piece());
        let mut runs: Vec<Run> = Vec::new();
        let (mut step, mut seen, mut went) = (0_u64, 0_u64, 0_u64);
        loop {
            let time = if by_samples { seen } else { step } as f64;
            let value = plan.at(time);
            let size = value.round();
            if !(1.0..=MOST_SAMPLES).contains(&size) {
                let number = crate::text::Number(value);
                return Err(refused(format!("it is {number} at step {step}; a step takes 1 to 2^53 samples")));
            }
            let size = size as u64;
            if runs.last().is_none_or(|run| run.size != size) {
                runs.push(Run { step, seen, size });
            }
            if settled.is_some_and(|settled| time >= settled) {
                return Ok(BatchSizes { runs: runs.into(), unknown: None });
            }
            went += 1;
            // All the steps up to the end of a piece that does not change, and else one.
            let left = steady(plan.piece(), time).map_or(0.0, |end| end - time);
            let steps = (left / if by_samples { size as f64 } else { 1.0 }).ceil().max(1.0) as u64;
            let next = size.checked_mul(steps).and_then(|more| seen.checked_add(more)).zip(step.checked_add(steps));
            match next {
                Some((more, later)) if went < MOST_STEPS => (seen, step) = (more, later),
                _ => return Ok(BatchSizes { runs: runs.into(), unknown: Some(step + 1) }),
            }
        }
    }
}

/// Whether the schedule's time is counted in samples seen, and not in steps. It cannot be both: a step's worth in samples is
/// what is sought.
fn counts_samples(schedule: &Schedule, clock: &Clock) -> Result<bool, &'static str> {
    let (mut by_samples, mut by_steps) = (false, false);
    units(schedule, &mut |unit| match unit {
        Unit::Steps => by_steps = true,
        Unit::Epochs | Unit::Samples | Unit::Tokens => by_samples = true,
        Unit::Run | Unit::Rest => match clock.total_unit() {
            Some(Unit::Steps) => by_steps = true,
            // Unknown ones are told by the binding.
            _ => by_samples = true,
        },
    });
    match (by_samples, by_steps) {
        (true, true) => {
            Err("its lengths are in steps and in samples, and how many samples a step has is what it says; \
                             write all in samples, tokens or epochs, or all in steps; parts of the run count as the run does")
        }
        (by_samples, _) => Ok(by_samples),
    }
}

/// Every unit a length is written in.
fn units(schedule: &Schedule, f: &mut dyn FnMut(Unit)) {
    // Names of numbers, which as lengths are steps.
    let mut numbers: Vec<Arc<str>> = Vec::new();
    walk(schedule, &mut |part| {
        let length = match part.node() {
            Node::Take(_, n) | Node::Skip(_, n) | Node::HoldEvery(_, n) | Node::User(_, _, Some(n)) => n,
            Node::Segment(segment) => segment.length(),
            Node::Let(_, Shared::Dur(n), _) => return f(n.unit()),
            Node::Let(name, Shared::Number(_), _) => return numbers.push(name.clone()),
            // Read at the step.
            Node::User(_, _, None) => return f(Unit::Steps),
            _ => return,
        };
        match length {
            Length::Dur(n) => f(n.unit()),
            Length::Shared(name) if numbers.contains(name) => f(Unit::Steps),
            Length::Shared(_) => {}
        }
    });
}

/// A time from which on its value stays the same, if one is known.
fn settled(piece: &Piece<f64>) -> Option<f64> {
    let latest = |parts: &[Piece<f64>]| {
        parts.iter().map(settled).try_fold(0.0_f64, |latest, settled| Some(latest.max(settled?)))
    };
    match &piece.form {
        Form::Constant(_) => Some(0.0),
        Form::Segment(segment) => (!segment.continues()).then_some(*segment.length()),
        Form::Sequence(sequence) => match sequence.seams.get(sequence.pieces.len()) {
            Some(end) => Some(*end),
            None => Some(sequence.seams.last()? + settled(sequence.pieces.last()?)?),
        },
        Form::Fold(_, parts) => latest(parts),
        Form::Clamp(parts) => latest(&parts[..]),
        Form::Take(_, n) => Some(*n),
        _ => None,
    }
}

/// Up to when the value at `t` stays the same, if that is known.
fn steady(piece: &Piece<f64>, t: f64) -> Option<f64> {
    match &piece.form {
        Form::Segment(segment) if matches!(segment.shape(), Shape::Hold(_)) => Some(*segment.length()),
        Form::Sequence(sequence) => {
            let i = sequence.seams.partition_point(|seam| *seam <= t).checked_sub(1)?;
            let inside = steady(sequence.pieces.get(i)?, t - sequence.seams[i])?;
            Some(sequence.seams[i] + inside)
        }
        _ => None,
    }
}
