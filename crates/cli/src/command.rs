//! The command line.

use clap::Command;

/// `rappel` and its commands.
pub(crate) fn rappel() -> Command {
    Command::new("rappel")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Learning-rate schedules looked at, evaluated, explained and compared")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(crate::schedule::command())
}
