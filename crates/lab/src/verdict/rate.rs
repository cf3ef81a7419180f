//! What is found about the rate.

use super::bounds;
use super::finding::{Evidence, Kind, Rate, Verdict};
use super::record::Record;
use super::trend::Trend;
use crate::digits::Digits;

/// How sharp the loss was, as a share of what the rule can bear.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margin {
    pub(super) step: u64,
    pub(super) share: f64,
}

/// What the second half of a run shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    pub(super) loss: Trend,
    /// How much the loss falls while the way from the start grows by a factor of e, and its standard error.
    pub(super) gain: (f64, f64),
    /// How much lower the loss would be at the average of the last weights, and its standard error; `None` where it was not read.
    pub(super) swing: Option<(f64, f64)>,
    pub(super) cosine: Option<(f64, f64)>,
    pub(super) noise: Option<f64>,
}

impl Signs {
    pub(super) fn of(record: &Record) -> Option<Signs> {
        let late = record.late();
        let loss = late.loss()?;
        let way = late.way();
        let swing = late.mean(|b| b.pull).map(|(pull, error)| {
            // The average lags behind: in steady descent the pull is this alone.
            let lag = late.lag();
            (0.5 * (pull - lag * loss.slope), 0.5 * error.hypot(lag * loss.slope_error))
        });
        Some(Signs {
            loss,
            gain: (-way * loss.slope, way * loss.slope_error),
            swing,
            cosine: late.mean(|b| b.cosine),
            noise: late.noise(),
        })
    }

    /// Whether the loss falls beyond doubt.
    fn falls(&self) -> bool {
        self.gain.0 > bounds::ERRORS * self.gain.1
    }

    fn evidence(&self) -> Vec<Evidence> {
        let mut all = vec![
            Evidence::noted("mean loss of the second half", self.loss.mean),
            Evidence::noted("gain: fall of the loss per factor e of steps", self.gain.0),
            Evidence::noted("its standard error", self.gain.1),
        ];
        if let Some((swing, error)) = self.swing {
            all.push(Evidence::noted("swing: what the average of the last weights would save", swing));
            all.push(Evidence::noted("its standard error", error));
        }
        if let Some((cosine, _)) = self.cosine {
            all.push(Evidence::noted("mean cosine of successive gradients", cosine));
        }
        all
    }
}

/// The verdict on the rate.
pub(super) fn verdict(record: &Record, margins: &[Margin]) -> Verdict {
    let lr = record.lr;
    if let Some(verdict) = diverging(record) {
        return verdict;
    }
    let half = record.steps / 2;
    let late: Vec<f64> = margins.iter().filter(|m| m.step >= half).map(|m| m.share).collect();
    let margin = (!late.is_empty()).then(|| late.iter().sum::<f64>() / late.len() as f64);
    if let Some(verdict) = margin.and_then(|margin| sharp(record, margin)) {
        return verdict;
    }
    let signs = Signs::of(record).filter(|_| record.steps >= bounds::FEWEST_STEPS);
    let Some(signs) = signs else {
        return Verdict {
            kind: Kind::TooEarly,
            sentence: "so few steps do not tell noise from progress".into(),
            evidence: vec![Evidence::held("steps", record.steps as f64, bounds::FEWEST_STEPS as f64)],
            advice: format!("make {} steps at least", bounds::FEWEST_STEPS),
        };
    };
    let free = signs.noise.is_some_and(|noise| noise < bounds::NOISE_FREE);
    too_high(record, &signs, lr)
        .or_else(|| oscillating(&signs, free, margin, lr))
        .or_else(|| too_low(record, &signs, free, margin, lr))
        .or_else(|| still(record, &signs, lr))
        .or_else(|| floor(&signs, lr))
        .unwrap_or_else(|| fine(&signs, margin))
}

fn diverging(record: &Record) -> Option<Verdict> {
    let lr = record.lr;
    let advice = |lr: f64| {
        format!(
            "go back to weights from before, at about a third of the rate: {}. If the first steps alone are too long, warm up",
            Rate(lr / bounds::FACTOR)
        )
    };
    if let Some((step, loss)) = record.lost {
        return Some(Verdict {
            kind: Kind::Diverging,
            sentence: format!("the loss is {loss} at step {step}"),
            evidence: vec![Evidence::noted("step", step as f64), Evidence::noted("loss", loss)],
            advice: advice(lr),
        });
    }
    let (at, lowest) = record.lowest?;
    let (now, before) = (record.lately(), record.before?);
    let left = [
        ("last few losses over the lowest smoothed loss", now / lowest, bounds::LEFT_LOWEST),
        ("last few losses over the smoothed loss before", now / before, bounds::LEFT_SMOOTHED),
    ];
    let mut evidence: Vec<Evidence> =
        left.into_iter().filter(|(_, value, bound)| value > bound).map(|(n, v, b)| Evidence::held(n, v, b)).collect();
    if evidence.is_empty() || lowest <= 0.0 {
        return None;
    }
    evidence.push(Evidence::noted("lowest smoothed loss", lowest));
    Some(Verdict {
        kind: Kind::Diverging,
        sentence: format!("the loss is {} now, after it was {} at step {at}", Digits(now), Digits(lowest)),
        evidence,
        advice: advice(lr),
    })
}

