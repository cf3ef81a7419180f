//! Words as a schedule: what they mean.

use super::args::Args;
use super::error::ParseError;
use super::expr::{Call, Expr, Infix, Kind};
use super::names;
use super::near::did_you_mean;
use crate::form::{Fold, Named, Shared};
use crate::{Dur, Length, Node, Ratio, Schedule, Unit, Value, here, linked, rest, there};
use std::str::FromStr;

/// What is known where a piece of text stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    /// All of the text, for errors.
    pub(super) text: &'a str,
    names: Option<&'a Given<'a>>,
    /// Whether a name need not be given: in a length read by itself.
    free: bool,
}

/// A name that a `let` gave, and those around it.
#[derive(Debug)]
struct Given<'a> {
    name: &'a str,
    outer: Option<&'a Given<'a>>,
}

/// What can be read from a piece of text, as an argument.
pub(crate) trait FromExpr: Sized {
    /// Reads it; the error is at the place.
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Self, ParseError>;
}

impl<'a> Scope<'a> {
    pub(crate) fn of(text: &'a str) -> Scope<'a> {
        Scope { text, names: None, free: false }
    }

    pub(crate) fn error(&self, message: impl Into<String>, expr: &Expr) -> ParseError {
        ParseError::new(message, expr.span.clone(), self.text)
    }

    /// The error that something else stands where `what` is asked for.
    pub(super) fn not(&self, what: &str, expr: &Expr) -> ParseError {
        self.error(format!("this is {}, not {what}", expr.kind.what()), expr)
    }

    fn given(&self) -> impl Iterator<Item = &'a str> {
        std::iter::successors(self.names, |given| given.outer).map(|given| given.name)
    }

    /// That the name stands for something.
    fn check(&self, name: &str, expr: &Expr) -> Result<(), ParseError> {
        if self.given().any(|given| given == name) || (self.free && super::is_name(name)) {
            return Ok(());
        }
        let known = self.given().chain(["here", "there", "empty", "rest", "forever"]);
        let hint = match names::find(name, &names::SHAPES) {
            Some(shape) => format!("; it is written `{}`", shape.entry.signature()),
            None => did_you_mean(name, known),
        };
        Err(self.error(format!("nothing is called `{name}` here{hint}"), expr))
    }
}

impl Kind {
    /// What it is, for a message.
    fn what(&self) -> String {
        match self {
            Kind::Number(..) => "a number".into(),
            Kind::Dur(_) => "a length".into(),
            Kind::Word(word) if matches!(&**word, "rest" | "forever") => format!("`{word}`, a length"),
            Kind::Word(word) => format!("`{word}`"),
            Kind::Text(_) => "a text".into(),
            Kind::List(_) => "a list".into(),
            Kind::Pair(_) => "a pair".into(),
            Kind::Map(_) => "a map".into(),
            Kind::Call(_) | Kind::Method(..) | Kind::Infix(..) | Kind::Let(..) | Kind::Linked(_) => "a schedule".into(),
        }
    }
}

impl Expr {
    pub(crate) fn is_none(&self) -> bool {
        matches!(&self.kind, Kind::Word(word) if matches!(&**word, "none" | "None"))
    }
}

impl FromStr for Schedule {
    type Err = ParseError;

    /// Reads what [`Display`](std::fmt::Display) writes, and all else that says a schedule; see the [language](crate#text).
    ///
    /// # Errors
    ///
    /// Where the text is wrong, and how. Whether the numbers make sense is for [`check`](Schedule::check) to say.
    fn from_str(text: &str) -> Result<Schedule, ParseError> {
        Schedule::from_expr(&text.parse()?, &Scope::of(text))
    }
}

impl TryFrom<&Expr> for Schedule {
    type Error = ParseError;

