//! `rappel schedule plot`: one or several schedules drawn, here or in a file.

use crate::steps::{self, Steps};
use crate::{Failure, clock, text};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rappel_file::Destination;
use rappel_schedule::Plot;
use std::env;
use std::io::{IsTerminal, Write, stdout};
use std::path::PathBuf;

/// Width and height: in characters where the terminal does not say, and in pixels.
const SIZES: [(usize, usize); 2] = [(80, 20), (900, 420)];

pub(super) fn command() -> Command {
    let size = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("N").help(help).value_parser(value_parser!(usize))
    };
    Command::new("plot")
        .about("Draw schedules over the steps, in the terminal or as an SVG picture")
        .args(text::several())
        .arg(
            Arg::new("steps")
                .long("steps")
                .value_name("A..B")
                .help("Which steps; else all of the run, or up to the last end")
                .value_parser(steps::steps),
        )
        .arg(Arg::new("log").long("log").help("Values on a logarithmic scale").action(ArgAction::SetTrue))
        .arg(
            Arg::new("svg")
                .long("svg")
                .value_name("FILE")
                .help("Write the picture to a file, and nothing here")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(size("width", "Characters, or pixels with --svg"))
        .arg(size("height", "Characters, or pixels with --svg"))
        .arg(
            Arg::new("colour")
                .long("colour")
                .alias("color")
                .value_name("WHEN")
                .help("Tell curves apart by colour; auto: in a terminal, unless NO_COLOR is set")
                .value_parser(["auto", "always", "never"])
                .default_value("auto"),
        )
        .args(clock::arguments())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let clock = clock::clock(matches)?;
    let mut plot = Plot::new();
    for schedule in text::schedules(matches)? {
        plot = plot.add(schedule.to_string(), &schedule.bind(&clock)?);
    }
    match (matches.get_one::<Steps>("steps"), clock::run(&clock, matches)?) {
        (Some(steps), _) if steps.stride > 1 => {
            return Err(Failure::Usage("a picture shows every step; --steps of a plot has no stride".into()));
        }
        (Some(steps), _) => plot = plot.steps(steps.range.clone()),
        (None, Some(run)) => plot = plot.steps(0..run),
        (None, None) => {}
    }
    if matches.get_flag("log") {
        plot = plot.log();
    }
    let file = matches.get_one::<PathBuf>("svg").map(Destination::new).transpose()?;
    let (wide, high) = SIZES[usize::from(file.is_some())];
    let size = |name, other| matches.get_one::<usize>(name).copied().unwrap_or(other);
    match file {
        Some(file) => Ok(file.write(plot.svg(size("width", wide), size("height", high))?.as_bytes())?),
        None => {
            let plot = if coloured(matches) { plot.coloured() } else { plot };
            let wide = columns().unwrap_or(wide);
            Ok(write!(out, "{}", plot.braille(size("width", wide), size("height", high))?)?)
        }
    }
}

/// How wide the terminal says it is, if that makes sense.
fn columns() -> Option<usize> {
    env::var("COLUMNS").ok()?.parse().ok().filter(|n| (40..=400).contains(n))
}

fn coloured(matches: &ArgMatches) -> bool {
    match matches.get_one::<String>("colour").map(String::as_str) {
        Some("always") => true,
        Some("never") => false,
        _ => stdout().is_terminal() && env::var_os("NO_COLOR").is_none_or(|no| no.is_empty()),
    }
}
