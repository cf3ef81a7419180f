//! Hyperparameters as words.

use rappel_lab::optim::schedule::Number;
use rappel_lab::optim::{Domain, Entry, EntryKind, Knob, Schedule};

/// The value of a hyperparameter as a text has it.
pub(super) fn value(knob: &Knob, schedule: &Schedule) -> String {
    match (knob.domain, schedule.number()) {
        (Domain::Flag, Some(value)) => (value != 0.0).to_string(),
        (Domain::Choice(words), Some(at)) => words.get(at as usize).map_or(at.to_string(), |word| format!("{word:?}")),
        (_, Some(value)) => Number(value).to_string(),
        _ => schedule.to_string(),
    }
}

/// The name with its hyperparameters and their defaults; `lr` alone where it has to be given.
pub(super) fn signature(entry: &Entry) -> String {
    let mut settings = match (entry.kind, entry.lr) {
        (EntryKind::Adapter(_), _) => Vec::new(),
        (_, Some(lr)) => vec![format!("lr={}", Number(lr))],
        (_, None) => vec!["lr".to_owned()],
    };
    // A list is of knobs that stand beside each other.
    for beside in entry.knobs.chunk_by(|a, b| a.list.is_some() && a.list == b.list) {
        let values: Vec<_> = beside.iter().map(|knob| value(knob, &knob.default.into())).collect();
        settings.push(match beside[0].list {
            Some(list) => format!("{list}=[{}]", values.join(", ")),
            None => format!("{}={}", beside[0].name, values[0]),
        });
    }
    settings.extend(entry.flags.iter().map(|flag| format!("{flag}=false")));
    format!("{}({})", entry.name, settings.join(", "))
}
