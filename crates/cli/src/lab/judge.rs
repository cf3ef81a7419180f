//! `rappel judge`: what is wrong with a run, in plain words.

use super::picture::{self, Picture};
use super::subject::{self, Subject};
use crate::Failure;
use clap::{Arg, ArgMatches, Command, value_parser};
use rappel_lab::autodiff::Tape;
use rappel_lab::chart::{Chart, Scale};
use rappel_lab::gauge::{Gauge, GaugeLog, Reading};
use rappel_lab::verdict::{Judge, Kind};
use rappel_lab::{LabError, Problem, Trial};
use std::io::Write;
use std::path::{Path, PathBuf};

/// How often a run is looked at: its losses on training and held-out data, its units, and what it is found to be.
const LOOKS: u64 = 40;

/// The smoothed loss is a mean of about so many steps, at most a tenth of the run.
const SMOOTHED: usize = 30;

pub(super) fn command() -> Command {
    let subject = [
        subject::problem(),
        subject::rule(),
        subject::rate().required(false).required_unless_present("log").conflicts_with("log"),
    ];
    Command::new("judge")
        .about("Say what is wrong with a run, on what evidence, and what to try")
        .args(subject.into_iter().chain(subject::run()))
        .arg(
            Arg::new("log")
                .long("log")
                .value_name("FILE")
                .help("Judge the run whose readings `rappel gauge --exact --log` wrote, instead of training")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(picture::argument())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let picture = Picture::new(matches)?;
    let mut hearing = Hearing::default();
    let title = match matches.get_one::<PathBuf>("log") {
        Some(path) => {
            let log = GaugeLog::read(path)?;
            in_order(path, &log.readings)?;
            hearing.every = (log.readings.len() as u64).div_ceil(LOOKS);
            log.readings.iter().for_each(|reading| hearing.hear(reading));
            if let Some(cut) = log.cut {
                writeln!(out, "{cut}")?;
            }
            path.display().to_string()
        }
        None => {
            let subject = Subject::<f32>::new(matches)?;
            hearing.every = subject.steps.div_ceil(LOOKS);
            train(&subject, &mut hearing)?;
            format!("{} with {}", subject.problem.name(), subject.optimizer.name())
        }
    };
    for verdict in hearing.judge.verdicts() {
        writeln!(out, "{verdict}")?;
    }
    picture.draw(&hearing.chart(title), out)
}

/// A log is of one run, in its order.
fn in_order(path: &Path, readings: &[Reading]) -> Result<(), Failure> {
    let refused = |why: String| Err(Failure::Refused(format!("{}: {why}", path.display())));
    if readings.is_empty() {
        return refused("there is no reading in it to be judged".into());
    }
    match readings.windows(2).find(|pair| pair[1].step <= pair[0].step) {
        Some(pair) => refused(format!(
            "step {} stands behind step {}: what can be judged is the log of one run, in its order",
            pair[1].step, pair[0].step
        )),
        None => Ok(()),
    }
}

/// Trains, and tells the judge all that a problem has to tell.
fn train(subject: &Subject<f32>, hearing: &mut Hearing) -> Result<(), Failure> {
    let problem = &*subject.problem;
    let (mut trial, mut gauge) = (subject.trial(), Gauge::exact());
    for step in 0..subject.steps {
        if step % hearing.every == 0 {
            look(problem, &trial, &mut hearing.judge);
        }
        let (loss, gradients) = trial.gradients(problem);
        if !loss.is_finite() {
            let lost = Reading::lost(step, loss);
            gauge.close(&*trial.net)?.into_iter().for_each(|reading| hearing.hear(reading));
            hearing.hear(&lost);
            return Ok(());
        }
        gauge.before(&*trial.net, loss, &gradients)?;
        trial.apply(&gradients).map_err(LabError::from)?;
        gauge.after(trial.optimizer.lr()).into_iter().for_each(|reading| hearing.hear(reading));
    }
    look(problem, &trial, &mut hearing.judge);
    gauge.close(&*trial.net)?.into_iter().for_each(|reading| hearing.hear(reading));
    Ok(())
}

/// Looks at the units, and at both losses where there is held-out data.
fn look(problem: &dyn Problem, trial: &Trial, judge: &mut Judge) {
    let tape = Tape::default();
    tape.watch(&trial.net);
    let whole = problem.whole(&*trial.net, &tape);
    judge.activations(&tape);
    if let Some(score) = problem.held_out(&*trial.net) {
        judge.validation(f64::from(whole.item()), score);
    }
}

/// A judge, and what is drawn.
#[derive(Default)]
struct Hearing {
    judge: Judge,
    every: u64,
    losses: Vec<(f64, f64)>,
    /// What the rate was found to be, and since which step.
    found: Option<(Kind, u64)>,
}

impl Hearing {
    fn hear(&mut self, reading: &Reading) {
        self.judge.step(reading);
        self.losses.push((reading.step as f64, reading.loss));
        if self.judge.steps().is_multiple_of(self.every) || !reading.loss.is_finite() {
            let kind = self.judge.verdicts()[0].kind;
            if self.found.is_none_or(|(found, _)| found != kind) {
                self.found = Some((kind, reading.step));
            }
        }
    }

    fn chart(&self, title: String) -> Chart {
        let share = 1.0 / (self.losses.len() / 10).clamp(1, SMOOTHED) as f64;
        let mut smooth = None;
        let smoothed: Vec<(f64, f64)> = self
            .losses
            .iter()
            .map(|(step, loss)| {
                let next = smooth.map_or(*loss, |s: f64| s + share * (loss - s));
                smooth = Some(next);
                (*step, next)
            })
            .collect();
        let chart = Chart::new(title, Scale::linear("step"), Scale::log("loss"))
            .dots("loss", self.losses.iter().copied())
            .line("smoothed", smoothed);
        match self.found {
            Some((kind, step)) => chart.mark(format!("{kind} since here"), step as f64),
            None => chart,
        }
    }
}
