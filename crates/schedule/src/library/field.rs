//! The parameters of importers: what is read from text beyond the language's own types, and how each is written.

use crate::text::{Expr, FromExpr, Kind, Map, ParseError, Scope};
use crate::{Mode, Ratio, Schedule, Threshold};

/// A type of parameter.
pub(super) trait Field: FromExpr {
    fn expr(&self) -> Expr;
}

impl Field for f64 {
    fn expr(&self) -> Expr {
        (*self).into()
    }
}

macro_rules! integers {
    ($($int:ty),*) => { $(
        impl Field for $int {
            fn expr(&self) -> Expr {
                Kind::Number(*self as f64, Ratio::from(*self)).into()
            }
        }
    )* };
}
integers!(u32, u64, i64);

fn word(word: &str) -> Expr {
    Kind::Word(word.into()).into()
}

impl Field for bool {
    fn expr(&self) -> Expr {
        word(if *self { "true" } else { "false" })
    }
}

impl Field for String {
    fn expr(&self) -> Expr {
        Kind::Text(self.as_str().into()).into()
    }
}

impl<T: FromExpr> FromExpr for Option<T> {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Option<T>, ParseError> {
        if expr.is_none() { Ok(None) } else { T::from_expr(expr, scope).map(Some) }
    }
}

impl<T: Field> Field for Option<T> {
    fn expr(&self) -> Expr {
        self.as_ref().map_or_else(|| word("none"), T::expr)
    }
}

impl<T: Field> Field for Vec<T> {
    fn expr(&self) -> Expr {
        Kind::List(self.iter().map(T::expr).collect()).into()
    }
}

impl Field for Schedule {
    fn expr(&self) -> Expr {
        self.into()
    }
}

/// What happens at which step, as Python's `{10: 0.5, 20: 0.1}`; `none` is nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boundaries(pub Vec<(i64, f64)>);

impl FromExpr for Boundaries {
    fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<Boundaries, ParseError> {
        Option::<Map<i64, f64>>::from_expr(expr, scope).map(|map| Boundaries(map.map_or_else(Vec::new, |map| map.0)))
    }
}

impl Field for Boundaries {
    fn expr(&self) -> Expr {
        Kind::Map(self.0.iter().map(|(step, factor)| (step.expr(), factor.expr())).collect()).into()
    }
}

/// What adaptive rules are set to, in quotes.
macro_rules! settings {
    ($($setting:ident { $($variant:ident = $text:literal),* };)*) => { $(
        impl FromExpr for $setting {
            fn from_expr(expr: &Expr, scope: &Scope<'_>) -> Result<$setting, ParseError> {
                match &*String::from_expr(expr, scope)? {
                    $($text => Ok($setting::$variant),)*
                    _ => Err(scope.error(["this is one of", $(concat!(" `", $text, "`")),*].join(""), expr)),
                }
            }
        }

        impl Field for $setting {
            fn expr(&self) -> Expr {
                let text = match self { $($setting::$variant => $text,)* };
                Kind::Text(text.into()).into()
            }
        }
    )* };
}
settings! {
    Mode { Min = "min", Max = "max" };
    Threshold { Rel = "rel", Abs = "abs" };
}
