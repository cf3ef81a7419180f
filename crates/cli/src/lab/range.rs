//! `rappel range-test`: which rates are worth trying?

use super::picture::{self, Picture};
use super::subject::{self, Subject};
use crate::Failure;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rappel_file::Destination;
use rappel_lab::range::{Curve, Judgement, Other, RangeRun, RangeTest, Spacing, others};
use rappel_lab::{Cursor, LabError};
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// What the suggestions mean.
const MEANING: &str = "\
The suggestion is the last rate, from the steepest descent of the smoothed loss upwards, at which the
loss still falls a fifth as fast, but at most a quarter of the rate of the lowest loss; the band holds
the middle 80 % of what it would be with other noise. The other libraries' rules read the losses
averaged as those libraries average them; with --curve, the losses as they are in the file.";

pub(super) fn command() -> Command {
    let number = |name: &'static str, default, help| {
        let arg = Arg::new(name).long(name).value_name("X").help(help).value_parser(value_parser!(f64));
        arg.default_value(default).allow_negative_numbers(true)
    };
    let file = |name: &'static str, help| {
        Arg::new(name).long(name).value_name("FILE").help(help).value_parser(value_parser!(PathBuf))
    };
    let [_, seed] = subject::run();
    Command::new("range-test")
        .about("Let a rate grow from step to step, and suggest one from the losses")
        .before_long_help(MEANING)
        .args([subject::problem(), subject::rule(), seed])
        .arg(
            subject::rate()
                .required(false)
                .default_value("0.001")
                .help("The rate of what is not walked, a number or a schedule"),
        )
        .arg(number("from", "1e-7", "Where the walk begins"))
        .arg(number("to", "10", "Where it ends"))
        .arg(
            Arg::new("steps")
                .long("steps")
                .value_name("N")
                .help("How many steps it has")
                .default_value("100")
                .value_parser(crate::steps::step),
        )
        .arg(
            Arg::new("knob")
                .long("knob")
                .value_name("NAME")
                .help("The hyperparameter that is walked")
                .default_value("lr"),
        )
        .arg(
            Arg::new("spacing")
                .long("spacing")
                .value_name("HOW")
                .help("Equal ratios, equal differences, or equal ratios of the distance from 1")
                .value_parser(["log", "linear", "near-one"])
                .default_value("log"),
        )
        .arg(
            Arg::new("per-group")
                .long("per-group")
                .help("Walk the rate of each layer in turn, and print a table")
                .conflicts_with_all(["csv", "svg"])
                .action(ArgAction::SetTrue),
        )
        .arg(file("csv", "Write the curve to a file, as lines of rate and loss"))
        .arg(file("curve", "Judge a curve from a file instead of training").conflicts_with_all([
            "problem",
            "rule",
            "seed",
            "rate",
            "from",
            "to",
            "steps",
            "knob",
            "spacing",
            "per-group",
            "csv",
        ]))
        .arg(picture::argument())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let picture = Picture::new(matches)?;
    if let Some(path) = matches.get_one::<PathBuf>("curve") {
        let text = fs::read_to_string(path).map_err(|error| Failure::Read(Some(path.clone()), error))?;
        let curve = Curve::from_csv(&text, path)?;
        return judged(&path.display().to_string(), &curve, &others(&curve), &picture, out);
    }
    let walk = walk(matches)?;
    let subject = Subject::<f32>::new(matches)?;
    let mut trial = subject.trial();
    let title = format!("{} with {}: {}", subject.problem.name(), trial.optimizer.name(), text(matches, "knob"));
    if matches.get_flag("per-group") {
        let mut cursor = Cursor::new(subject.seed);
        let layer = |path: &str| path.rsplit_once('.').map_or(path, |(layer, _)| layer).to_owned();
        let runs =
            walk.seed(subject.seed).per_group(&mut *trial.net, &*trial.optimizer, layer, |net, tape, step| {
                cursor.seek(step);
                subject.problem.loss(net, tape, &mut cursor)
            })?;
        return table(&title, &runs, out);
    }
    let csv = matches.get_one::<PathBuf>("csv").map(Destination::new).transpose()?;
    let run = walk.trial(&mut trial, &*subject.problem)?;
    if let Some(csv) = csv {
        csv.write(run.curve.to_csv().as_bytes())?;
    }
    writeln!(out, "{}", run.end)?;
    judged(&title, &run.curve, &run.others(), &picture, out)
}

fn text<'m>(matches: &'m ArgMatches, name: &str) -> &'m str {
    matches.get_one::<String>(name).map_or("", String::as_str)
}

fn walk(matches: &ArgMatches) -> Result<RangeTest, LabError> {
    let number = |name| *matches.get_one::<f64>(name).expect("it has a default");
    let (from, to) = (number("from"), number("to"));
    let walk = match text(matches, "spacing") {
        "linear" => RangeTest::linear(from, to),
        "near-one" => RangeTest::near_one(from, to),
        _ => RangeTest::new(from, to),
    };
    Ok(walk?.of(text(matches, "knob")).steps(*matches.get_one("steps").expect("it has a default")))
}

/// Prints what a curve suggests, to us and to others, and draws it.
fn judged(title: &str, curve: &Curve, others: &[Other], picture: &Picture, out: &mut dyn Write) -> Result<(), Failure> {
    let judgement: Judgement = curve.judge()?;
    match &judgement.suggestion {
        Ok(s) => {
            writeln!(out, "{:22} {:.3e}   80 % band {:.3e} to {:.3e}", "suggestion", s.rate, s.low, s.high)?;
            writeln!(out, "{:22} {:.3e}", "steepest descent", s.steepest)?;
            writeln!(out, "{:22} {:.3e}", "lowest loss", s.lowest)?;
            if s.falls_at_end {
                writeln!(out, "the loss still falls where the curve ends: try a wider range")?;
            }
        }
        Err(none) => writeln!(out, "{none}")?,
    }
    // Their rules are of rates, and divide by ten or take a logarithm.
    for Other { name, rate } in others.iter().filter(|_| curve.spacing() == Spacing::Log) {
        match rate {
            Some(rate) => writeln!(out, "{name:22} {rate:.3e}")?,
            None => writeln!(out, "{name:22} none: too few points")?,
        }
    }
    picture.draw(&judgement.chart(curve, title), out)
}

/// Prints what each group's curve suggests.
fn table(title: &str, runs: &[(String, RangeRun)], out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "{title}, layer by layer; the others keep --rate")?;
    for (group, run) in runs {
        match run.judge().map(|judgement| judgement.suggestion) {
            Ok(Ok(s)) => writeln!(out, "{group:22} {:.3e}   80 % band {:.3e} to {:.3e}", s.rate, s.low, s.high)?,
            Ok(Err(_)) => writeln!(out, "{group:22} no descent")?,
            // One group that left at once says nothing of the others.
            Err(why) => writeln!(out, "{group:22} none: {why}")?,
        }
    }
    Ok(())
}
