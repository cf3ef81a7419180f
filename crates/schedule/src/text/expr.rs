//! A schedule's text as a tree of words: what is parsed, printed and stored.

use crate::{Dur, Ratio};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A piece of text: what it says, and where it stood if it was read.
#[derive(Clone)]
pub struct Expr {
    pub(crate) kind: Kind,
    /// The bytes it was read from; empty at 0 if it was not.
    pub(crate) span: Range<usize>,
}

/// Two pieces of text are equal if they say the same, wherever they stand.
impl PartialEq for Expr {
    fn eq(&self, o: &Expr) -> bool {
        self.kind == o.kind
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl From<Kind> for Expr {
    fn from(kind: Kind) -> Expr {
        Expr { kind, span: 0..0 }
    }
}

impl Expr {
    /// What it says.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The bytes of the text it was read from; empty at 0 if it was not.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// What a piece of text can be.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// A number without a unit: as a value the float, as a length the decimal fraction.
    Number(f64, Ratio),
    /// A number with a unit, or a fraction such as `100/3`.
    Dur(Dur),
    /// A name by itself: `here`, `rest`, `forever`, `true`, or one that a `let` gave.
    Word(Arc<str>),
    /// `"in quotes"`
    Text(Arc<str>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `(a, b)`
    Pair(Vec<Expr>),
    /// `{a: b}`
    Map(Vec<(Expr, Expr)>),
    /// `name(a, key=b)`
    Call(Call),
    /// `a.name(b)`
    Method(Arc<Expr>, Call),
    /// `a >> b`, `a + b`, `a * b`: two or more.
    Infix(Infix, Vec<Expr>),
    /// `let name = value in body`
    Let(Arc<str>, Arc<Expr>, Arc<Expr>),
    /// `@name`
    Linked(Arc<str>),
}

/// An operator between schedules, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Infix {
    /// `>>`
    Then,
    /// `+`
    Plus,
    /// `*`
    Times,
}

/// A name and what is in its parentheses.
#[derive(Clone)]
pub struct Call {
    pub(crate) name: Arc<str>,
    pub(crate) args: Vec<Arg>,
    /// Where the name stood.
    pub(crate) span: Range<usize>,
}

impl PartialEq for Call {
    fn eq(&self, o: &Call) -> bool {
        self.name == o.name && self.args == o.args
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("name", &self.name).field("args", &self.args).finish()
    }
}

impl Call {
    pub(crate) fn new(name: impl Into<Arc<str>>, args: Vec<Arg>) -> Call {
        Call { name: name.into(), args, span: 0..0 }
    }

    /// The name, with its library: `torch::StepLR`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes of the name in the text it was read from; empty at 0 if it was not.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What is in the parentheses.
    pub fn args(&self) -> &[Arg] {
        &self.args
    }
}

/// One argument: `value` or `name=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    pub(crate) name: Option<Arc<str>>,
    pub(crate) value: Expr,
}

impl Arg {
    /// The name, if it was written.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The value.
    pub fn value(&self) -> &Expr {
        &self.value
    }
}
