//! The picture as SVG.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;

use super::Chart;
use super::clip::inside;
use super::draw::Kind;
use super::scale::{Span, written};
use crate::LabError;
use crate::digits::rounded;

/// Distinct to colour-blind eyes too (Okabe and Ito's palette), and three more for the tenth class.
const COLOURS: [RGBColor; 10] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(90, 90, 90),
    RGBColor(148, 60, 170),
    RGBColor(150, 90, 40),
    RGBColor(190, 180, 30),
];

/// Lines of the lowest height, and of the highest.
const HEIGHTS: [(f64, f64, f64); 2] = [(70.0, 90.0, 120.0), (215.0, 220.0, 228.0)];

/// What stands in for a value far beside the picture: the line still leaves it where it would.
const BESIDE: Range<f64> = -1.0..2.0;

/// A span as an axis of the drawing library. Its values are those of the span, so that both axes are of one type.
struct Axis(Span);

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let at = self.0.unclipped(*value).unwrap_or(f64::NAN).clamp(BESIDE.start, BESIDE.end);
        limit.0 + (at * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        self.0.ticks(hint.max_num_points()).into_iter().map(|tick| tick.0).collect()
    }

    fn range(&self) -> Range<f64> {
        self.0.low..self.0.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        written(*value)
    }
}

impl Chart {
    /// The picture as SVG, so many pixels wide and high.
    ///
    /// ```
    /// use rappel_lab::chart::{Chart, Scale};
    ///
    /// let chart = Chart::new("a line", Scale::linear("x"), Scale::log("y")).line("exp", [(0.0, 1.0), (1.0, 2.7)]);
    /// assert!(chart.svg(600, 400)?.starts_with("<svg"));
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    ///
    /// # Errors
    /// [`LabError::Picture`] where there is no value to show, or the size is below 100 or above 10,000.
    pub fn svg(&self, width: u32, height: u32) -> Result<String, LabError> {
        if !(100..=10_000).contains(&width) || !(100..=10_000).contains(&height) {
            return Err(LabError::Picture {
                why: format!("{width} x {height} pixels; from 100 to 10000 can be drawn"),
            });
        }
        let Some((x, y)) = self.spans() else {
            return Err(LabError::Picture {
                why: format!("no value of \"{}\" can be shown on its scales", self.title),
            });
        };
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        self.draw(&area, x, y).map_err(|error| LabError::Picture { why: error.to_string() })?;
        drop(area);
        Ok(svg)
    }

