//! Groups as text, and back: `group("*.bias", weight_decay=0)`, `scale("head.*", lr=10)`, `freeze("embed.*")`, `no_decay()`,
//! `layer_decay(0.8)`.

use std::fmt;

use rappel_schedule::{Expr, Kind, ParseError, did_you_mean};
use rappel_tensor::Float;

use super::settings::{Part, Slot, word};
use crate::group::{Change, Group, layer_decay_of, no_decay_of};
use crate::knob::{Domain, Knob};
use crate::knobs::Knobs;
use crate::optimizer::AnyOptimizer;
use crate::select::Select;

/// The parts that are groups.
pub(super) const GROUPS: [&str; 6] = ["freeze", "group", "layer_decay", "no_decay", "scale", "unfreeze"];

/// Words that take selections.
const SELECTIONS: [&str; 3] = ["except", "not", "regex"];

/// A part that is a group.
pub(super) fn group<T: Float>(part: &Part<'_>, optimizer: &AnyOptimizer<T>) -> Result<Group, ParseError> {
    match part.name() {
        "layer_decay" => layers(part),
        "no_decay" if part.call.args().is_empty() => Ok(no_decay_of(Select::Vectors)),
        "no_decay" => alone(part).map(no_decay_of),
        "freeze" => alone(part).map(|select| Group::of(select).freeze()),
        "unfreeze" => alone(part).map(|select| Group::of(select).unfreeze()),
        _ => changes(part, &optimizer.core.knobs),
    }
}

const WHICH: &str =
    "which parameters: a pattern in quotes, `all`, `vectors`, `regex(..)`, `not(..)`, `except(.., ..)`, or a list";

/// The selection that a part begins with.
fn first(part: &Part<'_>) -> Result<Select, ParseError> {
    match part.call.args().first() {
        Some(arg) if arg.name().is_none() => select(part, arg.value()),
        Some(arg) => Err(part.error(format!("`{}` begins with {WHICH}", part.name()), arg.value())),
        None => Err(part.wrong(format!("`{}` begins with {WHICH}", part.name()))),
    }
}

/// The selection that is all of a part.
fn alone(part: &Part<'_>) -> Result<Select, ParseError> {
    match part.call.args().get(1) {
        Some(arg) => Err(part.error(format!("`{}` takes a selection alone", part.name()), arg.value())),
        None => first(part),
    }
}

fn select(part: &Part<'_>, expr: &Expr) -> Result<Select, ParseError> {
    match expr.kind() {
        Kind::Text(pattern) => Ok(Select::Glob(pattern.to_string())),
        Kind::Word(word) if &**word == "all" => Ok(Select::All),
        Kind::Word(word) if &**word == "vectors" => Ok(Select::Vectors),
        Kind::Word(word) => {
            let hint = did_you_mean(word, ["all", "vectors"]);
            Err(part.error(format!("`{word}` is no selection{hint}; here stands {WHICH}"), expr))
        }
        Kind::List(all) if !all.is_empty() => {
            all.iter().map(|of| select(part, of)).collect::<Result<_, _>>().map(Select::Any)
        }
        Kind::Call(call) => {
            if let Some(arg) = call.args().iter().find(|arg| arg.name().is_some()) {
                return Err(part.error(format!("`{}` takes selections without names", call.name()), arg.value()));
            }
            let of: Vec<&Expr> = call.args().iter().map(|arg| arg.value()).collect();
            match (call.name(), &*of) {
                ("not", [other]) => Ok(Select::Not(Box::new(select(part, other)?))),
                ("except", [these, those]) => Ok(select(part, these)?.except(select(part, those)?)),
                ("regex", [pattern]) => match pattern.kind() {
                    Kind::Text(text) => Select::regex(text).map_err(|e| part.error(e.to_string(), pattern)),
                    _ => Err(part.error("`regex` takes a regular expression in quotes", pattern)),
                },
                (name @ ("not" | "regex"), _) => Err(part.error(format!("`{name}` takes one selection"), expr)),
                ("except", _) => Err(part.error("`except` takes two selections: `except(these, those)`", expr)),
                (name, _) => {
                    let hint = did_you_mean(name, SELECTIONS);
                    Err(part.error(format!("`{name}` is no selection{hint}; here stands {WHICH}"), expr))
                }
            }
        }
        _ => Err(part.error(format!("here stands {WHICH}"), expr)),
    }
}

fn layers(part: &Part<'_>) -> Result<Group, ParseError> {
    let names = ["by", "layers", "of"];
    let (mut by, mut patterns, mut of) = (None, Vec::new(), Select::All);
    for (i, arg) in part.call.args().iter().enumerate() {
        let expr = arg.value();
        match arg.name().or(names.get(i).copied().filter(|_| i < 2)) {
            Some("by") if by.is_some() => return Err(part.misnamed("`by` is given twice", "by", expr)),
            Some("by") => {
                let value = part.schedule(expr)?.number().filter(|by| *by > 0.0 && by.is_finite());
                let say = "`layer_decay` takes a number above 0, by which each layer before the last is multiplied";
                by = Some(value.ok_or_else(|| part.error(say, expr))?);
            }
            Some("layers") if !patterns.is_empty() => {
                return Err(part.misnamed("`layers` is given twice", "layers", expr));
            }
            Some("layers") => match select(part, expr)? {
                Select::Any(all) => patterns = all,
                _ => return Err(part.error("`layers` is a list of selections, of the first layer first", expr)),
            },
            Some("of") => of = select(part, expr)?,
            Some(name) => {
                let hint = did_you_mean(name, names);
                let say = format!("`layer_decay` takes by, layers and of, not `{name}`{hint}");
                return Err(part.misnamed(say, name, expr));
            }
            None => return Err(part.error("`layer_decay` takes by and layers here, and the selection as `of=`", expr)),
        }
    }
    let by = by.ok_or_else(|| part.wrong("`layer_decay` needs its factor: `layer_decay(0.8)`"))?;
    Ok(Group { select: of, ..layer_decay_of(by, patterns) })
}

