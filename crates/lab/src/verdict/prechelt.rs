//! Prechelt's measures of overfitting.
//!
//! L. Prechelt, "Early stopping - but when?", 1998. He finds that slower criteria give nets that are about 4 % better, for about four
//! times the time.
//!
//! The held-out loss `va` has a value for each time it was looked at, the latest last. Training losses are those of the same times; a
//! strip is `k` of them, and Prechelt takes 5.

/// Generalisation loss: by how many percent the held-out loss is above its lowest so far.
///
/// 0 at the lowest, and of nothing; infinite where the lowest is 0 and the last is not.
///
/// ```
/// use rappel_lab::verdict::prechelt::generalisation_loss;
///
/// assert_eq!(generalisation_loss(&[2.0, 1.0, 1.25]), 25.0);
/// assert_eq!(generalisation_loss(&[2.0, 1.0]), 0.0);
/// ```
pub fn generalisation_loss(va: &[f64]) -> f64 {
    let lowest = va.iter().copied().fold(f64::INFINITY, f64::min);
    match va.last() {
        Some(last) if *last != lowest => 100.0 * (last / lowest - 1.0),
        _ => 0.0,
    }
}

/// Progress: by how many per mille the mean of the last `k` training losses is above the lowest of them.
///
/// Large while training is unstable or falls fast, and near 0 when it has come to rest. `None` with fewer than `k` losses, or of none;
/// infinite where the lowest is 0 and another is not.
///
/// ```
/// use rappel_lab::verdict::prechelt::progress;
///
/// assert_eq!(progress(&[9.0, 2.0, 1.0], 2), Some(500.0));
/// assert_eq!(progress(&[1.0], 2), None);
/// ```
pub fn progress(tr: &[f64], k: usize) -> Option<f64> {
    let strip = tr.len().checked_sub(k).filter(|_| k > 0).map(|from| &tr[from..])?;
    let lowest = strip.iter().copied().fold(f64::INFINITY, f64::min);
    let mean = strip.iter().sum::<f64>() / k as f64;
    Some(if mean == lowest { 0.0 } else { 1000.0 * (mean / lowest - 1.0) })
}

/// The quotient of generalisation loss and progress: `PQ_alpha` stops when it exceeds alpha.
///
/// As long as training still makes fast progress, a rise of the held-out loss may be made good again. `None` where
/// [`progress`] is; infinite where there is a loss and no progress, 0 where there is no loss.
///
/// ```
/// use rappel_lab::verdict::prechelt::progress_quotient;
///
/// assert_eq!(progress_quotient(&[2.0, 1.0], &[1.0, 1.25], 2), Some(25.0 / 500.0));
/// ```
pub fn progress_quotient(tr: &[f64], va: &[f64], k: usize) -> Option<f64> {
    let (progress, loss) = (progress(tr, k)?, generalisation_loss(va));
    Some(if loss == 0.0 { 0.0 } else { loss / progress })
}

/// For how many strips in a row the held-out loss has risen from end to end: `UP_s` stops when it is `s`.
///
/// Strips are counted back from the latest value.
///
/// ```
/// use rappel_lab::verdict::prechelt::strips_up;
///
/// assert_eq!(strips_up(&[1.0, 9.0, 2.0, 9.0, 3.0], 2), 2);
/// assert_eq!(strips_up(&[3.0, 2.0, 1.0], 1), 0);
/// ```
pub fn strips_up(va: &[f64], k: usize) -> usize {
    let ends: Vec<f64> = va.iter().rev().step_by(k.max(1)).copied().collect();
    ends.windows(2).take_while(|pair| pair[0] > pair[1]).count()
}