    fn draw(
        &self,
        area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
        x: Span,
        y: Span,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, ("sans-serif", 20))
            .margin(14)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(Axis(x), Axis(y))?;
        chart
            .configure_mesh()
            .bold_line_style(BLACK.mix(0.12))
            .light_line_style(TRANSPARENT)
            .x_desc(&self.x.label)
            .y_desc(&self.y.label)
            .axis_desc_style(("sans-serif", 15))
            .label_style(("sans-serif", 13))
            .x_labels(12)
            .y_labels(12)
            .draw()?;
        let back = |span: Span, log: bool, at: f64| {
            let v = span.low + at * (span.high - span.low);
            if log { 10_f64.powf(v) } else { v }
        };
        let corner = |at: f64, to: f64| (back(x, self.x.log, at), back(y, self.y.log, to));
        let pieces = |points: &[(f64, f64)]| {
            let places = points.iter().map(|p| x.unclipped(p.0).zip(y.unclipped(p.1)));
            inside(places).into_iter().map(|piece| piece.into_iter().map(|(at, to)| corner(at, to)).collect::<Vec<_>>())
        };
        let mut colours = COLOURS.iter().cycle();
        for series in &self.series {
            let colour = match &series.kind {
                Kind::Contour(..) | Kind::Regions(..) => BLACK,
                _ => *colours.next().unwrap_or(&BLACK),
            };
            let label = &series.label;
            let line = colour.stroke_width(2);
            match &series.kind {
                Kind::Line(points) => {
                    let whole = |p: &(f64, f64)| x.place(p.0).is_some() && y.unclipped(p.1).is_some();
                    for (i, piece) in points.split(|p| !whole(p)).filter(|piece| !piece.is_empty()).enumerate() {
                        let drawn = chart.draw_series(LineSeries::new(piece.iter().copied(), line))?;
                        if i == 0 && !label.is_empty() {
                            drawn.label(label).legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], line));
                        }
                    }
                }
                Kind::Dots(points) => {
                    let inside = points.iter().filter(|p| x.place(p.0).is_some() && y.place(p.1).is_some());
                    let drawn = chart.draw_series(inside.map(|p| Circle::new(*p, 3, colour.filled())))?;
                    if !label.is_empty() {
                        drawn.label(label).legend(move |(x, y)| Circle::new((x + 11, y), 3, colour.filled()));
                    }
                }
                Kind::Band(points) => {
                    let whole = points
                        .iter()
                        .filter(|p| x.place(p.0).is_some() && y.unclipped(p.1).is_some() && y.unclipped(p.2).is_some());
                    let upper = whole.clone().map(|p| (p.0, p.2));
                    let lower: Vec<_> = whole.map(|p| (p.0, p.1)).collect();
                    let outline: Vec<_> = upper.chain(lower.into_iter().rev()).collect();
                    if !outline.is_empty() {
                        let fill = colour.mix(0.2).filled();
                        let drawn = chart.draw_series([Polygon::new(outline, fill)])?;
                        if !label.is_empty() {
                            drawn
                                .label(label)
                                .legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 22, y + 4)], fill));
                        }
                    }
                }
                Kind::Path(points) => {
                    let whole = |p: &&(f64, f64)| x.place(p.0).is_some() && y.place(p.1).is_some();
                    let end = points.last().filter(whole).map(|end| Circle::new(*end, 4, colour.filled()));
                    chart.draw_series(end)?;
                    let drawn = chart.draw_series(pieces(points).map(|piece| PathElement::new(piece, line)))?;
                    if !label.is_empty() {
                        drawn.label(label).legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], line));
                    }
                }
                Kind::Contour(_, levels) => {
                    for level in levels {
                        for piece in level.lines.iter().flat_map(|line| pieces(line)) {
                            chart.draw_series([PathElement::new(piece, height(level.rank))])?;
                        }
                    }
                }
                Kind::Regions(_, regions) => {
                    let clipped = |p: (f64, f64)| {
                        let within = |at: Option<f64>| at.map(|at| at.clamp(0.0, 1.0));
                        Some(corner(within(x.unclipped(p.0))?, within(y.unclipped(p.1))?))
                    };
                    for region in regions {
                        let [Some(from), Some(to)] = region.corners.map(clipped) else { continue };
                        let fill = COLOURS[region.class % COLOURS.len()].mix(0.25).filled();
                        chart.draw_series([Rectangle::new([from, to], fill)])?;
                    }
                }
                Kind::Mark(at) => {
                    if x.place(*at).is_some() {
                        let ends = [(*at, corner(0.0, 0.0).1), (*at, corner(0.0, 1.0).1)];
                        let drawn = chart.draw_series(DashedLineSeries::new(ends, 5, 4, colour.stroke_width(2)))?;
                        if !label.is_empty() {
                            drawn
                                .label(format!("{label} ({})", written(rounded(*at, 3))))
                                .legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], line));
                        }
                    }
                }
                Kind::Level(at) => {
                    if y.place(*at).is_some() {
                        let ends = [(corner(0.0, 0.0).0, *at), (corner(1.0, 0.0).0, *at)];
                        let drawn = chart.draw_series(DashedLineSeries::new(ends, 5, 4, colour.stroke_width(2)))?;
                        if !label.is_empty() {
                            drawn
                                .label(format!("{label} ({})", written(rounded(*at, 3))))
                                .legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], line));
                        }
                    }
                }
            }
        }
        if self.series.iter().any(|s| !s.label.is_empty()) {
            chart
                .configure_series_labels()
                .position(SeriesLabelPosition::UpperRight)
                .margin(10)
                .legend_area_size(30)
                .background_style(WHITE.mix(0.85))
                .border_style(BLACK.mix(0.3))
                .label_font(("sans-serif", 14))
                .draw()?;
        }
        area.present()?;
        Ok(())
    }
}

/// The colour of a height.
fn height(rank: f64) -> RGBColor {
    let [low, high] = HEIGHTS;
    let between = |from: f64, to: f64| (from + (to - from) * rank) as u8;
    RGBColor(between(low.0, high.0), between(low.1, high.1), between(low.2, high.2))
}
