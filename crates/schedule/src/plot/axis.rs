//! Where a number stands on an axis, and which numbers are written at it.

use crate::text::Number;

/// Logarithmic axes show so many decades below the highest value at most: a cosine comes as close to zero as it has steps.
const DECADES: f64 = 6.0;

/// A piece of the number line, drawn from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    log: bool,
}

impl Axis {
    /// From `low` to `high`, which is above it.
    pub(super) fn new(low: f64, high: f64) -> Axis {
        Axis { low, high, log: false }
    }

    /// The axis for these values, with some room around them; `None` if there are none it could show.
    pub(super) fn around(values: impl Iterator<Item = f64>, log: bool) -> Option<Axis> {
        let shown = values.filter(|v| v.is_finite() && !(log && *v < f64::MIN_POSITIVE));
        let (low, high) = shown.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if low > high {
            return None;
        }
        if log {
            let low = low.max(high * 10_f64.powf(-DECADES)).max(f64::MIN_POSITIVE);
            let room = (high / low).powf(0.04).max(1.1);
            return Some(Axis { low: low / room, high: (high * room).min(f64::MAX), log });
        }
        // Halves, as the difference of two large numbers may be none.
        let room = match high / 2.0 - low / 2.0 {
            0.0 if high == 0.0 => 1.0,
            0.0 => high.abs() / 4.0,
            half => half * 0.08,
        };
        // Zero is shown where it is near; it is then the border.
        let near = |end: f64, other: f64| low < high && end.abs() <= other.abs() * 0.6;
        let lowest = if low >= 0.0 && near(low, high) { 0.0 } else { (low - room).max(f64::MIN) };
        let highest = if high <= 0.0 && near(high, low) { 0.0 } else { (high + room).min(f64::MAX) };
        Some(Axis { low: lowest, high: highest, log })
    }

    /// Where the value stands: 0 at the lower end, 1 at the upper, beyond them outside; NaN if nowhere.
    pub(super) fn place(&self, value: f64) -> f64 {
        if self.log {
            let (low, high) = (self.low.ln(), self.high.ln());
            return if value > 0.0 { (value.ln() - low) / (high - low) } else { f64::NEG_INFINITY };
        }
        // Halves, as above.
        (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0)
    }

    /// At most `most` round values, and how each is written.
    pub(super) fn values(&self, most: usize) -> Vec<(f64, String)> {
        let mut marks = if self.log { self.decades(most) } else { self.multiples(most, i32::MIN) };
        // Close to the limit of precision neighbouring multiples are one number.
        marks.dedup_by(|a, b| value(a.0, a.1) == value(b.0, b.1));
        let exponents =
            marks.iter().any(|(mantissa, exponent)| Number(value(*mantissa, *exponent)).to_string().contains('e'));
        marks
            .into_iter()
            .map(|(mantissa, exponent)| {
                let value = value(mantissa, exponent);
                (value, if exponents && value != 0.0 { scientific(value) } else { Number(value).to_string() })
            })
            .collect()
    }

    /// At most `most` round whole numbers, the large ones in thousands, millions, ...
    pub(super) fn steps(&self, most: usize) -> Vec<(f64, String)> {
        const UNITS: [(f64, &str); 4] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
        let marks = self.multiples(most, 0).into_iter().map(|(mantissa, exponent)| value(mantissa, exponent));
        let marks: Vec<f64> = marks.collect();
        // A unit is worth its letter if all that is then written is short.
        let round = marks.iter().all(|step| step % 1e3 == 0.0) && self.high >= 1e5;
        let write = |step: f64| match UNITS.iter().find(|(unit, _)| round && step >= *unit) {
            Some((unit, name)) => format!("{}{name}", step / unit),
            None => step.to_string(),
        };
        marks.into_iter().map(|step| (step, write(step))).collect()
    }

    /// Multiples of 1, 2 or 5 times a power of ten, which is at least 10^`least`, as whole number and exponent.
    fn multiples(&self, most: usize, least: i32) -> Vec<(i64, i32)> {
        let most = most.max(2) as f64;
        let apart = (self.high / most - self.low / most).max(f64::MIN_POSITIVE);
        let first = (apart.log10().floor() as i32).max(least);
        let steps = (first..).flat_map(|e| [1, 2, 5].map(|m| (m, e)));
        for (mantissa, exponent) in steps {
            let step = value(mantissa, exponent);
            let (from, to) = ((self.low / step).ceil(), (self.high / step).floor());
            if to - from < most {
                return (from as i64..=to as i64).map(|k| (k * mantissa, exponent)).collect();
            }
        }
        unreachable!("a step larger than the axis has one multiple on it at most")
    }

    /// Powers of ten; with twice and five times of each where there are few.
    fn decades(&self, most: usize) -> Vec<(i64, i32)> {
        let (low, high) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        let inside = |every: usize, mantissas: &[i64]| -> Vec<(i64, i32)> {
            let all = (low..=high).step_by(every).flat_map(|e| mantissas.iter().map(move |m| (*m, e)));
            all.filter(|(m, e)| (self.low..=self.high).contains(&value(*m, *e))).collect()
        };
        let fine = inside(1, &[1, 2, 5]);
        if fine.len() <= most {
            return fine;
        }
        (1..)
            .map(|every| inside(every, &[1]))
            .find(|marks| marks.len() <= most.max(1))
            .expect("one mark at some distance")
    }
}

/// A decimal number, rounded once.
fn value(mantissa: i64, exponent: i32) -> f64 {
    format!("{mantissa}e{exponent}").parse().expect("a decimal number")
}

/// With an exponent, as [`Number`] writes it.
fn scientific(value: f64) -> String {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').expect("the format has an exponent");
    let exponent: i32 = exponent.parse().expect("an integer");
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}