    /// What the words mean.
    ///
    /// # Errors
    ///
    /// As those of reading their text, in which the place is; or that they are not what any text says.
    fn try_from(expr: &Expr) -> Result<Schedule, ParseError> {
        let text = expr.to_string();
        let read: Expr = text.parse()?;
        // By `{:?}` where NaN is not equal to itself.
        if read != *expr && format!("{read:?}") != format!("{expr:?}") {
            return Err(ParseError::new("these words are not those that their text says", 0..text.len(), &text));
        }
        Schedule::from_expr(&read, &Scope::of(&text))
    }
}

impl FromStr for Ratio {
    type Err = ParseError;

    /// Reads `5`, `-2.5`, `1/3`.
    fn from_str(text: &str) -> Result<Ratio, ParseError> {
        Ratio::from_expr(&text.parse()?, &Scope::of(text))
    }
}

impl FromStr for Length {
    type Err = ParseError;

    /// Reads `500`, `100/3`, `3ep`, `1e6sp`, `2e9tok`, `10%`, `rest`, or a name.
    fn from_str(text: &str) -> Result<Length, ParseError> {
        Length::from_expr(&text.parse()?, &Scope { free: true, ..Scope::of(text) })
    }
}

impl FromStr for Dur {
    type Err = ParseError;

    /// Reads `500`, `100/3`, `3ep`, `1e6sp`, `2e9tok`, `10%` or `rest`.
    ///
    /// ```
    /// use rappel_schedule::{Dur, epochs};
    ///
    /// assert_eq!("2.5ep".parse::<Dur>()?, epochs(2.5));
    /// # Ok::<(), rappel_schedule::ParseError>(())
    /// ```
    fn from_str(text: &str) -> Result<Dur, ParseError> {
        Dur::from_expr(&text.parse()?, &Scope::of(text))
    }
}

impl FromExpr for Schedule {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Schedule, ParseError> {
        // A chain of methods from its first: it may be longer than recursion should be deep.
        let (mut of, mut calls) = (expr, Vec::new());
        while let Kind::Method(inner, call) = &of.kind {
            calls.push(call);
            of = inner;
        }
        let of = first(of, scope)?;
        calls.into_iter().rev().try_fold(of, |of, call| method(of, call, scope))
    }
}

fn first(expr: &Expr, scope: &Scope<'_>) -> Result<Schedule, ParseError> {
    match &expr.kind {
        Kind::Number(v, _) => Ok((*v).into()),
        Kind::Dur(duration) => match number_of(*duration) {
            Some(v) => Ok(v.into()),
            None => Err(scope.not("a value or a schedule", expr)),
        },
        Kind::Word(word) => match &**word {
            "empty" => Ok(crate::empty()),
            "here" => Ok(here().into()),
            "there" => Ok(there().into()),
            "rest" | "forever" => Err(scope.not("a schedule", expr)),
            _ => {
                scope.check(word, expr)?;
                Ok(Value::Shared(word.clone()).into())
            }
        },
        Kind::Text(_) | Kind::List(_) | Kind::Pair(_) | Kind::Map(_) => Err(scope.not("a schedule", expr)),
        Kind::Call(call) => function(call, scope),
        Kind::Method(..) => Schedule::from_expr(expr, scope),
        Kind::Infix(infix, parts) => {
            let parts = parts.iter().map(|part| Schedule::from_expr(part, scope)).collect::<Result<Vec<_>, _>>()?;
            Ok(match infix {
                Infix::Then => Schedule::sequence(parts),
                Infix::Plus => Schedule::at_once(Fold::Sum, parts),
                Infix::Times => Schedule::at_once(Fold::Product, parts),
            })
        }
        Kind::Let(name, value, body) => {
            let shared = match &value.kind {
                Kind::Number(v, _) => Shared::Number(*v),
                _ => Shared::Dur(Dur::from_expr(value, scope)?),
            };
            let given = Given { name, outer: scope.names };
            let body = Schedule::from_expr(body, &Scope { names: Some(&given), ..*scope })?;
            Ok(Schedule::of(Node::Let(name.clone(), shared, body)))
        }
        Kind::Linked(name) => Ok(linked(name)),
    }
}

