//! What an axis stands for, and which numbers are written at it.

/// A logarithmic scale shows so many decades at most, those around the median: one value near zero, or one that diverged, would leave
/// the others no room.
const DECADES: f64 = 12.0;

/// Beyond this, sums and products of places are no numbers.
const LARGEST: f64 = 1e300;

/// What an axis stands for.
///
/// ```
/// use rappel_lab::chart::Scale;
///
/// let rate = Scale::log("rate");
/// let loss = Scale::linear("loss").between(0.0, 3.0); // what lies beyond is not drawn
/// assert_ne!(rate, loss);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    pub(crate) label: String,
    pub(crate) log: bool,
    pub(crate) limits: Option<(f64, f64)>,
}

impl Scale {
    /// Equal distances are equal differences.
    pub fn linear(label: impl Into<String>) -> Scale {
        Scale { label: label.into(), log: false, limits: None }
    }

    /// Equal distances are equal ratios; only values above 0 are shown.
    pub fn log(label: impl Into<String>) -> Scale {
        Scale { label: label.into(), log: true, limits: None }
    }

    /// Shows this part alone. Without it, all that is drawn.
    #[must_use]
    pub fn between(mut self, low: f64, high: f64) -> Scale {
        self.limits = Some((low, high));
        self
    }

    /// The piece of the scale that shows these values; `None` where there is none to show.
    pub(crate) fn over(&self, values: impl Iterator<Item = f64>) -> Option<Span> {
        let place = |v: f64| if self.log { v.log10() } else { v };
        let shown = |v: &f64| v.abs() <= LARGEST && (!self.log || *v >= f64::MIN_POSITIVE);
        if let Some((low, high)) = self.limits {
            let (low, high) = (place(low), place(high));
            return (low.is_finite() && high.is_finite() && low < high).then_some(Span { log: self.log, low, high });
        }
        let mut places: Vec<f64> = values.filter(shown).map(place).collect();
        places.sort_by(f64::total_cmp);
        let (&low, &high) = (places.first()?, places.last()?);
        let (mut low, mut high) = (low, high);
        if self.log && high - low > DECADES {
            let middle = places[places.len() / 2];
            low = (middle - DECADES / 2.0).min(high - DECADES).max(low);
            high = low + DECADES;
        }
        let room = match high - low {
            0.0 if self.log => 0.3,
            0.0 => low.abs().max(1e-3) * 0.1,
            all => all * 0.03,
        };
        Some(Span { log: self.log, low: low - room, high: high + room })
    }
}

/// A piece of a scale. Places on it are values, or their decimal logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    log: bool,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Span {
    /// Where a value stands, from 0 to 1; `None` beside the piece, and for what is no number.
    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        let at = self.unclipped(value)?;
        (0.0..=1.0).contains(&at).then_some(at)
    }

    /// Where a value stands, below 0 or above 1 beside the piece.
    pub(crate) fn unclipped(&self, value: f64) -> Option<f64> {
        let v = match self.log {
            true if value < f64::MIN_POSITIVE => return None,
            true => value.log10(),
            false => value,
        };
        v.is_finite().then(|| (v - self.low) / (self.high - self.low))
    }

    /// At most `most` round values, and how each is written.
    pub(crate) fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        let values = if self.log && self.high - self.low >= 1.0 { self.decades(most) } else { self.multiples(most) };
        values.into_iter().map(|v| (v, written(v))).collect()
    }

    /// Powers of ten, with 2 and 5 between them where there is room.
    fn decades(&self, most: usize) -> Vec<f64> {
        let (from, to) = (self.low.floor() as i32, self.high.ceil() as i32);
        let inside = |every: usize, of: &[f64]| -> Vec<f64> {
            let all = (from..=to).filter(|e| e.rem_euclid(every as i32) == 0);
            let all = all.flat_map(|e| of.iter().map(move |m| (format!("{m}e{e}")).parse::<f64>().unwrap_or(f64::NAN)));
            all.filter(|v| self.place(*v).is_some()).collect()
        };
        let fine = inside(1, &[1.0, 2.0, 5.0]);
        if fine.len() <= most {
            return fine;
        }
        (1..).map(|every| inside(every, &[1.0])).find(|ticks| ticks.len() <= most.max(2)).unwrap_or_default()
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    fn multiples(&self, most: usize) -> Vec<f64> {
        let (low, high) =
            if self.log { (10_f64.powf(self.low), 10_f64.powf(self.high)) } else { (self.low, self.high) };
        let apart = (high - low) / most.max(2) as f64;
        if !(apart.is_normal()) {
            return Vec::new();
        }
        let exponent = apart.log10().floor() as i32;
        let steps = (exponent..=exponent + 2).flat_map(|e| [1_u8, 2, 5].map(|m| (m, e)));
        for (m, e) in steps {
            let step = f64::from(m) * 10_f64.powi(e);
            let (first, last) = ((low / step).ceil(), (high / step).floor());
            if last - first < most.max(2) as f64 {
                // Through text: the nearest number to the decimal, not to a product of rounded ones.
                let exact = |k: f64| format!("{}e{e}", k * f64::from(m)).parse().unwrap_or(f64::NAN);
                return (0..=(last - first) as u64).map(|i| exact(first + i as f64)).collect();
            }
        }
        Vec::new()
    }
}

/// A round number, with an exponent where it would be long.
pub(crate) fn written(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e5).contains(&value.abs()) { format!("{value:e}") } else { format!("{value}") }
}
