//! One hyperparameter: its name, its default, the values it may take.

use std::fmt;
use std::ops::RangeInclusive;

/// A hyperparameter of a rule: its name, PyTorch's default, and the values it may take.
///
/// ```
/// use rappel_optim::Knob;
///
/// const BETA: Knob = Knob::below("beta", 0.9, 0.0..=1.0);
/// assert!(BETA.accepts(0.0) && !BETA.accepts(1.0) && !BETA.accepts(f64::NAN));
/// assert_eq!(BETA.to_string(), "0 <= beta < 1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knob {
    /// The name in messages and text.
    pub name: &'static str,
    /// The default, PyTorch's where it has the rule.
    pub default: f64,
    /// Values outside are refused by the step that meets them.
    pub domain: Domain,
}

/// The values a hyperparameter may take; NaN and the infinities are never among them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Domain {
    /// From the first to the last, both included; a last of `f64::MAX` is no bound.
    Closed(f64, f64),
    /// From the first up to the second, which is left out.
    Below(f64, f64),
    /// 0 for no, 1 for yes, and nothing between: a schedule may switch it, not blend it.
    Flag,
}

impl Knob {
    /// The learning rate's own; every rule has it, before its others.
    pub const LR: Knob = Knob::new("lr", 1e-3, 0.0..=f64::MAX);

    /// A knob that may take any value of a closed range; `0.0..=f64::MAX` has no upper bound.
    pub const fn new(name: &'static str, default: f64, range: RangeInclusive<f64>) -> Self {
        Knob { name, default, domain: Domain::Closed(*range.start(), *range.end()) }
    }

    /// A knob whose value stays below the upper end of the range.
    pub const fn below(name: &'static str, default: f64, range: RangeInclusive<f64>) -> Self {
        Knob { name, default, domain: Domain::Below(*range.start(), *range.end()) }
    }

    /// A knob that is on (1) or off (0).
    pub const fn flag(name: &'static str, default: bool) -> Self {
        Knob { name, default: if default { 1.0 } else { 0.0 }, domain: Domain::Flag }
    }

    /// Whether the knob may take this value; never NaN or infinite.
    pub fn accepts(&self, value: f64) -> bool {
        value.is_finite()
            && match self.domain {
                Domain::Closed(low, high) => (low..=high).contains(&value),
                Domain::Below(low, high) => (low..high).contains(&value),
                Domain::Flag => value == 0.0 || value == 1.0,
            }
    }
}

/// The allowed values as text: `0 <= momentum < 1`.
impl fmt::Display for Knob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        match self.domain {
            Domain::Closed(low, f64::MAX) => write!(f, "{low} <= {name} < inf"),
            Domain::Closed(low, high) => write!(f, "{low} <= {name} <= {high}"),
            Domain::Below(low, high) => write!(f, "{low} <= {name} < {high}"),
            Domain::Flag => write!(f, "{name} = 0 or 1"),
        }
    }
}
