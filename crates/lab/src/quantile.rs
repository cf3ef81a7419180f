//! Medians and quantiles.

/// The median, of an even number the mean of the middle two; NaN of none. Infinities count as they are.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let sorted = sorted(values);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => 0.5 * sorted[n / 2 - 1] + 0.5 * sorted[n / 2],
    }
}

/// The value below or at which a share of all lie: always one of them, of two the lower; NaN of none.
pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let sorted = sorted(values.iter().copied());
    let at = share * sorted.len().saturating_sub(1) as f64;
    sorted.get(at.floor() as usize).copied().unwrap_or(f64::NAN)
}

fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values
}
