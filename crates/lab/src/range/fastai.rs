//! The rules of fastai's finder, for comparison.
//!
//! As in `fastai/callback/schedule.py` (Apache-2.0): each looks at the curve without its first tenth and last five points, and
//! without what follows a loss that is NaN. fastai records averaged losses, so a curve of its own is to be
//! [`averaged`](Curve::averaged) with 0.98 first. `None` where too little is left for the rule.

use super::Curve;

/// What is left of the curve: rates and losses.
fn trimmed(curve: &Curve) -> (&[f64], &[f64]) {
    let (rates, losses) = (curve.rates(), curve.losses());
    let (first, last) = (curve.len() / 10, curve.len().saturating_sub(5));
    let range = first.min(last)..last;
    let (rates, losses) = (&rates[range.clone()], &losses[range]);
    let end = losses.iter().position(|loss| loss.is_nan()).unwrap_or(losses.len());
    (&rates[..end], &losses[..end])
}

/// `valley`, the default: in the longest run of ever lower losses (not necessarily neighbours; the span is taken as many points
/// back from its last as it has members), the point at a third and a sixth of the span, each rounded down.
pub fn valley(curve: &Curve) -> Option<f64> {
    let (rates, losses) = trimmed(curve);
    let mut longest = vec![1; losses.len()];
    let (mut start, mut end) = (0_isize, 0);
    for i in 1..losses.len() {
        for j in 0..i {
            if losses[i] < losses[j] && longest[i] < longest[j] + 1 {
                longest[i] = longest[j] + 1;
            }
            if longest[end] < longest[i] {
                end = i;
                start = end as isize - longest[end] as isize;
            }
        }
    }
    // The span begins one point before the curve where the whole of its beginning falls; index -1 is Python's, the last.
    let span = end as isize - start;
    let index = start + span / 3 + span / 6;
    if index < 0 { rates.last().copied() } else { rates.get(index as usize).copied() }
}

/// `steep`: where the difference of neighbouring losses over that of the logarithms of their rates is lowest.
pub fn steep(curve: &Curve) -> Option<f64> {
    let (rates, losses) = trimmed(curve);
    let slopes = (1..rates.len()).map(|i| (losses[i] - losses[i - 1]) / (rates[i].ln() - rates[i - 1].ln()));
    lowest(slopes).map(|i| rates[i])
}

/// `minimum`: a tenth of the rate at which the loss is lowest.
pub fn minimum(curve: &Curve) -> Option<f64> {
    let (rates, losses) = trimmed(curve);
    lowest(losses.iter().copied()).map(|i| rates[i] / 10.0)
}

/// `slide`: two points 15 apart start from the right and go left while the gradients of the loss there differ by more than 0.005;
/// the left one at the last place where they did.
pub fn slide(curve: &Curve) -> Option<f64> {
    const APART: usize = 15;
    let (rates, losses) = trimmed(curve);
    let slopes = gradient(losses)?;
    let mut left = losses.len().checked_sub(APART + 1)?;
    let mut rate = rates[left];
    while (slopes[left + APART] - slopes[left]).abs() > 0.005 {
        rate = rates[left];
        let Some(next) = left.checked_sub(1) else { break };
        left = next;
    }
    Some(rate)
}

/// The index of the first of the lowest values; NaN is never one.
pub(super) fn lowest(values: impl Iterator<Item = f64>) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (i, value) in values.enumerate() {
        if !value.is_nan() && best.is_none_or(|(_, lowest)| value < lowest) {
            best = Some((i, value));
        }
    }
    best.map(|(i, _)| i)
}

/// The gradient by the index: half the difference of a point's neighbours, and one-sided at the ends. Of two points at least.
pub(super) fn gradient(losses: &[f64]) -> Option<Vec<f64>> {
    let last = losses.len().checked_sub(1).filter(|&last| last > 0)?;
    let slope = |i: usize| match i {
        0 => losses[1] - losses[0],
        i if i == last => losses[i] - losses[i - 1],
        i => (losses[i + 1] - losses[i - 1]) / 2.0,
    };
    Some((0..=last).map(slope).collect())
}
