//! What is wrong with a text, and where.

use std::error::Error;
use std::fmt;
use std::ops::Range;

/// Why a text is no schedule: what is wrong, and where in it.
///
/// It prints as what is wrong, the line, and the place in it underlined.
///
/// ```
/// use rappel_schedule::Schedule;
///
/// let error = "warmup(1, 10) >> cosin(1, 0, 90)".parse::<Schedule>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "there is no `cosin`; did you mean `cosine`?
///   warmup(1, 10) >> cosin(1, 0, 90)
///                    ^^^^^",
/// );
/// assert_eq!(error.span(), 17..22);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(Box<Inner>);

/// In a box, as reading is recursion and every level has room for it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    message: String,
    span: Range<usize>,
    text: String,
}

/// Of a line, so much is shown around the place.
const SHOWN: usize = 60;

impl ParseError {
    /// What is wrong, and the bytes of the text that it is about: for languages around this one.
    pub fn new(message: impl Into<String>, span: Range<usize>, text: &str) -> ParseError {
        ParseError(Box::new(Inner { message: message.into(), span, text: text.into() }))
    }

    /// The same error in a longer text, of which this one begins at a byte.
    #[must_use]
    pub fn within(self, text: &str, from: usize) -> ParseError {
        let span = self.0.span.start + from..self.0.span.end + from;
        ParseError::new(self.0.message, span, text)
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The bytes of the text it is about; empty at the place where something is missing.
    pub fn span(&self) -> Range<usize> {
        self.0.span.clone()
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0.text
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        let start = self.0.span.start.min(self.0.text.len());
        let before = &self.0.text[..start];
        let begin = before.rfind('\n').map_or(0, |i| i + 1);
        let line = self.0.text[begin..].lines().next().unwrap_or("");
        if self.0.text.lines().nth(1).is_some() {
            write!(f, " (line {})", before.matches('\n').count() + 1)?;
        }
        let from = start - begin;
        // An end of line is behind the line's last letter.
        let from = from.min(line.len());
        let to = (self.0.span.end.max(start) - begin).clamp(from, line.len());
        let (left, place, right) = (&line[..from], &line[from..to], &line[to..]);
        let (skipped, left) = match left.char_indices().nth_back(SHOWN) {
            Some((i, c)) => ("...", &left[i + c.len_utf8()..]),
            None => ("", left),
        };
        let (place, more) = match place.char_indices().nth(SHOWN) {
            Some((i, _)) => (&place[..i], true),
            None => (place, false),
        };
        let (right, more) = match right.char_indices().nth(SHOWN) {
            _ if more => ("", true),
            Some((i, _)) => (&right[..i], true),
            None => (right, false),
        };
        write!(f, "\n  {skipped}{left}{place}{right}{}", if more { "..." } else { "" })?;
        // A tab under a tab, so that both are as wide.
        let under = left.chars().map(|c| if c == '\t' { '\t' } else { ' ' });
        let under: String = skipped.chars().map(|_| ' ').chain(under).collect();
        write!(f, "\n  {under}{}", "^".repeat(place.chars().count().max(1)))
    }
}

impl Error for ParseError {}
