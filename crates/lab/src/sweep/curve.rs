//! What an arm's runs say together: score against rate.

use serde::Serialize;

use super::run::Run;
use crate::quantile::median;

/// An arm's scores against its rates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// The arm's name.
    pub arm: String,
    /// A point for each rate, the lowest first.
    pub points: Vec<Point>,
    /// The point with the least median of those that made the whole run, the lower rate of equal ones; `None` when the median run diverges at
    /// every rate.
    pub best: Option<Point>,
    /// Where the best rate is, when it is at an end of the grid.
    pub edge: Option<Edge>,
    /// The rates around the best that are nearly as good; `None` when it is not known: the best is no better than the start, the start
    /// is not known, or not all rates made the whole run.
    pub basin: Option<Basin>,
    /// How much is lost by a wrong rate: the mean over the grid of the lesser of the score and the start, less the least score
    /// (Wortsman et al. 2023, arXiv 2309.14322). 0 when every rate is as good as the best. It belongs to the grid: compare arms on one.
    /// `None` when no rate works, the start is not known, or not all rates made the whole run.
    pub sensitivity: Option<f64>,
}

/// The runs of an arm at one rate, over the seeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// The rate.
    pub rate: f64,
    /// After how many steps the runs are judged: fewer than the whole when halving ended them.
    pub steps: u64,
    /// The median of the scores, a run that diverged being infinite; of an even number the mean of the middle two. JSON has null for infinity.
    pub median: f64,
    /// The least score.
    pub low: f64,
    /// The greatest score; infinite when a run diverged.
    pub high: f64,
    /// How many runs diverged.
    pub diverged: usize,
}

/// The end of the grid that the best rate is at: better ones may lie beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// The best rate is the lowest.
    Lowest,
    /// The best rate is the highest.
    Highest,
    /// There is one rate only.
    Only,
}

/// The rates around the best whose score stays below the best plus a share of the way back to the start; between two rates the score is taken
/// as linear in the rate's logarithm, and scores worse than the start as the start.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Basin {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Its width: the decimal logarithm of `to / from`.
    pub decades: f64,
    /// It reaches the lowest rate, and may go on below.
    pub open_below: bool,
    /// It reaches the highest rate, and may go on above.
    pub open_above: bool,
}

impl Point {
    /// Of the runs of one rate, one per seed.
    fn of(runs: &[&Run]) -> Point {
        let costs = || runs.iter().map(|run| run.cost());
        Point {
            rate: runs[0].rate,
            steps: runs.iter().map(|run| run.steps).max().unwrap_or(0),
            median: median(costs()),
            low: costs().fold(f64::INFINITY, f64::min),
            high: costs().fold(f64::NEG_INFINITY, f64::max),
            diverged: runs.iter().filter(|run| run.diverged.is_some()).count(),
        }
    }
}

impl Curve {
    /// Of an arm's runs, in the order of rates and in these of seeds; `start` is the measure before the first step.
    pub(crate) fn new(arm: &str, runs: &[&Run], seeds: usize, total: u64, tolerance: f64, start: Option<f64>) -> Curve {
        let points: Vec<Point> = runs.chunks(seeds).map(Point::of).collect();
        // A rate at which every run diverged makes no more steps; it is judged all the same.
        let judged = |point: &Point| point.steps == total || point.diverged == seeds;
        let whole = || points.iter().enumerate().filter(|(_, point)| judged(point) && point.median.is_finite());
        let at = whole().min_by(|a, b| a.1.median.total_cmp(&b.1.median)).map(|(i, _)| i);
        let edge = at.and_then(|i| match i {
            _ if points.len() == 1 => Some(Edge::Only),
            0 => Some(Edge::Lowest),
            i if i + 1 == points.len() => Some(Edge::Highest),
            _ => None,
        });
        let known = at.zip(start).filter(|_| points.iter().all(judged));
        let basin = known.and_then(|(at, start)| Basin::around(at, &points, start, tolerance));
        let sensitivity = known.map(|(at, start)| {
            let capped = points.iter().map(|point| point.median.min(start)).sum::<f64>() / points.len() as f64;
            capped - points[at].median.min(start)
        });
        let best = at.map(|i| points[i]);
        Curve { arm: arm.into(), points, best, edge, basin, sensitivity }
    }
}

impl Basin {
    fn around(at: usize, points: &[Point], start: f64, tolerance: f64) -> Option<Basin> {
        let best = points[at].median;
        let level = best + tolerance * (start - best);
        if level <= best {
            return None;
        }
        let place = |i: usize| (points[i].rate.log10(), points[i].median.min(start));
        // Outwards from the best: the logarithm where the level is crossed, and whether the end came first.
        let walk = |path: &mut dyn Iterator<Item = usize>| {
            let mut last = place(at);
            for i in path {
                let next = place(i);
                if next.1 > level {
                    let share = (level - last.1) / (next.1 - last.1);
                    return (last.0 + share * (next.0 - last.0), false);
                }
                last = next;
            }
            (last.0, true)
        };
        let (low, open_below) = walk(&mut (0..at).rev());
        let (high, open_above) = walk(&mut (at + 1..points.len()));
        // An end that is a rate of the grid is that rate, not its logarithm's power.
        let end = |log: f64, open: bool, i: usize| if open { points[i].rate } else { 10_f64.powf(log) };
        Some(Basin {
            from: end(low, open_below, 0),
            to: end(high, open_above, points.len() - 1),
            decades: high - low,
            open_below,
            open_above,
        })
    }
}
