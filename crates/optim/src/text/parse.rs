//! A text as an optimizer.

use std::str::FromStr;

use rappel_schedule::{ParseError, Schedule, did_you_mean};
use rappel_tensor::Float;

use super::parts::parts;
use super::settings::Part;
use crate::adapters;
use crate::group::{Change, Group};
use crate::knob::Knob;
use crate::optimizer::AnyOptimizer;
use crate::rules;

/// Parts that are groups, and the hyperparameter they leave as it is.
const GROUPS: [&str; 3] = ["group", "scale", "freeze"];

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
        let mut parts = parts(text).into_iter().map(|part| Part::read(text, part.start, part.end));
        let mut optimizer = rule(&parts.next().unwrap_or_else(|| Part::read(text, 0, 0))?)?;
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
            optimizer = group(optimizer, &part)?;
        }
        Ok(optimizer)
    }
}

fn rule<T: Float>(part: &Part<'_>) -> Result<AnyOptimizer<T>, ParseError> {
    let mut table = rules::table::<T>();
    let known: Vec<_> = table.iter().map(|row| row.name).collect();
    table.retain(|row| row.name == part.name());
    let Some(mut row) = table.first() else {
        let hint = match adapters::table::<T>().iter().any(|row| row.name == part.name()) {
            true => "; it is an adapter, and stands after a rule: `adam(lr=0.001) | ..`".to_owned(),
            false => did_you_mean(part.name(), known),
        };
        return Err(part.wrong(format!("there is no rule `{}`{hint}", part.name())));
    };
    let make = |row: &rules::Row<T>| (row.make)(row.lr.unwrap_or(0.0).into());
    let mut optimizer = make(row);
    let knobs: Vec<(String, Knob)> =
        optimizer.core.knobs.quantities().iter().map(|q| (q.name.clone(), q.knob)).collect();
    let mut knobs: Vec<(&str, Knob)> = knobs.iter().map(|(name, knob)| (&**name, *knob)).collect();
    let own = knobs.len();
    knobs.extend(table.iter().filter_map(|row| row.variant).map(|flag| (flag, Knob::flag(flag, false))));
    let mut settings = part.settings(&knobs, 1, 0)?;
    for (i, on) in settings.extract_if(.., |(i, _)| *i >= own) {
        let flag = knobs[i].0;
        let Some(on) = on.number() else {
            return Err(part.wrong(format!("`{flag}` is true or false for the whole run")));
        };
        if on == 1.0 {
            row = table.iter().find(|row| row.variant == Some(flag)).unwrap_or(row);
            optimizer = make(row);
        }
    }
    if row.lr.is_none() && !settings.iter().any(|(i, _)| *i == 0) {
        return Err(part.wrong(format!("`{}` needs a learning rate: `{}(lr=..)`", row.name, row.name)));
    }
    for (i, schedule) in settings {
        optimizer.core.knobs.set(knobs[i].0, schedule);
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
    let knobs: Vec<(&str, Knob)> = adapted.adapter.knobs().iter().map(|knob| (knob.name, *knob)).collect();
    for (i, schedule) in part.settings(&knobs, knobs.len(), 0)? {
        adapted.written[i] = schedule;
    }
    Ok(optimizer.with(adapted))
}

fn group<T: Float>(optimizer: AnyOptimizer<T>, part: &Part<'_>) -> Result<AnyOptimizer<T>, ParseError> {
    let select = super::print::select(part)?;
    let mut group = Group::of(select);
    if part.name() == "freeze" {
        if let Some(arg) = part.call.args().get(1) {
            return Err(part.error("`freeze` takes a selection alone", arg.value()));
        }
        return Ok(optimizer.group(group.freeze()));
    }
    let quantities = optimizer.core.knobs.quantities();
    let mut knobs: Vec<(&str, Knob)> = quantities.iter().map(|q| (&*q.name, q.knob)).collect();
    // An adapter with one hyperparameter goes by its own name.
    for (i, q) in quantities.iter().enumerate() {
        if q.name.contains('.') && optimizer.core.knobs.place(q.owner) == Some(i) {
            knobs[i].0 = q.owner;
        }
    }
    let scale = part.name() == "scale";
    if scale {
        // A factor has no range of its own.
        knobs.iter_mut().for_each(|k| k.1.domain = crate::knob::Domain::Closed(f64::MIN, f64::MAX));
    }
    for (i, schedule) in part.settings(&knobs, 0, 1)? {
        let change: fn(Schedule) -> Change = if scale { Change::Scale } else { Change::Set };
        group.changes.push((knobs[i].0.to_owned(), change(schedule)));
    }
    Ok(optimizer.group(group))
}
