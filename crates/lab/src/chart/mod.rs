//! Pictures of what was found: in characters for a terminal, and as SVG (feature `plot`).
//!
//! A [`Chart`] has two [`Scale`]s, logarithmic or linear, and lines, dots, bands and marks on them, or paths over the contour of a
//! function, or samples over the areas of a classifier.

mod canvas;
mod clip;
mod contour;
mod draw;
mod region;
mod scale;
#[cfg(feature = "plot")]
mod svg;
mod text;

pub use draw::Chart;
pub use scale::Scale;
