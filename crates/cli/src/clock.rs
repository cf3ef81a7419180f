//! What the command line says of the run.

use crate::Failure;
use clap::{Arg, ArgMatches};
use rappel_schedule::{Clock, Dur, Ratio, Schedule, Unit, hold, percent};

/// The arguments that say it.
pub(crate) fn arguments() -> [Arg; 6] {
    let count = |name: &'static str, what: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("N").help(help).value_parser(move |text: &str| number(text, what))
    };
    [
        Arg::new("total")
            .long("total")
            .value_name("LENGTH")
            .help("The length of the run: 10000 (steps), 5ep, 1e6sp, 2e9tok")
            .value_parser(duration),
        count("epoch-steps", "steps", "How many steps an epoch has"),
        count("epoch-samples", "samples", "How many training examples an epoch has").conflicts_with("epoch-steps"),
        Arg::new("batch")
            .long("batch")
            .value_name("N")
            .help("How many training examples a step takes, or a schedule of it"),
        count("tokens", "tokens", "How many tokens a step takes"),
        count("sequence", "tokens", "How many tokens a training example has").conflicts_with("tokens"),
    ]
}

fn duration(text: &str) -> Result<Dur, String> {
    let length: Dur = text.parse().map_err(|error: rappel_schedule::ParseError| error.message().to_owned())?;
    match length.unit() {
        Unit::Run | Unit::Rest => Err("a run cannot be a part of itself".into()),
        _ if length.amount().is_positive() => Ok(length),
        _ => Err("a run takes some time".into()),
    }
}

fn number(text: &str, what: &str) -> Result<Ratio, String> {
    match text.parse::<Dur>() {
        Ok(length) if length.unit() == Unit::Steps && length.amount().is_positive() => Ok(length.amount()),
        _ => Err(format!("expected a number of {what} above 0")),
    }
}

/// The length of the run in steps, if the clock knows it.
pub(crate) fn run(clock: &Clock, matches: &ArgMatches) -> Result<Option<u64>, Failure> {
    match matches.contains_id("total") {
        true => Ok(hold(1.0, percent(100)).bind(clock)?.steps()),
        false => Ok(None),
    }
}

/// The clock it describes.
pub(crate) fn clock(matches: &ArgMatches) -> Result<Clock, Failure> {
    let number = |name| matches.get_one::<Ratio>(name).copied();
    let mut clock = Clock::new();
    if let Some(total) = matches.get_one::<Dur>("total") {
        clock = clock.total(*total);
    }
    if let Some(steps) = number("epoch-steps") {
        clock = clock.epoch(steps);
    }
    if let Some(samples) = number("epoch-samples") {
        clock = clock.epoch_samples(samples);
    }
    if let Some(text) = matches.get_one::<String>("batch") {
        clock = match text.parse::<Dur>() {
            Ok(samples) if samples.unit() == Unit::Steps && !samples.amount().is_positive() => {
                return Err(Failure::Usage(format!(
                    "--batch {text}: expected a number of samples above 0, or a schedule"
                )));
            }
            Ok(samples) if samples.unit() == Unit::Steps => clock.batch(samples.amount()),
            _ => clock.batch_schedule(text.parse::<Schedule>()?),
        };
    }
    if let Some(tokens) = number("tokens") {
        clock = clock.tokens(tokens);
    }
    if let Some(tokens) = number("sequence") {
        clock = clock.sequence(tokens);
    }
    Ok(clock)
}
