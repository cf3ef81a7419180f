//! What turns units into steps.

use crate::{Dur, Ratio, ScheduleError, Unit};

/// What a run knows of its own time: how many steps an epoch has, a sample or a token is worth, the whole run has.
///
/// A clock need only know the units a schedule uses; one that knows nothing, `Clock::new()`, is enough for schedules in
/// steps. What makes no sense (zero, negative, NaN) is refused when a schedule that needs it is bound.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{Clock, cosine, epochs, percent, rest, warmup};
///
/// let clock = Clock::new().epoch(938).total(epochs(5));
/// let plan = warmup(1e-3, percent(10)).then(cosine(1e-3, 0.0, rest())).bind(&clock)?;
/// assert_eq!(plan.steps(), Some(4690));
/// # Ok::<(), rappel_schedule::ScheduleError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clock {
    total: Option<Dur>,
    epoch: Option<Ratio>,
    batch: Option<Ratio>,
    tokens: Option<Ratio>,
}

impl Clock {
    /// A clock that knows nothing: for schedules in steps.
    pub fn new() -> Clock {
        Clock::default()
    }

    /// The same clock, for a run of this length: a number of steps, or of any unit the clock knows, as `epochs(5)`.
    pub fn total(mut self, run: impl Into<Dur>) -> Clock {
        self.total = Some(run.into());
        self
    }

    /// The same clock, for epochs of so many steps.
    pub fn epoch(mut self, steps: impl Into<Ratio>) -> Clock {
        self.epoch = Some(steps.into());
        self
    }

    /// The same clock, for steps that see so many training examples each.
    pub fn batch(mut self, samples: impl Into<Ratio>) -> Clock {
        self.batch = Some(samples.into());
        self
    }

    /// The same clock, for steps that see so many tokens each: batch size times sequence length.
    pub fn tokens(mut self, per_step: impl Into<Ratio>) -> Clock {
        self.tokens = Some(per_step.into());
        self
    }

    /// What it can know, by the method that tells it, and that as text.
    #[cfg(feature = "serde")]
    pub(crate) fn known(&self) -> [(&'static str, Option<String>); 4] {
        let text = |ratio: &Option<Ratio>| ratio.as_ref().map(Ratio::to_string);
        [
            ("total", self.total.as_ref().map(Dur::to_string)),
            ("epoch", text(&self.epoch)),
            ("batch", text(&self.batch)),
            ("tokens", text(&self.tokens)),
        ]
    }

    /// The same clock, told that by a method's name; `None` if there is no such method.
    #[cfg(feature = "serde")]
    pub(crate) fn told(self, name: &str, text: &str) -> Result<Option<Clock>, crate::ParseError> {
        Ok(Some(match name {
            "total" => self.total(text.parse::<Dur>()?),
            "epoch" => self.epoch(text.parse::<Ratio>()?),
            "batch" => self.batch(text.parse::<Ratio>()?),
            "tokens" => self.tokens(text.parse::<Ratio>()?),
            _ => return Ok(None),
        }))
    }

    /// The length of `duration`, which is not [`Unit::Rest`], in steps, for a piece that begins at `start`, if that is known.
    /// `piece` writes the piece for an error.
    pub(crate) fn resolve(
        &self,
        duration: Dur,
        start: Option<Ratio>,
        piece: &dyn Fn() -> String,
    ) -> Result<Ratio, ScheduleError> {
        let _ = start;
        let amount = duration.amount();
        let known = |what, value: Option<Ratio>| match value {
            Some(v) if v.is_positive() => Ok(v),
            Some(value) => Err(ScheduleError::ClockValue { what, value }),
            None => Err(ScheduleError::Clock { piece: piece(), unit: duration.unit() }),
        };
        let steps = match duration.unit() {
            Unit::Steps => Some(amount),
            Unit::Epochs => amount.times(known("steps per epoch", self.epoch)?),
            Unit::Samples => amount.over(known("samples per step", self.batch)?),
            Unit::Tokens => amount.over(known("tokens per step", self.tokens)?),
            Unit::Run | Unit::Rest => amount.times(self.run(duration.unit(), piece)?),
        };
        steps.ok_or_else(|| ScheduleError::TooFine { piece: piece() })
    }

    /// The length of the run in steps, needed by a duration in `unit`.
    pub(crate) fn run(&self, unit: Unit, piece: &dyn Fn() -> String) -> Result<Ratio, ScheduleError> {
        let invalid = |value| ScheduleError::ClockValue { what: "the length of the run", value };
        let total = self.total.ok_or_else(|| ScheduleError::Clock { piece: piece(), unit })?;
        // A run cannot be a part of itself, and takes a positive time.
        if matches!(total.unit(), Unit::Run | Unit::Rest) || !total.amount().is_positive() {
            return Err(invalid(total.amount()));
        }
        self.resolve(total, Some(Ratio::ZERO), &|| format!("a run of {total}"))
    }

    /// The length of the run in steps, if the clock knows it.
    pub(crate) fn known_run(&self) -> Result<Option<Ratio>, ScheduleError> {
        match self.total {
            Some(_) => self.run(Unit::Run, &|| "the run".into()).map(Some),
            None => Ok(None),
        }
    }
}
