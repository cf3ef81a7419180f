//! `name=value` between brackets: hyperparameters as words, and back.

use rappel_schedule::{Call, Expr, Kind, Number, ParseError, Schedule, did_you_mean};

use crate::knob::{Domain, Knob};

/// A hyperparameter that a part may set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'a> {
    /// The adapter it is of, where its name alone does not say so.
    pub(super) owner: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) knob: Knob,
}

impl Slot<'_> {
    /// One that goes by its name alone.
    pub(super) fn of(knob: Knob) -> Self {
        Slot { owner: None, name: knob.name, knob }
    }
}

/// A part of a longer text, as words.
pub(super) struct Part<'a> {
    /// All of the text.
    pub(super) text: &'a str,
    /// Where the part begins in it.
    pub(super) from: usize,
    pub(super) call: Call,
}

impl<'a> Part<'a> {
    /// Reads a part: `name(..)`, or `name` alone.
    pub(super) fn read(text: &'a str, from: usize, to: usize) -> Result<Part<'a>, ParseError> {
        let part = &text[from..to];
        if part.is_empty() {
            return Err(ParseError::new("here is no optimizer and no adapter", from..to, text));
        }
        let refused = |e: ParseError| {
            let span = e.span();
            // As selections that have no text are printed.
            match part[span.start..].split_once('>') {
                Some((word, _)) if word == "<function" || word.starts_with('<') && word.contains(" id") => {
                    let message = "a function or ids have no text: this group cannot be read";
                    ParseError::new(message, span.start + from..span.start + from + word.len() + 1, text)
                }
                _ => e.within(text, from),
            }
        };
        let mut expr: Expr = part.parse().map_err(refused)?;
        if let Kind::Word(word) = expr.kind() {
            // Behind as many blanks, so that it stands at its place.
            expr = format!("{}{word}()", " ".repeat(expr.span().start)).parse().map_err(refused)?;
        }
        match expr.kind() {
            Kind::Call(call) => Ok(Part { text, from, call: call.clone() }),
            _ => Err(ParseError::new(
                "here stands a rule or an adapter with its hyperparameters: `adam(lr=0.001)`, `clip_norm(1)`",
                from..to,
                text,
            )),
        }
    }

    pub(super) fn name(&self) -> &str {
        self.call.name()
    }

    /// An error about the name.
    pub(super) fn wrong(&self, message: impl Into<String>) -> ParseError {
        let span = self.call.span();
        ParseError::new(message, span.start + self.from..span.end + self.from, self.text)
    }

    /// An error about one of the words.
    pub(super) fn error(&self, message: impl Into<String>, at: &Expr) -> ParseError {
        let span = at.span();
        ParseError::new(message, span.start + self.from..span.end + self.from, self.text)
    }

    /// The words as a schedule.
    pub(super) fn schedule(&self, expr: &Expr) -> Result<Schedule, ParseError> {
        let span = expr.span();
        let from = span.start + self.from;
        self.text[from..span.end + self.from].parse().map_err(|e: ParseError| e.within(self.text, from))
    }

    /// The words as a value of a hyperparameter.
    fn value(&self, knob: &Knob, expr: &Expr) -> Result<Schedule, ParseError> {
        let word = match expr.kind() {
            Kind::Word(word) => Some(&**word),
            Kind::Text(word) => Some(&**word),
            _ => None,
        };
        let found = match (knob.domain, word) {
            (Domain::Flag, Some("true" | "True")) => 1.0,
            (Domain::Flag, Some("false" | "False")) => 0.0,
            (Domain::Flag, Some(_)) => {
                return Err(self.error(format!("`{}` is true or false", knob.name), expr));
            }
            (Domain::Choice(words), Some(word)) => {
                let lower = word.to_lowercase();
                match words.iter().position(|known| *known == lower) {
                    Some(i) => i as f64,
                    None => return Err(self.error(format!("{knob}"), expr)),
                }
            }
            _ => return self.schedule(expr).and_then(|schedule| self.accepted(knob, schedule, expr)),
        };
        Ok(found.into())
    }

    /// A number outside its range is wrong already; a schedule is looked at where it is read.
    fn accepted(&self, knob: &Knob, schedule: Schedule, expr: &Expr) -> Result<Schedule, ParseError> {
        match schedule.number() {
            Some(value) if !knob.accepts(value) => {
                Err(self.error(format!("`{}` is {}; required is {knob}", knob.name, Number(value)), expr))
            }
            _ => Ok(schedule),
        }
    }

    /// An error about the name of an argument.
    pub(super) fn misnamed(&self, message: impl Into<String>, name: &str, value: &Expr) -> ParseError {
        let before = self.text[..value.span().start + self.from].trim_end();
        let before = before.strip_suffix(['=', ':']).map(str::trim_end);
        match before.filter(|text| text.ends_with(name)) {
            Some(text) => ParseError::new(message, text.len() - name.len()..text.len(), self.text),
            None => self.error(message, value),
        }
    }

    /// The hyperparameters that are set, by their places among the slots. Of those without a name, so many may be given.
    pub(super) fn settings(
        &self,
        slots: &[Slot<'_>],
        places: usize,
        skip: usize,
    ) -> Result<Vec<(usize, Schedule)>, ParseError> {
        let mut all: Vec<(usize, Schedule)> = Vec::new();
        for (i, arg) in self.call.args().iter().skip(skip).enumerate() {
            let expr = arg.value();
            let name = match arg.name() {
                Some(name) => name,
                None if i < places && i < slots.len() => slots[i].name,
                None => {
                    let names: Vec<_> = slots.iter().map(|slot| slot.name).take(places).collect();
                    let say = match names.as_slice() {
                        [] if slots.is_empty() => format!("`{}` has no hyperparameters", self.name()),
                        [] => format!("`{}` takes its hyperparameters by name: `name=value`", self.name()),
                        [only] => format!("`{}` takes {only} here, and the others by name", self.name()),
                        _ => format!("`{}` has no more hyperparameters than {}", self.name(), names.join(", ")),
                    };
                    return Err(self.error(say, expr));
                }
            };
            let found = self.set(slots, name, expr)?;
            for (place, _) in &found {
                if all.iter().any(|(other, _)| other == place) {
                    return Err(self.misnamed(format!("`{}` is given twice", slots[*place].name), name, expr));
                }
            }
            all.extend(found);
        }
        Ok(all)
    }

    fn set(&self, slots: &[Slot<'_>], name: &str, expr: &Expr) -> Result<Vec<(usize, Schedule)>, ParseError> {
        let single = slots.iter().position(|slot| slot.owner.is_none() && slot.name == name);
        // An adapter may have the name of one of the rule's hyperparameters.
        let adapter = slots.iter().any(|slot| slot.owner == Some(name));
        match single {
            Some(i) if !adapter || !matches!(expr.kind(), Kind::Map(_)) => {
                return Ok(vec![(i, self.value(&slots[i].knob, expr)?)]);
            }
            _ if adapter => return self.adapter(slots, name, expr),
            _ => {}
        }
        let list = |slot: &Slot<'_>| slot.knob.list.filter(|_| slot.owner.is_none());
        let of: Vec<usize> = (0..slots.len()).filter(|i| list(&slots[*i]) == Some(name)).collect();
        if of.is_empty() {
            let say = match self.name() {
                "group" | "scale" => format!("there is no hyperparameter `{name}`"),
                owner => format!("`{owner}` has no hyperparameter `{name}`"),
            };
            return Err(self.misnamed(format!("{say}{}", known(slots, name)), name, expr));
        }
        let items = match expr.kind() {
            Kind::List(items) | Kind::Pair(items) if items.len() == of.len() => items,
            _ => return Err(self.error(format!("`{name}` is a list of {}: `[..]`", of.len()), expr)),
        };
        of.into_iter().zip(items).map(|(i, item)| Ok((i, self.value(&slots[i].knob, item)?))).collect()
    }

    /// `adapter={name: value}`, in a group.
    fn adapter(&self, slots: &[Slot<'_>], owner: &str, expr: &Expr) -> Result<Vec<(usize, Schedule)>, ParseError> {
        let Kind::Map(entries) = expr.kind() else {
            return Err(self.error(format!("`{owner}` has several hyperparameters: `{owner}={{name: value}}`"), expr));
        };
        let mut all: Vec<(usize, Schedule)> = Vec::new();
        for (key, value) in entries {
            let (Kind::Word(name) | Kind::Text(name)) = key.kind() else {
                return Err(self.error("here stands the name of a hyperparameter", key));
            };
            let Some(i) = slots.iter().position(|slot| slot.owner == Some(owner) && slot.name == &**name) else {
                let own: Vec<Slot<'_>> =
                    slots.iter().filter(|s| s.owner == Some(owner)).map(|s| Slot::of(s.knob)).collect();
                return Err(self.error(format!("`{owner}` has no hyperparameter `{name}`{}", known(&own, name)), key));
            };
            if all.iter().any(|(other, _)| *other == i) {
                return Err(self.error(format!("`{name}` is given twice"), key));
            }
            all.push((i, self.value(&slots[i].knob, value)?));
        }
        Ok(all)
    }
}

/// The name that was meant, or all.
fn known(slots: &[Slot<'_>], name: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for slot in slots {
        let shown = slot.owner.or(slot.knob.list).unwrap_or(slot.name);
        if !names.contains(&shown) {
            names.push(shown);
        }
    }
    let single = slots.iter().filter(|slot| slot.owner.is_none()).map(|slot| slot.name);
    match did_you_mean(name, names.iter().copied().chain(single)) {
        none if none.is_empty() && names.is_empty() => "; it has none".to_owned(),
        none if none.is_empty() => format!("; there are {}", names.join(", ")),
        near => near,
    }
}

/// `name=value`, lists whole, for each hyperparameter that `shown` takes.
pub(super) fn print(knobs: &[(&str, Knob, &Schedule)], shown: impl Fn(usize) -> bool) -> Vec<String> {
    let mut all = Vec::new();
    let mut i = 0;
    while i < knobs.len() {
        let (name, knob, schedule) = &knobs[i];
        match knob.list {
            None => {
                if shown(i) {
                    all.push(format!("{name}={}", word(knob, schedule)));
                }
                i += 1;
            }
            Some(list) => {
                let end = (i..knobs.len()).find(|j| knobs[*j].1.list != Some(list)).unwrap_or(knobs.len());
                if (i..end).any(&shown) {
                    let items: Vec<_> = (i..end).map(|j| word(&knobs[j].1, knobs[j].2)).collect();
                    all.push(format!("{list}=[{}]", items.join(", ")));
                }
                i = end;
            }
        }
    }
    all
}

/// The value of a hyperparameter as text.
pub(crate) fn word(knob: &Knob, schedule: &Schedule) -> String {
    match (knob.domain, schedule.number()) {
        (Domain::Flag, Some(0.0)) => "false".into(),
        (Domain::Flag, Some(1.0)) => "true".into(),
        (Domain::Choice(words), Some(i)) if i >= 0.0 && (i as usize) < words.len() => {
            format!("\"{}\"", words[i as usize])
        }
        _ => schedule.to_string(),
    }
}
