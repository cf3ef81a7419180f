//! The command line.

use clap::Command;

/// `rappel` and its commands.
pub(crate) fn rappel() -> Command {
    Command::new("rappel")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Learning rates: schedules and optimizers as text, and what a rate does to a run")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(crate::schedule::command())
        .subcommand(crate::optimizer::command())
        .subcommands(crate::lab::commands())
}
