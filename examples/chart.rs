//! Curves over steps with a logarithmic axis: as an SVG picture, and as text for a terminal.

use std::error::Error;
use std::fmt::Write;
use std::ops::Range;

use plotters::prelude::*;

/// Curves over a range of steps.
#[derive(Debug)]
pub struct Chart<'a> {
    /// Stands above the picture.
    pub title: &'a str,
    /// Last step shown; the first is 0.
    pub steps: usize,
    /// The values shown, on a logarithmic scale: both above 0. A curve that leaves them ends there.
    pub values: Range<f64>,
    /// What is drawn.
    pub curves: &'a [Curve],
}

/// A value per step.
#[derive(Debug)]
pub struct Curve {
    /// What the legend says.
    pub label: String,
    /// The values of step 0, 1, ...
    pub values: Vec<f64>,
}

/// Distinct to colour-blind eyes too (Okabe and Ito's palette).
const COLOURS: [RGBColor; 3] = [RGBColor(0, 114, 178), RGBColor(0, 158, 115), RGBColor(213, 94, 0)];
/// The label of a line of the logarithmic grid: only 1, 2 and 5 of each decade have one.
fn tick(value: &f64) -> String {
    let digit = format!("{value:.0e}");
    if digit.starts_with(['1', '2', '5']) { format!("{}", (value * 100.0).round() / 100.0) } else { String::new() }
}

const MARKS: [char; 3] = ['.', 'o', '#'];

impl Chart<'_> {
    /// The picture, 900 x 540.
    ///
    /// # Errors
    /// None in practice: it is drawn into memory.
    pub fn svg(&self) -> Result<String, Box<dyn Error + Send + Sync>> {
        let mut svg = String::new();
        self.draw(&SVGBackend::with_string(&mut svg, (900, 540)).into_drawing_area())?;
        Ok(svg)
    }

    fn draw(
        &self,
        area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(area)
            .caption(self.title, ("sans-serif", 22))
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(60)
            .build_cartesian_2d(0..self.steps.max(1), self.values.clone().log_scale())?;
        chart
            .configure_mesh()
            .bold_line_style(BLACK.mix(0.12))
            .light_line_style(TRANSPARENT)
            .x_desc("step")
            .y_desc("loss (log scale)")
            .axis_desc_style(("sans-serif", 16))
            .label_style(("sans-serif", 14))
            .y_labels(24)
            .y_label_formatter(&tick)
            .draw()?;
        for (curve, colour) in self.curves.iter().zip(COLOURS.iter().cycle()) {
            let style = colour.stroke_width(2);
            chart
                .draw_series(LineSeries::new(self.inside(curve), style))?
                .label(&curve.label)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], style));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .margin(12)
            .legend_area_size(32)
            .background_style(WHITE)
            .border_style(BLACK.mix(0.3))
            .label_font(("sans-serif", 15))
            .draw()?;
        area.present()?;
        Ok(())
    }

    /// The same curves in characters, `columns` wide and `rows` high without the axes; later curves cover earlier ones.
    pub fn text(&self, columns: usize, rows: usize) -> String {
        let (low, high) = (self.values.start.ln(), self.values.end.ln());
        let row = |value: f64| ((high - value.ln()) / (high - low) * (rows - 1) as f64).round() as usize;
        let mut grid = vec![vec![' '; columns]; rows];
        for (curve, mark) in self.curves.iter().zip(MARKS.into_iter().cycle()) {
            let mut last = None;
            for (step, value) in self.inside(curve) {
                let (column, row) = (step * (columns - 1) / self.steps.max(1), row(value));
                // A steep piece is a column of marks, not a gap.
                let from = last.replace(row).unwrap_or(row);
                for line in &mut grid[from.min(row)..=from.max(row)] {
                    line[column] = mark;
                }
            }
        }
        let mut text = format!("{:>8}\n", "loss");
        let decades = self.values.start.log10().ceil() as i32..=self.values.end.log10().floor() as i32;
        let ticks: Vec<(usize, f64)> = decades.map(|k| 10f64.powi(k)).map(|value| (row(value), value)).collect();
        for (i, line) in grid.iter().enumerate() {
            let tick = ticks.iter().find(|tick| tick.0 == i);
            let label = tick.map_or(String::new(), |tick| tick.1.to_string());
            let line: String = line.iter().collect();
            let _ = writeln!(text, "{label:>8} {}{}", if tick.is_some() { '+' } else { '|' }, line.trim_end());
        }
        let _ = writeln!(text, "{:>8} +{}", "", "-".repeat(columns));
        let _ = writeln!(text, "{:>8} 0{:>columns$}", "step", self.steps);
        for (curve, mark) in self.curves.iter().zip(MARKS.into_iter().cycle()) {
            let _ = writeln!(text, "{:>8} {}", format!("{mark}{mark}{mark}"), curve.label);
        }
        text
    }

    /// The points of a curve up to where it leaves the chart, that point included, on the border.
    fn inside<'a>(&'a self, curve: &'a Curve) -> impl Iterator<Item = (usize, f64)> + 'a {
        let within = |value: &f64| self.values.start <= *value && *value <= self.values.end;
        let stay = curve.values.iter().take_while(move |value| within(value)).count();
        let shown = curve.values.iter().take(stay + 1).take(self.steps + 1);
        shown.map(|value| value.clamp(self.values.start, self.values.end)).enumerate()
    }
}
