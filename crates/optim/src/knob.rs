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
    /// The list that it is one element of in text, as `betas=[0.9, 0.999]` holds `beta1` and `beta2`; its other elements are the
    /// knobs beside it.
    pub list: Option<&'static str>,
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
    /// A whole number from the first to the last, both included.
    Whole(f64, f64),
    /// The place of one of these words; text has the word itself, in quotes.
    Choice(&'static [&'static str]),
}

impl Knob {
    /// The learning rate's own; every rule has it, before its others.
    pub const LR: Knob = Knob::new("lr", 1e-3, 0.0..=f64::MAX);

    /// A knob that may take any value of a closed range; `0.0..=f64::MAX` has no upper bound.
    pub const fn new(name: &'static str, default: f64, range: RangeInclusive<f64>) -> Self {
        Knob { name, default, domain: Domain::Closed(*range.start(), *range.end()), list: None }
    }

    /// A knob whose value stays below the upper end of the range.
    pub const fn below(name: &'static str, default: f64, range: RangeInclusive<f64>) -> Self {
        Knob { name, default, domain: Domain::Below(*range.start(), *range.end()), list: None }
    }

    /// A knob that is on (1) or off (0).
    pub const fn flag(name: &'static str, default: bool) -> Self {
        Knob { name, default: if default { 1.0 } else { 0.0 }, domain: Domain::Flag, list: None }
    }

    /// A knob that is a whole number; `1.0..=f64::MAX` has no upper bound.
    pub const fn whole(name: &'static str, default: f64, range: RangeInclusive<f64>) -> Self {
        Knob { name, default, domain: Domain::Whole(*range.start(), *range.end()), list: None }
    }

    /// A knob that is one of a few words, the first by default.
    ///
    /// ```
    /// use rappel_optim::Knob;
    ///
    /// const SEARCH: Knob = Knob::choice("line_search_fn", &["none", "strong_wolfe"]);
    /// assert!(SEARCH.accepts(1.0) && !SEARCH.accepts(2.0));
    /// assert_eq!(SEARCH.to_string(), "line_search_fn is \"none\" or \"strong_wolfe\"");
    /// ```
    pub const fn choice(name: &'static str, words: &'static [&'static str]) -> Self {
        Knob { name, default: 0.0, domain: Domain::Choice(words), list: None }
    }

    /// The same, as an element of a list in text.
    #[must_use]
    pub const fn within(mut self, list: &'static str) -> Self {
        self.list = Some(list);
        self
    }

    /// The same with another default.
    #[must_use]
    pub const fn or(mut self, default: f64) -> Self {
        self.default = default;
        self
    }

    /// Whether the knob may take this value; never NaN or infinite.
    pub fn accepts(&self, value: f64) -> bool {
        value.is_finite()
            && match self.domain {
                Domain::Closed(low, high) => (low..=high).contains(&value),
                Domain::Below(low, high) => (low..high).contains(&value),
                Domain::Flag => value == 0.0 || value == 1.0,
                Domain::Whole(low, high) => (low..=high).contains(&value) && value.fract() == 0.0,
                Domain::Choice(words) => value >= 0.0 && value.fract() == 0.0 && value < words.len() as f64,
            }
    }
}

/// The allowed values as text: `0 <= momentum < 1`.
impl fmt::Display for Knob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        match self.domain {
            Domain::Closed(f64::MIN, f64::MAX) => write!(f, "{name} is finite"),
            Domain::Closed(low, f64::MAX) => write!(f, "{low} <= {name} < inf"),
            Domain::Closed(low, high) => write!(f, "{low} <= {name} <= {high}"),
            Domain::Below(low, high) => write!(f, "{low} <= {name} < {high}"),
            Domain::Flag => write!(f, "{name} = 0 or 1"),
            Domain::Whole(low, f64::MAX) => write!(f, "{name} a whole number, {low} or more"),
            Domain::Whole(low, high) => write!(f, "{name} a whole number, {low} <= {name} <= {high}"),
            Domain::Choice(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                write!(f, "{name} is {}", words.join(" or "))
            }
        }
    }
}
