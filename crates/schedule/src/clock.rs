//! What turns units into steps.

use crate::batches::{BatchSizes, MOST_STEPS};
use crate::{Dur, Ratio, Schedule, ScheduleError, Unit};
use std::sync::{Arc, OnceLock};

/// What a run knows of its own time: how many steps an epoch has, a sample or a token is worth, the whole run has.
///
/// A clock need only know the units a schedule uses; one that knows nothing, `Clock::new()`, is enough for schedules in
/// steps. What makes no sense (zero, negative, NaN) is refused when a schedule that needs it is bound.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, cosine, epochs, linear, percent, rest, tokens, warmup};
///
/// let clock = Clock::new().epoch(938).total(epochs(5));
/// let plan = warmup(1e-3, percent(10)).then(cosine(1e-3, 0.0, rest())).bind(&clock)?;
/// assert_eq!(plan.steps(), Some(4690));
///
/// // GPT-3's: batches of 32 thousand tokens that grow to 3.2 million over the first 4 billion, and a warm-up in tokens.
/// let ramp = linear(16.0, 1600.0, tokens(4e9));
/// let clock = Clock::new().sequence(2048).batch_schedule(ramp).total(tokens(300e9));
/// let lr = linear(0.0, 6e-5, tokens(375e6)).then(cosine(6e-5, 6e-6, tokens(260e9))).then(6e-6);
/// assert!(lr.bind(&clock)?.at_step(3000) < 6e-5);
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock {
    total: Option<Dur>,
    epoch: Option<Epoch>,
    batch: Option<Batch>,
    tokens: Option<Tokens>,
    /// What the batch sizes come to, once somebody asks.
    batches: Arc<OnceLock<Result<BatchSizes, ScheduleError>>>,
}

/// What an epoch has.
#[derive(Clone, Debug, PartialEq)]
enum Epoch {
    Steps(Ratio),
    Samples(Ratio),
}

/// How many samples a step takes.
#[derive(Clone, Debug, PartialEq)]
enum Batch {
    Same(Ratio),
    Changing(Schedule),
}

/// What has so many tokens.
#[derive(Clone, Debug, PartialEq)]
enum Tokens {
    Step(Ratio),
    Sample(Ratio),
}

/// Equal if they were told the same.
impl PartialEq for Clock {
    fn eq(&self, o: &Clock) -> bool {
        (&self.total, &self.epoch, &self.batch, &self.tokens) == (&o.total, &o.epoch, &o.batch, &o.tokens)
    }
}

/// Where a piece stands whose length is sought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Anchor {
    Start(Ratio),
    End(Ratio),
    Unknown,
}

impl Clock {
    /// A clock that knows nothing: for schedules in steps.
    pub fn new() -> Clock {
        Clock::default()
    }

    /// The same clock, for a run of this length: a number of steps, or of any unit the clock knows, as `epochs(5)`.
    #[must_use]
    pub fn total(mut self, run: impl Into<Dur>) -> Clock {
        self.total = Some(run.into());
        self.afresh()
    }

    /// The same clock, for epochs of so many steps.
    #[must_use]
    pub fn epoch(mut self, steps: impl Into<Ratio>) -> Clock {
        self.epoch = Some(Epoch::Steps(steps.into()));
        self.afresh()
    }

    /// The same clock, for epochs of so many training examples: as many steps as the batch size makes of them, perhaps with a
    /// fraction, for no batch is rounded up. Where the batch size changes, this is what an epoch is.
    ///
    /// ```
    /// use rappel_schedule::{Clock, epochs, linear};
    ///
    /// let clock = Clock::new().batch(64).epoch_samples(60_000);
    /// assert_eq!(linear(1.0, 0.0, epochs(2)).bind(&clock)?.length(), Some(1875.0));
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    #[must_use]
    pub fn epoch_samples(mut self, samples: impl Into<Ratio>) -> Clock {
        self.epoch = Some(Epoch::Samples(samples.into()));
        self.afresh()
    }

    /// The same clock, for steps that see so many training examples each.
    #[must_use]
    pub fn batch(mut self, samples: impl Into<Ratio>) -> Clock {
        self.batch = Some(Batch::Same(samples.into()));
        self.afresh()
    }

