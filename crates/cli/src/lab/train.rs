//! `rappel train`: one run, its loss drawn.

use super::picture::{self, Picture};
use super::subject::{self, Subject};
use crate::Failure;
use clap::{ArgMatches, Command};
use rappel_lab::LabError;
use rappel_lab::chart::{Chart, Scale};
use std::io::Write;

/// How many lines a run prints.
const LINES: u64 = 10;

pub(super) fn command() -> Command {
    Command::new("train")
        .about("Train a problem at a rate, and draw its loss")
        .args(subject::arguments())
        .arg(picture::argument())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let (subject, picture) = (Subject::<f32>::new(matches)?, Picture::new(matches)?);
    let problem = &*subject.problem;
    let mut trial = subject.trial();
    let mut losses = Vec::new();
    for step in 0..subject.steps {
        let loss = trial.step(problem).map_err(LabError::from)?;
        if !loss.is_finite() {
            writeln!(out, "step {step}: the loss is {loss}; the run has diverged")?;
            break;
        }
        if step % subject.steps.div_ceil(LINES) == 0 {
            writeln!(out, "step {step:>6}  loss {loss:.6}  rate {:.3e}", trial.optimizer.lr())?;
        }
        losses.push((step as f64, loss));
    }
    let score = problem.held_out(&*trial.evaluated());
    match score {
        Some(score) => {
            write!(out, "held out: loss {:.6}", score.loss)?;
            match score.accuracy {
                Some(accuracy) => writeln!(out, ", accuracy {:.2} %", 100.0 * accuracy)?,
                None => writeln!(out)?,
            }
        }
        None => writeln!(out, "whole loss: {:.6}", trial.whole(problem))?,
    }
    let title = format!("{} with {}", problem.name(), trial.optimizer.name());
    picture.draw(&Chart::new(title, Scale::linear("step"), Scale::log("loss")).line("loss", losses), out)
}
