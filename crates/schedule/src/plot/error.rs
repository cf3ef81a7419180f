//! Why there is nothing to draw.

use std::{error::Error, fmt};

/// Why a [`Plot`](super::Plot) cannot be drawn.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PlotError {
    /// Nothing was added.
    NoCurves,
    /// The range of steps is empty.
    NoSteps {
        /// Its first step.
        from: u64,
        /// The step it ends before.
        to: u64,
    },
    /// The range has more steps than are read for a picture.
    TooLong {
        /// How many it has.
        steps: u64,
        /// How many it can have.
        most: u64,
    },
    /// The range goes beyond 2^53, from where on steps are not exact.
    TooFar {
        /// The step it ends before.
        to: u64,
    },
    /// There is no room for the axes and the legend.
    TooSmall {
        /// The least width, in characters or pixels.
        width: usize,
        /// The least height.
        height: usize,
    },
    /// A picture of that size is not made.
    TooLarge {
        /// The largest width and height.
        most: usize,
    },
    /// No value is finite, or none is above zero on a logarithmic scale.
    NoValues {
        /// Whether the scale is logarithmic.
        log: bool,
    },
}

impl fmt::Display for PlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlotError::NoCurves => f.write_str("there is no schedule to draw"),
            PlotError::NoSteps { from, to } => write!(f, "there are no steps from {from} to {to}"),
            PlotError::TooLong { steps, most } => {
                write!(f, "{steps} steps are more than a picture shows, which is {most}; draw a part of them")
            }
            PlotError::TooFar { to } => write!(f, "step {to} is beyond 2^53, up to which steps are exact"),
            PlotError::TooSmall { width, height } => {
                write!(f, "there is no room for the axes and the legend; the least is {width} x {height}")
            }
            PlotError::TooLarge { most } => write!(f, "a picture is at most {most} wide and high"),
            PlotError::NoValues { log: true } => {
                f.write_str("no value is above zero, so a logarithmic scale shows nothing")
            }
            PlotError::NoValues { log: false } => f.write_str("no value is finite"),
        }
    }
}

impl Error for PlotError {}
