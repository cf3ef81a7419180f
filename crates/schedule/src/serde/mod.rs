//! Schedules as serde's data: as their text in formats that people read, as a tree of words in others.

mod clock;
mod flat;
mod state;
mod tree;

use crate::text::Expr;
use crate::{Dur, Length, Schedule};
use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Serialize, Serializer};
use std::fmt;

/// As its text where people read it, else as its words: [`Expr`].
impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match s.is_human_readable() {
            true => s.collect_str(self),
            false => Expr::from(self).serialize(s),
        }
    }
}

/// From its text, or where people read it from a tree of words too.
impl<'de> Deserialize<'de> for Schedule {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Schedule, D::Error> {
        let expr = match d.is_human_readable() {
            true => match d.deserialize_any(TextOrTree)? {
                Read::Text(schedule) => return Ok(schedule),
                Read::Tree(expr) => expr,
            },
            false => Expr::deserialize(d)?,
        };
        Schedule::try_from(&expr).map_err(Error::custom)
    }
}

enum Read {
    Text(Schedule),
    Tree(Expr),
}

struct TextOrTree;

impl<'de> Visitor<'de> for TextOrTree {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a schedule as text, or as a tree of words")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Read, E> {
        text.parse().map(Read::Text).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Read, E> {
        Ok(Read::Text(v.into()))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Read, E> {
        Ok(Read::Text((v as f64).into()))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Read, E> {
        Ok(Read::Text((v as f64).into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Read, A::Error> {
        tree::Words::outermost().visit_seq(seq).map(Read::Tree)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Read, A::Error> {
        tree::Words::outermost().visit_map(map).map(Read::Tree)
    }
}

/// What is written and read as its text, in every format.
macro_rules! as_text {
    ($($type:ty),*) => { $(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<$type, D::Error> {
                String::deserialize(d)?.parse().map_err(Error::custom)
            }
        }
    )* };
}
as_text!(Dur, Length, crate::Ratio);
