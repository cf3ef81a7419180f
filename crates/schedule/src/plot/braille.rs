//! The picture in characters.

use super::axis::Axis;
use super::trace::Marked;
use super::{Plot, PlotError, cut};
use std::fmt::Write;
use std::ops::Range;

/// ANSI colours: cyan, yellow, magenta, green, blue, red.
const COLOURS: [u8; 6] = [36, 33, 35, 32, 34, 31];

/// Of how many dots along a line how many are drawn: whole, dashed, dotted, ...
const DASHES: [(usize, usize); 6] = [(1, 1), (8, 5), (4, 1), (16, 12), (6, 3), (3, 1)];

/// Of the dots between the ends of a jump.
const JUMP: (usize, usize) = (3, 1);

/// The least number of characters for the curves.
const LEAST: (usize, usize) = (10, 3);

/// Characters of 2 x 4 dots each, and which curve they belong to.
struct Canvas {
    width: usize,
    cells: Vec<(u8, usize)>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Canvas {
        Canvas { width, cells: vec![(0, 0); width * height] }
    }

    fn dot(&mut self, x: usize, y: usize, curve: usize) {
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let cell = &mut self.cells[y / 4 * self.width + x / 2];
        *cell = (cell.0 | BITS[y % 4][x % 2], curve);
    }

    /// A line of dots, of each `dash.0` the first `dash.1`; `count` goes on from line to line.
    fn line(&mut self, a: (usize, usize), b: (usize, usize), curve: usize, dash: (usize, usize), count: &mut usize) {
        let far = a.0.abs_diff(b.0).max(a.1.abs_diff(b.1));
        let on = |from: usize, to: usize, i: usize| {
            let (from, to) = (from as f64, to as f64);
            (from + (to - from) * i as f64 / far as f64).round() as usize
        };
        for i in 0..=far {
            let (x, y) = if far == 0 { a } else { (on(a.0, b.0, i), on(a.1, b.1, i)) };
            if *count % dash.0 < dash.1 {
                self.dot(x, y, curve);
            }
            // The last dot is the first of the next line.
            *count += usize::from(i < far);
        }
    }

    /// A row of characters.
    fn row(&self, row: usize, coloured: bool) -> String {
        let cells = &self.cells[row * self.width..(row + 1) * self.width];
        let drawn = cells.iter().rposition(|cell| cell.0 != 0).map_or(0, |last| last + 1);
        let mut text = String::new();
        let mut colour = None;
        for (dots, curve) in &cells[..drawn] {
            let next = (coloured && *dots != 0).then_some(*curve);
            if next != colour {
                text.push_str(&next.map_or("\x1b[0m".into(), escape));
                colour = next;
            }
            let pattern = char::from_u32(0x2800 + u32::from(*dots)).expect("all 256 are characters");
            text.push(if *dots == 0 { ' ' } else { pattern });
        }
        if colour.is_some() {
            text.push_str("\x1b[0m");
        }
        text
    }
}

fn escape(curve: usize) -> String {
    format!("\x1b[{}m", COLOURS[curve % COLOURS.len()])
}

pub(super) fn draw(plot: &Plot, width: usize, height: usize) -> Result<String, PlotError> {
    let range = plot.range();
    let dash = |curve: usize| if plot.coloured { (1, 1) } else { DASHES[curve % DASHES.len()] };
    let above = plot.curves.len();
    let rows = height.saturating_sub(above + 2);
    // A few columns more than there are: the labels decide how wide the margin is, and the values decide the labels.
    let (axis, traces) =
        plot.traces(2 * width.max(LEAST.0), Marked { height: 3.0 / (4 * rows.max(1)) as f64, apart: 4 })?;
    let labels = axis.values((rows / 2).clamp(2, 8));
    let margin = labels.iter().map(|(_, text)| text.len()).max().unwrap_or(0).max("step".len());
    let columns = width.saturating_sub(margin + 2);
    if columns < LEAST.0 || rows < LEAST.1 {
        return Err(PlotError::TooSmall { width: margin + 2 + LEAST.0, height: above + 2 + LEAST.1 });
    }
    // A jump may come from below a logarithmic axis.
    let y = |value: f64| ((1.0 - axis.place(value).clamp(0.0, 1.0)) * (4 * rows - 1) as f64).round() as usize;
    let x = |time: f64| place(&range, time, 2 * columns);

    let mut canvas = Canvas::new(columns, rows);
    for (curve, trace) in traces.iter().enumerate() {
        let mut count = 0;
        for line in &trace.lines {
            let dots: Vec<_> = line.iter().map(|(time, value)| (x(*time), y(*value))).collect();
            for (i, a) in dots.iter().enumerate() {
                canvas.line(*a, *dots.get(i + 1).unwrap_or(a), curve, dash(curve), &mut count);
            }
        }
        for jump in &trace.jumps {
            canvas.line((x(jump.time), y(jump.before)), (x(jump.time), y(jump.after)), curve, JUMP, &mut 0);
        }
    }

    let mut text = String::new();
    for (curve, (label, _)) in plot.curves.iter().enumerate() {
        let mut sample = Canvas::new(4, 1);
        sample.line((0, 2), (7, 2), curve, dash(curve), &mut 0);
        let label = cut(label, columns.saturating_sub(5));
        let line = format!("{:margin$}  {} {label}", "", sample.row(0, plot.coloured));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    for row in 0..rows {
        let label = labels.iter().find(|(value, _)| y(*value) / 4 == row);
        let (label, line) = label.map_or(("", '\u{2502}'), |(_, text)| (text.as_str(), '\u{2524}'));
        let drawn = canvas.row(row, plot.coloured);
        let _ = writeln!(text, "{label:>margin$} {line}{drawn}");
    }
    below(&mut text, &range, margin, columns);
    Ok(text)
}

/// The column of a time, of so many.
fn place(range: &Range<u64>, time: f64, columns: usize) -> usize {
    let whole = (range.end - range.start) as f64;
    (((time - range.start as f64) / whole * columns as f64) as usize).min(columns - 1)
}

/// The axis of steps.
fn below(text: &mut String, range: &Range<u64>, margin: usize, columns: usize) {
    let marks = Axis::new(range.start as f64, range.end as f64).steps((columns / 8).clamp(2, 12));
    let mut line = vec!['\u{2500}'; columns];
    let mut labels = format!("{:>margin$} ", "step");
    for (step, label) in marks {
        let column = place(range, step, columns);
        line[column] = '\u{252c}';
        // Centred under its mark, within the picture, and apart from the one before.
        let start = (margin + 2 + column)
            .saturating_sub(label.len() / 2)
            .min((margin + 2 + columns).saturating_sub(label.len()));
        if start > labels.len() {
            labels = format!("{labels:start$}{label}");
        }
    }
    let line: String = line.into_iter().collect();
    let _ = write!(text, "{:margin$} \u{2514}{line}\n{}\n", "", labels.trim_end());
}
