//! What there is to choose from.

use rappel_optim::{AnyOptimizer, Entry, EntryKind, catalogue};

/// A text with nothing but defaults.
fn text(entry: &Entry) -> String {
    match (entry.kind, entry.lr) {
        (EntryKind::Adapter(_), _) => format!("sgd(lr=0.1) | {}", entry.name),
        (_, Some(_)) => entry.name.into(),
        (_, None) => format!("{}(lr=0.1)", entry.name),
    }
}

#[test]
fn every_entry_parses_with_its_defaults() {
    for entry in catalogue() {
        let text = text(&entry);
        let optimizer: AnyOptimizer = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
        let skip = 1 + optimizer.schedules().skip(1).count() - entry.knobs.len();
        for (knob, (name, schedule)) in entry.knobs.iter().zip(optimizer.schedules().skip(skip)) {
            assert!(name == knob.name || name.ends_with(&format!(".{}", knob.name)), "{text}: {name}");
            assert_eq!(schedule.number(), Some(knob.default), "{text}: {name}");
        }
        assert!(!optimizer.to_string().contains("=true"), "{optimizer}: a variant is no default");
        for flag in &entry.flags {
            let text = format!("{}(lr=0.1, {flag}=true)", entry.name);
            assert_eq!(text.parse::<AnyOptimizer>().map(|o| o.to_string()), Ok(text));
        }
        assert!(entry.knobs.iter().all(|knob| knob.accepts(knob.default)), "{text}: a default out of its range");
        assert!(!entry.about.is_empty() && !entry.about.ends_with('.'), "{text}: {:?}", entry.about);
    }
}

#[test]
fn names_are_said_once_and_in_order() {
    let all = catalogue();
    let key = |entry: &Entry| match entry.kind {
        EntryKind::Adapter(stage) => (1, Some(stage), entry.name),
        _ => (0, None, entry.name),
    };
    let keys: Vec<_> = all.iter().map(key).collect();
    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
    let mut names: Vec<_> = all.iter().map(|entry| entry.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len());
}
