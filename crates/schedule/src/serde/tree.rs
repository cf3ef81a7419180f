//! Words for people: nested, each with its own keys.
//!
//! ```text
//! 0.001                                                a number
//! {"length": "3ep"}                                    a length
//! {"name": "here"}, {"linked": "lr"}, "a text"         names and texts
//! {"call": "linear", "args": [0, 1, 10]}               a call; `"named": {"length": 10}` for arguments by name
//! {"method": "take", "of": .., "args": [..]}           a method
//! {"then": [..]}, {"plus": [..]}, {"times": [..]}      operators
//! {"let": "p", "be": 0.001, "in": ..}                  a shared name
//! [..], {"pair": [..]}, {"map": [[key, value], ..]}    lists, pairs, maps
//! ```

use crate::text::{Arg, Call, Expr, Infix, Kind, MOST_HIGH, Number};
use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, Serializer};
use std::fmt;
use std::sync::Arc;

pub(super) fn serialize<S: Serializer>(expr: &Expr, s: S) -> Result<S::Ok, S::Error> {
    match expr.kind() {
        Kind::Number(v, _) if v.is_finite() => s.serialize_f64(*v),
        Kind::Number(v, _) => s.collect_map([("number", Number(*v).to_string())]),
        Kind::Dur(duration) => s.collect_map([("length", duration.to_string())]),
        Kind::Word(name) => s.collect_map([("name", &**name)]),
        Kind::Linked(name) => s.collect_map([("linked", &**name)]),
        Kind::Text(text) => s.serialize_str(text),
        Kind::List(items) => s.collect_seq(items),
        Kind::Pair(items) => s.collect_map([("pair", items)]),
        Kind::Map(items) => s.collect_map([("map", items)]),
        Kind::Call(call) => {
            let mut map = s.serialize_map(None)?;
            map.serialize_entry("call", call.name())?;
            arguments(call, &mut map)?;
            map.end()
        }
        Kind::Method(of, call) => {
            let mut map = s.serialize_map(None)?;
            map.serialize_entry("method", call.name())?;
            map.serialize_entry("of", &**of)?;
            arguments(call, &mut map)?;
            map.end()
        }
        Kind::Infix(infix, parts) => s.collect_map([(key(*infix), parts)]),
        Kind::Let(name, value, body) => {
            let mut map = s.serialize_map(Some(3))?;
            map.serialize_entry("let", &**name)?;
            map.serialize_entry("be", &**value)?;
            map.serialize_entry("in", &**body)?;
            map.end()
        }
    }
}

fn key(infix: Infix) -> &'static str {
    match infix {
        Infix::Then => "then",
        Infix::Plus => "plus",
        Infix::Times => "times",
    }
}

fn arguments<M: SerializeMap>(call: &Call, map: &mut M) -> Result<(), M::Error> {
    struct Named<'a>(&'a [Arg]);
    impl Serialize for Named<'_> {
        fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            s.collect_map(self.0.iter().map(|arg| (arg.name().unwrap_or_default(), arg.value())))
        }
    }
    // Those with a name come last.
    let places = call.args().iter().take_while(|arg| arg.name().is_none()).count();
    let (places, named) = call.args().split_at(places);
    if !places.is_empty() {
        map.serialize_entry("args", &places.iter().map(Arg::value).collect::<Vec<_>>())?;
    }
    if !named.is_empty() {
        map.serialize_entry("named", &Named(named))?;
    }
    Ok(())
}

/// Reads words, with so many levels left.
#[derive(Clone, Copy)]
pub(super) struct Words {
    left: usize,
}

impl Words {
    pub(super) fn outermost() -> Words {
        Words { left: MOST_HIGH }
    }

    fn inner<E: Error>(self) -> Result<Words, E> {
        let left = self.left.checked_sub(1).ok_or_else(|| E::custom(format!("more than {MOST_HIGH} levels")))?;
        Ok(Words { left })
    }
}

