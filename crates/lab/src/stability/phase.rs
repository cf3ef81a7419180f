//! What a run does, judged from its margin and its loss.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a run does, judged from its margin (the largest eigenvalue over the threshold) and its loss.
///
/// A label is a statement about the run so far; the next one may be another. It is the first of these that holds:
///
/// | phase | margin | loss |
/// |---|---|---|
/// | [`Diverging`](Self::Diverging) | above 1 | far above the lowest; or no number |
/// | [`Catapult`](Self::Catapult) | above 1.3, or was since the loss was last as low as it was then | |
/// | [`Catapult`](Self::Catapult) | below 1 | far above the lowest |
/// | [`Edge`](Self::Edge) | 1 to 1.3, or was since it was last below 0.8 | |
/// | [`Lazy`](Self::Lazy) | below 1 | |
///
/// Far above the lowest is 4 times, of losses smoothed by a running geometric mean in which the newest has a weight of 0.2, and above the
/// first loss too: at the edge of stability a low loss spikes a thousandfold, and comes back. A loss that is 0 or negative is never far
/// above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The rate is below what the sharpest direction allows: the run descends, and could take longer steps as far as stability goes.
    Lazy,
    /// The sharpness hovers about the threshold: the edge of stability. The loss falls over many steps, not over each.
    Edge,
    /// The run is beyond its edge, and a swing along the sharpest direction grows or has grown. The loss rises sooner or later; in a
    /// catapult it falls again at a place that is flatter.
    Catapult,
    /// The run is beyond its edge, and its loss is far above what it was: it is leaving, or has left.
    Diverging,
}

/// In lower case.
impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Phase::Lazy => "lazy",
            Phase::Edge => "edge",
            Phase::Catapult => "catapult",
            Phase::Diverging => "diverging",
        })
    }
}

/// The margin up to which a run still hovers.
const ABOVE: f64 = 1.3;
/// The margin down to which it does.
const BELOW: f64 = 0.8;
/// A loss above so many times the lowest is far above it.
const FAR: f64 = 4.0;
/// The weight of the newest loss in the smoothed one.
const NEWEST: f64 = 0.2;

/// What labels depend on from one to the next.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Phases {
    /// Logarithms of the first loss, the smoothed loss, and the lowest that was.
    losses: Option<(f64, f64, f64)>,
    /// Whether the margin has been 1 since it was last below the band.
    touched: bool,
    /// The loss when the margin rose above the band, until it is as low again with the margin below that.
    thrown_from: Option<f64>,
}

impl Phases {
    /// The phase at a loss, and a margin where there is one.
    pub(super) fn label(&mut self, loss: f64, margin: Option<f64>) -> Phase {
        let (Some(margin), true) = (margin, loss.is_finite()) else {
            return Phase::Diverging;
        };
        let far = self.is_far(loss.ln());
        self.touched = margin >= 1.0 || (self.touched && margin >= BELOW);
        if margin > ABOVE {
            self.thrown_from.get_or_insert(loss);
        } else if self.thrown_from.is_some_and(|from| loss <= from) {
            self.thrown_from = None;
        }
        if far && margin > 1.0 {
            Phase::Diverging
        } else if far || self.thrown_from.is_some() {
            Phase::Catapult
        } else if self.touched {
            Phase::Edge
        } else {
            Phase::Lazy
        }
    }

    /// Whether the loss of this logarithm is far above the lowest.
    fn is_far(&mut self, ln: f64) -> bool {
        if !ln.is_finite() {
            return false;
        }
        let (first, before, lowest) = self.losses.unwrap_or((ln, ln, ln));
        let now = before + NEWEST * (ln - before);
        self.losses = Some((first, now, lowest.min(now)));
        ln > first && now - lowest > FAR.ln()
    }
}