fn changes(part: &Part<'_>, knobs: &Knobs) -> Result<Group, ParseError> {
    let mut group = Group::of(first(part)?);
    let scale = part.name() == "scale";
    let mut slots: Vec<Slot> = Vec::new();
    for (i, q) in knobs.quantities().iter().enumerate() {
        let owner = (q.name != q.knob.name).then_some(&*q.label);
        // An adapter with one hyperparameter goes by its own name.
        let alone = owner.is_some() && knobs.place(&q.label) == Some(i);
        let name = if alone { &*q.label } else { q.knob.name };
        let mut slot = Slot { owner: owner.filter(|_| !alone), name, knob: q.knob };
        if scale {
            // A factor has no range of its own.
            slot.knob.domain = Domain::Closed(f64::MIN, f64::MAX);
        }
        slots.push(slot);
    }
    for (i, schedule) in part.settings(&slots, 0, 1)? {
        let name = knobs.quantities()[i].name.clone();
        group.changes.push(if scale { Change::Scale(name, schedule) } else { Change::Set(name, schedule) });
    }
    Ok(group)
}

/// A group as text, with the names of the hyperparameters it changes.
pub(crate) struct Shown<'a> {
    pub(crate) group: &'a Group,
    pub(crate) knobs: &'a Knobs,
    /// Of a parameter how many layers come after its own; it is shown as a power.
    pub(crate) after: u32,
}

/// Changes of one kind that stand in one part.
struct Run<'a> {
    word: &'static str,
    settings: Vec<String>,
    /// What they change; a text sets nothing twice, and of an adapter one thing at a time.
    names: Vec<&'a str>,
}

impl Shown<'_> {
    /// `name=value`; of an adapter with several hyperparameters `adapter={name: value}`.
    fn setting(&self, name: &str, knob: impl Fn(&Knob) -> String, other: String) -> String {
        let Some(i) = self.knobs.place(name) else { return format!("{name}={other}") };
        let q = &self.knobs.quantities()[i];
        let value = knob(&q.knob);
        if q.name == q.knob.name {
            format!("{}={value}", q.name)
        } else if self.knobs.place(&q.label) == Some(i) {
            format!("{}={value}", q.label)
        } else {
            format!("{}={{{}: {value}}}", q.label, q.knob.name)
        }
    }

    /// What a name is of, as far as a part can say it once.
    fn said<'n>(&'n self, name: &'n str) -> &'n str {
        match self.knobs.place(name).map(|i| &self.knobs.quantities()[i]) {
            Some(q) if q.name != q.knob.name => &q.label,
            Some(q) => &q.name,
            None => name,
        }
    }

    /// The parts; changes that apply one after the other are not drawn together.
    fn parts(&self) -> Vec<String> {
        let select = &self.group.select;
        let mut parts = Vec::new();
        if let Some(frozen) = self.group.frozen {
            parts.push(format!("{}({select})", if frozen { "freeze" } else { "unfreeze" }));
        }
        let mut run: Option<Run<'_>> = None;
        let close =
            |run: Option<Run<'_>>| run.map(|run| format!("{}({select}, {})", run.word, run.settings.join(", ")));
        for change in &self.group.changes {
            let (word, name, setting) = match change {
                Change::Set(name, to) => ("group", name, self.setting(name, |knob| word(knob, to), to.to_string())),
                Change::Scale(name, by) => ("scale", name, self.setting(name, |_| by.to_string(), by.to_string())),
                Change::NoDecay => {
                    parts.extend(close(run.take()));
                    let of = if let Select::Vectors = select { String::new() } else { select.to_string() };
                    parts.push(format!("no_decay({of})"));
                    continue;
                }
                Change::Layers(layers) => {
                    parts.extend(close(run.take()));
                    let of = if let Select::All = select { String::new() } else { format!(", of={select}") };
                    let power = if self.after > 0 { format!("^{}", self.after) } else { String::new() };
                    parts.push(format!("layer_decay({layers}{of}){power}"));
                    continue;
                }
            };
            let name = self.said(name);
            if run.as_ref().is_some_and(|run| run.word != word || run.names.contains(&name)) {
                parts.extend(close(run.take()));
            }
            let run = run.get_or_insert_with(|| Run { word, settings: Vec::new(), names: Vec::new() });
            run.settings.push(setting);
            run.names.push(name);
        }
        parts.extend(close(run));
        if parts.is_empty() {
            parts.push(format!("group({select})"));
        }
        parts
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts().join(" | "))
    }
}
