//! Clocks as data: what is known by its name, each as its text.

use crate::Clock;
use crate::text::did_you_mean;
use serde_core::de::{Deserialize, Deserializer, Error};
use serde_core::ser::{Serialize, Serializer};
use std::collections::BTreeMap;

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let known = self.known();
        // As many as there are, which formats that do not describe themselves ask for first.
        let known: BTreeMap<&str, &String> = known.iter().filter_map(|(k, v)| Some((*k, v.as_ref()?))).collect();
        known.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Clock, D::Error> {
        let mut clock = Clock::new();
        for (name, text) in BTreeMap::<String, String>::deserialize(d)? {
            let known = clock.known().map(|(name, _)| name);
            clock = clock
                .told(&name, &text)
                .map_err(D::Error::custom)?
                .ok_or_else(|| D::Error::custom(format!("a clock knows no `{name}`{}", did_you_mean(&name, known))))?;
        }
        Ok(clock)
    }
}