/// What the sharpness says.
fn sharp(record: &Record, margin: f64) -> Option<Verdict> {
    let lr = record.lr;
    let [low, high] = bounds::EDGE;
    if margin > high {
        return Some(Verdict {
            kind: Kind::TooHigh,
            sentence: format!("the loss is {} times as sharp as steps of this rate can bear", Digits(margin)),
            evidence: vec![Evidence::held("sharpness over its threshold", margin, high)],
            advice: format!(
                "a rate below {}; a loss that still falls will rise, and may come down where it is flatter, or not",
                Rate(lr / margin)
            ),
        });
    }
    (margin >= low).then(|| Verdict {
        kind: Kind::EdgeOfStability,
        sentence: "the loss is as sharp as steps of this rate can bear, and stays so: it wavers from step to step and falls in the long \
                   run"
        .into(),
        evidence: vec![Evidence::held("sharpness over its threshold", margin, low)],
        advice: format!(
            "leave the rate, {}; a higher one is borne where the loss is flatter, so it must rise slowly; lower it at the end of the run",
            Rate(lr)
        ),
    })
}

fn too_high(record: &Record, signs: &Signs, lr: f64) -> Option<Verdict> {
    let (gain, doubt) = (signs.gain.0.max(0.0), bounds::ERRORS * signs.gain.1);
    let (first, peak) = (record.first?, record.peak?);
    let jumped = peak.1 > bounds::JUMP * first;
    let mut evidence = signs.evidence();
    let mut factor = bounds::FACTOR;
    let sentence = match signs.swing {
        Some((swing, error)) if swing - bounds::ERRORS * error > bounds::TOO_HIGH * (gain + doubt) => {
            evidence.insert(0, Evidence::held("swing over gain", swing / (gain + doubt), bounds::TOO_HIGH));
            factor = (2.0 * swing / (gain + doubt)).sqrt().clamp(bounds::FACTOR, 10.0);
            "the weights swing so widely across the valley that a third of the rate would reach a lower loss in as many steps"
        }
        // Each sign alone may be chance or the start; together they are not.
        Some((swing, error)) if jumped && swing > bounds::ERRORS * error && swing > bounds::LOSING * gain => {
            evidence.insert(0, Evidence::held("swing over gain", swing / gain, bounds::LOSING));
            evidence.insert(0, Evidence::held("highest of the loss over the first", peak.1 / first, bounds::JUMP));
            "the loss jumped up, and what has come down since swings more than it falls"
        }
        _ if jumped && signs.loss.mean > first && gain < bounds::WORTH * signs.loss.mean => {
            evidence.insert(0, Evidence::held("mean loss over the first", signs.loss.mean / first, 1.0));
            evidence.insert(0, Evidence::held("highest of the loss over the first", peak.1 / first, bounds::JUMP));
            "the loss jumped up, and has stayed above where it began"
        }
        Some((swing, error)) if signs.loss.mean > first && swing > bounds::ERRORS * error && record.path() > 1.0 => {
            evidence.insert(0, Evidence::held("length of all updates over that of the weights", record.path(), 1.0));
            evidence.insert(0, Evidence::held("mean loss over the first", signs.loss.mean / first, 1.0));
            "the steps are long and swing, and the loss is no lower than where it began"
        }
        _ => {
            let (_, lowest) = record.lowest?;
            let rises = signs.gain.0 < -doubt;
            let back = signs.loss.mean > bounds::BACK * lowest;
            if !(back && rises) {
                return None;
            }
            evidence.insert(
                0,
                Evidence::held("mean loss over the lowest smoothed", signs.loss.mean / lowest, bounds::BACK),
            );
            "the loss was lower before, and rises"
        }
    };
    Some(Verdict {
        kind: Kind::TooHigh,
        sentence: sentence.into(),
        evidence,
        advice: format!("about {} of the rate: {}", part(factor), Rate(lr / factor)),
    })
}

/// Without noise, gradients that turn back at each step say that the rate is at its limit.
fn oscillating(signs: &Signs, free: bool, margin: Option<f64>, lr: f64) -> Option<Verdict> {
    let (cosine, error) = signs.cosine?;
    let turns = free && margin.is_none() && cosine + bounds::ERRORS * error < 0.0 && signs.falls();
    turns.then(|| {
        let mut evidence = signs.evidence();
        evidence.insert(0, Evidence::held("mean cosine of successive gradients", cosine, 0.0));
        Verdict {
            kind: Kind::EdgeOfStability,
            sentence:
                "there is no noise, and still the gradient turns back at each step while the loss falls in the long run"
                    .into(),
            evidence,
            advice: format!(
                "leave the rate, {}, and lower it at the end of the run; measure the sharpness to be sure",
                Rate(lr)
            ),
        }
    })
}

