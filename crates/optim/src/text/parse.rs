//! A text as an optimizer.

use std::str::FromStr;

use rappel_schedule::{ParseError, Schedule, did_you_mean};
use rappel_tensor::Float;

use super::groups::{GROUPS, group};
use super::parts::parts;
use super::settings::{Part, Slot};
use crate::adapters;
use crate::knob::Knob;
use crate::optimizer::AnyOptimizer;
use crate::rules;

impl<T: Float> FromStr for AnyOptimizer<T> {
    type Err = ParseError;

    /// Reads a rule, and after each `|` an adapter or a group.
    ///
    /// ```
    /// use rappel_optim::AnyOptimizer;
    ///
    /// let text = "adam(lr=cosine(0.001, 0, 1000), betas=[0.9, 0.99]) | clip_norm(1) | group(\"*.bias\", lr=0.01)";
    /// let adam: AnyOptimizer = text.parse()?;
    /// assert_eq!(adam.to_string(), text);
    /// let error = "adam(lr=0.1, beta=[0.9, 0.9])".parse::<AnyOptimizer>().unwrap_err();
    /// assert!(error.to_string().contains("did you mean `betas`?"));
    /// # Ok::<(), rappel_optim::schedule::ParseError>(())
    /// ```
    ///
    /// # Errors
    /// Where the text is wrong, and how.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        read(text, None)
    }
}

impl<T: Float> AnyOptimizer<T> {
    /// Reads a text whose learning rate is given beside it, in the place of the text's own: what a sweep does.
    ///
    /// ```
    /// use rappel_optim::{AnyOptimizer, cosine};
    ///
    /// let muon: AnyOptimizer = AnyOptimizer::at_rate("muon(weight_decay=0) | clip_norm(1)", cosine(0.02, 0.0, 100))?;
    /// assert_eq!(muon.to_string(), "muon(lr=cosine(0.02, 0, 100), weight_decay=0) | clip_norm(1)");
    /// # Ok::<(), rappel_optim::schedule::ParseError>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_str`](Self::from_str), but for a rate that is missing.
    pub fn at_rate(text: &str, lr: impl Into<Schedule>) -> Result<Self, ParseError> {
        read(text, Some(lr.into()))
    }
}

fn read<T: Float>(text: &str, lr: Option<Schedule>) -> Result<AnyOptimizer<T>, ParseError> {
    let mut parts = parts(text).into_iter().map(|part| Part::read(text, part.start, part.end));
    let mut optimizer = rule(&parts.next().unwrap_or_else(|| Part::read(text, 0, 0))?, lr)?;
    let mut groups = Vec::new();
    for part in parts {
        let part = part?;
        if GROUPS.contains(&part.name()) {
            groups.push(part);
        } else {
            optimizer = adapter(optimizer, &part)?;
        }
    }
    // What a group changes may be of an adapter that stands after it.
    for part in groups {
        let group = group(&part, &optimizer)?;
        optimizer = optimizer.group(group);
    }
    Ok(optimizer)
}

fn rule<T: Float>(part: &Part<'_>, lr: Option<Schedule>) -> Result<AnyOptimizer<T>, ParseError> {
    let mut table = rules::table::<T>();
    let known: Vec<_> = table.iter().map(|row| row.name).collect();
    table.retain(|row| row.name == part.name());
    let Some(mut row) = table.iter().find(|row| row.variant.is_none()) else {
        let hint = if adapters::table::<T>().iter().any(|row| row.name == part.name()) {
            "; it is an adapter, and stands after a rule: `adam(lr=0.001) | ..`".to_owned()
        } else if GROUPS.contains(&part.name()) {
            "; it is of groups, and stands after a rule: `adam(lr=0.001) | ..`".to_owned()
        } else {
            did_you_mean(part.name(), known)
        };
        return Err(part.wrong(format!("there is no rule `{}`{hint}", part.name())));
    };
    let make = |row: &rules::Row<T>| (row.make)(row.lr.unwrap_or(0.0).into());
    let mut optimizer = make(row);
    let mut slots: Vec<Slot> = optimizer.core.knobs.quantities().iter().map(|q| q.knob).map(Slot::of).collect();
    let own = slots.len();
    slots.extend(table.iter().filter_map(|row| row.variant).map(|flag| Slot::of(Knob::flag(flag, false))));
    let mut settings = part.settings(&slots, 1, 0)?;
    for (i, on) in settings.extract_if(.., |(i, _)| *i >= own) {
        let flag = slots[i].name;
        let Some(on) = on.number() else {
            return Err(part.wrong(format!("`{flag}` is true or false for the whole run")));
        };
        if on == 1.0 {
            row = table.iter().find(|row| row.variant == Some(flag)).unwrap_or(row);
            optimizer = make(row);
        }
    }
    if row.lr.is_none() && lr.is_none() && !settings.iter().any(|(i, _)| *i == 0) {
        return Err(part.wrong(format!("`{}` needs a learning rate: `{}(lr=..)`", row.name, row.name)));
    }
    for (i, schedule) in settings {
        optimizer.core.knobs.set(slots[i].name, schedule);
    }
    if let Some(lr) = lr {
        optimizer.set_lr(lr);
    }
    Ok(optimizer)
}

fn adapter<T: Float>(optimizer: AnyOptimizer<T>, part: &Part<'_>) -> Result<AnyOptimizer<T>, ParseError> {
    let table = adapters::table::<T>();
    let Some(row) = table.iter().find(|row| row.name == part.name()) else {
        let known = table.iter().map(|row| row.name).chain(GROUPS);
        let hint = match rules::table::<T>().iter().any(|row| row.name == part.name()) {
            true => "; it is a rule, and a rule stands first".to_owned(),
            false => did_you_mean(part.name(), known),
        };
        return Err(part.wrong(format!("there is no adapter `{}`{hint}", part.name())));
    };
    let mut adapted = (row.make)();
    let slots: Vec<Slot> = adapted.adapter.knobs().iter().copied().map(Slot::of).collect();
    for (i, schedule) in part.settings(&slots, slots.len(), 0)? {
        adapted.written[i] = schedule;
    }
    Ok(optimizer.with(adapted))
}
