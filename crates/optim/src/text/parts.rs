//! A text cut at its `|`.

use std::ops::Range;

/// The parts of a text between the `|` that are in no quotes and no brackets, without the blanks around them.
pub(super) fn parts(text: &str) -> Vec<Range<usize>> {
    let (mut all, mut from) = (Vec::new(), 0);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                all.push(from..i);
                from = i + 1;
            }
            _ => {}
        }
    }
    all.push(from..text.len());
    all.into_iter().map(|part| trimmed(text, part)).collect()
}

fn trimmed(text: &str, part: Range<usize>) -> Range<usize> {
    let inner = &text[part.clone()];
    let start = part.start + (inner.len() - inner.trim_start().len());
    start..(start + inner.trim().len())
}
