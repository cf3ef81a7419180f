//! `rappel gauge`: one run, with what each of its steps did.

use super::picture::{self, Picture};
use super::subject::{self, Subject};
use crate::Failure;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rappel_lab::LabError;
use rappel_lab::chart::{Chart, Scale};
use rappel_lab::gauge::{Gauge, GaugeLog, Reading};
use std::io::Write;
use std::path::PathBuf;

/// How many lines a run prints.
const LINES: u64 = 20;

/// How many points a line of the picture has at most.
const POINTS: usize = 100;

pub(super) fn command() -> Command {
    Command::new("gauge")
        .about("Train a problem at a rate, and say what each step did")
        .args(subject::arguments())
        .arg(
            Arg::new("log")
                .long("log")
                .value_name("FILE")
                .help("Write the reading of every step to a file, a line of JSON each")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(Arg::new("layers").long("layers").help("Read each layer apart, for the log").action(ArgAction::SetTrue))
        .arg(
            Arg::new("exact")
                .long("exact")
                .help("Read all values of a large net, not a sample")
                .action(ArgAction::SetTrue),
        )
        .arg(picture::argument())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let (subject, picture) = (Subject::<f32>::new(matches)?, Picture::new(matches)?);
    let mut log = matches.get_one::<PathBuf>("log").map(GaugeLog::create).transpose()?;
    let problem = &*subject.problem;
    let mut trial = subject.trial();
    let mut gauge = if matches.get_flag("exact") { Gauge::exact() } else { Gauge::new() };
    if matches.get_flag("layers") {
        gauge = gauge.by_layer();
    }
    let every = subject.steps.div_ceil(LINES);
    let mut readings = Vec::new();
    let mut note = |reading: &Reading, out: &mut dyn Write| -> Result<(), Failure> {
        if let Some(log) = &mut log {
            log.write(reading)?;
        }
        if reading.step.is_multiple_of(every) {
            writeln!(out, "{reading}")?;
        }
        readings.push(reading.clone());
        Ok(())
    };
    let mut diverged = None;
    for step in 0..subject.steps {
        let (loss, gradients) = trial.gradients(problem);
        if !loss.is_finite() {
            diverged = Some((step, loss));
            break;
        }
        gauge.before(&*trial.net, loss, &gradients)?;
        trial.apply(&gradients).map_err(LabError::from)?;
        if let Some(reading) = gauge.after(trial.optimizer.lr()) {
            note(reading, out)?;
        }
    }
    // The loss after the last step completes it.
    let (loss, gradients) = trial.gradients(problem);
    if let Some(reading) = gauge.close_at(&*trial.net, loss, &gradients)? {
        note(reading, out)?;
    }
    if let Some(log) = &mut log {
        if let Some((step, loss)) = diverged {
            // Without it, who reads the log does not know how the run ended.
            log.write(&Reading::lost(step, loss))?;
        }
        log.flush()?;
    }
    if let Some((step, loss)) = diverged {
        writeln!(out, "step {step}: the loss is {loss}; the run has diverged")?;
    }
    picture.draw(&chart(&readings, format!("{} with {}", problem.name(), trial.optimizer.name())), out)
}

/// What is drawn of a reading, and under which name.
type Curve = (&'static str, fn(&Reading) -> Option<f64>);

/// Medians of a few steps each.
fn chart(readings: &[Reading], title: String) -> Chart {
    let curves: [Curve; 3] = [
        ("power of ten of update/weights", |r| Some(r.all.ratio().log10())),
        ("cosine", |r| r.all.cosine),
        ("alpha", |r| r.alpha),
    ];
    let steps = readings.len().div_ceil(POINTS).max(1);
    let each = if steps == 1 { String::new() } else { format!(", medians of {steps} steps") };
    let empty = Chart::new(title + &each, Scale::linear("step"), Scale::linear("").between(-6.0, 2.0));
    curves.into_iter().fold(empty.level("the minimum", 0.0), |chart, (label, of)| {
        let points = readings.chunks(steps).map(|some| {
            let mut known: Vec<f64> = some.iter().filter_map(of).collect();
            known.sort_by(f64::total_cmp);
            (some[0].step as f64, known.get(known.len() / 2).copied().unwrap_or(f64::NAN))
        });
        chart.line(label, points)
    })
}
