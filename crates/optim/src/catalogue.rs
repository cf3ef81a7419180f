//! What there is to choose from, for programs.

use crate::adapter::Stage;
use crate::knob::Knob;
use crate::{adapters, rules};

/// What an entry of the [`catalogue`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryKind {
    /// A rule, which stands first in a text.
    Rule,
    /// A rule that evaluates the loss again, so that [`step_with`](crate::Optimizer::step_with) alone runs it.
    Search,
    /// What stands behind a `|`, and when it works.
    Adapter(Stage),
}

/// A rule or an adapter, by the name it has in texts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Its name in text.
    pub name: &'static str,
    /// What it is.
    pub kind: EntryKind,
    /// What it does, in a line.
    pub about: &'static str,
    /// Who wrote it down, and whose names and defaults it has; nothing for an adapter, whose own page says it.
    pub source: Option<&'static str>,
    /// The learning rate of a rule where the text gives none; nothing where it must, and for adapters.
    pub lr: Option<f64>,
    /// The other hyperparameters, with their defaults and ranges, in the order of the text.
    pub knobs: &'static [Knob],
    /// Flags that choose another variant of a rule, off by default: `adam(amsgrad=true)`.
    pub flags: Vec<&'static str>,
}

/// All rules and adapters that a text may name, rules first, in the order of their names; adapters in that of their stages.
///
/// ```
/// use rappel_optim::{EntryKind, catalogue};
///
/// let all = catalogue();
/// let adam = all.iter().find(|entry| entry.name == "adam").expect("it is a rule");
/// assert_eq!((adam.kind, adam.lr), (EntryKind::Rule, Some(1e-3)));
/// assert_eq!(adam.knobs[0].to_string(), "0 <= beta1 < 1");
/// assert_eq!((adam.knobs[0].default, adam.knobs[0].list), (0.9, Some("betas")));
/// ```
pub fn catalogue() -> Vec<Entry> {
    // Names, defaults and ranges are the same in both number types.
    let table = rules::table::<f64>();
    let mut rules: Vec<Entry> = Vec::new();
    for row in table.iter().filter(|row| row.variant.is_none()) {
        let core = (row.make)(1.0.into()).core;
        let kind = if core.engine.searches() { EntryKind::Search } else { EntryKind::Rule };
        let flags = table.iter().filter(|other| other.name == row.name).filter_map(|other| other.variant).collect();
        let (about, source, knobs) = (row.about, Some(row.source), core.engine.knobs());
        rules.push(Entry { name: row.name, kind, about, source, lr: row.lr, knobs, flags });
    }
    rules.sort_by_key(|entry| entry.name);
    let adapters = adapters::table::<f64>().into_iter().map(|row| {
        let adapter = (row.make)().adapter;
        let kind = EntryKind::Adapter(adapter.stage());
        let (name, about, knobs) = (row.name, row.about, adapter.knobs());
        Entry { name, kind, about, source: None, lr: None, knobs, flags: Vec::new() }
    });
    rules.extend(adapters);
    rules
}
