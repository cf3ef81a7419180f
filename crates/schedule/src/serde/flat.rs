//! Words for machines: a list, each after its parts, so that reading them takes no recursion.

use crate::text::{Arg, Call, Expr, Infix, Kind, MOST_HIGH};
use serde_core::de::{Deserialize, Deserializer, Error};
use serde_core::ser::{Serialize, Serializer};
use std::sync::Arc;

/// What it is, its name, how many parts before it are its own, its number.
type Word<'a> = (u8, std::borrow::Cow<'a, str>, u32, f64);

const NUMBER: u8 = 0;
const LENGTH: u8 = 1;
const WORD: u8 = 2;
const TEXT: u8 = 3;
const LIST: u8 = 4;
const PAIR: u8 = 5;
const MAP: u8 = 6;
const CALL: u8 = 7;
const METHOD: u8 = 8;
const THEN: u8 = 9;
const PLUS: u8 = 10;
const TIMES: u8 = 11;
const LET: u8 = 12;
const LINKED: u8 = 13;
/// The name of the argument before it.
const NAMED: u8 = 14;

fn flatten<'a>(expr: &'a Expr, out: &mut Vec<Word<'a>>) {
    let mut word = |tag, name: &'a str, parts: usize, number| out.push((tag, name.into(), parts as u32, number));
    match expr.kind() {
        Kind::Number(v, _) => word(NUMBER, "", 0, *v),
        Kind::Dur(duration) => out.push((LENGTH, duration.to_string().into(), 0, 0.0)),
        Kind::Word(name) => word(WORD, name, 0, 0.0),
        Kind::Text(text) => word(TEXT, text, 0, 0.0),
        Kind::Linked(name) => word(LINKED, name, 0, 0.0),
        Kind::List(items) | Kind::Pair(items) => {
            items.iter().for_each(|item| flatten(item, out));
            let tag = if matches!(expr.kind(), Kind::List(_)) { LIST } else { PAIR };
            out.push((tag, "".into(), items.len() as u32, 0.0));
        }
        Kind::Map(items) => {
            for (key, value) in items {
                flatten(key, out);
                flatten(value, out);
            }
            out.push((MAP, "".into(), 2 * items.len() as u32, 0.0));
        }
        Kind::Call(call) => {
            arguments(call, out);
            out.push((CALL, call.name().into(), call.args().len() as u32, 0.0));
        }
        Kind::Method(of, call) => {
            flatten(of, out);
            arguments(call, out);
            out.push((METHOD, call.name().into(), 1 + call.args().len() as u32, 0.0));
        }
        Kind::Infix(infix, parts) => {
            parts.iter().for_each(|part| flatten(part, out));
            let tag = match infix {
                Infix::Then => THEN,
                Infix::Plus => PLUS,
                Infix::Times => TIMES,
            };
            out.push((tag, "".into(), parts.len() as u32, 0.0));
        }
        Kind::Let(name, value, body) => {
            flatten(value, out);
            flatten(body, out);
            out.push((LET, (&**name).into(), 2, 0.0));
        }
    }
}

fn arguments<'a>(call: &'a Call, out: &mut Vec<Word<'a>>) {
    for arg in call.args() {
        flatten(arg.value(), out);
        if let Some(name) = arg.name() {
            out.push((NAMED, name.into(), 1, 0.0));
        }
    }
}

/// A part that has been read, its name if it is an argument that has one, and how high it is.
struct Part {
    arg: Arg,
    high: usize,
}

fn raised(words: Vec<Word<'_>>) -> Result<Expr, String> {
    let mut stack: Vec<Part> = Vec::new();
    for (tag, name, parts, number) in words {
        let from = stack.len().checked_sub(parts as usize).ok_or("a word has fewer parts than it says")?;
        let parts: Vec<Part> = stack.drain(from..).collect();
        let high = parts.iter().map(|part| part.high).max().unwrap_or(0) + 1;
        if high > MOST_HIGH {
            return Err(format!("more than {MOST_HIGH} levels"));
        }
        if tag == NAMED {
            let [Part { arg: Arg { name: None, value }, .. }] =
                <[Part; 1]>::try_from(parts).map_err(|_| "one part has a name")?
            else {
                return Err("an argument has one name".into());
            };
            stack.push(Part { arg: Arg { name: Some((&*name).into()), value }, high });
            continue;
        }
        let takes_names = matches!(tag, CALL | METHOD);
        if !takes_names && parts.iter().any(|part| part.arg.name.is_some()) {
            return Err("only arguments have names".into());
        }
        let mut args: Vec<Arg> = parts.into_iter().map(|part| part.arg).collect();
        let shared = || Arc::<str>::from(&*name);
        let kind = match tag {
            METHOD if !args.is_empty() => {
                let of = args.remove(0).value;
                Kind::Method(of.into(), Call::new(shared(), args))
            }
            CALL => Kind::Call(Call::new(shared(), args)),
            _ => of_parts(tag, shared(), number, args.into_iter().map(|arg| arg.value).collect())?,
        };
        stack.push(Part { arg: Arg { name: None, value: kind.into() }, high });
    }
    match <[Part; 1]>::try_from(stack) {
        Ok([Part { arg: Arg { name: None, value }, .. }]) => Ok(value),
        _ => Err("the words are not one schedule".into()),
    }
}

fn of_parts(tag: u8, name: Arc<str>, number: f64, mut parts: Vec<Expr>) -> Result<Kind, String> {
    Ok(match (tag, parts.len()) {
        (NUMBER, 0) => Expr::from(number).kind,
        (LENGTH, 0) => Expr::from(name.parse::<crate::Dur>().map_err(|error| error.to_string())?).kind,
        (WORD, 0) => Kind::Word(name),
        (TEXT, 0) => Kind::Text(name),
        (LINKED, 0) => Kind::Linked(name),
        (LIST, _) => Kind::List(parts),
        (PAIR, _) => Kind::Pair(parts),
        (MAP, n) if n % 2 == 0 => {
            let mut parts = parts.into_iter();
            Kind::Map(std::iter::from_fn(|| Some((parts.next()?, parts.next()?))).collect())
        }
        (THEN, _) => Kind::Infix(Infix::Then, parts),
        (PLUS, _) => Kind::Infix(Infix::Plus, parts),
        (TIMES, _) => Kind::Infix(Infix::Times, parts),
        (LET, 2) => {
            let body = parts.remove(1);
            Kind::Let(name, parts.remove(0).into(), body.into())
        }
        _ => return Err(format!("there is no word number {tag} with {} parts", parts.len())),
    })
}

/// As a tree where people read it, else as a list.
impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            return super::tree::serialize(self, s);
        }
        let mut words = Vec::new();
        flatten(self, &mut words);
        words.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Expr, D::Error> {
        match d.is_human_readable() {
            true => d.deserialize_any(super::tree::Words::outermost()),
            false => raised(Deserialize::deserialize(d)?).map_err(D::Error::custom),
        }
    }
}
