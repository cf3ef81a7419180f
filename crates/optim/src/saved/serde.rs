//! Numbers as serde's data: as text where people read it.

use std::fmt::{Debug, Write};

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use super::numbers::{Named, Values};

/// A number as text that gives all its bits back; NaNs that differ from the usual one by their bits.
trait Exact: Copy + Debug {
    /// The bits of a NaN that is not the usual one.
    fn odd(self) -> Option<u64>;

    fn read(text: &str) -> Option<Self>;
}

impl Exact for f64 {
    fn odd(self) -> Option<u64> {
        (self.is_nan() && self.to_bits() != f64::NAN.to_bits()).then_some(self.to_bits())
    }

    fn read(text: &str) -> Option<f64> {
        match text.strip_prefix("NaN:") {
            Some(bits) => u64::from_str_radix(bits, 16).ok().map(f64::from_bits).filter(|x| x.is_nan()),
            None => text.parse().ok(),
        }
    }
}

impl Exact for f32 {
    fn odd(self) -> Option<u64> {
        (self.is_nan() && self.to_bits() != f32::NAN.to_bits()).then_some(self.to_bits().into())
    }

    fn read(text: &str) -> Option<f32> {
        match text.strip_prefix("NaN:") {
            Some(bits) => u32::from_str_radix(bits, 16).ok().map(f32::from_bits).filter(|x| x.is_nan()),
            None => text.parse().ok(),
        }
    }
}

/// Numbers with blanks between them.
fn written<X: Exact>(all: &[X]) -> String {
    let mut text = String::new();
    for x in all {
        let blank = if text.is_empty() { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = match x.odd() {
            Some(bits) => write!(text, "{blank}NaN:{bits:x}"),
            None => write!(text, "{blank}{x:?}"),
        };
    }
    text
}

fn read<X: Exact, E: Error>(text: &str) -> Result<Vec<X>, E> {
    let number = |word: &str| X::read(word).ok_or_else(|| E::custom(format!("{word:?} is no number")));
    text.split_ascii_whitespace().map(number).collect()
}

/// Of either type, as text or as numbers.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Data<A, B> {
    F32(A),
    F64(B),
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match (self, s.is_human_readable()) {
            (Values::F32(all), true) => Data::<_, String>::F32(written(all)).serialize(s),
            (Values::F64(all), true) => Data::<String, _>::F64(written(all)).serialize(s),
            (Values::F32(all), false) => Data::<_, Vec<f64>>::F32(all).serialize(s),
            (Values::F64(all), false) => Data::<Vec<f32>, _>::F64(all).serialize(s),
        }
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Values, D::Error> {
        if d.is_human_readable() {
            return match Data::<String, String>::deserialize(d)? {
                Data::F32(text) => read(&text).map(Values::F32),
                Data::F64(text) => read(&text).map(Values::F64),
            };
        }
        Ok(match Data::<Vec<f32>, Vec<f64>>::deserialize(d)? {
            Data::F32(all) => Values::F32(all),
            Data::F64(all) => Values::F64(all),
        })
    }
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match s.is_human_readable() {
            true => s.collect_seq(self.0.iter().map(|(name, x)| (name, written(&[*x])))),
            false => self.0.serialize(s),
        }
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Named, D::Error> {
        if !d.is_human_readable() {
            return Deserialize::deserialize(d).map(Named);
        }
        let number = |(name, text): (String, String)| match f64::read(&text) {
            Some(x) => Ok((name, x)),
            None => Err(D::Error::custom(format!("{text:?} is no number"))),
        };
        Vec::deserialize(d)?.into_iter().map(number).collect::<Result<_, _>>().map(Named)
    }
}
