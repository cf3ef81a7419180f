//! `rappel sweep`: rates times seeds times arms, and what they say together.

use super::picture::{self, Picture};
use super::subject;
use crate::Failure;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rappel_file::Destination;
use rappel_lab::optim::Schedule;
use rappel_lab::sweep::{Measure, Rates, Sweep};
use rappel_lab::{problems, rules};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

/// What runs can be judged by, as the command line has it.
const MEASURES: [(&str, Measure); 4] =
    [("tail", Measure::Tail), ("whole", Measure::Whole), ("held-out", Measure::HeldOut), ("error", Measure::Error)];

pub(super) fn command() -> Command {
    let file = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("FILE").help(help).value_parser(value_parser!(PathBuf))
    };
    let number = |name: &'static str, help: &'static str| Arg::new(name).long(name).value_name("N").help(help);
    Command::new("sweep")
        .about("Run rules at many rates with several seeds: best rates, basins, sensitivity, rank flips")
        .arg(subject::problem())
        .arg(
            Arg::new("arm")
                .long("arm")
                .value_name("TEXT[: SHAPE]")
                .help("An optimizer, and a schedule that is multiplied by the rate; can be repeated")
                .action(ArgAction::Append)
                .default_value("sgd"),
        )
        .arg(
            Arg::new("rates")
                .long("rates")
                .value_name("RATES")
                .help("From the lowest to the highest, how many, on a log scale; or a list: 0.1,0.3,1")
                .default_value("1e-4..1/9"),
        )
        .arg(
            number("seeds", "How many seeds, from 0")
                .default_value("3")
                .value_parser(value_parser!(u64).range(1..=10_000)),
        )
        .arg(subject::steps())
        .arg(
            Arg::new("measure")
                .long("measure")
                .value_name("NAME")
                .help(
                    "Judge by the mean of the last tenth of the losses, the loss after the run, held-out loss or error",
                )
                .value_parser(MEASURES.map(|(name, _)| name))
                .default_value("tail"),
        )
        .arg(
            number("halving", "Give long runs to the best of each N rates only (successive halving)")
                .value_parser(value_parser!(u32).range(2..)),
        )
        .arg(
            number("threads", "How many runs at a time; as many as processors, if not given")
                .value_parser(value_parser!(u64).range(1..=1024)),
        )
        .arg(file("journal", "Keep each run in a file, and go on from there when started again"))
        .arg(file("json", "Write the outcome to a file as JSON"))
        .arg(file("csv", "Write the runs to a file as a table"))
        .arg(picture::argument())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let text = |name| matches.get_one::<String>(name).map_or("", String::as_str);
    let file = |name| matches.get_one::<PathBuf>(name).map(Destination::new).transpose();
    let (picture, json, csv) = (Picture::new(matches)?, file("json")?, file("csv")?);
    let problem = problems::named::<f32>(text("problem"))?;
    let steps = matches.get_one("steps").copied().unwrap_or_else(|| problem.steps());
    let measure = MEASURES.iter().find(|(name, _)| *name == text("measure")).map_or_else(Measure::default, |m| m.1);
    let seeds = *matches.get_one("seeds").expect("it has a default");
    let mut sweep = Sweep::new(text("rates").parse::<Rates>()?).seeds(0..seeds).steps(steps).measure(measure);
    for arm in matches.get_many::<String>("arm").into_iter().flatten() {
        sweep = with(sweep, arm)?;
    }
    if let Some(eta) = matches.get_one::<u32>("halving") {
        sweep = sweep.halving(*eta);
    }
    if let Some(threads) = matches.get_one::<u64>("threads") {
        sweep = sweep.threads(*threads as usize);
    }
    let journal = matches.get_one::<PathBuf>("journal");
    if let Some(path) = journal {
        sweep = sweep.journal(path);
    }
    let watched = io::stderr().is_terminal();
    if watched {
        sweep = sweep.watch(|run, done, of| {
            let _ = write!(io::stderr(), "\r{done} of {of} runs of {} steps ", run.steps);
        });
    }
    let outcome = sweep.run(&*problem);
    if watched {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
    let outcome = outcome?;
    if let Some(path) = journal {
        let path = path.display();
        if let Some(line) = outcome.cut {
            note(&format!("{path}:{line}: the last line had been cut; it is removed, and its run was made again"));
        }
        if outcome.resumed > 0 {
            note(&format!("{path}: {} runs were done before", outcome.resumed));
        }
    }
    write!(out, "{outcome}")?;
    if let Some(file) = json {
        file.write(outcome.json().as_bytes())?;
    }
    if let Some(file) = csv {
        file.write(outcome.csv().as_bytes())?;
    }
    picture.draw(&outcome.chart(), out)
}

/// Says something of this run of the program, which is no part of the outcome: that is the same for one that was resumed.
fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Where the colon of an arm is: the first that is in no brackets and no quotes.
fn colon(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0_usize, false);
    text.char_indices().find_map(|(at, c)| {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        (c == ':' && depth == 0 && !quoted).then_some(at)
    })
}

/// The sweep with an arm more, from its text: `adam`, `adam: cosine(1, 0, 100%)`, `adam(eps=1e-4) | clip_norm(1): ..`.
fn with(sweep: Sweep, text: &str) -> Result<Sweep, Failure> {
    let (rule, shape) = match colon(text) {
        Some(at) => (text[..at].trim(), Some(text[at + 1..].trim().parse::<Schedule>()?)),
        None => (text.trim(), None),
    };
    rules::named::<f32>(rule, 1.0.into())?;
    let rule = rule.to_owned();
    let make = move |lr| rules::named(&rule, lr).expect("it was read before");
    Ok(match shape {
        Some(shape) => sweep.shaped(text, shape, make),
        None => sweep.arm(text, make),
    })
}
