//! Groups: which parameters have other hyperparameters than the rest.

use std::fmt;
use std::sync::Arc;

use rappel_autodiff::{ParamId, ParamRef};
use rappel_schedule::Schedule;

/// Which parameters a group is about.
#[derive(Clone)]
#[non_exhaustive]
pub enum Select {
    /// All.
    All,
    /// Those whose path fits a pattern: `*` stands for any letters, `?` for one.
    Glob(String),
    /// Those of these ids.
    Ids(Vec<ParamId>),
    /// Those that a function takes, by path and parameter; it has no text form.
    Fn(Predicate),
    /// Those that another selection leaves out.
    Not(Box<Select>),
}

/// A function that chooses parameters.
#[derive(Clone)]
pub struct Predicate(Arc<dyn Fn(&str, ParamRef<'_>) -> bool + Send + Sync>);

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Predicate(..)")
    }
}

impl Select {
    /// Whether a parameter is chosen.
    pub fn takes(&self, path: &str, param: ParamRef<'_>) -> bool {
        match self {
            Select::All => true,
            Select::Glob(pattern) => fits(pattern.as_bytes(), path.as_bytes()),
            Select::Ids(ids) => ids.contains(&param.id()),
            Select::Fn(predicate) => (predicate.0)(path, param),
            Select::Not(other) => !other.takes(path, param),
        }
    }
}

/// Whether a text fits a pattern of `*` and `?`; each `*` is tried from the shortest on, going back to the last one only.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        if p < pattern.len() && (pattern[p] == b'?' || pattern[p] == text[t]) && pattern[p] != b'*' {
            (p, t) = (p + 1, t + 1);
        } else if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p, t));
            p += 1;
        } else if let Some((at, from)) = star {
            (p, t) = (at + 1, from + 1);
            star = Some((at, from + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

impl fmt::Debug for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Select::All => f.write_str("all"),
            Select::Glob(pattern) => write!(f, "{pattern:?}"),
            Select::Ids(ids) => write!(f, "{} ids", ids.len()),
            Select::Fn(_) => f.write_str("a function"),
            Select::Not(other) => write!(f, "not({other:?})"),
        }
    }
}

/// What a group does to a hyperparameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Gives it another value or schedule.
    Set(Schedule),
    /// Multiplies what it has.
    Scale(Schedule),
}

/// Parameters and what is different for them. Several groups apply in the order in which they were given: of two that set the same
/// hyperparameter the last wins, and scales multiply what is set before them.
///
/// ```
/// use rappel_optim::Group;
///
/// let head = Group::glob("head.*").scale("lr", 10.0);
/// let plain = Group::glob("*.bias").set("weight_decay", 0.0);
/// let fixed = Group::glob("embed.*").freeze();
/// # let _ = (head, plain, fixed);
/// ```
#[derive(Debug, Clone)]
pub struct Group {
    pub(crate) select: Select,
    pub(crate) changes: Vec<(String, Change)>,
    pub(crate) frozen: Option<bool>,
}

impl Group {
    /// Of the parameters chosen.
    pub fn of(select: Select) -> Self {
        Group { select, changes: Vec::new(), frozen: None }
    }

    /// Of the parameters whose path fits a pattern: `*` stands for any letters, dots too, `?` for one.
    pub fn glob(pattern: impl Into<String>) -> Self {
        Group::of(Select::Glob(pattern.into()))
    }

    /// Of the parameters that a function takes.
    pub fn when(takes: impl Fn(&str, ParamRef<'_>) -> bool + Send + Sync + 'static) -> Self {
        Group::of(Select::Fn(Predicate(Arc::new(takes))))
    }

    /// Gives a hyperparameter another value or schedule.
    #[must_use]
    pub fn set(mut self, knob: &str, to: impl Into<Schedule>) -> Self {
        self.changes.push((knob.into(), Change::Set(to.into())));
        self
    }

    /// Multiplies a hyperparameter by a number or a schedule.
    #[must_use]
    pub fn scale(mut self, knob: &str, by: impl Into<Schedule>) -> Self {
        self.changes.push((knob.into(), Change::Scale(by.into())));
        self
    }

    /// Leaves the parameters as they are; they need no gradient then, and count in no norm. Their gradients are still computed; to
    /// spare them, freeze the parameter itself.
    #[must_use]
    pub fn freeze(mut self) -> Self {
        self.frozen = Some(true);
        self
    }
}
