//! Pictures of what was found: in characters for a terminal, and as SVG (feature `plot`).
//!
//! A [`Chart`] has two [`Scale`]s, logarithmic or linear, and lines, dots, bands and marks on them.

mod canvas;
mod draw;
mod scale;
#[cfg(feature = "plot")]
mod svg;
mod text;

pub use draw::Chart;
pub use scale::Scale;
