//! What losses on training and held-out data say together.

use super::bounds;
use super::finding::{Evidence, Kind, Verdict};
use super::prechelt;
use super::rate::Signs;
use crate::Score;
use crate::digits::Digits;

/// Training and held-out data, looked at together, after so many steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) step: u64,
    pub(super) train: f64,
    pub(super) held_out: Score,
}

/// What is learned holds for the training data only.
pub(super) fn overfitting(looks: &[Look]) -> Option<Verdict> {
    let train: Vec<f64> = looks.iter().map(|l| l.train).collect();
    let held_out: Vec<f64> = looks.iter().map(|l| l.held_out.loss).collect();
    let [most, quotient] = bounds::OVERFITTING;
    let gl = prechelt::generalisation_loss(&held_out);
    let pq = prechelt::progress_quotient(&train, &held_out, bounds::STRIP)?;
    let best = (0..looks.len()).min_by(|a, b| held_out[*a].total_cmp(&held_out[*b]))?;
    let fallen = train.last()? < &train[best];
    if !(gl > most && pq > quotient && fallen) {
        return None;
    }
    let (at, last) = (looks[best], looks.last()?);
    Some(Verdict {
        kind: Kind::Overfitting,
        sentence: format!(
            "since step {} the training loss has gone from {} to {}, the held-out loss from {} to {}",
            at.step,
            Digits(at.train),
            Digits(last.train),
            Digits(at.held_out.loss),
            Digits(last.held_out.loss)
        ),
        evidence: vec![
            Evidence::held("Prechelt's GL, in percent", gl, most),
            Evidence::held("Prechelt's PQ, strips of 5", pq, quotient),
            Evidence::noted(
                "Prechelt's UP, strips of 5 that rose in a row",
                prechelt::strips_up(&held_out, bounds::STRIP) as f64,
            ),
        ],
        advice: format!(
            "stop where the held-out loss was lowest, at step {}; more data, a smaller net, weight decay or dropout. It is no matter of the \
             rate",
            at.step
        ),
    })
}

/// The net does not learn the training data either.
pub(super) fn underfitting(looks: &[Look], signs: &Signs, target: f64, total: f64) -> Option<Verdict> {
    let last = looks.last()?;
    let loss = signs.loss.mean;
    let gap = (last.held_out.loss - last.train) / last.train;
    let swing = signs.swing.map_or(0.0, |s| s.0) / loss;
    let to_come = signs.gain.0.max(0.0) * bounds::FACTOR.ln() / loss;
    if last.train <= target || gap >= bounds::GAP || swing >= bounds::GAP || to_come >= bounds::WORTH {
        return None;
    }
    Some(Verdict {
        kind: Kind::Underfitting,
        sentence: format!("the loss rests at {}, on training and held-out data alike, and steps do not swing", Digits(last.train)),
        evidence: vec![
            Evidence::held("training loss", last.train, target),
            Evidence::held("held-out less training loss, over the latter", gap, bounds::GAP),
            Evidence::held("swing over loss", swing, bounds::GAP),
            Evidence::held("what three times the steps would gain, over the loss", to_come, bounds::WORTH),
            Evidence::noted("entropy of the labels", total),
        ],
        advice: "a wider or deeper net, other features, less weight decay or dropout; more steps and another rate gain little".into(),
    })
}

/// The labels are learned by heart, or not at all.
pub(super) fn shuffled(looks: &[Look], steps: u64, labels: (f64, f64), signs: &Signs, path: f64) -> Option<Verdict> {
    let (entropy, frequent) = labels;
    let late: Vec<&Look> = looks.iter().filter(|l| 2 * l.step >= steps).collect();
    let advice = "check that inputs and labels are shuffled together, and that a label belongs to the sample beside it; print a few";
    let unlearned = signs.loss.mean / entropy;
    if unlearned > bounds::UNLEARNED && path > 1.0 {
        return Some(Verdict {
            kind: Kind::ShuffledLabels,
            sentence: "the weights have gone a long way, and the loss is still what guessing gives: labels have nothing to do with inputs"
                .into(),
            evidence: vec![
                Evidence::held("loss over the labels' entropy", unlearned, bounds::UNLEARNED),
                Evidence::held("length of all updates over that of the weights", path, 1.0),
            ],
            advice: advice.into(),
        });
    }
    if late.len() < bounds::LOOKS {
        return None;
    }
    let last = late.last()?;
    let lowest = late.iter().map(|l| l.held_out.loss).fold(f64::INFINITY, f64::min) / entropy;
    let best = late.iter().filter_map(|l| l.held_out.accuracy).fold(0.0, f64::max);
    let by_heart = last.train / entropy;
    let chance = frequent + bounds::CHANCE;
    if by_heart > bounds::BY_HEART || lowest < 1.0 || best > chance {
        return None;
    }
    Some(Verdict {
        kind: Kind::ShuffledLabels,
        sentence: "the training labels are learned by heart, and held-out ones are guessed: labels have nothing to do with inputs".into(),
        evidence: vec![
            Evidence::held("training loss over the labels' entropy", by_heart, bounds::BY_HEART),
            Evidence::held("lowest held-out loss over the labels' entropy", lowest, 1.0),
            Evidence::held("best held-out accuracy", best, chance),
        ],
        advice: advice.into(),
    })
}