impl<'de> DeserializeSeed<'de> for Words {
    type Value = Expr;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Expr, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Words {
    type Value = Expr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the words of a schedule")
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Expr, E> {
        Ok(v.into())
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Expr, E> {
        Ok((v as f64).into())
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Expr, E> {
        Ok((v as f64).into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Expr, E> {
        Ok(Kind::Text(text.into()).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Expr, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Kind::List(items).into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expr, A::Error> {
        let inner = self.inner()?;
        let mut read = Entries::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "number" | "length" | "name" | "linked" | "call" | "method" | "let" => {
                    let name: Arc<str> = map.next_value::<String>()?.into();
                    read.head(&key, Some(name))?;
                }
                "pair" | "map" | "then" | "plus" | "times" => {
                    let Kind::List(items) = map.next_value_seed(inner)?.kind else {
                        return Err(A::Error::custom(format!("{key:?} is a list")));
                    };
                    read.head(&key, None)?;
                    read.items = items;
                }
                "args" => {
                    let Kind::List(items) = map.next_value_seed(inner)?.kind else {
                        return Err(A::Error::custom("\"args\" is a list"));
                    };
                    read.args.splice(0..0, items.into_iter().map(|value| Arg { name: None, value }));
                }
                "named" => read.args.append(&mut map.next_value_seed(Named(inner))?),
                "of" | "be" => read.first = Some(map.next_value_seed(inner)?),
                "in" => read.second = Some(map.next_value_seed(inner)?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    return Err(A::Error::custom(format!("the words of a schedule have no {key:?}")));
                }
            }
        }
        read.expr().map_err(A::Error::custom)
    }
}

/// Arguments by name.
struct Named(Words);

impl<'de> DeserializeSeed<'de> for Named {
    type Value = Vec<Arg>;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Vec<Arg>, D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Named {
    type Value = Vec<Arg>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("arguments by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Arg>, A::Error> {
        let mut args = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            args.push(Arg { name: Some(name.into()), value: map.next_value_seed(self.0)? });
        }
        Ok(args)
    }
}

/// The entries of a map, in whatever order they came.
#[derive(Default)]
struct Entries {
    head: Option<(String, Option<Arc<str>>)>,
    items: Vec<Expr>,
    args: Vec<Arg>,
    first: Option<Expr>,
    second: Option<Expr>,
}

impl Entries {
    fn head<E: Error>(&mut self, key: &str, name: Option<Arc<str>>) -> Result<(), E> {
        match self.head.replace((key.into(), name)) {
            Some((other, _)) => Err(E::custom(format!("{other:?} and {key:?} are two things"))),
            None => Ok(()),
        }
    }

    fn expr(self) -> Result<Expr, String> {
        let Entries { head, items, args, first, second } = self;
        let (head, name) = head.ok_or("an object says what it is, as {\"call\": \"linear\", ..} does")?;
        let part = |part: Option<Expr>, key: &str| part.ok_or_else(|| format!("{head:?} needs {key:?}")).map(Arc::new);
        let kind = match (head.as_str(), name) {
            ("number", Some(name)) => match &*name {
                "nan" => Expr::from(f64::NAN).kind,
                "inf" => Expr::from(f64::INFINITY).kind,
                "-inf" => Expr::from(f64::NEG_INFINITY).kind,
                _ => return Err(format!("{name:?} is no number; finite ones stand by themselves")),
            },
            ("length", Some(name)) => Expr::from(name.parse::<crate::Dur>().map_err(|error| error.to_string())?).kind,
            ("name", Some(name)) => Kind::Word(name),
            ("linked", Some(name)) => Kind::Linked(name),
            ("call", Some(name)) => Kind::Call(Call::new(name, args)),
            ("method", Some(name)) => Kind::Method(part(first, "of")?, Call::new(name, args)),
            ("let", Some(name)) => Kind::Let(name, part(first, "be")?, part(second, "in")?),
            ("pair", _) => Kind::Pair(items),
            ("then", _) => Kind::Infix(Infix::Then, items),
            ("plus", _) => Kind::Infix(Infix::Plus, items),
            ("times", _) => Kind::Infix(Infix::Times, items),
            _ => {
                let entry = |item: Expr| match item.kind {
                    Kind::List(pair) => <[Expr; 2]>::try_from(pair).ok().map(Into::into),
                    _ => None,
                };
                let entries: Option<Vec<(Expr, Expr)>> = items.into_iter().map(entry).collect();
                Kind::Map(entries.ok_or("\"map\" is a list of pairs `[key, value]`")?)
            }
        };
        Ok(kind.into())
    }
}