    /// The same clock, for steps that see as many training examples as a schedule says: the nearest whole number, halves
    /// rounded up.
    ///
    /// Written in samples, tokens or epochs, the schedule is read at the number of samples seen before a step; written in steps,
    /// at the step. It cannot be both, as how many samples a step has is what it says. Parts of the run, and the rest of it,
    /// count as the [`total`](Clock::total) does. Lengths in samples, tokens and epochs then depend on where a piece begins,
    /// which is found by going through the run; those in tokens need the [`sequence`](Clock::sequence), those in epochs
    /// [`epoch_samples`](Clock::epoch_samples).
    ///
    /// ```
    /// use rappel_schedule::{Clock, hold, linear, samples};
    ///
    /// // 100 samples at 10 a step, then 20 a step.
    /// let clock = Clock::new().batch_schedule(hold(10.0, samples(100)).then(20.0));
    /// let lr = linear(0.0, 1.0, samples(60)).then(linear(1.0, 0.0, samples(80)));
    /// assert_eq!(lr.bind(&clock)?.length(), Some(6.0 + 4.0 + 2.0));
    /// # Ok::<(), rappel_schedule::ScheduleError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a schedule is bound that needs it: [`BatchSchedule`](ScheduleError::BatchSchedule) if it mixes steps and samples,
    /// follows what is observed, or falls below half a sample, and whatever binding it gives.
    #[must_use]
    pub fn batch_schedule(mut self, samples: impl Into<Schedule>) -> Clock {
        self.batch = Some(Batch::Changing(samples.into()));
        self.afresh()
    }

    /// The same clock, for steps that see so many tokens each: batch size times sequence length.
    #[must_use]
    pub fn tokens(mut self, per_step: impl Into<Ratio>) -> Clock {
        self.tokens = Some(Tokens::Step(per_step.into()));
        self.afresh()
    }

    /// The same clock, for training examples of so many tokens each: a step sees as many times that as its batch has examples.
    #[must_use]
    pub fn sequence(mut self, tokens: impl Into<Ratio>) -> Clock {
        self.tokens = Some(Tokens::Sample(tokens.into()));
        self.afresh()
    }

    /// What the batch sizes come to is to be found anew.
    fn afresh(mut self) -> Clock {
        self.batches = Arc::default();
        self
    }

    /// How many samples each step takes.
    ///
    /// # Errors
    ///
    /// [`Clock`](ScheduleError::Clock) if the clock does not know a batch size,
    /// [`ClockValue`](ScheduleError::ClockValue) if that is no whole number above 0, and for a changing one those of
    /// [`batch_schedule`](Clock::batch_schedule).
    pub fn batches(&self) -> Result<BatchSizes, ScheduleError> {
        match &self.batch {
            None => Err(ScheduleError::Clock { piece: "batch sizes".into(), unit: Unit::Samples }),
            Some(Batch::Same(size)) => match u64::try_from(size.numerator()) {
                Ok(whole) if whole > 0 && size.denominator() == 1 => Ok(BatchSizes::same(whole)),
                _ => Err(ScheduleError::ClockValue { what: "samples per step", value: *size }),
            },
            Some(Batch::Changing(schedule)) => self.changing(schedule).cloned(),
        }
    }

    fn changing(&self, schedule: &Schedule) -> Result<&BatchSizes, ScheduleError> {
        self.batches.get_or_init(|| BatchSizes::of(schedule, self)).as_ref().map_err(Clone::clone)
    }

    /// The clock of the batch-size schedule itself: its steps are samples, or the run's steps.
    pub(crate) fn of_batches(&self, by_samples: bool) -> Clock {
        let mut clock = Clock { total: self.total, ..Clock::default() };
        if by_samples {
            clock.batch = Some(Batch::Same(Ratio::ONE));
            clock.epoch = self.epoch.clone().filter(|epoch| matches!(epoch, Epoch::Samples(_)));
            clock.tokens = self.tokens.clone().filter(|tokens| matches!(tokens, Tokens::Sample(_)));
        }
        clock
    }

    pub(crate) fn total_unit(&self) -> Option<Unit> {
        self.total.map(Dur::unit)
    }

    /// Whether a duration in this unit is as many steps wherever it begins.
    pub(crate) fn even(&self, unit: Unit) -> bool {
        !matches!(self.batch, Some(Batch::Changing(_))) || matches!(unit, Unit::Steps | Unit::Run | Unit::Rest)
    }

