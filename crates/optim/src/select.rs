//! Selections: which parameters a group is about.

use std::fmt;
use std::sync::Arc;

use rappel_autodiff::module::fits;
use rappel_autodiff::{ParamId, ParamRef};
use rappel_schedule::{Expr, Kind};
use thiserror::Error;

/// Which parameters a group is about.
///
/// | in Rust | in text | takes |
/// |---|---|---|
/// | [`All`](Self::All) | `all` | all |
/// | [`Vectors`](Self::Vectors) | `vectors` | those of rank 0 and 1: biases, gains and shifts of norms |
/// | [`Glob`](Self::Glob), or a `&str` | `"head.*"` | those whose path fits |
/// | [`regex`](Self::regex) | `regex("norm\\d")` | those in whose path a regular expression finds something |
/// | [`Not`](Self::Not) | `not("head.*")` | those that another selection leaves out |
/// | [`Except`](Self::Except) | `except("*.bias", "head.*")` | those of the first that are not of the second |
/// | [`Any`](Self::Any) | `["embed.*", "head.*"]` | those that are of one of them, or of several |
/// | [`Ids`](Self::Ids) | none: `<2 ids>` | those of these ids |
/// | [`Fn`](Self::Fn) | none: `<function>` | those that a function takes |
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Select {
    /// All.
    All,
    /// Those of rank 0 and 1: biases, and the gains and shifts of norms. A net's matrices, embeddings and kernels have more.
    Vectors,
    /// Those whose path fits a pattern: `*` stands for any letters, dots too, `?` for one.
    Glob(String),
    /// Those in whose path a regular expression finds something.
    Regex(Pattern),
    /// Those of these ids.
    Ids(Vec<ParamId>),
    /// Those that a function takes, by path and parameter.
    Fn(Predicate),
    /// Those that another selection leaves out.
    Not(Box<Select>),
    /// Those of the first that are not of the second.
    Except(Box<Select>, Box<Select>),
    /// Those of one of them.
    Any(Vec<Select>),
}

type Takes = dyn Fn(&str, ParamRef<'_>) -> bool + Send + Sync;

/// A function that chooses parameters.
#[derive(Clone)]
pub struct Predicate(Arc<Takes>);

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Predicate(..)")
    }
}

/// A regular expression, in the syntax of the crate `regex-lite`: that of `regex` with classes of ASCII letters.
#[derive(Clone, Debug)]
pub struct Pattern(regex_lite::Regex);

/// Why a text is no regular expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{pattern}` is no regular expression: {reason}")]
pub struct PatternError {
    /// The text.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Select {
    /// Those in whose path a regular expression finds something; `^` and `$` hold it to the ends.
    ///
    /// ```
    /// use rappel_optim::Select;
    ///
    /// assert_eq!(Select::regex(r"^blocks\.[0-5]\.")?.to_string(), r#"regex("^blocks\\.[0-5]\\.")"#);
    /// let error = Select::regex("blocks[").unwrap_err();
    /// assert!(error.to_string().starts_with("`blocks[` is no regular expression: "));
    /// # Ok::<(), rappel_optim::PatternError>(())
    /// ```
    ///
    /// # Errors
    /// When it is none.
    pub fn regex(pattern: &str) -> Result<Select, PatternError> {
        match regex_lite::Regex::new(pattern) {
            Ok(regex) => Ok(Select::Regex(Pattern(regex))),
            Err(reason) => Err(PatternError { pattern: pattern.into(), reason: reason.to_string() }),
        }
    }

    /// Those that a function takes, by path and parameter.
    pub fn when(takes: impl Fn(&str, ParamRef<'_>) -> bool + Send + Sync + 'static) -> Select {
        Select::Fn(Predicate(Arc::new(takes)))
    }

    /// Without those of another selection.
    ///
    /// ```
    /// use rappel_optim::Select;
    ///
    /// assert_eq!(Select::All.except("head.*").to_string(), r#"except(all, "head.*")"#);
    /// ```
    #[must_use]
    pub fn except(self, other: impl Into<Select>) -> Select {
        Select::Except(Box::new(self), Box::new(other.into()))
    }

    /// Whether a parameter is chosen.
    pub fn takes(&self, path: &str, param: ParamRef<'_>) -> bool {
        match self {
            Select::All => true,
            Select::Vectors => param.shape().len() <= 1,
            Select::Glob(pattern) => fits(pattern, path),
            Select::Regex(pattern) => pattern.0.is_match(path),
            Select::Ids(ids) => ids.contains(&param.id()),
            Select::Fn(predicate) => (predicate.0)(path, param),
            Select::Not(other) => !other.takes(path, param),
            Select::Except(these, those) => these.takes(path, param) && !those.takes(path, param),
            Select::Any(all) => all.iter().any(|select| select.takes(path, param)),
        }
    }

    /// Whether its text says which parameters it takes.
    #[cfg(feature = "serde")]
    pub(crate) fn has_text(&self) -> bool {
        match self {
            Select::All | Select::Vectors | Select::Glob(_) | Select::Regex(_) => true,
            Select::Ids(_) | Select::Fn(_) => false,
            Select::Not(other) => other.has_text(),
            Select::Except(these, those) => these.has_text() && those.has_text(),
            Select::Any(all) => !all.is_empty() && all.iter().all(Select::has_text),
        }
    }

    /// It and its parts, as far as each has to find a parameter. A net need not have vectors.
    pub(crate) fn searched(&self) -> Vec<&Select> {
        let mut all = match self {
            Select::All | Select::Vectors => return Vec::new(),
            Select::Glob(_) | Select::Regex(_) | Select::Ids(_) | Select::Fn(_) => Vec::new(),
            Select::Not(other) => other.searched(),
            Select::Except(these, those) => [these.searched(), those.searched()].concat(),
            Select::Any(all) => return all.iter().flat_map(Select::searched).collect(),
        };
        all.push(self);
        all
    }
}

/// A pattern of `*` and `?`.
impl From<&str> for Select {
    fn from(pattern: &str) -> Select {
        Select::Glob(pattern.into())
    }
}

/// A pattern of `*` and `?`.
impl From<String> for Select {
    fn from(pattern: String) -> Select {
        Select::Glob(pattern)
    }
}

/// A word or a pattern in quotes, as texts have it. Ids and functions have no text: what stands for them in `<>` says so, and does not
/// parse.
impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| Expr::from(Kind::Text(text.into()));
        match self {
            Select::All => f.write_str("all"),
            Select::Vectors => f.write_str("vectors"),
            Select::Glob(pattern) => write!(f, "{}", quoted(pattern)),
            Select::Regex(pattern) => write!(f, "regex({})", quoted(pattern.0.as_str())),
            Select::Ids(ids) if ids.len() == 1 => f.write_str("<1 id>"),
            Select::Ids(ids) => write!(f, "<{} ids>", ids.len()),
            Select::Fn(_) => f.write_str("<function>"),
            Select::Not(other) => write!(f, "not({other})"),
            Select::Except(these, those) => write!(f, "except({these}, {those})"),
            Select::Any(all) => {
                let all: Vec<_> = all.iter().map(Select::to_string).collect();
                write!(f, "[{}]", all.join(", "))
            }
        }
    }
}