/// A fraction of a step written where a value stands is a fraction.
fn number_of(duration: Dur) -> Option<f64> {
    if duration.unit() != Unit::Steps {
        return None;
    }
    let amount = duration.amount();
    // A decimal fraction is read as the float nearest to it.
    Some(amount.to_string().parse().unwrap_or(amount.numerator() as f64 / amount.denominator() as f64))
}

fn function(call: &Call, scope: &Scope<'_>) -> Result<Schedule, ParseError> {
    let at = |message: String| ParseError::new(message, call.span.clone(), scope.text);
    let mut args = Args::new(call, *scope);
    let schedule = match call.name.split_once("::") {
        Some(("user", name)) if super::is_name(name) => {
            let values = args.others()?;
            args.named_only();
            Schedule::of(Node::User(name.into(), values, args.optional("length")?))
        }
        Some(("adaptive", _)) => return rule(call, scope).map(|call| Schedule::of(Node::Factor(call))),
        Some(_) => {
            let meaning = crate::library::read(&mut args)?;
            Schedule::of(Node::Named(Named::new(call.clone(), meaning)))
        }
        None => match names::find(&call.name, &names::SHAPES) {
            Some(row) => (row.read)(&mut args)?,
            None if crate::adaptive::built_in(call).is_some() => {
                return rule(call, scope).map(|call| Schedule::of(Node::Factor(call)));
            }
            None if names::find(&call.name, &names::METHODS).is_some() => {
                return Err(at(format!("`{0}` is said of a schedule: `a.{0}(..)`", call.name)));
            }
            None => {
                let hint = did_you_mean(&call.name, names::functions());
                return Err(at(format!("there is no `{}`{hint}", call.name)));
            }
        },
    };
    args.finish()?;
    Ok(schedule)
}

fn method(of: Schedule, call: &Call, scope: &Scope<'_>) -> Result<Schedule, ParseError> {
    let mut args = Args::new(call, *scope);
    let Some(row) = names::find(&call.name, &names::METHODS) else {
        let hint = did_you_mean(&call.name, names::METHODS.iter().map(|row| row.entry.name()));
        return Err(args.wrong(format!("a schedule has no `.{}(..)`{hint}", call.name)));
    };
    let schedule = (row.read)(of, &mut args)?;
    args.finish()?;
    Ok(schedule)
}

/// A call that names an adaptive rule: one of ours, whose arguments are checked, or `adaptive::` somebody else's.
fn rule(call: &Call, scope: &Scope<'_>) -> Result<Call, ParseError> {
    let at = |message: String| ParseError::new(message, call.span.clone(), scope.text);
    match crate::adaptive::built_in(call) {
        Some(Ok(_)) => Ok(call.clone()),
        Some(Err(reason)) => Err(at(reason)),
        None if call.name.strip_prefix("adaptive::").is_some_and(super::is_name) => match call.numbers() {
            Ok(_) => Ok(call.clone()),
            Err(reason) => Err(at(reason)),
        },
        None => Err(at(format!("there is no rule `{0}`; one of your own is `adaptive::{0}(..)`", call.name))),
    }
}

impl FromExpr for Value {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Value, ParseError> {
        match &expr.kind {
            Kind::Number(v, _) => Ok(Value::Number(*v)),
            _ => Schedule::from_expr(expr, scope).map(Value::from),
        }
    }
}

impl FromExpr for Dur {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Dur, ParseError> {
        match &expr.kind {
            Kind::Number(_, steps) => Ok(crate::steps(*steps)),
            Kind::Dur(duration) => Ok(*duration),
            Kind::Word(word) if &**word == "rest" => Ok(rest()),
            _ => Err(scope.not("a length, such as `500`, `3ep`, `10%` or `rest`", expr)),
        }
    }
}

