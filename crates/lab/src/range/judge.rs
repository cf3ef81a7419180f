//! What a curve says: where its loss falls, and how sure that is.

use rappel_autodiff::Rng;
use thiserror::Error;

use super::loess::{Smoother, scale};
use super::{Curve, Spacing};
use crate::LabError;
use crate::quantile::quantile;

/// The fewest points that are judged.
pub const FEWEST: usize = 12;

/// How a curve is judged.
///
/// 1. **Smoothed, robustly.** Losses that are no numbers are left out, and so is what comes after the loss has lost all it had gained;
///    losses higher than at the start are cut off there. (How a run explodes is of no interest, nor what it falls back from.)
///    Then LOESS: at each point a parabola through its neighbours ([`span`](Self::span) of all points), with robust weights, so that
///    a spike does not count. The parabola's slope is the derivative of the loss in ln rate (or in the curve's other
///    coordinate).
/// 2. **Suggested.** From the rate of the steepest descent upwards, the last rate at which the loss still falls at least
///    [`slope`](Self::slope) times as fast: the upper edge of the descent. But no more than the rate of the lowest loss divided by
///    [`margin`](Self::margin): a rate has one step in a range test, and what it does wrong takes several to show.
/// 3. **How sure.** The distances of the losses from the smoothed curve are laid on it again many times with random signs (the wild
///    bootstrap, Wu 1986: noise that grows along the curve stays where it is), and the rule is asked each time. The suggestion is the
///    median of the answers, the band holds the middle 80 % of them. Noise is taken to be independent from step to step, as that
///    of batches is.
/// 4. **Whether at all.** The same noise around a level curve also falls somewhere. A curve that falls no further than the furthest
///    of those has no descent, and no rate is made up for it.
///
/// The defaults of slope and margin were chosen on the problems of this crate, where the best rate is known from grids; the book has the
/// table. The same seed gives the same bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Judge {
    /// The share of all points in each parabola, above 0, at most 1; at least seven points are used. Default 0.25.
    pub span: f64,
    /// How fast the loss falls at the suggestion, of how fast it falls at the steepest. In `[0, 1]`: at 1 the suggestion is the
    /// steepest point, at 0 where the descent ends. Default 0.2.
    pub slope: f64,
    /// How many times lower than the rate of the lowest loss the suggestion is at least: 1 or more. Default 4. Near one, it is the
    /// distance from 1 that is so many times larger; on a linear scale it does not count.
    pub margin: f64,
    /// How often the noise is drawn anew, 20 or more. Default 1000.
    pub resamples: usize,
    /// The seed of those draws. Default 0.
    pub seed: u64,
}

impl Default for Judge {
    fn default() -> Self {
        Judge { span: 0.25, slope: 0.2, margin: 4.0, resamples: 1000, seed: 0 }
    }
}

/// A smoothed curve and what it suggests.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The rates that were judged: those whose losses are numbers, until the loss has lost what it had gained.
    pub rates: Vec<f64>,
    /// The smoothed loss at each.
    pub smoothed: Vec<f64>,
    /// Its derivative in ln rate, or in the curve's other coordinate.
    pub slopes: Vec<f64>,
    /// The middle 80 % of where the smoothed loss could be with other noise, at each rate.
    pub band: Vec<(f64, f64)>,
    /// The suggested rate, or that there is no descent.
    pub suggestion: Result<Suggestion, NoDescent>,
}

/// A rate that a curve suggests, with its band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion {
    /// The suggested rate.
    pub rate: f64,
    /// The lower end of the band: 10 % of the resampled curves suggest less.
    pub low: f64,
    /// The upper end of the band: 10 % of the resampled curves suggest more.
    pub high: f64,
    /// Where the smoothed loss falls fastest.
    pub steepest: f64,
    /// Where the smoothed loss is lowest.
    pub lowest: f64,
    /// Whether the loss is lowest where the curve ends, so that the range may be too short.
    pub falls_at_end: bool,
}

/// A curve whose loss does not fall by more than its noise.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error(
    "no descent: the smoothed loss falls by {fall:.3e} at most, and its noise alone makes falls of up to {noise:.3e}; no rate is \
     suggested (widen the range, take more steps or larger batches, or look whether the net learns at all)"
)]
pub struct NoDescent {
    /// The largest fall of the smoothed loss.
    pub fall: f64,
    /// The largest fall among level curves with the same noise.
    pub noise: f64,
}

