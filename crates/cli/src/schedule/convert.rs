//! `rappel schedule convert`: the schedule in another language.

use crate::{Failure, clock, text};
use clap::{Arg, ArgMatches, Command};
use rappel_schedule::{Expr, NotExpressible, Plan, Schedule, to_optax, to_torch};
use std::io::Write;

pub(super) fn command() -> Command {
    Command::new("convert")
        .about("Write a schedule as a program for another library, as a tree in JSON, or in the language itself")
        .args(text::one())
        .arg(
            Arg::new("to")
                .long("to")
                .value_name("WHAT")
                .help("torch and optax: a Python program; json: a tree of words; normal: no other library's words")
                .value_parser(["torch", "optax", "json", "normal"])
                .required(true),
        )
        .args(clock::arguments())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let schedule = text::schedule(matches)?;
    schedule.check()?;
    let program = |write: fn(&Plan) -> Result<String, NotExpressible>| -> Result<String, Failure> {
        let plan = schedule.bind(&clock::clock(matches)?)?;
        write(&plan).map_err(|error| Failure::Refused(error.to_string()))
    };
    let text = match matches.get_one::<String>("to").map(String::as_str) {
        Some("torch") => program(to_torch)?,
        Some("optax") => program(to_optax)?,
        Some("json") => json(&schedule),
        _ => text::normal(&schedule).to_string(),
    };
    Ok(writeln!(out, "{}", text.trim_end())?)
}

fn json(schedule: &Schedule) -> String {
    serde_json::to_string_pretty(&Expr::from(schedule)).expect("words have no keys but texts")
}
