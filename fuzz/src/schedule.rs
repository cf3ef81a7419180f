//! Schedules as text.

use std::fmt::Write;

use rappel_schedule::{Clock, Plan, Registry, Schedule, names};

use crate::{Bytes, Finding};

/// What numbers are written as: ordinary ones, and those that break things.
const NUMBERS: [&str; 28] = [
    "0",
    "1",
    "0.1",
    "1e-3",
    "10",
    "100",
    "0.5",
    "2",
    "3",
    "7",
    "5",
    "1.5",
    "20",
    "1/3",
    "100/3",
    "-1",
    "-0",
    "-0.1",
    "1e308",
    "-1e308",
    "1e-300",
    "5e-324",
    "1e30",
    "1e17",
    "9007199254740992",
    "inf",
    "nan",
    "0.30000000000000004",
];
/// And lengths, with their units.
const LENGTHS: [&str; 20] = [
    "10", "100", "1", "2", "37", "100/3", "1/3", "1000", "0.5", "3ep", "0.1ep", "10%", "50%", "100/3%", "1e3sp",
    "1e6tok", "rest", "n", "1e15", "0",
];
/// Names, signs and words in an order that need not make sense.
const WORDS: [&str; 40] = [
    "(",
    ")",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ",",
    ".",
    "::",
    ":",
    "=",
    ">>",
    "+",
    "-",
    "*",
    "/",
    "%",
    "@",
    "#",
    "\n",
    " ",
    "\"",
    "'",
    "\\",
    "let",
    "in",
    "here",
    "there",
    "rest",
    "empty",
    "true",
    "None",
    "of the run",
    "p",
    "µ",
    "e",
    "_",
];

/// A text made of bytes: of letters, of words, or of whole schedules that mostly make sense.
pub fn text(bytes: &mut Bytes<'_>) -> String {
    let mut text = String::new();
    match bytes.below(8) {
        0 => {
            while !bytes.is_empty() {
                text.push(char::from(bytes.byte()));
            }
        }
        1 => {
            while !bytes.is_empty() {
                word(bytes, &mut text);
            }
        }
        _ => {
            schedule(bytes, &mut text, 5);
            // One in four is damaged.
            if bytes.byte() < 64 {
                let mut at = bytes.below(text.len() + 1);
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                let mut damage = String::new();
                word(bytes, &mut damage);
                text.insert_str(at, &damage);
            }
        }
    }
    text
}

pub(crate) fn word(bytes: &mut Bytes<'_>, text: &mut String) {
    let entry = |bytes: &mut Bytes<'_>| names().nth(bytes.below(names().count())).map(|entry| entry.name().to_owned());
    match bytes.below(4) {
        0 => text.push_str(WORDS[bytes.below(WORDS.len())]),
        1 => text.push_str(NUMBERS[bytes.below(NUMBERS.len())]),
        2 => text.push_str(LENGTHS[bytes.below(LENGTHS.len())]),
        _ => text.push_str(&entry(bytes).unwrap_or_default()),
    }
}

/// One schedule, with so many levels in it.
pub(crate) fn schedule(bytes: &mut Bytes<'_>, text: &mut String, levels: u32) {
    if levels == 0 || bytes.is_empty() {
        return value(bytes, text, 0);
    }
    let own: Vec<String> = names().map(|entry| entry.signature().to_owned()).collect();
    match bytes.below(8) {
        0 => value(bytes, text, levels),
        1 => {
            text.push('(');
            schedule(bytes, text, levels - 1);
            text.push_str([" >> ", " + ", " - ", " * "][bytes.below(4)]);
            schedule(bytes, text, levels - 1);
            text.push(')');
        }
        2 => {
            text.push_str(["(let p = 0.5 in ", "(let n = 20 in ", "(-", "("][bytes.below(4)]);
            schedule(bytes, text, levels - 1);
            text.push(')');
        }
        3 => {
            schedule(bytes, text, levels - 1);
            text.push_str(" >> ");
            schedule(bytes, text, levels - 1);
        }
        _ => call(&own[bytes.below(own.len())], bytes, text, levels),
    }
}

/// A call as its signature says, with arguments that need not be what it asks for.
fn call(signature: &str, bytes: &mut Bytes<'_>, text: &mut String, levels: u32) {
    let Some((name, parameters)) = signature.split_once('(') else { return };
    let parameters = parameters.trim_end_matches(')');
    match name.split_once('.') {
        Some((_, method)) => {
            text.push('(');
            schedule(bytes, text, levels - 1);
            let _ = write!(text, ").{method}(");
        }
        None => {
            let _ = write!(text, "{name}(");
        }
    }
    if parameters.contains('[') {
        if let Some((first, _)) = parameters.split_once(", [") {
            argument(first, bytes, text, levels);
            text.push_str(", ");
        }
        text.push('[');
        for _ in 0..bytes.below(4) {
            match parameters.contains("[(") {
                true => {
                    text.push('(');
                    argument("length", bytes, text, levels);
                    text.push_str(", ");
                    argument("value", bytes, text, levels);
                    text.push_str("), ");
                }
                false => {
                    argument("value", bytes, text, levels);
                    text.push_str(", ");
                }
            }
        }
        text.push(']');
    } else {
        for (i, parameter) in parameters.split(", ").filter(|p| !p.is_empty() && *p != "..").enumerate() {
            let optional = parameter.split_once('=');
            if optional.is_some() && bytes.flag() {
                continue;
            }
            let name = optional.map_or(parameter, |(name, _)| name);
            text.push_str(if i > 0 { ", " } else { "" });
            if optional.is_some() || bytes.below(8) == 0 {
                let _ = write!(text, "{name}=");
            }
            argument(name, bytes, text, levels);
        }
    }
    text.push(')');
}