    /// What it can know, by the method that tells it, and that as text.
    #[cfg(feature = "serde")]
    pub(crate) fn known(&self) -> [(&'static str, Option<String>); 7] {
        let (epoch, epoch_samples) = match self.epoch {
            None => (None, None),
            Some(Epoch::Steps(n)) => (Some(n.to_string()), None),
            Some(Epoch::Samples(n)) => (None, Some(n.to_string())),
        };
        let (batch, batch_schedule) = match &self.batch {
            None => (None, None),
            Some(Batch::Same(n)) => (Some(n.to_string()), None),
            Some(Batch::Changing(schedule)) => (None, Some(schedule.to_string())),
        };
        let (tokens, sequence) = match self.tokens {
            None => (None, None),
            Some(Tokens::Step(n)) => (Some(n.to_string()), None),
            Some(Tokens::Sample(n)) => (None, Some(n.to_string())),
        };
        [
            ("total", self.total.as_ref().map(Dur::to_string)),
            ("epoch", epoch),
            ("epoch_samples", epoch_samples),
            ("batch", batch),
            ("batch_schedule", batch_schedule),
            ("tokens", tokens),
            ("sequence", sequence),
        ]
    }

    /// The same clock, told that by a method's name; `None` if there is no such method.
    #[cfg(feature = "serde")]
    pub(crate) fn told(self, name: &str, text: &str) -> Result<Option<Clock>, crate::ParseError> {
        Ok(Some(match name {
            "total" => self.total(text.parse::<Dur>()?),
            "epoch" => self.epoch(text.parse::<Ratio>()?),
            "epoch_samples" => self.epoch_samples(text.parse::<Ratio>()?),
            "batch" => self.batch(text.parse::<Ratio>()?),
            "batch_schedule" => self.batch_schedule(text.parse::<Schedule>()?),
            "tokens" => self.tokens(text.parse::<Ratio>()?),
            "sequence" => self.sequence(text.parse::<Ratio>()?),
            _ => return Ok(None),
        }))
    }

    /// The length of `duration`, which is not [`Unit::Rest`], in steps, for a piece that stands at `anchor`. `piece` writes the
    /// piece for an error.
    pub(crate) fn resolve(
        &self,
        duration: Dur,
        anchor: Anchor,
        piece: &dyn Fn() -> String,
    ) -> Result<Ratio, ScheduleError> {
        let (amount, unit) = (duration.amount(), duration.unit());
        let positive = |what, value: Ratio| match value.is_positive() {
            true => Ok(value),
            false => Err(ScheduleError::ClockValue { what, value }),
        };
        let unknown = || ScheduleError::Clock { piece: piece(), unit };
        let too_fine = || ScheduleError::TooFine { piece: piece() };
        // What a step has by itself says nothing where the batch size changes.
        let same = || match self.even(unit) {
            true => Ok(()),
            false => Err(ScheduleError::ChangingBatch { piece: piece(), unit }),
        };
        let samples = match unit {
            Unit::Steps => return Ok(amount),
            Unit::Run | Unit::Rest => return amount.times(self.run(unit, piece)?).ok_or_else(too_fine),
            Unit::Samples => Some(amount),
            Unit::Epochs => match self.epoch.as_ref().ok_or_else(unknown)? {
                Epoch::Samples(n) => amount.times(positive("samples per epoch", *n)?),
                Epoch::Steps(n) => {
                    same()?;
                    return amount.times(positive("steps per epoch", *n)?).ok_or_else(too_fine);
                }
            },
            Unit::Tokens => match self.tokens.as_ref().ok_or_else(unknown)? {
                Tokens::Sample(n) => amount.over(positive("tokens per sample", *n)?),
                Tokens::Step(n) => {
                    same()?;
                    return amount.over(positive("tokens per step", *n)?).ok_or_else(too_fine);
                }
            },
        };
        let samples = samples.ok_or_else(too_fine)?;
        match &self.batch {
            None => Err(ScheduleError::Clock { piece: piece(), unit: Unit::Samples }),
            Some(Batch::Same(size)) => samples.over(positive("samples per step", *size)?).ok_or_else(too_fine),
            Some(Batch::Changing(schedule)) => {
                let batches = self.changing(schedule)?;
                let steps = match anchor {
                    Anchor::Start(start) => batches.steps_after(start, samples),
                    Anchor::End(end) => batches.steps_before(end, samples),
                    Anchor::Unknown => return Err(ScheduleError::UnknownStart { piece: piece(), unit }),
                };
                steps.ok_or_else(|| match batches.unfinished() {
                    true => ScheduleError::BatchSchedule {
                        schedule: schedule.to_string(),
                        reason: format!(
                            "it still changes after the {MOST_STEPS} steps that are gone through, where {} ends",
                            piece()
                        ),
                    },
                    false => too_fine(),
                })
            }
        }
    }

    /// The length of the run in steps, needed by a duration in `unit`.
    pub(crate) fn run(&self, unit: Unit, piece: &dyn Fn() -> String) -> Result<Ratio, ScheduleError> {
        let invalid = |value| ScheduleError::ClockValue { what: "the length of the run", value };
        let total = self.total.ok_or_else(|| ScheduleError::Clock { piece: piece(), unit })?;
        // A run cannot be a part of itself, and takes a positive time.
        if matches!(total.unit(), Unit::Run | Unit::Rest) || !total.amount().is_positive() {
            return Err(invalid(total.amount()));
        }
        self.resolve(total, Anchor::Start(Ratio::ZERO), &|| format!("a run of {total}"))
    }

    /// The length of the run in steps, if the clock knows it.
    pub(crate) fn known_run(&self) -> Result<Option<Ratio>, ScheduleError> {
        match self.total {
            Some(_) => self.run(Unit::Run, &|| "the run".into()).map(Some),
            None => Ok(None),
        }
    }
}
