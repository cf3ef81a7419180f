//! A schedule in words.

use super::expr::{Arg, Call, Expr, Infix, Kind};
use crate::form::{Fold, Reach, Segment, Shared};
use crate::{Dur, Length, Node, Ratio, Schedule, Unit, Value};

fn arg(value: impl Into<Expr>) -> Arg {
    Arg { name: None, value: value.into() }
}

fn named(name: &str, value: impl Into<Expr>) -> Arg {
    Arg { name: Some(name.into()), value: value.into() }
}

fn word(word: &str) -> Expr {
    Kind::Word(word.into()).into()
}

fn call(name: &str, args: Vec<Arg>) -> Expr {
    Kind::Call(Call::new(name, args)).into()
}

fn method(of: &Schedule, name: &str, args: Vec<Arg>) -> Expr {
    Kind::Method(Expr::from(of).into(), Call::new(name, args)).into()
}

impl From<f64> for Expr {
    fn from(v: f64) -> Expr {
        Kind::Number(v, Ratio::from(v)).into()
    }
}

impl From<Ratio> for Expr {
    fn from(ratio: Ratio) -> Expr {
        crate::steps(ratio).into()
    }
}

impl From<Dur> for Expr {
    fn from(duration: Dur) -> Expr {
        match (duration.unit(), plain(duration)) {
            (Unit::Rest, _) => word("rest"),
            (_, Some(number)) => Kind::Number(number, duration.amount()).into(),
            _ => Kind::Dur(duration).into(),
        }
    }
}

/// The number of steps, if it prints as one.
pub(crate) fn plain(duration: Dur) -> Option<f64> {
    if duration.unit() != Unit::Steps {
        return None;
    }
    let number = duration.amount().to_string().parse().ok()?;
    (Ratio::from(number) == duration.amount()).then_some(number)
}

impl From<&Length> for Expr {
    fn from(length: &Length) -> Expr {
        match length {
            Length::Dur(duration) => (*duration).into(),
            Length::Shared(name) => word(name),
        }
    }
}

impl From<&Value> for Expr {
    fn from(value: &Value) -> Expr {
        match value {
            Value::Number(v) => (*v).into(),
            Value::Shared(name) => word(name),
            Value::Here => word("here"),
            Value::There => word("there"),
            Value::Moving(schedule) => schedule.into(),
        }
    }
}

impl From<&Schedule> for Expr {
    fn from(schedule: &Schedule) -> Expr {
        match schedule.node() {
            Node::Constant(value) => value.into(),
            Node::Segment(segment) => of_segment(segment),
            Node::Then(pieces) if pieces.is_empty() => word("empty"),
            Node::Then(pieces) => Kind::Infix(Infix::Then, pieces.iter().map(Expr::from).collect()).into(),
            Node::Fold(Fold::Sum, parts) => Kind::Infix(Infix::Plus, parts.iter().map(Expr::from).collect()).into(),
            Node::Fold(Fold::Product, parts) => {
                Kind::Infix(Infix::Times, parts.iter().map(Expr::from).collect()).into()
            }
            Node::Fold(fold, parts) => {
                let name = if *fold == Fold::Min { "min" } else { "max" };
                let (first, others) = parts.split_first().expect("two parts or more");
                method(first, name, others.iter().map(arg).collect())
            }
            Node::Clamp(of, low, high) => method(of, "clamp", vec![arg(low), arg(high)]),
            Node::Take(of, length) => method(of, "take", vec![arg(length)]),
            Node::Skip(of, length) => method(of, "skip", vec![arg(length)]),
            Node::Stretch(of, by) => method(of, "stretch", vec![arg(*by)]),
            Node::Reverse(of) => method(of, "reverse", vec![]),
            Node::Repeat(of, cycles) => {
                let count = match cycles.count {
                    Some(count) => f64::from(count).into(),
                    None => word("forever"),
                };
                let mut args = vec![arg(count)];
                if cycles.grow != Ratio::ONE {
                    args.push(named("grow", cycles.grow));
                }
                if cycles.decay != 1.0 {
                    args.push(named("decay", cycles.decay));
                }
                method(of, "repeat", args)
            }
            Node::HoldEvery(of, every) => method(of, "hold_every", vec![arg(every)]),
            Node::Inclusive(of) => method(of, "inclusive", vec![]),
            Node::After(of, after) => method(of, "after", vec![arg(word(after.name()))]),
            Node::Splice(warmup, of) => method(warmup, "splice", vec![arg(of)]),
            Node::Let(name, shared, body) => {
                let value = match shared {
                    Shared::Number(v) => (*v).into(),
                    Shared::Dur(duration) => Expr::from(*duration),
                };
                Kind::Let(name.clone(), value.into(), Expr::from(body).into()).into()
            }
            Node::Linked(name) => Kind::Linked(name.clone()).into(),
            Node::User(name, values, length) => {
                let mut args: Vec<Arg> = values.iter().map(arg).collect();
                args.extend(length.as_ref().map(|length| named("length", length)));
                call(&format!("user::{name}"), args)
            }
            Node::Factor(call) => Kind::Call(call.clone()).into(),
            Node::Until(of, rule) => method(of, "until", vec![arg(Expr::from(Kind::Call(rule.clone())))]),
            Node::Named(named) => Kind::Call(named.call().clone()).into(),
        }
    }
}

fn of_segment(segment: &Segment<Value, Length>) -> Expr {
    let mut args: Vec<Arg> = segment.shape().values().iter().map(arg).collect();
    args.push(arg(segment.length()));
    let mut expr = call(segment.shape().name(), args);
    let mut then = |name: &str, args| {
        let of = std::mem::replace(&mut expr, word("")).into();
        expr = Kind::Method(of, Call::new(name, args)).into();
    };
    // A shape drawn `Counted` is by its name.
    if segment.reach() == Reach::Last {
        then("inclusive", vec![]);
    }
    if segment.continues() && !segment.shape().endless() {
        then("after", vec![arg(word("continue"))]);
    }
    expr
}
