//! What a rule of ours is set to, in Rust and in the parentheses of its call.

use crate::text::{Arg, Call, Expr, Kind};
use std::sync::Arc;

/// Whether a metric is better when it is smaller or when it is larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Smaller is better, as of a loss: `"min"`.
    Min,
    /// Larger is better, as of an accuracy: `"max"`.
    Max,
}

/// What a threshold is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Threshold {
    /// The metric's own size: `"rel"`.
    Rel,
    /// Nothing: `"abs"`.
    Abs,
}

/// What a setting can be.
pub(super) trait Setting: Copy + PartialEq {
    /// What is expected, for an error.
    const EXPECTED: &'static str;

    fn read(expr: &Expr) -> Option<Self>;

    fn write(self) -> Expr;
}

impl Setting for f64 {
    const EXPECTED: &'static str = "a number";

    fn read(expr: &Expr) -> Option<f64> {
        match expr.kind() {
            Kind::Number(v, _) => Some(*v),
            _ => None,
        }
    }

    fn write(self) -> Expr {
        self.into()
    }
}

impl Setting for u32 {
    const EXPECTED: &'static str = "a whole number from 0 to 4294967295";

    fn read(expr: &Expr) -> Option<u32> {
        let v = f64::read(expr)?;
        // A cast saturates, so whatever is no `u32` is told by its being another number.
        (f64::from(v as u32) == v).then_some(v as u32)
    }

    fn write(self) -> Expr {
        f64::from(self).into()
    }
}

/// A choice of words, written in quotes.
macro_rules! words {
    ($Choice:ident, $expected:literal, $($word:literal => $choice:ident),*) => {
        impl Setting for $Choice {
            const EXPECTED: &'static str = $expected;

            fn read(expr: &Expr) -> Option<$Choice> {
                match expr.kind() {
                    Kind::Text(text) => match &**text {
                        $($word => Some($Choice::$choice),)*
                        _ => None,
                    },
                    _ => None,
                }
            }

            fn write(self) -> Expr {
                Kind::Text(match self { $($Choice::$choice => $word,)* }.into()).into()
            }
        }
    };
}
words!(Mode, r#""min" or "max""#, "min" => Min, "max" => Max);
words!(Threshold, r#""rel" or "abs""#, "rel" => Rel, "abs" => Abs);

/// A rule that is made from settings.
pub(super) trait Settings: Default + super::Adaptive + 'static {
    /// The name in text.
    const NAME: &'static str;
    /// Whether it gives a factor, so that it can stand where a schedule does.
    const FACTOR: bool;
    /// Whether it can say that a piece is done, so that it can stand in `until(..)`.
    const DONE: bool;
    /// The names of the settings, in order.
    const NAMES: &'static [&'static str];

    /// Sets the setting number `i`.
    fn set(&mut self, i: usize, value: &Expr) -> Result<(), String>;

    /// The settings in order, each with whether it is as it is at first.
    fn each(&self) -> Vec<(Expr, bool)>;

    /// What is wrong with them.
    fn check(&self) -> Result<(), String>;
}

/// The rule a call means.
pub(super) fn read<R: Settings>(call: &Call) -> Result<Arc<dyn super::Adaptive>, String> {
    let mut rule = R::default();
    let mut given = vec![false; R::NAMES.len()];
    for (place, arg) in call.args().iter().enumerate() {
        let i = match arg.name() {
            Some(name) => R::NAMES.iter().position(|n| *n == name),
            None => Some(place).filter(|i| *i < R::NAMES.len()),
        };
        let Some(i) = i else {
            return Err(format!("`{arg}` is none of its settings, which are {}", R::NAMES.join(", ")));
        };
        if std::mem::replace(&mut given[i], true) {
            return Err(format!("`{}` is given twice", R::NAMES[i]));
        }
        rule.set(i, arg.value())?;
    }
    rule.check()?;
    Ok(Arc::new(rule))
}

/// The call of a rule: what differs from what it is at first, by name.
pub(super) fn call<R: Settings>(rule: &R) -> Call {
    let settings = R::NAMES.iter().zip(rule.each());
    let args = settings
        .filter(|(_, (_, as_at_first))| !as_at_first)
        .map(|(name, (value, _))| Arg { name: Some((*name).into()), value })
        .collect();
    Call::new(R::NAME, args)
}

/// The call with every setting as it is at first.
pub(super) fn signature<R: Settings>() -> String {
    let settings: Vec<String> =
        R::NAMES.iter().zip(R::default().each()).map(|(name, (value, _))| format!("{name}={value}")).collect();
    format!("{}({})", R::NAME, settings.join(", "))
}

/// A rule and its settings: the struct, its constructor, a method for each setting, its call.
macro_rules! rule {
    (
        $(#[$about:meta])*
        $Rule:ident, $new:ident, factor: $factor:literal, done: $done:literal,
        $($(#[$doc:meta])* $name:ident: $kind:ty = $default:expr,)*
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $Rule {
            $($name: $kind,)*
        }

        impl Default for $Rule {
            fn default() -> $Rule {
                $Rule { $($name: $default,)* }
            }
        }

        #[doc = concat!("A [`", stringify!($Rule), "`] as it is at first; its methods set it.")]
        pub fn $new() -> $Rule {
            $Rule::default()
        }

        impl $Rule {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $name(self, $name: $kind) -> $Rule {
                    $Rule { $name, ..self }
                }
            )*
        }

        impl $crate::adaptive::settings::Settings for $Rule {
            const NAME: &'static str = stringify!($new);
            const FACTOR: bool = $factor;
            const DONE: bool = $done;
            const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            fn set(&mut self, i: usize, value: &$crate::text::Expr) -> Result<(), String> {
                use $crate::adaptive::settings::Setting;
                let mut at = 0..;
                $(
                    if at.next() == Some(i) {
                        self.$name = <$kind as Setting>::read(value).ok_or_else(|| {
                            format!("`{}` is {}, not `{value}`", stringify!($name), <$kind as Setting>::EXPECTED)
                        })?;
                    }
                )*
                Ok(())
            }

            fn each(&self) -> Vec<($crate::text::Expr, bool)> {
                use $crate::adaptive::settings::Setting;
                let first = $Rule::default();
                vec![$((self.$name.write(), self.$name == first.$name)),*]
            }

            fn check(&self) -> Result<(), String> {
                self.checked().map_err(Into::into)
            }
        }

        impl From<$Rule> for $crate::text::Call {
            fn from(rule: $Rule) -> $crate::text::Call {
                $crate::adaptive::settings::call(&rule)
            }
        }
    };
}

/// What a rule that gives a factor can do besides: stand where a schedule does.
macro_rules! factor {
    ($Rule:ident) => {
        impl From<$Rule> for $crate::Schedule {
            fn from(rule: $Rule) -> $crate::Schedule {
                $crate::Schedule::of($crate::Node::Factor(rule.into()))
            }
        }

        impl std::ops::Mul<$Rule> for f64 {
            type Output = $crate::Schedule;
            fn mul(self, rule: $Rule) -> $crate::Schedule {
                self * $crate::Schedule::from(rule)
            }
        }

        impl<S: Into<$crate::Schedule>> std::ops::Mul<S> for $Rule {
            type Output = $crate::Schedule;
            fn mul(self, with: S) -> $crate::Schedule {
                $crate::Schedule::from(self) * with
            }
        }
    };
}

pub(super) use {factor, rule};

/// A number that may be what it says.
pub(super) fn within(holds: bool, or: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(or) }
}
