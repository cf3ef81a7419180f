//! An optimizer as text.

use std::fmt;

use rappel_schedule::{Kind, ParseError, Schedule};
use rappel_tensor::Float;

use super::settings::{Part, print};
use crate::group::{Change, Group, Select};
use crate::knob::Knob;
use crate::knobs::Knobs;
use crate::optimizer::Optimizer;

/// The text that reads back as the same optimizer: the rule with the hyperparameters that are not the defaults, then the adapters,
/// then the groups.
impl<R, T: Float> fmt::Display for Optimizer<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let knobs = &self.core.knobs;
        let all: Vec<(&str, Knob, &Schedule)> =
            knobs.quantities().iter().map(|q| (q.knob.name, q.knob, &q.written)).collect();
        let own = self.core.engine.knobs().len() + 1;
        let changed = |all: &[(&str, Knob, &Schedule)], i: usize| all[i].2.number() != Some(all[i].1.default);
        let rule = &all[..own];
        let mut settings = print(rule, |i| i == 0 || changed(rule, i));
        settings.extend(self.core.engine.variant().map(|flag| format!("{flag}=true")));
        write!(f, "{}({})", self.core.engine.name(), settings.join(", "))?;
        for (adapter, places) in self.core.around.iter() {
            let mine = &all[places];
            let settings = match mine {
                [(_, knob, schedule)] => vec![super::settings::word(knob, schedule)],
                _ => print(mine, |i| changed(mine, i)),
            };
            write!(f, " | {}({})", adapter.name(), settings.join(", "))?;
        }
        for group in &knobs.groups {
            write!(f, " | {}", Shown { group, knobs })?;
        }
        Ok(())
    }
}

/// A group as text, with the names of the hyperparameters it changes.
struct Shown<'a> {
    group: &'a Group,
    knobs: &'a Knobs,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let select = &self.group.select;
        let of = |scale: bool| -> Vec<String> {
            let changes = self.group.changes.iter().filter(|(_, c)| matches!(c, Change::Scale(_)) == scale);
            let found = changes.map(|(name, change)| match (change, self.knobs.place(name)) {
                (Change::Set(to), Some(i)) => {
                    format!("{name}={}", super::settings::word(&self.knobs.quantities()[i].knob, to))
                }
                (Change::Set(to) | Change::Scale(to), _) => format!("{name}={to}"),
            });
            found.collect()
        };
        let mut parts = Vec::new();
        if self.group.frozen == Some(true) {
            parts.push(format!("freeze({select:?})"));
        }
        for (name, changes) in [("group", of(false)), ("scale", of(true))] {
            if !changes.is_empty() {
                parts.push(format!("{name}({select:?}, {})", changes.join(", ")));
            }
        }
        if parts.is_empty() {
            parts.push(format!("group({select:?})"));
        }
        f.write_str(&parts.join(" | "))
    }
}

/// The selection of a part that is a group.
pub(super) fn select(part: &Part<'_>) -> Result<Select, ParseError> {
    let say = "which parameters: a pattern in quotes, as in `group(\"*.bias\", weight_decay=0)`";
    let Some(arg) = part.call.args().first().filter(|arg| arg.name().is_none()) else {
        return Err(part.wrong(format!("`{}` begins with {say}", part.name())));
    };
    match arg.value().kind() {
        Kind::Text(pattern) => Ok(Select::Glob(pattern.to_string())),
        Kind::Word(word) if &**word == "all" => Ok(Select::All),
        _ => Err(part.error(format!("here stands {say}"), arg.value())),
    }
}
