//! Numbers in JSON, those that are none included.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// JSON has no NaN and no infinities: they are written as text.
pub(super) fn serialize<S: Serializer>(x: &f64, to: S) -> Result<S::Ok, S::Error> {
    match *x {
        x if x.is_nan() => to.serialize_str("NaN"),
        f64::INFINITY => to.serialize_str("inf"),
        f64::NEG_INFINITY => to.serialize_str("-inf"),
        x => to.serialize_f64(x),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Finite(f64),
    Text(String),
}

pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<f64, D::Error> {
    match Number::deserialize(from)? {
        Number::Finite(x) => Ok(x),
        Number::Text(text) => match text.as_str() {
            "NaN" => Ok(f64::NAN),
            "inf" => Ok(f64::INFINITY),
            "-inf" => Ok(f64::NEG_INFINITY),
            _ => Err(D::Error::custom(format!("`{text}` is no number"))),
        },
    }
}
