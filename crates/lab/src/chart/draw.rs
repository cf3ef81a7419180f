//! What a picture shows.

use std::ops::RangeInclusive;

use super::Scale;
use super::contour::{Level, levels};
use super::region::{Region, regions};
use super::scale::Span;

/// A line, dots, a band, ...
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
    /// Points in the order they were passed through.
    Path(Vec<(f64, f64)>),
    /// Two corners, and the lines of equal height between them.
    Contour([(f64, f64); 2], Vec<Level>),
    /// Two corners, and the classes of the area between them.
    Regions([(f64, f64); 2], Vec<Region>),
}

/// Lines, dots, bands, marks, paths and contours on two scales.
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

    /// With a path through points in any direction, and a dot where it ends; where it leaves the scales it is cut.
    #[must_use]
    pub fn path(self, label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Chart {
        self.with(label, Kind::Path(points.into_iter().collect()))
    }

    /// With the lines of equal height of a function between two places of each axis, under all else.
    ///
    /// There are 24 heights, the low ones close to each other, so that a picture of any function shows where it is lowest. Where the
    /// function is not finite there are no lines.
    ///
    /// ```
    /// use rappel_lab::chart::{Chart, Scale};
    ///
    /// let chart = Chart::new("a bowl", Scale::linear("x"), Scale::linear("y"))
    ///     .contour(-2.0..=2.0, -1.0..=1.0, |x, y| x * x + 4.0 * y * y)
    ///     .path("down", [(1.8, 0.9), (0.5, 0.4), (0.0, 0.0)]);
    /// assert!(chart.text(60, 20).contains('.'));
    /// ```
    #[must_use]
    pub fn contour(
        mut self,
        x: RangeInclusive<f64>,
        y: RangeInclusive<f64>,
        height: impl FnMut(f64, f64) -> f64,
    ) -> Chart {
        let kind = Kind::Contour([(*x.start(), *y.start()), (*x.end(), *y.end())], levels(&x, &y, height));
        self.series.insert(0, Series { label: String::new(), kind });
        self
    }

    /// With the area between two places of each axis shaded by class, under all else: how a classifier parts the plane. The class is
    /// asked for at 120 places along each axis. Class 0 has the colour of the first series, class 1 of the second and so on, so the
    /// samples are drawn as [`dots`](Self::dots) class by class; there is nothing where there is no class, nor in characters.
    ///
    /// ```
    /// use rappel_lab::chart::{Chart, Scale};
    ///
    /// let svg = Chart::new("a boundary", Scale::linear("x"), Scale::linear("y"))
    ///     .regions(0.0..=2.0, 0.0..=1.0, |x, y| Some(usize::from(x > y)))
    ///     .dots("class 0", [(0.1, 0.9)])
    ///     .dots("class 1", [(1.5, 0.2)])
    ///     .svg(600, 400)?;
    /// assert!(svg.contains("<rect"));
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    #[must_use]
    pub fn regions(
        mut self,
        x: RangeInclusive<f64>,
        y: RangeInclusive<f64>,
        class: impl FnMut(f64, f64) -> Option<usize>,
    ) -> Chart {
        let kind = Kind::Regions([(*x.start(), *y.start()), (*x.end(), *y.end())], regions(&x, &y, class));
        self.series.insert(0, Series { label: String::new(), kind });
        self
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
            Kind::Line(points) | Kind::Dots(points) | Kind::Path(points) => {
                points.iter().map(|(x, y)| (Some(*x), Some(*y))).collect()
            }
            Kind::Band(points) => {
                points.iter().flat_map(|(x, low, high)| [(Some(*x), Some(*low)), (Some(*x), Some(*high))]).collect()
            }
            Kind::Mark(x) => vec![(Some(*x), None)],
            Kind::Level(y) => vec![(None, Some(*y))],
            Kind::Contour(corners, _) | Kind::Regions(corners, _) => {
                corners.iter().map(|(x, y)| (Some(*x), Some(*y))).collect()
            }
        }
    }
}

/// Labels may come from files and command lines.
fn visible(text: String) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
