//! `rappel refine`: the schedule that a run's gradient norms ask for.

use super::picture::{self, Picture};
use super::subject::{self, Subject};
use super::{norms, tolerance};
use crate::Failure;
use clap::{Arg, ArgGroup, ArgMatches, Command, value_parser};
use rappel_lab::LabError;
use rappel_lab::chart::{Chart, Scale};
use rappel_lab::improve::{Norms, Refinement};
use std::io::Write;
use std::path::PathBuf;

const WHAT: &str = "\
The norms are those of a log of the gauge, of a file of numbers, or, with --rate, of a run that is
made now. Rates are in proportion to w_t * (sum over p > t of w_p), with w the inverse of the squared
norm, and for adam and its kin of the sum of absolute values (Defazio et al., arXiv:2310.07831). The highest is 1:
what it is to be multiplied by has to be tuned as ever. Constant norms give linear decay.";

pub(super) fn command() -> Command {
    let part = |text: &str| match text.parse::<f64>() {
        Ok(part) if (0.0..=1.0).contains(&part) => Ok(part),
        _ => Err("expected a number from 0 to 1"),
    };
    Command::new("refine")
        .about("Make a schedule of a run's gradient norms")
        .after_help(WHAT)
        .arg(
            Arg::new("log")
                .long("log")
                .value_name("FILE")
                .help("A log of the gauge, a reading per line")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(norms::file())
        .arg(subject::rate().required(false))
        .group(ArgGroup::new("source").args(["log", "norms", "rate"]).required(true))
        .arg(
            Arg::new("group")
                .long("group")
                .value_name("NAME")
                .help("The log's norms of this group alone")
                .requires("log"),
        )
        .args([subject::problem(), subject::rule()])
        .args(subject::run())
        .arg(
            Arg::new("window")
                .long("window")
                .value_name("X")
                .help("The part of the run whose median smooths the norms")
                .default_value("0.1")
                .value_parser(part),
        )
        .arg(tolerance::argument())
        .arg(picture::argument())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let picture = Picture::new(matches)?;
    let rule = matches.get_one::<String>("rule").expect("it has a default");
    // A rule that is not there has no schedule.
    let rule = rappel_lab::rules::named::<f32>(rule, 1.0.into())?.name();
    let kind = if rule.contains("adam") { Refinement::adam() } else { Refinement::sgd() };
    let refinement = kind.window(*matches.get_one("window").expect("it has a default"));
    let file = |name| matches.get_one::<PathBuf>(name);
    let norms = match (file("log"), file("norms")) {
        (Some(path), _) => {
            if rule.contains("adam") {
                writeln!(out, "note: a log has Euclidean norms; they stand in for sums of absolute values")?;
            }
            Norms::of_log(path, matches.get_one::<String>("group").map(String::as_str))?
        }
        (None, Some(path)) => Norms::of_numbers(path)?,
        (None, None) => measured(matches, &refinement)?,
    };
    let rates = refinement.rates(&norms.values)?;
    let of_run = (norms.values.len() as u64).saturating_mul(norms.every);
    let steps = matches.get_one("steps").copied().unwrap_or(of_run);
    writeln!(out, "{}", refinement.schedule_over(&norms, steps, tolerance::value(matches))?)?;
    let step = (steps - 1) as f64 / (rates.len() - 1) as f64;
    let highest = norms.values.iter().copied().fold(0.0, f64::max);
    let line = |values: &[f64], over: f64| {
        (0_u32..).zip(values).map(|(i, v)| (step * f64::from(i), v / over)).collect::<Vec<_>>()
    };
    let chart = Chart::new("refined from gradient norms", Scale::linear("step"), Scale::linear("part of the highest"))
        .dots("gradient norm", line(&norms.values, highest))
        .line("rate", line(&rates, 1.0));
    picture.draw(&chart, out)
}

/// The norms of a run that is made for them.
fn measured(matches: &ArgMatches, refinement: &Refinement) -> Result<Norms, Failure> {
    let subject = Subject::<f32>::new(matches)?;
    let mut trial = subject.trial();
    let mut values = Vec::new();
    for step in 0..subject.steps {
        let (loss, gradients) = trial.gradients(&*subject.problem);
        if !loss.is_finite() {
            let advice = "a lower rate; the norms of a run that diverged say nothing of one that does not";
            return Err(LabError::Loss { step, loss, when: "while the norms were measured", advice }.into());
        }
        values.push(refinement.norm(&gradients));
        trial.apply(&gradients).map_err(LabError::from)?;
    }
    Ok(Norms { values, every: 1 })
}
