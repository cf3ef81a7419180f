//! `rappel optimizer`: a file for each of its commands.

mod describe;
mod list;
mod word;

use crate::Failure;
use clap::{ArgMatches, Command};
use rappel_lab::optim::Stage;
use std::io::Write;

/// What is said of all of them.
const LANGUAGE: &str = "\
A TEXT is an optimizer as the library writes it: a rule with its hyperparameters, then what is around
it: 'adamw(lr=cosine(1e-3, 0, 1000), weight_decay=0.01) | clip_norm(1) | ema(0.999)'. Names and defaults
are PyTorch's where it has the rule. Each hyperparameter is a number or a schedule, as `rappel schedule`
takes it.";

/// `rappel optimizer` and its commands.
pub(crate) fn command() -> Command {
    Command::new("optimizer")
        .about("Optimizers as text: list what there is, describe one")
        .after_help(LANGUAGE)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([list::command(), describe::command()].map(|command| command.after_help(LANGUAGE)))
}

pub(crate) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("list", matches)) => list::run(matches, out),
        Some(("describe", matches)) => describe::run(matches, out),
        _ => unreachable!("a command is required"),
    }
}

/// What a stage is called.
fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Gradient => "gradient",
        Stage::Direction => "direction",
        Stage::Parameter => "parameter",
        Stage::Weights => "weights",
    }
}
