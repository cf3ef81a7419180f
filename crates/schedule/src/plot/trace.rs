//! What is drawn of a plan: every step is read, and of each column its extremes are kept.

use super::axis::Axis;
use crate::Plan;
use std::ops::Range;

/// A point of a curve: time and value.
pub(super) type Point = (f64, f64);

/// Which jumps are marked; the others are drawn as lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marked {
    /// Those of so much of the height.
    pub(super) height: f64,
    /// Those with no other within so many columns.
    pub(super) apart: usize,
}

/// A plan read column by column.
#[derive(Debug)]
pub(super) struct Columns<'a> {
    plan: &'a Plan,
    log: bool,
    columns: Vec<Column>,
}

/// What happens in one column of the picture.
#[derive(Clone, Copy, Debug)]
struct Column {
    first: Point,
    lowest: Point,
    highest: Point,
    last: Point,
    /// The two neighbouring points that are furthest apart, of those whose second lies in this column.
    steepest: (Point, Point),
}

/// Where the value jumps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Jump {
    pub(super) time: f64,
    pub(super) before: f64,
    pub(super) after: f64,
}

/// The curve: lines without a break, and the jumps between them.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub(super) lines: Vec<Vec<Point>>,
    pub(super) jumps: Vec<Jump>,
}

impl<'a> Columns<'a> {
    /// Reads the values of all `steps`, and between them where there are fewer steps than columns; at last the one the
    /// curve is heading for when the range ends.
    pub(super) fn read(plan: &'a Plan, steps: Range<u64>, columns: usize, log: bool) -> Columns<'a> {
        let count = steps.end - steps.start;
        let parts = (columns as u64).div_ceil(count);
        let whole = count * parts;
        let column = |i: u64| (u128::from(i) * columns as u128 / u128::from(whole)) as usize;
        let mut read = Columns { plan, log, columns: Vec::with_capacity(columns) };
        let mut chunk = [0.0; 1024];
        for from in (steps.start..steps.end).step_by(chunk.len()) {
            let values = (steps.end - from).min(chunk.len() as u64) as usize;
            plan.fill(&mut chunk[..values], from);
            for (k, value) in (from..).zip(&chunk[..values]) {
                read.point(column((k - steps.start) * parts), (k as f64, *value));
                for part in 1..parts {
                    let time = k as f64 + part as f64 / parts as f64;
                    read.point(column((k - steps.start) * parts + part), (time, plan.at(time)));
                }
            }
        }
        let end = steps.end as f64;
        read.point(columns - 1, (end, plan.at(end.next_down())));
        read
    }

    fn point(&mut self, column: usize, point: Point) {
        let before = self.columns.last().map_or(point, |column| column.last);
        if self.columns.len() <= column {
            let steepest = (before, point);
            self.columns.push(Column { first: point, lowest: point, highest: point, last: point, steepest });
            return;
        }
        let column = &mut self.columns[column];
        column.last = point;
        if point.1 < column.lowest.1 || column.lowest.1.is_nan() {
            column.lowest = point;
        }
        if point.1 > column.highest.1 || column.highest.1.is_nan() {
            column.highest = point;
        }
        let log = self.log;
        let apart = |(a, b): (Point, Point)| {
            if log { (b.1.max(f64::MIN_POSITIVE) / a.1.max(f64::MIN_POSITIVE)).ln().abs() } else { (b.1 - a.1).abs() }
        };
        if apart((before, point)) > apart(column.steepest) {
            column.steepest = (before, point);
        }
    }

    /// The extremes of all columns.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.columns.iter().flat_map(|column| [column.lowest.1, column.highest.1])
    }

    /// The curve on an axis of values.
    pub(super) fn trace(&self, axis: &Axis, marked: Marked) -> Trace {
        let mut found: Vec<(usize, Jump)> = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            found.extend(jump(self.plan, axis, marked.height, column.steepest).map(|jump| (i, jump)));
        }
        let near = |a: usize, b: usize| found.get(a).zip(found.get(b)).is_some_and(|(a, b)| b.0 - a.0 <= marked.apart);
        let alone = |i: usize| (i == 0 || !near(i - 1, i)) && !near(i, i + 1);
        let mut jumps = (0..found.len()).filter(|i| alone(*i)).map(|i| found[i].1).peekable();

        let mut trace = Trace { lines: vec![Vec::new()], jumps: Vec::new() };
        for column in &self.columns {
            let mut points = [column.first, column.lowest, column.highest, column.last];
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            for point in points {
                if let Some(jump) = jumps.next_if(|jump| jump.time <= point.0) {
                    trace.draw(axis, (jump.time, jump.before));
                    trace.lines.push(Vec::new());
                    trace.draw(axis, (jump.time, jump.after));
                    trace.jumps.push(jump);
                }
                trace.draw(axis, point);
            }
        }
        trace.lines.retain(|line| !line.is_empty());
        trace
    }
}

impl Trace {
    /// Adds a point to the last line, unless it is there already. A value below the axis ends the line.
    fn draw(&mut self, axis: &Axis, point: Point) {
        let line = self.lines.last_mut().expect("there is one from the start");
        let place = axis.place(point.1);
        if place.is_finite() && place >= 0.0 {
            if line.last() != Some(&point) {
                line.push(point);
            }
        } else if !line.is_empty() {
            self.lines.push(Vec::new());
        }
    }
}

/// The jump between two neighbouring points, if there is one that is seen: half of the way on which the value changes most
/// is taken until there is nothing between.
fn jump(
    plan: &Plan,
    axis: &Axis,
    height: f64,
    ((mut from, mut left), (mut to, value)): (Point, Point),
) -> Option<Jump> {
    let seen = |a: f64, b: f64| {
        let change = (axis.place(a) - axis.place(b)).abs();
        change.is_finite() && change > height
    };
    if !seen(left, value) {
        return None;
    }
    let at = |time: f64| {
        let (before, after) = (plan.before(time), plan.at(time));
        seen(before, after).then_some(Jump { time, before, after })
    };
    if let Some(jump) = at(to) {
        return Some(jump);
    }
    let mut right = plan.before(to);
    while seen(left, right) {
        let middle = from + (to - from) / 2.0;
        if !(from < middle && middle < to) {
            return Some(Jump { time: to, before: left, after: right });
        }
        if let Some(jump) = at(middle) {
            return Some(jump);
        }
        let value = plan.at(middle);
        let change = |a: f64, b: f64| (axis.place(a) - axis.place(b)).abs();
        if change(left, value) >= change(value, right) {
            (to, right) = (middle, value);
        } else {
            (from, left) = (middle, value);
        }
    }
    None
}
