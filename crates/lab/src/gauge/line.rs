//! The loss along one update, and where on it the update ended.

use serde::{Deserialize, Serialize};

/// The loss along one update, as seen from its two ends. The update is the unit of length, so losses and slopes are of one unit.
///
/// A parabola is fitted to the two losses and two slopes; [`alpha`](Self::alpha) says where on it the update ended.
///
/// ```
/// use rappel_lab::gauge::Line;
///
/// // From x = 1 on the loss x^2 / 2: updates to 0.5, to the minimum, and to the other side.
/// let to = |x: f64| Line { loss: [0.5, x * x / 2.0], slope: [x - 1.0, x * (x - 1.0)], noise: None };
/// assert_eq!([0.5, 0.0, -1.0].map(|x| to(x).alpha()), [Some(-0.5), Some(0.0), Some(1.0)]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The loss at the start and at the end.
    pub loss: [f64; 2],
    /// Its slope along the update there: the inner product of gradient and update.
    pub slope: [f64; 2],
    /// How uncertain these are; `None` where nothing is known of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<Noise>,
}

/// How uncertain is what a [`Line`] is made of: variances and covariances.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Noise {
    /// The variance of the loss at the start and at the end.
    pub loss: [f64; 2],
    /// That of the slopes there.
    pub slope: [f64; 2],
    /// The covariances of loss and slope there, which are of one batch.
    pub both: [f64; 2],
}

impl Line {
    /// Whether all it is made of is finite.
    pub(super) fn is_finite(&self) -> bool {
        let noise = self.noise.iter().flat_map(|n| n.loss.iter().chain(&n.slope).chain(&n.both));
        self.loss.iter().chain(&self.slope).chain(noise).all(|x| x.is_finite())
    }

    /// The slopes at start and end of the fitted parabola.
    ///
    /// Two losses and two slopes are one number too many for a parabola. On one, the loss changes by the mean of the slopes; what is
    /// over, the *discrepancy* `d = (loss[1] - loss[0]) - (slope[0] + slope[1]) / 2`, is shared out:
    ///
    /// - With [`noise`](Self::noise), by generalised least squares: each of the four is weighted by its variance, and what is known of
    ///   both together by their covariance.
    /// - Without, a slope is taken to be as uncertain as it is large, and the losses as the slopes: a slope has the share
    ///   `slope^2 / s^2 / 5` of `d`, with `s^2` the mean square of the slopes. Where `d` is not small beside them, the losses are of
    ///   different batches, and the fit turns to the slopes alone: the share is divided by `1 + d^2 / s^2`. No slope changes its sign by that.
    ///
    /// On a parabola without noise `d` is 0, and both are exact.
    pub fn fit(&self) -> [f64; 2] {
        let [start, end] = self.slope;
        let d = (self.loss[1] - self.loss[0]) - (start + end) / 2.0;
        let [to_start, to_end] = match self.noise {
            // The covariances of discrepancy and slopes, over the variance of the discrepancy.
            Some(Noise { loss, slope, both }) if loss.iter().chain(&slope).any(|v| *v > 0.0) => {
                let of_d = loss[0] + loss[1] + (slope[0] + slope[1]) / 4.0 + both[0] - both[1];
                if of_d > 0.0 {
                    [slope[0] / 2.0 + both[0], slope[1] / 2.0 - both[1]].map(|c| c / of_d)
                } else {
                    [0.0; 2]
                }
            }
            _ => {
                let s2 = (start * start + end * end) / 2.0;
                // As `slope^2 / s^2 / (1 + d^2 / s^2)`, where all are 0 too.
                if d == 0.0 { [0.0; 2] } else { self.slope.map(|slope| 0.2 * slope * slope / (s2 + d * d)) }
            }
        };
        [start + to_start * d, end + to_end * d]
    }

    /// Where the update ended on the fitted parabola, on a scale where -1 is its start, 0 the minimum, and +1 the point on the other
    /// side that is as high as the start: below 0 the step was short of the minimum, above it went past, above 1 it climbed.
    ///
    /// - A parabola that falls and does not turn (it is straight or concave) has its minimum far ahead: -1.
    /// - `None` where there is no minimum ahead to measure by: the update begins uphill (momentum that is past the bottom), on the
    ///   flat, or has no length.
    /// - `None` where a loss or slope is not finite.
    ///
    /// The scale is that of Schneider, Dangel and Hennig, "Cockpit: A Practical Debugging Tool for the Training of Deep Neural
    /// Networks" (2021). Where an update begins uphill their formula gives numbers below -1, those of a step that is too short.
    pub fn alpha(&self) -> Option<f64> {
        let [start, end] = self.fit();
        (start < 0.0 && (end / start).is_finite()).then(|| (-end / start).max(-1.0))
    }
}