impl Judge {
    /// Judges a curve.
    ///
    /// # Errors
    /// [`LabError::Setting`] when fewer than [`FEWEST`] losses are numbers, or a setting is out of its range. That there is no
    /// descent is no error but a [judgement](Judgement::suggestion).
    pub fn judge(&self, curve: &Curve) -> Result<Judgement, LabError> {
        self.check()?;
        let (mut rates, losses) = curve.measured();
        let all = rates.len();
        if rates.len() < FEWEST {
            let (what, value) = ("the number of losses that can be judged", rates.len().to_string());
            return Err(LabError::Setting {
                what,
                value,
                why: "a curve has 12 at least: begin where the loss still falls, or take more steps",
            });
        }
        let losses = descent(losses);
        rates.truncate(losses.len());
        let u: Vec<f64> = rates.iter().map(|&rate| curve.spacing().coordinate(rate)).collect();
        let near = (self.span * u.len() as f64).round().max(7.0) as usize;
        let smoother = Smoother::robust(&u, &losses, near);
        let (smoothed, slopes) = (smoother.values(&losses), smoother.slopes(&losses));
        let noise = noise(&smoother, &losses, &smoothed);
        let (mut rng, mut falls, mut answers) = (Rng::seed(self.seed), Vec::new(), Vec::new());
        let mut clouds = vec![Vec::with_capacity(self.resamples); u.len()];
        for _ in 0..self.resamples {
            let drawn = drawn(&noise, &mut rng);
            let (value, slope) = (smoother.values(&drawn), smoother.slopes(&drawn));
            falls.push(fall(&value));
            // The fit is linear in the losses, so this is the fit with other noise: not smoothed a second time.
            let add = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
            let (value, slope) = (add(&smoothed, &value), add(&slopes, &slope));
            answers.push(self.answer(curve.spacing(), &rates, &value, &slope));
            clouds.iter_mut().zip(value).for_each(|(cloud, value)| cloud.push(value));
        }
        let band = clouds.iter().map(|cloud| (quantile(cloud, 0.1), quantile(cloud, 0.9))).collect();
        let (falls_by, by_noise) = (fall(&smoothed), scale(&falls));
        let suggestion = if falls_by > by_noise + 1e-9 * scale(&smoothed) {
            Ok(Suggestion {
                rate: quantile(&answers, 0.5),
                low: quantile(&answers, 0.1),
                high: quantile(&answers, 0.9),
                steepest: rates[least(&slopes)],
                lowest: rates[least(&smoothed)],
                falls_at_end: least(&smoothed) == all - 1,
            })
        } else {
            Err(NoDescent { fall: falls_by, noise: by_noise })
        };
        Ok(Judgement { rates, smoothed, slopes, band, suggestion })
    }

    fn check(&self) -> Result<(), LabError> {
        let refuse = |what, value: String, why| Err(LabError::Setting { what, value, why });
        if !(self.span > 0.0 && self.span <= 1.0) {
            return refuse("span", self.span.to_string(), "a share of the points: above 0, at most 1");
        }
        if !(0.0..=1.0).contains(&self.slope) {
            return refuse("slope", self.slope.to_string(), "a share of the steepest slope: from 0 to 1");
        }
        if self.margin.is_nan() || self.margin < 1.0 || self.margin.is_infinite() {
            return refuse("margin", self.margin.to_string(), "how many times lower: 1 or more");
        }
        if self.resamples < 20 {
            return refuse("resamples", self.resamples.to_string(), "a band needs 20 at least");
        }
        Ok(())
    }

    /// The rule's answer: from the steepest slope to the right while the slope is steep enough, but well below the lowest loss.
    fn answer(&self, spacing: Spacing, rates: &[f64], smoothed: &[f64], slopes: &[f64]) -> f64 {
        let steepest = least(slopes);
        let enough = self.slope * slopes[steepest];
        let more = slopes[steepest + 1..].iter().take_while(|&&slope| slope <= enough && slope < 0.0).count();
        let lowest = spacing.coordinate(rates[least(smoothed)]);
        let most = match spacing {
            Spacing::Log | Spacing::NearOne => spacing.value(lowest - self.margin.ln()),
            Spacing::Linear => lowest,
        };
        rates[steepest + more].min(most).max(rates[0])
    }
}

impl Curve {
    /// Judges the curve as [`Judge`] says, with its defaults.
    ///
    /// # Errors
    /// [`LabError::Setting`] when too few losses are numbers.
    pub fn judge(&self) -> Result<Judgement, LabError> {
        Judge::default().judge(self)
    }
}

/// The index of the lowest.
fn least(x: &[f64]) -> usize {
    (0..x.len()).min_by(|&a, &b| x[a].total_cmp(&x[b])).unwrap_or(0)
}

/// The largest fall from a value to a later one.
fn fall(x: &[f64]) -> f64 {
    let (mut most, mut highest) = (0.0_f64, f64::NEG_INFINITY);
    for &x in x {
        highest = highest.max(x);
        most = most.max(highest - x);
    }
    most
}

/// The part of the losses that says something of a descent. It ends where the loss has lost all that it had gained, without those
/// last losses that are higher than at the start, and others as high are cut off: how a run explodes is of no interest, nor
/// what it falls back from. Levels are medians of five; what differs by less than four standard deviations of the noise is no gain and
/// not higher.
fn descent(mut losses: Vec<f64>) -> Vec<f64> {
    let levels: Vec<f64> = losses.windows(5).map(|five| quantile(five, 0.5)).collect();
    let jumps: Vec<f64> = losses.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let noise = 4.0 * quantile(&jumps, 0.5) / (0.6745 * std::f64::consts::SQRT_2);
    let start = levels[0];
    let mut lowest = start;
    let lost = levels.iter().position(|&level| {
        lowest = lowest.min(level);
        lowest < start - noise && level > start
    });
    losses.truncate(lost.map_or(losses.len(), |lost| lost + 5).max(FEWEST));
    let high = start + noise;
    while losses.len() > FEWEST && losses.last().is_some_and(|&loss| loss > high) {
        losses.pop();
    }
    losses.iter_mut().for_each(|loss| *loss = loss.min(high));
    losses
}

/// The noise of a curve: what the smoother leaves of each loss, enlarged by what it has taken for itself.
fn noise(smoother: &Smoother, losses: &[f64], smoothed: &[f64]) -> Vec<f64> {
    let left = losses.iter().zip(smoothed).zip(smoother.leverage());
    left.map(|((y, s), own)| (y - s) / (1.0 - own.min(0.9))).collect()
}

/// The noise with other signs. (Not in blocks: over a block the smoother leaves nothing, so that the drawn noise would lack just
/// those waves that look like a descent.)
fn drawn(noise: &[f64], rng: &mut Rng) -> Vec<f64> {
    noise.iter().map(|residual| if rng.next_u32() & 1 == 0 { *residual } else { -residual }).collect()
}
