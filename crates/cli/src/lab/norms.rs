//! The argument that names gradient norms.

use clap::{Arg, value_parser};
use std::path::PathBuf;

/// A file of them.
pub(crate) fn file() -> Arg {
    Arg::new("norms")
        .long("norms")
        .value_name("FILE")
        .help("The gradient norm of each step of a run, one per line")
        .value_parser(value_parser!(PathBuf))
}
