//! A schedule in the words of another library, from one definition: the struct, its text and the row of the list.

use super::field::Field;
use crate::form::Named;
use crate::text::{Arg, Args, Call, ParseError};
use crate::{Node, Schedule};

/// Why a library, or the algebra, does not take these parameters.
pub(super) type Refused = String;

/// What the one definition of an importer gives.
pub(super) trait Importer: Sized {
    /// The name in text: `torch::StepLR`.
    const NAME: &'static str;
    /// Its documentation.
    const ABOUT: &'static str;
    /// The parameters with their defaults, as they are written in text.
    fn signature() -> String;

    /// The call it is written as: what differs from the library's defaults.
    fn call(&self) -> Call;

    /// Reads the arguments of a call.
    fn read(args: &mut Args<'_>) -> Result<Self, ParseError>;
}

/// What an importer means in the algebra's own words.
pub(super) trait Meaning {
    fn meaning(&self) -> Result<Schedule, Refused>;
}

/// A second quantity that a library's class sets beside the rate.
pub(super) trait Momentum: Importer {
    /// The name in text: `torch::OneCycleLR_momentum`.
    const MOMENTUM: &'static str;

    fn momentum_meaning(&self) -> Result<Schedule, Refused>;

    /// The second quantity, written as a call with the same arguments.
    fn second(&self) -> Schedule {
        written(Call { name: Self::MOMENTUM.into(), ..self.call() }, self.momentum_meaning())
    }
}

/// What something means, if that is a schedule that makes sense: a divisor of 0 would show here.
fn sound(meaning: Result<Schedule, Refused>) -> Result<Schedule, Refused> {
    let meaning = meaning?;
    meaning.check().map_err(|error| error.to_string())?;
    Ok(meaning)
}

/// A call and what it means; parameters that are refused are kept, and reported by a check.
pub(super) fn written(call: Call, meaning: Result<Schedule, Refused>) -> Schedule {
    Schedule::of(Node::Named(match sound(meaning) {
        Ok(meaning) => Named::new(call, meaning),
        Err(reason) => Named::refused(call, reason),
    }))
}

/// `name=value`
pub(super) fn word(name: &str, value: &impl Field) -> Arg {
    Arg { name: Some(name.into()), value: value.expr() }
}

/// A line of the list of importers.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) signature: fn() -> String,
    /// What a call means.
    pub(super) read: fn(&mut Args<'_>) -> Result<Schedule, ParseError>,
}

impl Row {
    pub(super) const fn of<I: Importer + Meaning>() -> Row {
        let read = |args: &mut Args<'_>| sound(I::read(args)?.meaning()).map_err(|reason| refusal(args, reason));
        Row { name: I::NAME, about: I::ABOUT, signature: I::signature, read }
    }

    pub(super) const fn momentum<I: Momentum>() -> Row {
        Row {
            name: I::MOMENTUM,
            about: "The momentum that goes with it, from the same arguments.",
            signature: I::signature,
            read: |args| sound(I::read(args)?.momentum_meaning()).map_err(|reason| refusal(args, reason)),
        }
    }
}

fn refusal(args: &Args<'_>, reason: Refused) -> ParseError {
    args.wrong(format!("`{}`: {reason}", args.call().name()))
}

/// Importers of one library: a row each, with the fields in the library's order; `base` is a first field that the library
/// takes from its surroundings.
macro_rules! importers {
    ($library:literal; $(
        $(#[doc = $about:literal])+
        $name:ident $text:literal $(base $lr:ident: $lr_type:ty)? {
            $($required:ident: $required_type:ty),* ; $($optional:ident: $optional_type:ty = $default:expr),* $(,)?
        }
    )*) => { $(
        $(#[doc = $about])+
        #[doc = ""]
        #[doc = concat!(
            "In text `", $library, "::", $text, "(", $(stringify!($lr), ", ",)? $(stringify!($required), ", ",)*
            $(stringify!($optional), "=", stringify!($default), ", ",)* ")`."
        )]
        #[derive(Clone, Debug, PartialEq)]
        #[allow(non_snake_case, reason = "the library's own names")]
        pub struct $name {
            $(
                /// What the library takes from its surroundings: torch its base rate from the optimizer, fastai the number of
                /// steps from the run. Inside another scheduler it is that one's and may be left out.
                pub $lr: Option<$lr_type>,
            )?
            $(#[doc = concat!("The library's `", stringify!($required), "`.")] pub $required: $required_type,)*
            $(
                #[doc = concat!("The library's `", stringify!($optional), "`; by default ", stringify!($default), ".")]
                pub $optional: $optional_type,
            )*
        }

        impl $name {
            /// What has no default in the library; the rest by struct update.
            #[allow(non_snake_case, clippy::new_without_default, reason = "the library's own names; one form for all")]
            pub fn new($($lr: $lr_type,)? $($required: $required_type),*) -> $name {
                $name { $($lr: Some($lr),)? $($required,)* $($optional: $default,)* }
            }
        }

        impl $crate::library::importer::Importer for $name {
            const NAME: &'static str = concat!($library, "::", $text);
            const ABOUT: &'static str = concat!($($about, "\n"),+);
            fn signature() -> String {
                let required: &[&str] = &[$(stringify!($lr),)? $(stringify!($required)),*];
                let optional: &[String] = &[$({
                    let default: $optional_type = $default;
                    $crate::library::importer::word(stringify!($optional), &default).to_string()
                }),*];
                required.iter().map(ToString::to_string).chain(optional.iter().cloned()).collect::<Vec<_>>().join(", ")
            }

            fn call(&self) -> $crate::text::Call {
                use $crate::library::importer::word;
                let args = [
                    $(self.$lr.as_ref().map(|lr| word(stringify!($lr), lr)),)?
                    $(Some(word(stringify!($required), &self.$required)),)*
                    $({
                        let default: $optional_type = $default;
                        (self.$optional != default).then(|| word(stringify!($optional), &self.$optional))
                    },)*
                ];
                $crate::text::Call::new(Self::NAME, args.into_iter().flatten().collect())
            }

            fn read(args: &mut $crate::text::Args<'_>) -> Result<$name, $crate::text::ParseError> {
                Ok($name {
                    $($lr: args.or(stringify!($lr), None)?,)?
                    $($required: args.required(stringify!($required))?,)*
                    $($optional: args.or(stringify!($optional), $default)?,)*
                })
            }
        }

        impl From<$name> for $crate::Schedule {
            fn from(importer: $name) -> $crate::Schedule {
                use $crate::library::importer::{Importer, Meaning, written};
                written(importer.call(), importer.meaning())
            }
        }
    )* };
}
pub(super) use importers;

/// A parameter of the library that is one of a few words.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $crate::text::FromExpr for $name {
            fn from_expr(
                expr: &$crate::text::Expr,
                scope: &$crate::text::Scope<'_>,
            ) -> Result<$name, $crate::text::ParseError> {
                match &*String::from_expr(expr, scope)? {
                    $($text => Ok($name::$variant),)*
                    _ => Err(scope.error(["this is one of", $(concat!(" `", $text, "`")),*].join(""), expr)),
                }
            }
        }

        impl $crate::library::field::Field for $name {
            fn expr(&self) -> $crate::text::Expr {
                let text = match self { $($name::$variant => $text,)* };
                $crate::text::Kind::Text(text.into()).into()
            }
        }
    };
}
pub(super) use choice;