fn argument(name: &str, bytes: &mut Bytes<'_>, text: &mut String, levels: u32) {
    match name {
        "length" | "timescale" | "every" | "step" if bytes.below(8) > 0 => {
            text.push_str(LENGTHS[bytes.below(LENGTHS.len())]);
        }
        "a" | "b" | "next" => schedule(bytes, text, levels.saturating_sub(1)),
        "times" => text.push_str(["1", "2", "3", "1000", "forever", "4294967295"][bytes.below(6)]),
        "what" => text.push_str(["hold", "repeat", "continue", "error"][bytes.below(4)]),
        "seed" => text.push_str(["0", "42", "9007199254740992"][bytes.below(3)]),
        _ => value(bytes, text, levels),
    }
}

fn value(bytes: &mut Bytes<'_>, text: &mut String, levels: u32) {
    match bytes.below(16) {
        0 => text.push_str(["here", "there", "p", "@lr", "n"][bytes.below(5)]),
        1 if levels > 1 => schedule(bytes, text, levels - 1),
        // Those that people write, mostly.
        2..9 => text.push_str(NUMBERS[bytes.below(15)]),
        _ => text.push_str(NUMBERS[bytes.below(NUMBERS.len())]),
    }
}

/// Reads a text. If it says a schedule, that must print as a text which says the same.
///
/// # Errors
/// What is printed says something else.
pub fn parse(text: &str) -> Result<Option<Schedule>, Finding> {
    let finding = |what: String| Err(Finding { doing: format!("{text:?}"), what });
    let schedule = match text.parse::<Schedule>() {
        Ok(schedule) => schedule,
        Err(error) => {
            let span = error.span();
            let said = error.to_string();
            return match text.get(span.clone()) {
                Some(_) if said.lines().count() >= 2 => Ok(None),
                _ => finding(format!("the error {said:?} is at {span:?}, which is no place in the text")),
            };
        }
    };
    let printed = schedule.to_string();
    match printed.parse::<Schedule>() {
        Err(error) => finding(format!("it prints as {printed:?}, which is no schedule: {error}")),
        // By `{:?}`, as NaN is not equal to itself and -0 is not 0.
        Ok(again) if format!("{again:?}") != format!("{schedule:?}") => {
            finding(format!("it prints as {printed:?}, which is another schedule"))
        }
        Ok(again) if again.to_string() != printed => finding(format!("{printed:?} prints differently when read again")),
        Ok(_) => Ok(Some(schedule)),
    }
}

/// Binds a schedule to a clock that knows everything, and to one that knows nothing. If it can be bound, its value must be
/// finite at every step.
///
/// # Errors
/// A value that is not.
pub fn evaluate(schedule: &Schedule) -> Result<(), Finding> {
    let lr = Schedule::from(0.1).bind(&Clock::new()).expect("a number");
    let registry = Registry::new().link("lr", lr);
    let known = Clock::new().total(1000).epoch(100);
    // Of primes, too: their fractions add up to ones that cannot be written.
    let coprime = known.clone().batch(100_000_000_003_u64).tokens(1_000_000_000_039_u64);
    for clock in [known.batch(32).tokens(4096), coprime, Clock::new()] {
        let Ok(plan) = schedule.bind_with(&clock, &registry) else { continue };
        let end = plan.steps().unwrap_or(0);
        let last = if clock == Clock::new() { 1 << 53 } else { 1000 };
        let far = [end.saturating_sub(2), end.saturating_sub(1), end, end.saturating_add(1), last / 2, last - 1, last];
        for step in (0..40).chain((40..1010).step_by(13)).chain(far).filter(|step| *step <= last) {
            finite(schedule, &plan, step)?;
        }
        let simple = schedule.simplify();
        let Ok(simple) = simple.bind_with(&clock, &registry) else {
            let what = format!("it can be bound, and simplified to {simple} not");
            return Err(Finding { doing: schedule.to_string(), what });
        };
        for step in [0, 1, 5, 17, 100] {
            finite(schedule, &simple, step)?;
        }
    }
    Ok(())
}

fn finite(schedule: &Schedule, plan: &Plan, step: u64) -> Result<(), Finding> {
    for value in [plan.at_step(step), plan.at((step as f64 - 0.5).max(0.0)), plan.before(step as f64)] {
        if !value.is_finite() {
            let what = format!("{value} at step {step} of {} steps", plan.steps().unwrap_or(0));
            return Err(Finding { doing: schedule.to_string(), what });
        }
    }
    Ok(())
}
