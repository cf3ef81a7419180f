//! Arms that change places.

use serde::Serialize;

use super::curve::Curve;
use super::run::Run;

/// Two arms of which one is ahead when each has its best rate, and the other is ahead somewhere else: a comparison of them is as good as its
/// choice of rate and seed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// The arm that is ahead when each has its best rate, by the median over seeds; the earlier one of equals.
    pub ahead: String,
    /// The other.
    pub behind: String,
    /// The rates at which the other is ahead, both having the same.
    pub rates: Vec<f64>,
    /// The seeds with which the other is ahead, each at its best rate.
    pub seeds: Vec<u64>,
}

impl Flip {
    /// The pairs of arms that change places. `runs` are all members: arms, in them rates, in them seeds.
    pub(crate) fn all(curves: &[Curve], runs: &[Run], seeds: usize, total: u64) -> Vec<Flip> {
        let mut flips = Vec::new();
        for (i, a) in curves.iter().enumerate() {
            for (j, b) in curves.iter().enumerate().skip(i + 1) {
                let (Some(best_a), Some(best_b)) = (a.best, b.best) else { continue };
                let (first, second) = if best_b.median < best_a.median { ((j, b), (i, a)) } else { ((i, a), (j, b)) };
                let pairs = first.1.points.iter().zip(&second.1.points);
                // What halving ended says nothing at the length of the others.
                let whole = pairs.filter(|(x, y)| {
                    let judged = |p: &super::Point| p.steps == total || p.diverged == seeds;
                    judged(x) && judged(y)
                });
                let rates: Vec<f64> = whole.filter(|(x, y)| y.median < x.median).map(|(x, _)| x.rate).collect();
                let at_best = |(arm, curve): (usize, &Curve)| {
                    let best = curve.best.map(|best| best.rate);
                    let at = curve.points.iter().position(|point| Some(point.rate) == best).unwrap_or(0);
                    let from = (arm * curve.points.len() + at) * seeds;
                    &runs[from..from + seeds]
                };
                let pairs = at_best(first).iter().zip(at_best(second));
                let with: Vec<u64> = pairs.filter(|(x, y)| y.cost() < x.cost()).map(|(x, _)| x.seed).collect();
                if !(rates.is_empty() && with.is_empty()) {
                    let (ahead, behind) = (first.1.arm.clone(), second.1.arm.clone());
                    flips.push(Flip { ahead, behind, rates, seeds: with });
                }
            }
        }
        flips
    }
}
