//! What a sweep found.

use serde::Serialize;

use super::curve::Curve;
use super::flip::Flip;
use super::journal::Header;
use super::measure::Measure;
use super::run::Run;
use crate::chart::{Chart, Scale};
use crate::quantile::median;

/// What a sweep found.
///
/// Shown, it is a table with what is to be said about it; [`chart`](Self::chart) is a picture, [`csv`](Self::csv) and [`json`](Self::json) are
/// for other programs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outcome {
    /// What was swept.
    pub title: String,
    /// What runs are judged by.
    pub measure: Measure,
    /// The rates, rising.
    pub rates: Vec<f64>,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// How many steps a whole run makes.
    pub steps: u64,
    /// The share of the way back to the start that a basin is measured at.
    pub tolerance: f64,
    /// The measure before the first step, the median over seeds; `None` where a closure reported no loss.
    pub start: Option<f64>,
    /// Each arm's scores against its rates.
    pub arms: Vec<Curve>,
    /// The pairs of arms that change places.
    pub flips: Vec<Flip>,
    /// The longest run of each member: arms, in them rates, in them seeds.
    pub runs: Vec<Run>,
    /// How many runs were in the journal before.
    #[serde(skip)]
    pub resumed: usize,
    /// The line of the journal that had been cut, so that its run was made again.
    #[serde(skip)]
    pub cut: Option<usize>,
}

impl Outcome {
    pub(crate) fn new(
        header: Header,
        steps: u64,
        tolerance: f64,
        runs: Vec<Run>,
        resumed: usize,
        cut: Option<usize>,
    ) -> Outcome {
        let Header { problem: title, measure, rates, seeds, arms, .. } = header;
        let starts: Option<Vec<f64>> = runs.iter().take(seeds.len()).map(|run| run.start).collect();
        let start = starts.map(median);
        let per_arm = rates.len() * seeds.len();
        let curves: Vec<Curve> = arms
            .iter()
            .zip(runs.chunks(per_arm))
            .map(|((name, _), runs)| {
                Curve::new(name, &runs.iter().collect::<Vec<_>>(), seeds.len(), steps, tolerance, start)
            })
            .collect();
        let flips = Flip::all(&curves, &runs, seeds.len(), steps);
        Outcome { title, measure, rates, seeds, steps, tolerance, start, arms: curves, flips, runs, resumed, cut }
    }

    /// Score against rate, a line for each arm: the median over seeds, in a band from the least to the greatest, its best rate marked. What
    /// diverged is not drawn, nor what halving ended.
    pub fn chart(&self) -> Chart {
        let drawn = |curve: &Curve| -> Vec<super::Point> {
            curve.points.iter().filter(|p| p.steps == self.steps && p.median.is_finite()).copied().collect()
        };
        let top = self.start.map_or(f64::MAX, |start| start + 0.5 * start.abs());
        let lows = self.arms.iter().flat_map(drawn).map(|p| p.low);
        let low = lows.fold(f64::INFINITY, f64::min);
        let name = self.measure.name();
        // A band that goes up to infinity ends where worse is no longer told apart.
        let scale = if low > 0.0 { Scale::log(name) } else { Scale::linear(name) };
        let mut chart = Chart::new(&self.title, Scale::log("rate"), scale);
        for curve in &self.arms {
            let band = drawn(curve).into_iter().map(|p| (p.rate, p.low.min(top), p.high.min(top)));
            chart = if self.seeds.len() > 1 { chart.band(format!("{}: all seeds", curve.arm), band) } else { chart };
        }
        for curve in &self.arms {
            let points: Vec<_> = drawn(curve).into_iter().map(|p| (p.rate, p.median.min(top))).collect();
            chart = match points.len() {
                1 => chart.dots(&curve.arm, points),
                _ => chart.line(&curve.arm, points),
            };
            if let Some(best) = curve.best {
                chart = chart.mark(format!("{}: best", curve.arm), best.rate);
            }
        }
        chart
    }

    /// A row for each run: `arm,rate,seed,steps,start,score,diverged`, empty where there is no value.
    pub fn csv(&self) -> String {
        let mut csv = String::from("arm,rate,seed,steps,start,score,diverged\n");
        let value = |x: Option<f64>| x.map_or(String::new(), |x| format!("{x:?}"));
        for run in &self.runs {
            let Run { arm, rate, seed, steps, start, score, diverged, .. } = run;
            let (start, score) = (value(*start), value(*score));
            let diverged = diverged.map_or(String::new(), |step| step.to_string());
            let arm = arm.replace('"', "\"\"");
            csv += &format!("\"{arm}\",{rate:?},{seed},{steps},{start},{score},{diverged}\n");
        }
        csv
    }

    /// All of it, as an object.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a plain record is JSON") + "\n"
    }
}
