//! What can be wrong with a schedule.

use crate::{Ratio, Unit};
use std::{error::Error, fmt};

/// Why a schedule cannot be used: which piece, with which number, and what to do.
///
/// `piece` is always the text of the piece, as [`Schedule`](crate::Schedule) prints it.
///
/// # Examples
///
/// ```
/// use rappel_schedule::{ScheduleError, cosine, linear, percent};
///
/// let error = linear(0.0, f64::NAN, 500).check().unwrap_err();
/// assert!(matches!(error, ScheduleError::Value { value, .. } if value.is_nan()));
/// assert_eq!(error.to_string(), "linear(0, nan, 500): nan is not a value a schedule can have; values must be finite");
///
/// let error = cosine(1e-3, 0.0, percent(90)).bind(&Default::default()).unwrap_err();
/// assert!(error.to_string().contains("`.over(steps)`"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ScheduleError {
    /// A value is NaN or infinite.
    Value {
        /// The piece.
        piece: String,
        /// The value.
        value: f64,
    },
    /// A duration is zero, negative, NaN or infinite.
    Duration {
        /// The piece.
        piece: String,
        /// The amount, in the unit it was written in.
        amount: Ratio,
    },
    /// The pieces ask for more than the whole run.
    OverWhole {
        /// The piece with which the sum exceeds the run.
        piece: String,
        /// The sum of the fractions up to it: above 1.
        sum: Ratio,
    },
    /// Two pieces of one sequence last for the rest of the run.
    TwoRests {
        /// The first.
        first: String,
        /// The second.
        second: String,
    },
    /// A piece follows one that never ends.
    Unreachable {
        /// The piece that is never reached.
        piece: String,
        /// The piece that never ends.
        endless: String,
    },
    /// The schedule is [`empty`](crate::empty): it has no value.
    Empty,
    /// The clock does not know a unit.
    Clock {
        /// The piece.
        piece: String,
        /// The unit of its duration.
        unit: Unit,
    },
    /// The clock knows a unit by a number that makes no sense: zero, negative, NaN, or a run that is a part of itself.
    ClockValue {
        /// What the number stands for.
        what: &'static str,
        /// The number.
        value: Ratio,
    },
    /// A number of steps that depends on where a piece begins, as the batch size changes, and that is not known.
    UnknownStart {
        /// The piece.
        piece: String,
        /// The unit of its duration.
        unit: Unit,
    },
    /// The clock knows a unit by what a step has, and the batch size changes.
    ChangingBatch {
        /// The piece.
        piece: String,
        /// The unit of its duration.
        unit: Unit,
    },
    /// A batch-size schedule makes no sense.
    BatchSchedule {
        /// The schedule.
        schedule: String,
        /// Why.
        reason: String,
    },
    /// The other pieces leave nothing of the run.
    NoRest {
        /// The piece that lasts for the rest.
        piece: String,
        /// The steps the other pieces take.
        used: Ratio,
        /// The steps of the run.
        total: Ratio,
    },
    /// The schedule has more than 2^53 steps, where floats no longer tell steps apart.
    TooLong {
        /// The piece with which the sum exceeds 2^53.
        piece: String,
        /// The sum.
        steps: Ratio,
    },
    /// Durations whose exact sum or product has more than 38 digits.
    TooFine {
        /// The piece at which this shows.
        piece: String,
    },
    /// Values that are not all finite: they grow too large for floats, or are quotients of what is zero or infinite.
    Unbounded {
        /// The piece.
        piece: String,
        /// The last step that was looked at: the end of the run if that is known, else 2^53.
        steps: f64,
    },
    /// The values of a shape do not go together.
    Shape {
        /// The piece.
        piece: String,
        /// Why.
        reason: &'static str,
    },
    /// The lower bound is above the upper.
    Clamp {
        /// The piece.
        piece: String,
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// The periods of a repetition make no sense.
    Repeat {
        /// The piece.
        piece: String,
        /// Why.
        reason: &'static str,
    },
    /// A piece without end is repeated.
    RepeatedEndless {
        /// The piece.
        piece: String,
    },
    /// A repeated piece lasts for the rest of the run.
    RepeatedRest {
        /// The piece.
        piece: String,
    },
    /// The rest of the run is not known, as what is observed ends another piece.
    UnknownRest {
        /// The piece.
        piece: String,
    },
    /// Periods of different lengths are too many.
    TooManyCycles {
        /// The piece.
        piece: String,
        /// The most there can be.
        most: u32,
    },
    /// The tree has too many parts.
    TooManyParts {
        /// How many.
        parts: usize,
    },
    /// The tree is too deep.
    TooDeep {
        /// The deepest it can be.
        most: usize,
    },
    /// A piece without a known end is reversed.
    ReversedEndless {
        /// The piece.
        piece: String,
    },
    /// What is spliced over a schedule never ends.
    EndlessWarmup {
        /// The piece.
        piece: String,
    },
    /// More is skipped than there is.
    NothingLeft {
        /// The piece.
        piece: String,
        /// Its steps.
        length: Ratio,
        /// The steps to skip.
        skipped: Ratio,
    },
    /// There is no inclusive form.
    Inclusive {
        /// The piece.
        piece: String,
    },
    /// There is nothing to continue.
    Continue {
        /// The piece.
        piece: String,
    },
    /// An end that is an error does not stand at the end.
    MisplacedEnd {
        /// The piece.
        piece: String,
    },
    /// The run is longer than a schedule after which nothing may follow.
    EndsEarly {
        /// The schedule.
        piece: String,
        /// Its steps.
        length: Ratio,
        /// The steps of the run.
        total: Ratio,
    },
    /// A step after the end of a schedule after which nothing may follow.
    PastEnd {
        /// The schedule.
        piece: String,
        /// The step.
        step: u64,
        /// Its length in steps.
        length: f64,
    },
    /// `here` where nothing comes before.
    NoHere,
    /// `there` where nothing is spliced.
    NoThere,
    /// A name that no `let` gave.
    UnknownName {
        /// The name.
        name: String,
    },
    /// A name that is not one.
    Name {
        /// The name.
        name: String,
    },
    /// A shared length stands where a value is asked for.
    NotAValue {
        /// The name.
        name: String,
        /// The duration.
        duration: String,
    },
    /// A name for the rest of the run.
    SharedRest {
        /// The name.
        name: String,
    },
    /// A linked quantity that is not known.
    UnknownLink {
        /// The name.
        name: String,
    },
    /// Linked quantities that follow each other in a circle.
    LinkCycle {
        /// The names, in the order of the circle.
        names: Vec<String>,
    },
    /// A user's function that is not known.
    UnknownFunction {
        /// The name.
        name: String,
    },
    /// An adaptive rule that is not known.
    UnknownRule {
        /// The name.
        name: String,
    },
    /// The arguments of an adaptive rule make no sense.
    Rule {
        /// The piece.
        piece: String,
        /// Why.
        reason: String,
    },
    /// A state is not one of this schedule.
    State {
        /// The schedule.
        piece: String,
        /// How many rules it has and how many numbers each remembers.
        expected: Vec<usize>,
        /// Those of the state.
        found: Vec<usize>,
    },
    /// An adaptive rule where time is changed.
    AdaptiveUnder {
        /// The piece.
        piece: String,
        /// What changes the time.
        under: &'static str,
    },
    /// What waits for an observation stands inside something else that is followed.
    NestedUntil {
        /// The piece.
        piece: String,
    },
    /// An argument of a user's function that moves.
    MovingArgument {
        /// The piece.
        piece: String,
    },
    /// The arguments of another library's function, or of a recipe, are not ones it takes.
    Named {
        /// The piece.
        piece: String,
        /// Why.
        reason: String,
    },
    /// More boundaries than can be listed.
    TooManyBoundaries {
        /// The most there can be.
        most: usize,
    },
    /// A rate with which there is no bound of the last iterate.
    Rate {
        /// The step, or the number of steps if it is about them all.
        step: usize,
        /// The rate, or the sum of them.
        value: f64,
        /// Why.
        reason: &'static str,
    },
    /// There is no derivative in a knob.
    NoDerivative {
        /// The schedule.
        piece: String,
        /// Why.
        reason: String,
    },
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScheduleError::Value { piece, value } => {
                let value = crate::text::Number(*value);
                write!(f, "{piece}: {value} is not a value a schedule can have; values must be finite")
            }
            ScheduleError::Duration { piece, amount } => {
                write!(f, "{piece}: a piece cannot last {amount}; a duration must be finite and above zero")
            }
            ScheduleError::OverWhole { piece, sum } => {
                let percent = sum.to_f64() * 100.0;
                write!(
                    f,
                    "{piece}: up to here the pieces ask for {percent} % of the run; 100 % is all there is, and "
                )?;
                f.write_str("`rest()` is what is left of it")
            }
            ScheduleError::TwoRests { first, second } => {
                write!(f, "{first} and {second}: only one piece can last for the rest of the run; ")?;
                f.write_str("give the other a length, or a part of the run as `percent(40)`")
            }
            ScheduleError::Unreachable { piece, endless } => {
                write!(f, "{piece} is never reached: {endless} before it never ends; ")?;
                write!(f, "give it a length: `hold(v, n)` holds the value v for n steps")
            }
            ScheduleError::Empty => f.write_str("an empty schedule has no value; `then` something"),
            ScheduleError::Clock { piece, unit } => {
                write!(
                    f,
                    "{piece}: {}",
                    match unit {
                        Unit::Epochs => "epochs need the number of steps in one: bind with `Clock::new().epoch(steps)`",
                        Unit::Samples => "samples need the batch size: bind with `Clock::new().batch(samples)`",
                        Unit::Tokens =>
                            "tokens need the number of tokens in a step: bind with `Clock::new().tokens(n)`",
                        Unit::Run => "a part of the run needs the run's length: bind with `.over(steps)`",
                        Unit::Rest => "the rest of the run needs the run's length: bind with `.over(steps)`",
                        Unit::Steps => "steps need no clock",
                    }
                )
            }
            ScheduleError::ClockValue { what, value } => {
                write!(
                    f,
                    "{what} cannot be {value}: the clock's numbers must be finite and above zero, and the run's "
                )?;
                f.write_str("length in steps, epochs, samples or tokens")
            }
            ScheduleError::UnknownStart { piece, unit } => {
                write!(
                    f,
                    "{piece}: how many steps {} are depends on where it begins, as the batch size changes; ",
                    unit.plural()
                )?;
                f.write_str("here that is not known: write the length in steps, or do not repeat, reverse or share it")
            }
            ScheduleError::ChangingBatch { piece, unit } => {
                let call = if *unit == Unit::Tokens { "sequence(tokens)" } else { "epoch_samples(n)" };
                write!(f, "{piece}: the batch size changes, so steps are not alike in {}; ", unit.plural())?;
                write!(f, "bind with `Clock::new().{call}`")
            }
            ScheduleError::BatchSchedule { schedule, reason } => {
                write!(f, "the batch sizes {schedule}: {reason}")
            }
            ScheduleError::NoRest { piece, used, total } => {
                write!(
                    f,
                    "{piece}: nothing is left of the run: it has {total} steps and the other pieces take {used}; "
                )?;
                f.write_str("train longer, or write the others as parts of the run, as `percent(10)`")
            }
            ScheduleError::TooLong { piece, steps } => {
                write!(
                    f,
                    "{piece}: {steps} steps are more than can be counted (2^53); if a subtraction as `steps - 200` "
                )?;
                f.write_str("went below zero, write `rest()` for what is left of the run")
            }
            ScheduleError::TooFine { piece } => {
                write!(f, "{piece}: the exact sum of the durations has more than 38 digits; use rounder ones")
            }
            ScheduleError::Named { piece, reason } => {
                write!(f, "{piece}: {reason}")
            }
            ScheduleError::Unbounded { piece, steps } => {
                let steps = crate::text::Number(*steps);
                write!(f, "{piece}: its values up to step {steps} are not all finite; ")?;
                f.write_str("what grows needs an end, as `take(n)`, a bound, as `clamp(low, high)`, or the length of the run")
            }
            ScheduleError::Shape { piece, reason } => {
                write!(f, "{piece}: {reason}")
            }
            ScheduleError::Clamp { piece, low, high } => {
                write!(f, "{piece}: nothing lies between {} and {}; the lower bound comes first", crate::text::Number(*low), crate::text::Number(*high))
            }
            ScheduleError::Repeat { piece, reason } => {
                write!(f, "{piece}: {reason}")
            }
            ScheduleError::RepeatedEndless { piece } => {
                write!(f, "{piece} has no end after which it could be repeated; `take(n)` gives it one")
            }
            ScheduleError::RepeatedRest { piece } => {
                write!(f, "{piece}: what is repeated cannot take the rest of the run each time; give it a length")
            }
            ScheduleError::UnknownRest { piece } => {
                write!(f, "{piece}: what is left of the run is not known, as what is observed ends another piece; give it a length")
            }
            ScheduleError::TooManyCycles { piece, most } => {
                write!(f, "{piece}: more than {most} periods of different lengths; say how many there are, or let them grow faster")
            }
            ScheduleError::TooManyParts { parts } => {
                write!(f, "{parts} parts are more than a schedule can have; `repeat` writes a part once")
            }
            ScheduleError::TooDeep { most } => {
                write!(f, "more than {most} levels, of brackets or of values that are `here` only when the run gets there; they are evaluated one inside the other")
            }
            ScheduleError::ReversedEndless { piece } => {
                write!(f, "{piece} has no known end to start from; only what ends by itself can be reversed")
            }
            ScheduleError::EndlessWarmup { piece } => {
                write!(f, "{piece} never ends, so it cannot be spliced over another schedule; give it a length")
            }
            ScheduleError::NothingLeft { piece, length, skipped } => {
                write!(f, "{piece}: nothing is left after skipping {skipped} of {length} steps")
            }
            ScheduleError::Inclusive { piece } => {
                write!(f, "{piece}: only a shape, the last piece of a sequence and the parts of a combination can be inclusive; write it inside")
            }
            ScheduleError::Continue { piece } => {
                write!(f, "{piece}: it has no formula beyond its end; a line, a cosine, an exponential and a held value have")
            }
            ScheduleError::MisplacedEnd { piece } => {
                write!(f, "{piece}: `after(error)` says something of the whole schedule, so it comes last of all")
            }
            ScheduleError::EndsEarly { piece, length, total } => {
                write!(f, "{piece} ends after {length} steps and the run has {total}; lengthen it, or say what follows its end, as `after(repeat)`")
            }
            ScheduleError::PastEnd { piece, step, length } => {
                write!(f, "{piece} ends after {} steps and was asked for step {step}; lengthen it, or say what follows its end, as `after(repeat)`", crate::text::Number(*length))
            }
            ScheduleError::NoHere => {
                f.write_str("`here` is the value the piece before ends with, and there is none: it stands behind a `>>`")
            }
            ScheduleError::NoThere => {
                f.write_str("`there` is the value of the schedule a warm-up is spliced over: it stands in the warm-up of a `splice`")
            }
            ScheduleError::UnknownName { name } => {
                write!(f, "nothing is called {name} here; `let {name} = .. in ..` names a value or a length")
            }
            ScheduleError::Name { name } => {
                write!(f, "{name:?} is not a name: letters, digits and underscores, not a digit first, and none of the language's own words")
            }
            ScheduleError::NotAValue { name, duration } => {
                write!(f, "{name} is a length, {duration}, and stands where a value is asked for")
            }
            ScheduleError::SharedRest { name } => {
                write!(f, "let {name} = rest: the rest of the run is taken by one piece; write `rest` there")
            }
            ScheduleError::UnknownLink { name } => {
                write!(f, "@{name}: no quantity of that name; an optimizer knows its own hyperparameters, elsewhere `Registry::link` says what it is")
            }
            ScheduleError::LinkCycle { names } => {
                write!(f, "@{}: each follows the next, in a circle; one of them must stand for itself", names.join(" -> @"))
            }
            ScheduleError::UnknownFunction { name } => {
                write!(f, "user::{name}: no function of that name; register it with `Registry::function` and bind with `bind_with`")
            }
            ScheduleError::UnknownRule { name } => {
                write!(f, "adaptive::{name}: no rule of that name; register it with `Registry::adaptive` and bind with `bind_with`")
            }
            ScheduleError::Rule { piece, reason } => {
                write!(f, "{piece}: {reason}")
            }
            ScheduleError::State { piece, expected, found } => {
                write!(
                    f,
                    "{piece}: the state is another schedule's: its rules remember {found:?} numbers, and should {expected:?}; "
                )?;
                f.write_str("`Plan::state` gives one to begin with")
            }
            ScheduleError::AdaptiveUnder { piece, under } => {
                write!(f, "{piece} follows what is observed, step by step, so it cannot stand under `{under}`, which changes the time; apply it outside")
            }
            ScheduleError::NestedUntil { piece } => {
                write!(f, "{piece}: what waits for an observation must be a piece of the sequence itself to be followed by another")
            }
            ScheduleError::MovingArgument { piece } => {
                write!(f, "{piece}: the values of a user's function do not move; multiply or add the schedule instead")
            }
            ScheduleError::TooManyBoundaries { most } => {
                write!(f, "more than {most} boundaries; ask for fewer steps")
            }
            ScheduleError::Rate { step, value, reason } => {
                write!(f, "step {step}: {}: {reason}", crate::text::Number(*value))
            }
            ScheduleError::NoDerivative { piece, reason } => {
                write!(f, "{piece}: {reason}")
            }
        }
    }
}

impl Error for ScheduleError {}
