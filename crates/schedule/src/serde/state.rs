//! What adaptive rules remember, as data.

use crate::State;
use crate::adaptive::Memory;
use crate::text::Number;
use serde_core::de::{Deserialize, Deserializer, Error};
use serde_core::ser::{Serialize, Serializer};
use std::str::FromStr;

/// Of each rule its numbers, where it was done, and the period of the repetition around it. As text where people read it: readers of such formats may round, and
/// know no infinity, which a rule that has seen nothing remembers.
impl Serialize for State {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if !s.is_human_readable() {
            return s.collect_seq(self.rules.iter().map(|rule| (&rule.numbers, rule.done, rule.period)));
        }
        let text = |v: &f64| Number(*v).to_string();
        let rules = self.rules.iter().map(|rule| {
            let numbers: Vec<String> = rule.numbers.iter().map(text).collect();
            (numbers, rule.done.as_ref().map(text), rule.period.to_string())
        });
        s.collect_seq(rules)
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<State, D::Error> {
        let rules: Vec<(Vec<f64>, Option<f64>, u64)> = if d.is_human_readable() {
            let rules = Vec::<(Vec<String>, Option<String>, String)>::deserialize(d)?;
            let rule = |(numbers, done, period): (Vec<String>, Option<String>, String)| {
                let numbers = numbers.into_iter().map(number).collect::<Result<_, _>>()?;
                Ok((numbers, done.map(number).transpose()?, number(period)?))
            };
            rules.into_iter().map(rule).collect::<Result<_, D::Error>>()?
        } else {
            Deserialize::deserialize(d)?
        };
        let memory = |(numbers, done, period)| Memory { numbers, done, period };
        Ok(State { rules: rules.into_iter().map(memory).collect() })
    }
}

fn number<N: FromStr, E: Error>(text: String) -> Result<N, E> {
    text.parse().map_err(|_| E::custom(format!("{text:?} is no number")))
}
