//! The argument that says how close a schedule of lines is.

use clap::{Arg, ArgMatches};

/// A part of the highest rate.
pub(crate) fn argument() -> Arg {
    Arg::new("tolerance")
        .long("tolerance")
        .value_name("X")
        .help("How far lines may be off, as a part of the highest rate")
        .default_value("0.02")
        .value_parser(part)
}

fn part(text: &str) -> Result<f64, &'static str> {
    match text.parse::<f64>() {
        Ok(part) if (0.0..=1.0).contains(&part) => Ok(part),
        _ => Err("expected a number from 0 to 1"),
    }
}

pub(crate) fn value(matches: &ArgMatches) -> f64 {
    *matches.get_one("tolerance").expect("it has a default")
}
