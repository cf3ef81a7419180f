//! A text cut at its `|`.

use std::ops::Range;

/// The parts of a text between the `|` that are in no quotes, no brackets and no comment, without the blanks around them.
pub(super) fn parts(text: &str) -> Vec<Range<usize>> {
    let (mut all, mut from, mut depth) = (Vec::new(), 0, 0_usize);
    let mut letters = text.char_indices();
    while let Some((i, c)) = letters.next() {
        match c {
            '"' | '\'' => skip_quoted(&mut letters, c),
            '#' => {
                letters.find(|(_, c)| *c == '\n');
            }
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

fn skip_quoted(letters: &mut impl Iterator<Item = (usize, char)>, quote: char) {
    while let Some((_, c)) = letters.next() {
        match c {
            '\\' => {
                letters.next();
            }
            c if c == quote => return,
            _ => {}
        }
    }
}

fn trimmed(text: &str, part: Range<usize>) -> Range<usize> {
    let inner = &text[part.clone()];
    let start = part.start + (inner.len() - inner.trim_start().len());
    start..(start + inner.trim().len())
}