fn too_low(record: &Record, signs: &Signs, free: bool, margin: Option<f64>, lr: f64) -> Option<Verdict> {
    let gain = signs.gain.0;
    if !signs.falls() || margin.is_some_and(|m| m * bounds::FACTOR > bounds::EDGE[0]) {
        return None;
    }
    let worth = gain * bounds::FACTOR.ln();
    let so_far = record.first? - signs.loss.mean;
    if worth < bounds::WORTH * signs.loss.mean && worth < bounds::WORTH * so_far {
        return None;
    }
    let mut evidence = signs.evidence();
    let cosine = signs.cosine.map(|c| c.0);
    if let Some((swing, _)) = signs.swing {
        let swing = swing.max(0.0);
        if swing >= bounds::TOO_LOW * gain {
            return None;
        }
        evidence.insert(0, Evidence::held("swing over gain", swing / gain, bounds::TOO_LOW));
    }
    if free || signs.swing.is_none() {
        let cosine = cosine.filter(|c| *c > bounds::ALIKE)?;
        evidence.insert(0, Evidence::held("mean cosine of successive gradients", cosine, bounds::ALIKE));
    }
    // What was asked is whether so many times the rate is better; of more nothing is known.
    let factor = margin.map_or(f64::INFINITY, |m| bounds::EDGE[0] / m).min(bounds::FACTOR);
    Some(Verdict {
        kind: Kind::TooLow,
        sentence:
            "the loss still falls with every step and the steps hardly swing: longer ones would have come further"
                .into(),
        evidence,
        advice: match free && margin.is_none() {
            false => format!("about {} times the rate: {}", factor.round(), Rate(lr * factor)),
            true => format!(
                "about {} times the rate: {}; without noise the limit comes without warning, so measure the sharpness",
                factor.round(),
                Rate(lr * factor)
            ),
        },
    })
}

/// Steps so short that the loss has not moved beyond its noise.
fn still(record: &Record, signs: &Signs, lr: f64) -> Option<Verdict> {
    let (share, path) = (signs.loss.mean / record.first?, record.path());
    let swings = signs.swing.is_some_and(|(swing, error)| swing > bounds::ERRORS * error);
    if signs.falls() || swings || share < bounds::STILL || path > 1.0 {
        return None;
    }
    let mut evidence = signs.evidence();
    evidence.insert(0, Evidence::held("mean loss over the first", share, bounds::STILL));
    evidence.insert(1, Evidence::held("length of all updates over that of the weights", path, 1.0));
    Some(Verdict {
        kind: Kind::TooLow,
        sentence: "the loss has not moved beyond its noise, and all updates together are short beside the weights"
            .into(),
        evidence,
        advice: format!("ten times the rate: {}", Rate(10.0 * lr)),
    })
}

fn floor(signs: &Signs, lr: f64) -> Option<Verdict> {
    let (swing, error) = signs.swing?;
    if signs.falls() || swing <= bounds::ERRORS * error || swing < bounds::WORTH * signs.loss.mean {
        return None;
    }
    let mut evidence = signs.evidence();
    evidence.insert(0, Evidence::held("swing over loss", swing / signs.loss.mean, bounds::WORTH));
    Some(Verdict {
        kind: Kind::NoiseFloor,
        sentence: format!(
            "the loss has stopped falling beyond doubt, and {} of it is the noise of the steps themselves",
            Digits(swing)
        ),
        evidence,
        advice: format!(
            "lower the rate from here on, to 0 by the end (`cosine` or `linear` from {}), or average the weights",
            Rate(lr)
        ),
    })
}

fn fine(signs: &Signs, margin: Option<f64>) -> Verdict {
    let mut evidence = signs.evidence();
    if let Some((swing, _)) = signs.swing
        && signs.falls()
    {
        let ratio = swing / signs.gain.0;
        evidence.insert(0, Evidence::held("swing over gain", ratio, bounds::TOO_LOW));
        evidence.insert(1, Evidence::held("swing over gain", ratio, bounds::TOO_HIGH));
    }
    if let Some(margin) = margin {
        evidence.insert(0, Evidence::held("sharpness over its threshold", margin, bounds::EDGE[0]));
    }
    Verdict {
        kind: Kind::Fine,
        sentence: if signs.falls() {
            "the loss falls, and what the steps swing is in proportion to what they gain"
        } else {
            "the loss has come to rest, and the steps hardly swing"
        }
        .into(),
        evidence,
        advice: "keep the rate, and lower it at the end of the run".into(),
    }
}

fn part(factor: f64) -> String {
    if (factor - 3.0).abs() < 0.5 { "a third".into() } else { format!("1/{factor:.0}") }
}
