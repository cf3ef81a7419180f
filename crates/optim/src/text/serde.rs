//! Optimizers as serde's data: as their text.

use std::borrow::Cow;

use rappel_tensor::Float;
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Error as _, Serialize, Serializer};

use super::groups::Shown;
use crate::optimizer::{AnyOptimizer, Optimizer};

/// As its text; not what it remembers, which is [`OptimizerState`](crate::OptimizerState). Refused where a group has no text.
impl<R, T: Float> Serialize for Optimizer<R, T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let knobs = &self.core.knobs;
        match knobs.groups.iter().find(|group| !group.has_text()) {
            Some(group) => {
                let text = Shown { group, knobs, after: 0 };
                Err(S::Error::custom(format!("`{text}` has no text that says which parameters it is of")))
            }
            None => s.collect_str(self),
        }
    }
}

/// From its text.
impl<'de, T: Float> Deserialize<'de> for AnyOptimizer<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}
