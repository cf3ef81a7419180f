//! How a loss moves over steps, and how sure that is.

use crate::quantile::median;

/// A robust straight line through means of neighbouring steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trend {
    /// The mean.
    pub(super) mean: f64,
    /// Change per step: Theil's and Sen's, the median over all pairs.
    pub(super) slope: f64,
    /// The standard error of the slope.
    pub(super) slope_error: f64,
}

impl Trend {
    /// Of values at places that ascend; `None` with fewer than four, or where one is not finite.
    ///
    /// The means of neighbours may be correlated within, since what counts is how they scatter around the line. A spike moves neither
    /// slope nor error.
    pub(super) fn of(points: &[(f64, f64)]) -> Option<Trend> {
        let n = points.len();
        if n < 4 || points.iter().any(|(_, y)| !y.is_finite()) {
            return None;
        }
        let mut slopes = Vec::with_capacity(n * (n - 1) / 2);
        for (i, a) in points.iter().enumerate() {
            slopes.extend(points[i + 1..].iter().map(|b| (b.1 - a.1) / (b.0 - a.0)));
        }
        let slope = median(slopes);
        let rests = || points.iter().map(|(x, y)| y - slope * x);
        let level = median(rests());
        // Of a normal distribution, the median distance is 0.6745 standard deviations.
        let scatter = median(rests().map(|r| (r - level).abs())) / 0.6745;
        let middle = points.iter().map(|p| p.0).sum::<f64>() / n as f64;
        let spread: f64 = points.iter().map(|p| (p.0 - middle).powi(2)).sum();
        let mean = points.iter().map(|p| p.1).sum::<f64>() / n as f64;
        Some(Trend { mean, slope, slope_error: scatter / spread.sqrt() })
    }
}

/// Mean and its standard error, from means of neighbours; the error is 0 of a single one, and both NaN of none.
pub(super) fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, (variance / n).sqrt())
}
