//! The names of the language: what each reads from its brackets, and a line about it.

use super::args::Args;
use super::error::ParseError;
use super::expr::Call;
use crate::form::{After, Cycles, Fold, forever, times};
use crate::shapes::*;
use crate::{Length, Ratio, Schedule, Value};
use std::borrow::Cow;

/// A name that can be written in a text, and what there is to say of it in one line.
///
/// ```
/// use rappel_schedule::{EntryKind, names};
///
/// let linear = names().find(|entry| entry.name() == "linear").unwrap();
/// assert_eq!(linear.signature(), "linear(from, to, length)");
/// assert_eq!(linear.kind(), EntryKind::Shape);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    kind: EntryKind,
    name: Cow<'static, str>,
    signature: Cow<'static, str>,
    line: Cow<'static, str>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EntryKind {
    /// A schedule by itself.
    Shape,
    /// What makes a schedule of schedules.
    Combinator,
    /// A factor or a condition that follows what is observed.
    Adaptive,
    /// Another library's function.
    Importer,
    /// A schedule somebody published.
    Recipe,
}

impl Entry {
    pub(crate) const fn new(
        kind: EntryKind,
        name: Cow<'static, str>,
        signature: Cow<'static, str>,
        line: Cow<'static, str>,
    ) -> Entry {
        Entry { kind, name, signature, line }
    }

    const fn row(kind: EntryKind, name: &'static str, signature: &'static str, line: &'static str) -> Entry {
        Entry::new(kind, Cow::Borrowed(name), Cow::Borrowed(signature), Cow::Borrowed(line))
    }

    /// What it stands for.
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The name, with its library.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is written: with its parameters in order, and what they are if they are not given.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// What it is, in one line.
    pub fn line(&self) -> &str {
        &self.line
    }
}

/// Every name that can be written, with one line each: shapes, combinators, adaptive rules, and with the feature `library`
/// importers and recipes.
pub fn names() -> impl Iterator<Item = Entry> {
    let own = SHAPES.iter().map(|row| &row.entry).chain(METHODS.iter().map(|row| &row.entry)).cloned();
    own.chain(crate::adaptive::entries()).chain(crate::library::entries())
}

/// A name, and how what is in its brackets is read.
pub(crate) struct Row<F> {
    pub(crate) entry: Entry,
    pub(crate) read: F,
}

type Shape = Row<fn(&mut Args<'_>) -> Result<Schedule, ParseError>>;
type Method = Row<fn(Schedule, &mut Args<'_>) -> Result<Schedule, ParseError>>;

pub(crate) fn find<'a, F>(name: &str, rows: &'a [Row<F>]) -> Option<&'a Row<F>> {
    rows.iter().find(|row| row.entry.name == name)
}

/// The names that are written with brackets, by themselves.
pub(super) fn functions() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|row| row.entry.name())
}

