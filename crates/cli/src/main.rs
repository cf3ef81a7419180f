//! `rappel`: learning-rate schedules looked at, evaluated, explained and compared; optimizers described; and what a rate does to a run.
//!
//! `rappel --help` and the help of each command say what can be asked. Results go to standard output; a failure is one line on
//! standard error, and with a text that is wrong the place in it below.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done; or whoever read the output has had enough (`rappel .. \| head`) |
//! | 1 | the schedule cannot be used so: it fails a check, the clock lacks a unit, it cannot be written in another language; or a run has no result: its loss is no number |
//! | 2 | the command line or a text is wrong |
//! | 74 | a file or the standard output cannot be read or written (`EX_IOERR` of BSD) |
#![forbid(unsafe_code)]

mod clock;
mod command;
mod failure;
mod lab;
mod optimizer;
mod schedule;
mod steps;
mod text;

use failure::Failure;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let done = run(&mut out).and_then(|()| Ok(out.flush()?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            // What was found out before it failed comes first.
            let _ = out.flush();
            // A text may hold what a terminal would obey.
            let visible = |c: char| if c.is_control() && !"\n\t".contains(c) { '\u{fffd}' } else { c };
            // Whoever reads the messages may be gone too.
            let message: String = failure.to_string().chars().map(visible).collect();
            let _ = writeln!(io::stderr(), "rappel: {message}");
            ExitCode::from(failure.code())
        }
    }
}

fn run(out: &mut dyn Write) -> Result<(), Failure> {
    match command::rappel().try_get_matches() {
        Ok(matches) => match matches.subcommand() {
            Some(("schedule", matches)) => schedule::run(matches, out),
            Some(("optimizer", matches)) => optimizer::run(matches, out),
            Some((name, matches)) => lab::run(name, matches, out).expect("every command has its file"),
            None => unreachable!("a command is required"),
        },
        Err(help) if !help.use_stderr() => Ok(write!(out, "{help}")?),
        Err(error) => Err(Failure::usage(&error)),
    }
}
