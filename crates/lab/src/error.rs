//! What can go wrong in the lab.

use std::io;
use std::path::PathBuf;

use rappel_data::DataError;
use rappel_file::CannotWrite;
use rappel_optim::StepError;
use rappel_schedule::{ParseError, ScheduleError, did_you_mean};
use thiserror::Error;

use crate::range::NoDescent;

/// Why a tool of the lab has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LabError {
    /// A range of rates, or of another hyperparameter, that cannot be walked.
    #[error("the range of {what} from {from} to {to}: {why}")]
    Range {
        /// The hyperparameter.
        what: String,
        /// Where the range begins.
        from: f64,
        /// Where it ends.
        to: f64,
        /// What is required.
        why: &'static str,
    },

    /// A setting that has no meaning.
    #[error("{what} is {value}: {why}")]
    Setting {
        /// The setting's name.
        what: &'static str,
        /// Its value.
        value: String,
        /// What is required.
        why: &'static str,
    },

    /// A name that is not among those there are.
    #[error("there is no {what} `{name}`{}", instead(name, known))]
    Unknown {
        /// What it would name.
        what: &'static str,
        /// The name.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },

    /// A start of more or fewer numbers than the net has.
    #[error("the start of `{problem}` has {takes} numbers, and {given} {} given", if *given == 1 { "is" } else { "are" })]
    Start {
        /// The problem.
        problem: String,
        /// How many the net has.
        takes: usize,
        /// How many there are.
        given: usize,
    },

    /// A loss is no number where one is needed to go on.
    #[error("the loss is {loss} at step {step}, {when}: {advice}")]
    Loss {
        /// The step, counted from 0.
        step: u64,
        /// The loss.
        loss: f64,
        /// At what moment of the work.
        when: &'static str,
        /// What to look at.
        advice: &'static str,
    },

    /// A gradient norm that no schedule can be made of.
    #[error(
        "gradient norm {at} is {norm}, and must be finite and above 0: leave out the steps where it is not, or smooth them"
    )]
    Norm {
        /// Which, counted from 0.
        at: usize,
        /// The norm.
        norm: f64,
    },

    /// What is measured is no number.
    #[error("{what} is {value}: {advice}")]
    NotFinite {
        /// What is measured.
        what: String,
        /// What it came to.
        value: f64,
        /// What to look at.
        advice: &'static str,
    },

    /// A derivative is no number although the losses are: it outgrew the number type.
    #[error(
        "the derivative in {of} of a run of {steps} steps is {value}: the run amplifies whatever is changed; lower the rate or shorten the run"
    )]
    Derivative {
        /// The number it is the derivative in.
        of: String,
        /// What it is.
        value: f64,
        /// How long the run is.
        steps: u64,
    },

    /// The net is not the one it was: it has other parameters.
    #[error(
        "the net has other parameters than before ({was} then, {is} now): a tool follows one net, so build it once, outside the closure"
    )]
    Parameters {
        /// How many there were.
        was: usize,
        /// How many there are.
        is: usize,
    },

    /// A curve's loss does not fall, so there is no rate to suggest.
    #[error(transparent)]
    NoDescent(#[from] NoDescent),

    /// The runs of a sweep are made on different nets.
    #[error(
        "this run's net has {is} parameters, that of another run {was}: a sweep compares rates and rules on one net, whatever the seed"
    )]
    OtherNet {
        /// How many the net of another run has.
        was: usize,
        /// How many there are.
        is: usize,
    },

    /// A run of a sweep failed.
    #[error("arm `{arm}`, rate {rate:?}, seed {seed}: {error}")]
    Member {
        /// The arm.
        arm: String,
        /// The rate.
        rate: f64,
        /// The seed.
        seed: u64,
        /// Why.
        error: Box<LabError>,
    },

    /// A closure of the caller's failed.
    #[error("{0}")]
    Closure(Box<dyn std::error::Error + Send + Sync>),

    /// The optimizer refused a step.
    #[error(transparent)]
    Step(#[from] StepError),

    /// The text of an optimizer or of a schedule is wrong.
    #[error(transparent)]
    Text(#[from] ParseError),

    /// A schedule cannot be used.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),

    /// The data cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),

    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] CannotWrite),

    /// A file cannot be read or appended to.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },

    /// There is nothing to draw, or no room for it.
    #[error("no picture: {why}")]
    Picture {
        /// What is missing.
        why: String,
    },

    /// A line of a journal or log is not what was written there.
    #[error("{}:{line}: {why}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, and what to do.
        why: String,
    },
}

/// What there is in place of a name, the nearest first.
fn instead(name: &str, known: &[String]) -> String {
    let all = known.join(", ");
    match did_you_mean(name, known.iter().map(String::as_str)) {
        near if near.is_empty() => format!("; there are {all}"),
        near => format!("{near} There are {all}"),
    }
}
