//! Where a picture goes.

use crate::Failure;
use clap::{Arg, ArgMatches, value_parser};
use rappel_file::Destination;
use rappel_lab::chart::Chart;
use std::io::Write;
use std::path::PathBuf;

/// The size of a picture in characters, and in pixels.
const SIZES: ((usize, usize), (u32, u32)) = ((72, 18), (900, 480));

/// The argument that asks for a file.
pub(crate) fn argument() -> Arg {
    Arg::new("svg")
        .long("svg")
        .value_name("FILE")
        .help("Write the picture to a file; else it is drawn here")
        .value_parser(value_parser!(PathBuf))
}

/// The place of the picture: made before the work, so that it does not fail after it.
pub(crate) struct Picture(Option<Destination>);

impl Picture {
    /// What the arguments say.
    pub(crate) fn new(matches: &ArgMatches) -> Result<Picture, Failure> {
        Ok(Picture(matches.get_one::<PathBuf>("svg").map(Destination::new).transpose()?))
    }

    /// Draws it there.
    pub(crate) fn draw(&self, chart: &Chart, out: &mut dyn Write) -> Result<(), Failure> {
        let ((columns, rows), (width, height)) = SIZES;
        match &self.0 {
            Some(file) => Ok(file.write(chart.svg(width, height)?.as_bytes())?),
            None => Ok(write!(out, "\n{}", chart.text(columns, rows))?),
        }
    }
}
