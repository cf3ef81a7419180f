//! A curve and its judgement, drawn.

use super::{Curve, Judgement, Spacing};
use crate::chart::{Chart, Scale};

impl Judgement {
    /// The curve as dots, the smoothed curve with its band, and the suggestion with its own band as marks. How the loss explodes is
    /// left out.
    ///
    /// ```
    /// use rappel_lab::range::Curve;
    ///
    /// let rates: Vec<f64> = (0..50).map(|i| 10_f64.powf(f64::from(i) / 10.0 - 4.0)).collect();
    /// let losses = rates.iter().map(|rate| 2.0 - 1.0 / (1.0 + (0.1 / rate).powi(2)) + rate.powi(4)).collect();
    /// let curve = Curve::new(rates, losses)?;
    /// let text = curve.judge()?.chart(&curve, "lr").text(60, 12);
    /// assert!(text.contains("suggestion"));
    /// # Ok::<(), rappel_lab::LabError>(())
    /// ```
    pub fn chart(&self, curve: &Curve, title: impl Into<String>) -> Chart {
        let x = match curve.spacing() {
            Spacing::Log => Scale::log("rate"),
            Spacing::Linear | Spacing::NearOne => Scale::linear("value"),
        };
        let least = curve.losses().iter().copied().filter(|loss| loss.is_finite());
        let low = self.smoothed.iter().copied().chain(least).fold(f64::INFINITY, f64::min);
        let high = self.smoothed.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let room = (0.08 * (high - low)).max(1e-3 * high.abs()).max(f64::MIN_POSITIVE);
        let band = self.rates.iter().zip(&self.band).map(|(&rate, &(low, high))| (rate, low, high));
        let mut chart = Chart::new(title, x, Scale::linear("loss").between(low - room, high + room))
            .band("smoothed, the middle 80 %", band)
            .dots("loss", curve.rates().iter().copied().zip(curve.losses().iter().copied()))
            .line("smoothed", self.rates.iter().copied().zip(self.smoothed.iter().copied()));
        if let Ok(suggestion) = &self.suggestion {
            if suggestion.low < suggestion.rate {
                chart = chart.mark("10 %", suggestion.low);
            }
            if suggestion.high > suggestion.rate {
                chart = chart.mark("90 %", suggestion.high);
            }
            chart = chart.mark("suggestion", suggestion.rate);
        }
        chart
    }
}