impl FromExpr for Length {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Length, ParseError> {
        match &expr.kind {
            Kind::Word(word) if super::is_name(word) => {
                scope.check(word, expr)?;
                Ok(Length::Shared(word.clone()))
            }
            _ => Dur::from_expr(expr, scope).map(Length::Dur),
        }
    }
}

impl FromExpr for f64 {
    /// A number, or a sum or product of numbers.
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<f64, ParseError> {
        let not = || scope.not("a number", expr);
        match &expr.kind {
            Kind::Number(v, _) => Ok(*v),
            Kind::Dur(duration) => number_of(*duration).ok_or_else(not),
            Kind::Infix(Infix::Plus, parts) => {
                parts.iter().try_fold(0.0, |sum, part| Ok(sum + f64::from_expr(part, scope)?))
            }
            Kind::Infix(Infix::Times, parts) => {
                parts.iter().try_fold(1.0, |product, part| Ok(product * f64::from_expr(part, scope)?))
            }
            _ => Err(not()),
        }
    }
}

impl FromExpr for Ratio {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Ratio, ParseError> {
        match &expr.kind {
            Kind::Number(_, ratio) => Ok(*ratio),
            Kind::Dur(duration) if duration.unit() == Unit::Steps => Ok(duration.amount()),
            _ => Err(scope.not("a number or a fraction", expr)),
        }
    }
}

macro_rules! whole_numbers {
    ($($int:ty),*) => { $(
        impl FromExpr for $int {
            fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<$int, ParseError> {
                let not = || scope.error(format!("this must be a whole number from {} to {}", <$int>::MIN, <$int>::MAX), expr);
                let v = Ratio::from_expr(expr, scope).map_err(|_| not())?;
                if v.denominator() == 1 { v.numerator().try_into().map_err(|_| not()) } else { Err(not()) }
            }
        }
    )* };
}
whole_numbers!(u32, u64, i64);

impl FromExpr for bool {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<bool, ParseError> {
        match &expr.kind {
            Kind::Word(word) if matches!(&**word, "true" | "True") => Ok(true),
            Kind::Word(word) if matches!(&**word, "false" | "False") => Ok(false),
            _ => Err(scope.not("`true` or `false`", expr)),
        }
    }
}

impl FromExpr for String {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<String, ParseError> {
        match &expr.kind {
            Kind::Word(text) | Kind::Text(text) => Ok(text.to_string()),
            _ => Err(scope.not("a text", expr)),
        }
    }
}

/// An adaptive rule.
impl FromExpr for Call {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Call, ParseError> {
        match &expr.kind {
            Kind::Call(call) => rule(call, scope),
            _ => Err(scope.not("a rule, such as `stable()`", expr)),
        }
    }
}

impl<T: FromExpr> FromExpr for Vec<T> {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Vec<T>, ParseError> {
        match &expr.kind {
            Kind::List(items) => items.iter().map(|item| T::from_expr(item, scope)).collect(),
            _ => Err(scope.not("a list: `[..]`", expr)),
        }
    }
}

impl<A: FromExpr, B: FromExpr> FromExpr for (A, B) {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<(A, B), ParseError> {
        match &expr.kind {
            Kind::Pair(items) if items.len() == 2 => {
                Ok((A::from_expr(&items[0], scope)?, B::from_expr(&items[1], scope)?))
            }
            _ => Err(scope.not("a pair: `(a, b)`", expr)),
        }
    }
}

/// The entries of a map, in their order.
#[cfg(feature = "library")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Map<K, V>(pub(crate) Vec<(K, V)>);

#[cfg(feature = "library")]
impl<K: FromExpr, V: FromExpr> FromExpr for Map<K, V> {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Map<K, V>, ParseError> {
        let Kind::Map(items) = &expr.kind else { return Err(scope.not("a map: `{a: b}`", expr)) };
        let entry = |(key, value): &(Expr, Expr)| Ok((K::from_expr(key, scope)?, V::from_expr(value, scope)?));
        items.iter().map(entry).collect::<Result<_, _>>().map(Map)
    }
}
