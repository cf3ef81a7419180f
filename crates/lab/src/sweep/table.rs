//! An outcome in words.

use std::fmt;

use super::curve::{Curve, Edge, Point};
use super::flip::Flip;
use super::outcome::Outcome;
use crate::digits::{Digits, rounded};

/// A score in four digits.
fn short(score: f64) -> String {
    if score.is_infinite() { "diverged".into() } else { Digits(score).to_string() }
}

/// A rate: as it was given, the rounded end of a basin in three digits.
fn about(rate: f64) -> String {
    format!("{:?}", rounded(rate, 3))
}

/// Columns of equal width, the first to the left, the others to the right.
fn columns(f: &mut fmt::Formatter<'_>, rows: &[Vec<String>]) -> fmt::Result {
    let width = |i: usize| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    for row in rows {
        write!(f, "{:<1$}", row[0], widths[0])?;
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            write!(f, "  {cell:>width$}")?;
        }
        writeln!(f)?;
    }
    Ok(())
}

/// `s` unless there is one.
fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Lists of rates and seeds.
fn list<X: fmt::Debug>(values: &[X]) -> String {
    values.iter().map(|x| format!("{x:?}")).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (arms, rates, seeds) = (self.arms.len(), self.rates.len(), self.seeds.len());
        let ends = match self.rates[..] {
            [only] => format!("{only:?}"),
            [from, .., to] => format!("{from:?} to {to:?}"),
            [] => String::new(),
        };
        writeln!(
            f,
            "{}: {arms} arm{}, {rates} rate{} ({ends}), {seeds} seed{}, {} step{}; {}{}",
            self.title,
            plural(arms),
            plural(rates),
            plural(seeds),
            self.steps,
            plural(self.steps as usize),
            self.measure.name(),
            self.start.map_or(String::new(), |start| format!(", {} at the start", short(start))),
        )?;
        writeln!(f)?;
        let head = ["arm", "best rate", "median", "over seeds", "basin", "decades", "sensitivity"];
        let mut rows = vec![head.map(String::from).to_vec()];
        rows.extend(self.arms.iter().map(summary));
        columns(f, &rows)?;
        writeln!(f)?;
        let mut rows = vec![vec!["rate".to_owned()]];
        rows[0].extend(self.arms.iter().map(|curve| curve.arm.clone()));
        for (i, rate) in self.rates.iter().enumerate() {
            let mut row = vec![format!("{rate:?}")];
            row.extend(self.arms.iter().map(|curve| self.cell(&curve.points[i])));
            rows.push(row);
        }
        columns(f, &rows)?;
        let remarks: Vec<String> =
            self.arms.iter().filter_map(remark).chain(self.flips.iter().map(ToString::to_string)).collect();
        if !remarks.is_empty() {
            writeln!(f)?;
        }
        remarks.iter().try_for_each(|remark| writeln!(f, "{remark}"))
    }
}

impl Outcome {
    fn cell(&self, point: &Point) -> String {
        let seeds = self.seeds.len();
        let mut cell = short(point.median);
        if point.diverged > 0 && point.diverged < seeds {
            cell += &format!(" ({} of {seeds} diverged)", point.diverged);
        }
        if point.steps < self.steps && point.diverged < seeds {
            cell += &format!(" at step {}", point.steps);
        }
        cell
    }
}

/// A row of the table of arms.
fn summary(curve: &Curve) -> Vec<String> {
    let none = || "-".to_owned();
    let (rate, median, spread) = match &curve.best {
        Some(best) => {
            (format!("{:?}", best.rate), short(best.median), format!("{} .. {}", short(best.low), short(best.high)))
        }
        None => (none(), none(), none()),
    };
    let (basin, decades) = match &curve.basin {
        Some(basin) => {
            let open = if basin.open_below || basin.open_above { ">= " } else { "" };
            (format!("{} .. {}", about(basin.from), about(basin.to)), format!("{open}{:.2}", basin.decades))
        }
        None => (none(), none()),
    };
    vec![curve.arm.clone(), rate, median, spread, basin, decades, curve.sensitivity.map_or_else(none, short)]
}

/// What is to be said of an arm.
fn remark(curve: &Curve) -> Option<String> {
    let Some(best) = &curve.best else {
        return Some(format!("{}: no rate works; try lower ones", curve.arm));
    };
    let advice = match curve.edge? {
        Edge::Lowest => "is the lowest of the grid: a better one may lie below it",
        Edge::Highest => "is the highest of the grid: a better one may lie above it",
        Edge::Only => "is the only one of the grid: nothing was compared",
    };
    Some(format!("{}: the best rate, {:?}, {advice}", curve.arm, best.rate))
}

impl fmt::Display for Flip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Flip { ahead, behind, rates, seeds } = self;
        write!(f, "{ahead} is ahead of {behind} when each has its best rate; {behind} is ahead")?;
        if !rates.is_empty() {
            write!(f, " at the rate{} {}", plural(rates.len()), list(rates))?;
        }
        if !seeds.is_empty() {
            let and = if rates.is_empty() { "" } else { ", and" };
            write!(f, "{and} with the seed{} {}", plural(seeds.len()), list(seeds))?;
        }
        Ok(())
    }
}
