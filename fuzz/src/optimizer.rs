//! Optimizers as text.

use rappel_optim::{AnyOptimizer, EntryKind, catalogue};

use crate::schedule::{schedule, word};
use crate::{Bytes, Finding};

/// Selections, of which some are none.
const SELECTIONS: [&str; 14] = [
    "all",
    "vectors",
    "\"*.bias\"",
    "\"a|b\"",
    "'c\\'|'",
    "\"\"",
    "regex(\"^a\\\\.\\\\d+\")",
    "regex(\"(\")",
    "not(\"head.*\")",
    "except(all, [\"x\", vectors])",
    "[\"a\", \"b?\"]",
    "[]",
    "not(not(not(all)))",
    "<function>",
];
/// Signs that stand between parts, and others.
const SIGNS: [&str; 16] = ["|", " | ", "||", "(", ")", "[", "]", "{", "}", "\"", "'", "#", ",", "=", "µ", "\n"];

/// A text made of bytes: of letters, or of parts that mostly make sense.
pub fn text(bytes: &mut Bytes<'_>) -> String {
    let mut text = String::new();
    if bytes.below(8) == 0 {
        while !bytes.is_empty() {
            text.push(char::from(bytes.byte()));
        }
        return text;
    }
    rule(bytes, &mut text);
    for _ in 0..bytes.below(5) {
        text.push_str(" | ");
        match bytes.below(3) {
            0 => group(bytes, &mut text),
            _ => adapter(bytes, &mut text),
        }
    }
    // One in four is damaged.
    if bytes.byte() < 64 {
        let mut at = bytes.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match bytes.flag() {
            true => text.insert_str(at, SIGNS[bytes.below(SIGNS.len())]),
            false => {
                let mut damage = String::new();
                word(bytes, &mut damage);
                text.insert_str(at, &damage);
            }
        }
    }
    text
}

fn rule(bytes: &mut Bytes<'_>, text: &mut String) {
    entry(bytes, text, |kind| !matches!(kind, EntryKind::Adapter(_)));
}

fn adapter(bytes: &mut Bytes<'_>, text: &mut String) {
    entry(bytes, text, |kind| matches!(kind, EntryKind::Adapter(_)));
}

/// A name of the catalogue, with some of its hyperparameters.
fn entry(bytes: &mut Bytes<'_>, text: &mut String, of: impl Fn(EntryKind) -> bool) {
    let all: Vec<_> = catalogue().into_iter().filter(|entry| of(entry.kind)).collect();
    let entry = &all[bytes.below(all.len())];
    text.push_str(entry.name);
    if bytes.below(8) == 0 {
        return;
    }
    text.push('(');
    let names = entry.knobs.iter().map(|knob| knob.name).chain(entry.flags.iter().copied());
    let is_rule = !matches!(entry.kind, EntryKind::Adapter(_));
    let mut first = true;
    for name in is_rule.then_some("lr").into_iter().chain(names) {
        let wanted = if name == "lr" { bytes.below(8) > 0 } else { bytes.below(3) == 0 };
        if wanted {
            text.push_str(if first { "" } else { ", " });
            text.push_str(name);
            text.push('=');
            value(bytes, text);
            first = false;
        }
    }
    text.push(')');
}

fn value(bytes: &mut Bytes<'_>, text: &mut String) {
    match bytes.below(12) {
        0 => text.push_str(["true", "false", "[0.9, 0.99]", "{a: 1}", "\"none\"", "@lr"][bytes.below(6)]),
        1 => schedule(bytes, text, 3),
        _ => text.push_str(["0.1", "0.5", "1", "0", "0.01", "0.9", "2", "1e-8"][bytes.below(8)]),
    }
}

fn group(bytes: &mut Bytes<'_>, text: &mut String) {
    let name = ["group", "scale", "freeze", "unfreeze", "no_decay", "layer_decay"][bytes.below(6)];
    text.push_str(name);
    text.push('(');
    if name == "layer_decay" {
        value(bytes, text);
        if bytes.flag() {
            text.push_str(", [\"a.*\", \"b.*\"]");
        }
    } else if name != "no_decay" || bytes.flag() {
        // Those that people write, mostly.
        let most = if bytes.below(4) > 0 { 5 } else { SELECTIONS.len() };
        text.push_str(SELECTIONS[bytes.below(most)]);
    }
    if matches!(name, "group" | "scale") || bytes.below(8) == 0 {
        text.push_str(", ");
        // The first mostly.
        let most = 3 + bytes.below(4);
        text.push_str(["lr", "weight_decay", "eps", "clip_norm", "betas", "of"][bytes.below(most)]);
        text.push('=');
        value(bytes, text);
    }
    text.push(')');
}

/// Reads a text. If it says an optimizer, that must print as a text which says the same.
///
/// # Errors
/// What is printed says something else, or an error is at no place of the text.
pub fn parse(text: &str) -> Result<bool, Finding> {
    let finding = |what: String| Err(Finding { doing: format!("{text:?}"), what });
    let optimizer = match text.parse::<AnyOptimizer<f64>>() {
        Ok(optimizer) => optimizer,
        Err(error) => {
            let span = error.span();
            let said = error.to_string();
            return match text.get(span.clone()) {
                Some(_) if said.lines().count() >= 2 => Ok(false),
                _ => finding(format!("the error {said:?} is at {span:?}, which is no place in the text")),
            };
        }
    };
    let printed = optimizer.to_string();
    match printed.parse::<AnyOptimizer<f64>>() {
        Err(error) => finding(format!("it prints as {printed:?}, which is no optimizer: {error}")),
        // By `{:?}`, as NaN is not equal to itself and -0 is not 0.
        Ok(again) if format!("{again:?}") != format!("{optimizer:?}") => {
            finding(format!("it prints as {printed:?}, which is another optimizer"))
        }
        Ok(again) if again.to_string() != printed => finding(format!("{printed:?} prints differently when read again")),
        Ok(_) => Ok(true),
    }
}
