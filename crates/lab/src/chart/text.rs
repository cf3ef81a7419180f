//! The picture in characters.

use std::fmt::Write;

use super::Chart;
use super::canvas::Canvas;
use super::clip::inside;
use super::draw::Kind;
use super::scale::written;
use crate::digits::rounded;

/// The characters of lines and dots, in order; bands and marks have their own.
const LINES: [char; 6] = ['*', 'o', '+', '#', 'x', '@'];

/// So many heights of a contour have one line: characters are coarse.
const HEIGHTS: usize = 4;

impl Chart {
    /// The picture in characters, its inside so many columns wide and rows high: values at the left, the legend below. Lines have no
    /// spaces at their end. Where no value can be shown it says so.
    pub fn text(&self, columns: usize, rows: usize) -> String {
        let (columns, rows) = (columns.clamp(10, 1_000), rows.clamp(3, 1_000));
        let Some((x, y)) = self.spans() else {
            return format!(
                "{}: nothing to draw, no value is finite{}\n",
                self.title,
                if self.y.log || self.x.log { " and above 0" } else { "" }
            );
        };
        let mut canvas = Canvas::new(columns, rows);
        let mut legend = String::new();
        let mut lines = LINES.iter().cycle();
        for series in &self.series {
            let mark = match &series.kind {
                Kind::Line(_) | Kind::Dots(_) | Kind::Path(_) => *lines.next().unwrap_or(&'*'),
                Kind::Band(_) => ':',
                Kind::Mark(_) => '|',
                Kind::Level(_) => '-',
                Kind::Contour(..) | Kind::Regions(..) => '.',
            };
            let mut note = String::new();
            match &series.kind {
                Kind::Line(points) => {
                    let mut last = None;
                    for (px, py) in points {
                        let at = x.unclipped(*px).zip(y.unclipped(*py));
                        if let Some(at) = at {
                            canvas.line(last.unwrap_or(at), at, mark);
                        }
                        last = at;
                    }
                }
                Kind::Dots(points) => {
                    for at in points.iter().filter_map(|(px, py)| x.place(*px).zip(y.place(*py))) {
                        canvas.set(at.0, at.1, mark);
                    }
                }
                Kind::Band(points) => {
                    for pair in points.windows(2) {
                        let [(ax, al, ah), (bx, bl, bh)] = [pair[0], pair[1]];
                        let ends = [
                            x.place(ax),
                            x.place(bx),
                            y.unclipped(al),
                            y.unclipped(ah),
                            y.unclipped(bl),
                            y.unclipped(bh),
                        ];
                        let [Some(ax), Some(bx), Some(al), Some(ah), Some(bl), Some(bh)] = ends else { continue };
                        let (from, to) = (canvas.column(ax), canvas.column(bx));
                        for column in from..=to {
                            let t = (column - from) as f64 / (to - from).max(1) as f64;
                            let (low, high) = (al + t * (bl - al), ah + t * (bh - ah));
                            if high.max(low) >= 0.0 && low.min(high) <= 1.0 {
                                canvas.shade(column as f64 / (columns - 1) as f64, low, high, mark);
                            }
                        }
                    }
                }
                Kind::Path(points) => {
                    for piece in inside(points.iter().map(|p| x.unclipped(p.0).zip(y.unclipped(p.1)))) {
                        piece.windows(2).for_each(|ends| canvas.line(ends[0], ends[1], mark));
                    }
                }
                Kind::Contour(_, levels) => {
                    for line in levels.iter().step_by(HEIGHTS).flat_map(|level| &level.lines) {
                        for piece in inside(line.iter().map(|p| x.unclipped(p.0).zip(y.unclipped(p.1)))) {
                            piece.windows(2).for_each(|ends| canvas.line(ends[0], ends[1], mark));
                        }
                    }
                }
                // Characters are too coarse for areas under other characters.
                Kind::Regions(..) => {}
                Kind::Mark(at) => {
                    note = format!(" ({})", written(rounded(*at, 3)));
                    if let Some(at) = x.place(*at) {
                        canvas.shade(at, 0.0, 1.0, mark);
                    }
                }
                Kind::Level(at) => {
                    note = format!(" ({})", written(rounded(*at, 3)));
                    if let Some(at) = y.place(*at) {
                        (0..columns).for_each(|c| canvas.shade(c as f64 / (columns - 1) as f64, at, at, mark));
                    }
                }
            }
            if !series.label.is_empty() {
                let _ = writeln!(legend, "{:>11} {}{note}", mark, series.label);
            }
        }
        let ticks: Vec<(usize, String)> = y
            .ticks((rows / 3).max(2))
            .into_iter()
            .filter_map(|(v, text)| Some((canvas.row(y.place(v)?), text)))
            .collect();
        let mut text = format!("{}\n{:>9}\n", self.title, self.y.label);
        for (i, line) in canvas.lines().enumerate() {
            let tick = ticks.iter().find(|tick| tick.0 == i).map(|tick| tick.1.as_str());
            let side = if tick.is_some() { '+' } else { '|' };
            let _ = writeln!(text, "{}", format!("{:>9} {side}{line}", tick.unwrap_or("")).trim_end());
        }
        let _ = writeln!(text, "{:>9} +{}", "", "-".repeat(columns));
        let mut below = vec![' '; columns + 24];
        for (v, tick) in x.ticks((columns / 9).max(2)) {
            let Some(at) = x.place(v) else { continue };
            let start = 11 + canvas.column(at);
            let start = start.saturating_sub(tick.chars().count() / 2);
            if start + tick.len() < below.len()
                && below[start.saturating_sub(1)..start + tick.len()].iter().all(|c| *c == ' ')
            {
                tick.chars().enumerate().for_each(|(i, c)| below[start + i] = c);
            }
        }
        let below: String = below.into_iter().collect();
        let _ = writeln!(text, "{:<10}{}", cut(&self.x.label, 10), below[10..].trim_end());
        text + &legend
    }
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