const fn shape(
    name: &'static str,
    signature: &'static str,
    line: &'static str,
    read: fn(&mut Args<'_>) -> Result<Schedule, ParseError>,
) -> Shape {
    Row { entry: Entry::row(EntryKind::Shape, name, signature, line), read }
}

const fn method(
    name: &'static str,
    signature: &'static str,
    line: &'static str,
    read: fn(Schedule, &mut Args<'_>) -> Result<Schedule, ParseError>,
) -> Method {
    Row { entry: Entry::row(EntryKind::Combinator, name, signature, line), read }
}

fn value(args: &mut Args<'_>, name: &'static str) -> Result<Value, ParseError> {
    args.required(name)
}

fn length(args: &mut Args<'_>, name: &'static str) -> Result<Length, ParseError> {
    args.required(name)
}

fn schedule(args: &mut Args<'_>, name: &'static str) -> Result<Schedule, ParseError> {
    args.required(name)
}

/// This schedule and all in the brackets.
fn at_once(fold: Fold, of: Schedule, args: &mut Args<'_>) -> Result<Schedule, ParseError> {
    let all = [of, schedule(args, "b")?];
    Ok(Schedule::at_once(fold, all.into_iter().chain(args.others()?)))
}

/// Values with the time to each.
fn knot_list(args: &mut Args<'_>) -> Result<(Value, Vec<(Length, Value)>), ParseError> {
    Ok((value(args, "from")?, args.required("to")?))
}

pub(crate) static SHAPES: [Shape; 23] = [
    shape("hold", "hold(value, length)", "One value, for a while.", |a| {
        Ok(hold(value(a, "value")?, length(a, "length")?))
    }),
    shape("constant", "constant(value)", "One value, without end; a number alone says the same.", |a| {
        Ok(constant(value(a, "value")?))
    }),
    shape("linear", "linear(from, to, length)", "A straight line.", |a| {
        Ok(linear(value(a, "from")?, value(a, "to")?, length(a, "length")?))
    }),
    shape("cosine", "cosine(from, to, length)", "Half a period of a cosine.", |a| {
        Ok(cosine(value(a, "from")?, value(a, "to")?, length(a, "length")?))
    }),
    shape("cosine_power", "cosine_power(from, to, exponent, length)", "Half a period of a cosine, to a power.", |a| {
        Ok(cosine_power(value(a, "from")?, value(a, "to")?, value(a, "exponent")?, length(a, "length")?))
    }),
    shape("polynomial", "polynomial(from, to, power, length)", "A power of the way that is left.", |a| {
        Ok(polynomial(value(a, "from")?, value(a, "to")?, value(a, "power")?, length(a, "length")?))
    }),
    shape("one_minus_sqrt", "one_minus_sqrt(from, to, length)", "A cooldown that is steep at first.", |a| {
        Ok(one_minus_sqrt(value(a, "from")?, value(a, "to")?, length(a, "length")?))
    }),
    shape("exponential", "exponential(from, to, length)", "A constant ratio from step to step.", |a| {
        Ok(exponential(value(a, "from")?, value(a, "to")?, length(a, "length")?))
    }),
    shape("harmonic", "harmonic(from, to, length)", "A straight line in the reciprocal.", |a| {
        Ok(harmonic(value(a, "from")?, value(a, "to")?, length(a, "length")?))
    }),
    shape("warmup", "warmup(peak, length)", "A line from zero whose first step counts.", |a| {
        Ok(warmup(value(a, "peak")?, length(a, "length")?))
    }),
    shape("inverse_sqrt", "inverse_sqrt(value, timescale)", "One over the square root of time, without end.", |a| {
        Ok(inverse_sqrt(value(a, "value")?, length(a, "timescale")?))
    }),
    shape("inverse_time", "inverse_time(value, timescale)", "One over time, without end.", |a| {
        Ok(inverse_time(value(a, "value")?, length(a, "timescale")?))
    }),
    shape("inverse_power", "inverse_power(value, power, timescale)", "A negative power of time, without end.", |a| {
        Ok(inverse_power(value(a, "value")?, value(a, "power")?, length(a, "timescale")?))
    }),
    shape(
        "exponential_decay",
        "exponential_decay(value, rate, every)",
        "A factor every so many steps, without end.",
        |a| Ok(exponential_decay(value(a, "value")?, value(a, "rate")?, length(a, "every")?)),
    ),
    shape("power", "power(from, to, power, length)", "A power of the way gone.", |a| {
        Ok(power(value(a, "from")?, value(a, "to")?, value(a, "power")?, length(a, "length")?))
    }),
    shape("k_cosine", "k_cosine(from, to, k, length)", "Half a period of a cosine, over a power of time.", |a| {
        Ok(k_cosine(value(a, "from")?, value(a, "to")?, value(a, "k")?, length(a, "length")?))
    }),
    shape(
        "k_polynomial",
        "k_polynomial(from, to, power, k, length)",
        "A power of the way that is left, over a power of time.",
        |a| {
            let (from, to, power) = (value(a, "from")?, value(a, "to")?, value(a, "power")?);
            Ok(k_polynomial(from, to, power, value(a, "k")?, length(a, "length")?))
        },
    ),
    shape("tanh", "tanh(from, to, lower, upper, length)", "A part of a hyperbolic tangent.", |a| {
        let (from, to, lower) = (value(a, "from")?, value(a, "to")?, value(a, "lower")?);
        Ok(tanh(from, to, lower, value(a, "upper")?, length(a, "length")?))
    }),
    shape("noise", "noise(amplitude, seed, every)", "Uniform noise from a seed and the step.", |a| {
        Ok(noise(value(a, "amplitude")?, value(a, "seed")?, length(a, "every")?))
    }),
    shape("knots", "knots(from, [(length, to), ..])", "Lines from value to value.", |a| {
        knot_list(a).map(|(from, to)| knots(from, to))
    }),
    shape("cosine_knots", "cosine_knots(from, [(length, to), ..])", "Half cosines from value to value.", |a| {
        knot_list(a).map(|(from, to)| cosine_knots(from, to))
    }),
    shape("log_knots", "log_knots(from, [(length, to), ..])", "Constant ratios from value to value.", |a| {
        knot_list(a).map(|(from, to)| log_knots(from, to))
    }),
    shape("table", "table(every, [value, ..])", "Values one after the other, each as long; the last for ever.", |a| {
        Ok(table(length(a, "every")?, a.required::<Vec<Value>>("values")?))
    }),
];

pub(crate) static METHODS: [Method; 20] = [
    method("then", "a.then(next)", "One after the other: `a >> next`.", |of, a| Ok(of.then(schedule(a, "next")?))),
    method("min", "a.min(b, ..)", "The smallest of all.", |of, a| at_once(Fold::Min, of, a)),
    method("max", "a.max(b, ..)", "The largest of all.", |of, a| at_once(Fold::Max, of, a)),
    method("scale", "a.scale(by)", "Every value times so many: `by * a`.", |of, a| Ok(of.scale(value(a, "by")?))),
    method("offset", "a.offset(by)", "Every value plus so many: `a + by`.", |of, a| Ok(of.offset(value(a, "by")?))),
    method("clamp", "a.clamp(low, high)", "Every value brought between two.", |of, a| {
        Ok(of.clamp(value(a, "low")?, value(a, "high")?))
    }),
    method("take", "a.take(length)", "Its first steps.", |of, a| Ok(of.take(length(a, "length")?))),
    method("skip", "a.skip(length)", "Without its first steps.", |of, a| Ok(of.skip(length(a, "length")?))),
    method("stretch", "a.stretch(by)", "So many times as long.", |of, a| Ok(of.stretch(a.required::<Ratio>("by")?))),
    method("reverse", "a.reverse()", "From its end to its start.", |of, _| Ok(of.reverse())),
    method(
        "repeat",
        "a.repeat(times, grow=1, decay=1)",
        "Again and again; `forever` is a number of times.",
        |of, a| {
            let cycles: Cycles = a.required("times")?;
            a.named_only();
            Ok(of.repeat(cycles.grow(a.or("grow", Ratio::ONE)?).decay(a.or("decay", 1.0)?)))
        },
    ),
    method(
        "hold_every",
        "a.hold_every(every)",
        "A staircase: the value at the start of every so many steps.",
        |of, a| Ok(of.hold_every(length(a, "every")?)),
    ),
    method("inclusive", "a.inclusive()", "Reaching its end value on its last step, not behind it.", |of, _| {
        Ok(of.inclusive())
    }),
    method("after", "a.after(what)", "What follows the end: hold, repeat, continue or error.", |of, a| {
        match a.choice("what", &After::ALL)? {
            Some(after) => Ok(of.after(after)),
            None => Err(a.missing("what")),
        }
    }),
    method("prefix", "warmup.prefix(a)", "A warm-up, then all of a: `warmup >> a`.", |of, a| {
        Ok(of.prefix(schedule(a, "a")?))
    }),
    method("product", "warmup.product(a)", "A warm-up as a factor: `warmup * a`.", |of, a| {
        Ok(of.product(schedule(a, "a")?))
    }),
    method("splice", "warmup.splice(a)", "A warm-up over the first steps of a.", |of, a| {
        Ok(of.splice(schedule(a, "a")?))
    }),
    method("until", "a.until(rule)", "Until a rule says so, at the latest until its end.", |of, a| {
        Ok(of.until(a.required::<Call>("rule")?))
    }),
    method(
        "then_from_here",
        "a.then_from_here(next)",
        "The same as `a >> next`, where `here` is a's end value.",
        |of, a| Ok(of.then(schedule(a, "next")?)),
    ),
    method(
        "decay_from",
        "a.decay_from(step, next)",
        "Up to a step, then next, where `here` is the value there.",
        |of, a| {
            let step = length(a, "step")?;
            let next = schedule(a, "next")?;
            Ok(of.take(step).then(next))
        },
    ),
];

impl super::read::FromExpr for Cycles {
    fn from_expr(expr: &super::Expr, scope: &super::read::Scope<'_>) -> Result<Cycles, ParseError> {
        match expr.kind() {
            super::Kind::Word(word) if &**word == "forever" => Ok(forever()),
            _ => u32::from_expr(expr, scope).map(times),
        }
    }
}
