//! `name=value` between brackets: hyperparameters as words, and back.

use rappel_schedule::{Call, Expr, Kind, Number, ParseError, Schedule, did_you_mean};

use crate::knob::{Domain, Knob};

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
        let mut expr: Expr = part.parse().map_err(|e: ParseError| e.within(text, from))?;
        if let Kind::Word(_) = expr.kind() {
            expr = format!("{part}()").parse().map_err(|e: ParseError| e.within(text, from))?;
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

    /// The hyperparameters that are set, by their places among the knobs. Of those without a name, so many may be given.
    pub(super) fn settings(
        &self,
        knobs: &[(&str, Knob)],
        places: usize,
        skip: usize,
    ) -> Result<Vec<(usize, Schedule)>, ParseError> {
        let mut all: Vec<(usize, Schedule)> = Vec::new();
        for (i, arg) in self.call.args().iter().enumerate().skip(skip) {
            let expr = arg.value();
            let i = i - skip;
            let name = match arg.name() {
                Some(name) => name,
                None if i < places && i < knobs.len() => knobs[i].0,
                None => {
                    let names: Vec<_> = knobs.iter().map(|k| k.0).take(places).collect();
                    let say = match names.as_slice() {
                        [] => format!("`{}` takes its hyperparameters by name: `name=value`", self.name()),
                        _ => format!("`{}` takes {} here and the others by name", self.name(), names.join(", ")),
                    };
                    return Err(self.error(say, expr));
                }
            };
            let found = self.set(knobs, name, expr)?;
            for (place, _) in &found {
                if all.iter().any(|(other, _)| other == place) {
                    return Err(self.error(format!("`{}` is given twice", knobs[*place].0), expr));
                }
            }
            all.extend(found);
        }
        Ok(all)
    }

    fn set(&self, knobs: &[(&str, Knob)], name: &str, expr: &Expr) -> Result<Vec<(usize, Schedule)>, ParseError> {
        if let Some(i) = knobs.iter().position(|k| k.0 == name) {
            return Ok(vec![(i, self.value(&knobs[i].1, expr)?)]);
        }
        let of: Vec<usize> = (0..knobs.len()).filter(|i| knobs[*i].1.list == Some(name)).collect();
        if of.is_empty() {
            let lists = knobs.iter().filter_map(|k| k.1.list);
            let hint = match did_you_mean(name, knobs.iter().map(|k| k.0).chain(lists)) {
                hint if hint.is_empty() => {
                    let names: Vec<_> = knobs.iter().map(|k| k.1.list.unwrap_or(k.0)).collect();
                    let mut names: Vec<_> = names.into_iter().map(str::to_owned).collect();
                    names.dedup();
                    if names.is_empty() { "; it has none".to_owned() } else { format!("; it has {}", names.join(", ")) }
                }
                hint => hint,
            };
            return Err(self.error(format!("`{}` has no hyperparameter `{name}`{hint}", self.name()), expr));
        }
        let items = match expr.kind() {
            Kind::List(items) | Kind::Pair(items) if items.len() == of.len() => items,
            _ => return Err(self.error(format!("`{name}` is a list of {}: `[..]`", of.len()), expr)),
        };
        of.into_iter().zip(items).map(|(i, item)| Ok((i, self.value(&knobs[i].1, item)?))).collect()
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
pub(super) fn word(knob: &Knob, schedule: &Schedule) -> String {
    match (knob.domain, schedule.number()) {
        (Domain::Flag, Some(0.0)) => "false".into(),
        (Domain::Flag, Some(1.0)) => "true".into(),
        (Domain::Choice(words), Some(i)) if i >= 0.0 && (i as usize) < words.len() => {
            format!("\"{}\"", words[i as usize])
        }
        _ => schedule.to_string(),
    }
}
