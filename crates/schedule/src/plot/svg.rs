//! The picture as SVG.

use super::axis::Axis;
use super::trace::{Marked, Trace};
use super::{Plot, PlotError, cut};
use crate::Plan;
use std::fmt::Write;
use std::ops::Range;

/// Distinct to colour-blind eyes too (Okabe and Ito's palette).
const COLOURS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// A row of the legend is so high.
const ROW: f64 = 17.0;

/// The width of a character of the legend, and of a number at an axis.
const LETTER: (f64, f64) = (7.25, 7.3);

/// The least width and height of the part with the curves.
const LEAST: (f64, f64) = (60.0, 30.0);

/// Jumps of so many pixels, so many apart, have room for their two dots.
const JUMP: (f64, usize) = (7.0, 11);

/// Steps that are so many pixels apart have a dot each.
const DOTTED: f64 = 14.0;

/// The part of the picture with the curves, and what its borders stand for.
struct Frame {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    steps: Range<u64>,
    axis: Axis,
}

impl Frame {
    fn x(&self, time: f64) -> f64 {
        let whole = (self.steps.end - self.steps.start) as f64;
        self.left + (time - self.steps.start as f64) / whole * self.width
    }

    fn y(&self, value: f64) -> f64 {
        self.top + (1.0 - self.axis.place(value)) * self.height
    }

    fn right(&self) -> f64 {
        self.left + self.width
    }

    fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

pub(super) fn draw(plot: &Plot, width: usize, height: usize) -> Result<String, PlotError> {
    let (wide, high) = (width as f64, height as f64);
    let top = 12.0 + ROW * plot.curves.len() as f64;
    let height_left = high - top - 42.0;
    let columns = width.max(LEAST.0 as usize);
    let (axis, traces) = plot.traces(columns, Marked { height: JUMP.0 / height_left.max(LEAST.1), apart: JUMP.1 })?;
    let labels = axis.values(((height_left / 25.0) as usize).clamp(2, 12));
    let longest = labels.iter().map(|(_, text)| text.len()).max().unwrap_or(0);
    let left = 16.0 + LETTER.1 * longest as f64;
    let frame = Frame { left, top, width: wide - left - 22.0, height: height_left, steps: plot.range(), axis };
    if frame.width < LEAST.0 || frame.height < LEAST.1 {
        let least = (left + 22.0 + LEAST.0, top + 42.0 + LEAST.1);
        return Err(PlotError::TooSmall { width: least.0.ceil() as usize, height: least.1.ceil() as usize });
    }
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>"
    );
    axes(&mut svg, &frame, &labels);
    for (i, ((label, plan), trace)) in plot.curves.iter().zip(&traces).enumerate() {
        let colour = COLOURS[i % COLOURS.len()];
        let row = 8.0 + ROW * (i as f64 + 0.5);
        let letters = ((frame.width - 32.0) / LETTER.0) as usize;
        let _ = writeln!(
            svg,
            "<path d=\"M{left:.1} {row:.1}h24\" stroke=\"{colour}\" stroke-width=\"2\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-family=\"monospace\">{}</text>",
            left + 32.0,
            row + 4.0,
            escaped(&cut(label, letters))
        );
        curve(&mut svg, &frame, plan, trace, colour);
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// Both axes, with a thin line at each number.
fn axes(svg: &mut String, frame: &Frame, labels: &[(f64, String)]) {
    let (left, right, top, bottom) = (frame.left, frame.right(), frame.top, frame.bottom());
    let mut grid = String::new();
    for (value, label) in labels {
        let y = frame.y(*value);
        let _ = write!(grid, "M{left:.1} {y:.1}H{right:.1}");
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", left - 6.0, y + 4.0);
    }
    let ends = Axis::new(frame.steps.start as f64, frame.steps.end as f64);
    for (step, label) in ends.steps(((frame.width / 70.0) as usize).clamp(2, 14)) {
        let x = frame.x(step);
        let _ = write!(grid, "M{x:.1} {top:.1}V{:.1}", bottom + 4.0);
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>", bottom + 17.0);
    }
    let _ = writeln!(
        svg,
        "<path d=\"{grid}\" stroke=\"#e4e4e4\"/>\n<path d=\"M{left:.1} {top:.1}V{bottom:.1}H{right:.1}\" fill=\"none\" stroke=\"#888\"/>\n\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">step</text>",
        (left + right) / 2.0,
        bottom + 33.0
    );
}

fn curve(svg: &mut String, frame: &Frame, plan: &Plan, trace: &Trace, colour: &str) {
    let mut path = String::new();
    for line in &trace.lines {
        for (i, (time, value)) in line.iter().enumerate() {
            let _ = write!(path, "{}{:.1} {:.1}", if i == 0 { 'M' } else { 'L' }, frame.x(*time), frame.y(*value));
        }
        // A single point has no length to be drawn.
        path.push_str(if line.len() == 1 { "h1" } else { "" });
    }
    let _ = writeln!(
        svg,
        "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"/>"
    );
    let mut dot = |time: f64, value: f64, radius: f64, fill: &str| {
        let place = frame.axis.place(value);
        if (0.0..=1.0).contains(&place) {
            let (x, y) = (frame.x(time), frame.y(value));
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.5\"/>"
            );
        }
    };
    if frame.width / (frame.steps.end - frame.steps.start) as f64 >= DOTTED {
        frame.steps.clone().for_each(|k| dot(k as f64, plan.at_step(k), 2.0, colour));
    }
    for jump in &trace.jumps {
        dot(jump.time, jump.before, 3.0, "#fff");
        dot(jump.time, jump.after, 3.0, colour);
    }
}

/// As the text of an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
