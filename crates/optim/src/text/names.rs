//! The names there are: what each takes, and a line about it.

use crate::adapters;
use crate::knob::Knob;
use crate::optimizer::AnyOptimizer;
use crate::rules;
use crate::text::settings;

/// A name that can be written in the text of an optimizer.
///
/// ```
/// use rappel_optim::{EntryKind, names};
///
/// let adam = names().into_iter().find(|entry| entry.name() == "adam").expect("it is there");
/// assert_eq!(adam.kind(), EntryKind::Rule);
/// assert!(adam.signature().starts_with("adam(lr=0.001, betas=[0.9, 0.999], eps=1e-08"));
/// assert!(adam.source().contains("torch.optim.Adam"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    kind: EntryKind,
    name: &'static str,
    signature: String,
    line: &'static str,
    source: &'static str,
}

/// Where in a text a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum EntryKind {
    /// At its beginning.
    Rule,
    /// Around a rule.
    Adapter,
    /// After a rule: which parameters have other hyperparameters.
    Group,
}

impl Entry {
    /// Where it stands.
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name with its hyperparameters and their defaults; `lr` alone where it has to be given.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// What it is, in a line.
    pub fn line(&self) -> &'static str {
        self.line
    }

    /// Who wrote it down, and whose names and defaults it has; empty where nothing is to be said.
    pub fn source(&self) -> &'static str {
        self.source
    }
}

/// What groups are written as, and what each does.
const GROUPS: [(&str, &str, &str); 3] = [
    ("group", "group(\"*.bias\", weight_decay=0)", "gives the parameters of a pattern other hyperparameters"),
    ("scale", "scale(\"head.*\", lr=10)", "multiplies hyperparameters of the parameters of a pattern"),
    ("freeze", "freeze(\"features.*\")", "leaves the parameters of a pattern as they are"),
];

/// Every rule, adapter and group that a text can name, in this order.
pub fn names() -> Vec<Entry> {
    let defaults = |knobs: &[Knob]| -> Vec<String> {
        let values: Vec<_> = knobs.iter().map(|knob| knob.default.into()).collect();
        let all: Vec<_> = knobs.iter().zip(&values).map(|(knob, value)| (knob.name, *knob, value)).collect();
        settings::print(&all, |_| true)
    };
    let rules = rules::table::<f64>().into_iter().map(|row| {
        let optimizer: AnyOptimizer<f64> = (row.make)(0.0.into());
        let lr = row.lr.map_or("lr".to_owned(), |lr| format!("lr={}", rappel_schedule::Number(lr)));
        let settings = [vec![lr], defaults(optimizer.core.engine.knobs())].concat();
        let signature = format!("{}({})", row.name, settings.join(", "));
        Entry { kind: EntryKind::Rule, name: row.name, signature, line: row.about, source: row.source }
    });
    let adapters = adapters::table::<f64>().into_iter().map(|row| {
        let signature = format!("{}({})", row.name, defaults((row.make)().adapter.knobs()).join(", "));
        Entry { kind: EntryKind::Adapter, name: row.name, signature, line: row.about, source: "" }
    });
    let groups = GROUPS.into_iter().map(|(name, signature, line)| {
        Entry { kind: EntryKind::Group, name, signature: signature.into(), line, source: "" }
    });
    rules.chain(adapters).chain(groups).collect()
}
