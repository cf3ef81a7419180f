//! What a picture shows.

use super::Scale;
use super::scale::Span;

/// A line, dots or a band.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub(crate) label: String,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Line(Vec<(f64, f64)>),
    Dots(Vec<(f64, f64)>),
    /// Place, lower and upper end.
    Band(Vec<(f64, f64, f64)>),
    /// A place on the lower axis.
    Mark(f64),
    /// A place on the axis at the left.
    Level(f64),
}

/// Lines, dots, bands and marks on two scales.
///
/// What is no number, is beyond 1e300, or lies beside the scales is not drawn; a line has a gap there. Series are told apart by colour in
/// `svg`, and by their character in [`text`](Chart::text); later ones cover earlier ones.
///
/// ```
/// use rappel_lab::chart::{Chart, Scale};
///
/// let chart = Chart::new("loss after a run", Scale::log("rate"), Scale::linear("loss"))
///     .line("sgd", [(1e-3, 2.0), (1e-2, 1.0), (1e-1, 3.0)])
///     .mark("best", 1e-2);
/// let text = chart.text(40, 8);
/// assert!(text.contains("sgd") && text.contains("best") && text.contains("rate"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub(crate) title: String,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
    pub(crate) series: Vec<Series>,
}

impl Chart {
    /// A picture without content.
    pub fn new(title: impl Into<String>, x: Scale, y: Scale) -> Chart {
        Chart { title: visible(title.into()), x, y, series: Vec::new() }
    }

    /// With a line through points, given from left to right.
    #[must_use]
    pub fn line(self, label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Chart {
        self.with(label, Kind::Line(points.into_iter().collect()))
    }

    /// With a dot at each point.
    #[must_use]
    pub fn dots(self, label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Chart {
        self.with(label, Kind::Dots(points.into_iter().collect()))
    }

    /// With a band: a place, the lower and the upper end there, from left to right.
    #[must_use]
    pub fn band(self, label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64, f64)>) -> Chart {
        self.with(label, Kind::Band(points.into_iter().collect()))
    }

    /// With a place of the lower axis marked, from bottom to top.
    #[must_use]
    pub fn mark(self, label: impl Into<String>, x: f64) -> Chart {
        self.with(label, Kind::Mark(x))
    }

    /// With a place of the axis at the left marked, from side to side.
    #[must_use]
    pub fn level(self, label: impl Into<String>, y: f64) -> Chart {
        self.with(label, Kind::Level(y))
    }

    fn with(mut self, label: impl Into<String>, kind: Kind) -> Chart {
        self.series.push(Series { label: visible(label.into()), kind });
        self
    }

    /// The pieces of the two scales that are drawn; `None` where there is nothing to draw.
    pub(crate) fn spans(&self) -> Option<(Span, Span)> {
        let points = || self.series.iter().flat_map(|s| s.kind.points());
        let x = self.x.over(points().filter_map(|(x, _)| x))?;
        // What lies beside the one scale does not stretch the other.
        let inside = points().filter(|(at, _)| at.is_none_or(|at| x.place(at).is_some()));
        let y = self.y.over(inside.filter_map(|(_, y)| y))?;
        Some((x, y))
    }
}

impl Kind {
    /// The places it takes on the two axes.
    fn points(&self) -> Vec<(Option<f64>, Option<f64>)> {
        match self {
            Kind::Line(points) | Kind::Dots(points) => points.iter().map(|(x, y)| (Some(*x), Some(*y))).collect(),
            Kind::Band(points) => {
                points.iter().flat_map(|(x, low, high)| [(Some(*x), Some(*low)), (Some(*x), Some(*high))]).collect()
            }
            Kind::Mark(x) => vec![(Some(*x), None)],
            Kind::Level(y) => vec![(None, Some(*y))],
        }
    }
}

/// Labels may come from files and command lines.
fn visible(text: String) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
