//! Text cut into words, numbers and signs.

use super::error::ParseError;
use crate::{Ratio, Unit};
use std::ops::Range;

/// The smallest pieces of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A number: the nearest float, the decimal fraction it says if that can be written, and the unit behind it.
    Number(f64, Option<Ratio>, Option<Unit>),
    /// A name, with its library: `torch::StepLR`.
    Name(String),
    /// `"in quotes"`
    Text(String),
    /// A sign, such as `>>`.
    Sign(&'static str),
    End,
}

/// The signs; of two that begin alike the longer first.
const SIGNS: [&str; 16] = [">>", "::", "(", ")", "[", "]", "{", "}", ",", ":", ".", "=", "+", "-", "*", "/"];

/// What a number can be counted in, as text.
const UNITS: [(&str, Unit); 4] = [("ep", Unit::Epochs), ("sp", Unit::Samples), ("tok", Unit::Tokens), ("%", Unit::Run)];

impl Token {
    /// How it is spoken of in a message.
    pub(crate) fn named(&self, text: &str) -> String {
        match self {
            Token::End => "the end".into(),
            Token::Text(_) => "a text".into(),
            _ => format!("`{text}`"),
        }
    }
}

/// The unit of that name.
pub(crate) fn unit(name: &str) -> Option<Unit> {
    UNITS.iter().find(|(unit, _)| *unit == name).map(|(_, unit)| *unit)
}

/// `inf` and `nan`, perhaps with a unit: numbers that print like names.
pub(crate) fn not_finite(name: &str) -> Option<(f64, Option<Unit>)> {
    let (value, rest) = match name.strip_prefix("inf") {
        Some(rest) => (f64::INFINITY, rest),
        None => (f64::NAN, name.strip_prefix("nan")?),
    };
    if rest.is_empty() { Some((value, None)) } else { unit(rest).map(|unit| (value, Some(unit))) }
}

/// Cuts a text into tokens, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Tokens<'a> {
        Tokens { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Takes as many letters as `f` holds for.
    fn take_while(&mut self, f: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !f(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// Takes `sign` if it is next.
    fn take(&mut self, sign: &str) -> bool {
        let next = self.rest().starts_with(sign);
        self.at += if next { sign.len() } else { 0 };
        next
    }

    /// The next token and where it stands.
    pub(crate) fn next(&mut self) -> Result<(Token, Range<usize>), ParseError> {
        loop {
            self.take_while(char::is_whitespace);
            if !self.take("#") {
                break;
            }
            self.take_while(|c| c != '\n');
        }
        let start = self.at;
        let rest = self.rest();
        let token = match rest.chars().next() {
            None => Token::End,
            Some('0'..='9') => self.number()?,
            Some('.') if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number()?,
            Some('"' | '\'') => self.quoted()?,
            Some('@') => {
                self.at += 1;
                Token::Sign("@")
            }
            Some(c) if name_starts(c) => self.name()?,
            Some(c) => match SIGNS.iter().find(|sign| self.take(sign)) {
                Some(sign) => Token::Sign(sign),
                None => {
                    let span = start..start + c.len_utf8();
                    let hint = if c == '%' { ": `%` stands directly behind a number" } else { "" };
                    return Err(ParseError::new(format!("`{c}` means nothing here{hint}"), span, self.text));
                }
            },
        };
        Ok((token, start..self.at))
    }

    fn name(&mut self) -> Result<Token, ParseError> {
        let start = self.at;
        self.take_while(name_goes_on);
        while self.rest().strip_prefix("::").is_some_and(|rest| rest.starts_with(name_starts)) {
            self.at += 2;
            self.take_while(name_goes_on);
        }
        let name = &self.text[start..self.at];
        match not_finite(name) {
            Some((value, unit)) => {
                let percent = unit.is_none() && self.take("%");
                Ok(Token::Number(value, Some(value.into()), if percent { Some(Unit::Run) } else { unit }))
            }
            None => Ok(Token::Name(name.into())),
        }
    }

    fn quoted(&mut self) -> Result<Token, ParseError> {
        let start = self.at;
        let mut letters = self.rest().char_indices();
        let quote = letters.next().map(|(_, c)| c);
        let mut said = String::new();
        while let Some((i, c)) = letters.next() {
            match c {
                c if Some(c) == quote => {
                    self.at = start + i + 1;
                    return Ok(Token::Text(said));
                }
                '\\' => match letters.next() {
                    Some((_, 'n')) => said.push('\n'),
                    Some((_, 't')) => said.push('\t'),
                    Some((_, 'r')) => said.push('\r'),
                    Some((_, c @ ('"' | '\'' | '\\'))) => said.push(c),
                    other => {
                        let end = start + other.map_or(self.rest().len(), |(j, c)| j + c.len_utf8());
                        let message = "behind `\\` stands one of `n`, `t`, `r`, `\\` and the quotes";
                        return Err(ParseError::new(message, start + i..end, self.text));
                    }
                },
                c => said.push(c),
            }
        }
        let end = start + self.rest().find('\n').unwrap_or(self.rest().len());
        Err(ParseError::new("this text has no closing quote", start..end, self.text))
    }

    fn digits(&mut self) -> String {
        self.take_while(|c| c.is_ascii_digit() || c == '_').replace('_', "")
    }

    fn number(&mut self) -> Result<Token, ParseError> {
        let start = self.at;
        let whole = self.digits();
        let mut decimals = String::new();
        // The point of a method call belongs to the call.
        let point = |rest: &str| rest.starts_with('.') && !rest[1..].starts_with(|c| name_starts(c) || c == '.');
        if point(self.rest()) {
            self.at += 1;
            decimals = self.digits();
        }
        let mut exponent = String::new();
        let tail = self.rest();
        if let Some(power) = tail.strip_prefix(['e', 'E']) {
            let signed = power.strip_prefix(['+', '-']);
            if signed.unwrap_or(power).starts_with(|c: char| c.is_ascii_digit()) {
                self.at += 1 + usize::from(signed.is_some());
                exponent = format!("{}{}", if power.starts_with('-') { "-" } else { "" }, self.digits());
            }
        }
        let from = self.at;
        let name = if self.take("%") { "%" } else { self.take_while(name_goes_on) };
        let unit = match name {
            "" => None,
            name => Some(unit(name).ok_or_else(|| {
                let message = format!("`{name}` is no unit: a length is counted in steps, `ep`, `sp`, `tok` or `%`");
                ParseError::new(message, from..self.at, self.text)
            })?),
        };
        let power = if exponent.is_empty() { "0" } else { &exponent };
        let value = format!("{whole}.{decimals}e{power}")
            .parse()
            .map_err(|_| ParseError::new("this is no number", start..from, self.text))?;
        Ok(Token::Number(value, exact(&whole, &decimals, power), unit))
    }
}

fn name_starts(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn name_goes_on(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The decimal fraction, if it can be written.
fn exact(whole: &str, decimals: &str, exponent: &str) -> Option<Ratio> {
    let exponent: i32 = exponent.parse().ok()?;
    let decimals = decimals.trim_end_matches('0');
    let digits = format!("{whole}{decimals}");
    let digits: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let exponent = exponent.checked_sub(i32::try_from(decimals.len()).ok()?)?;
    let scale = 10_i128.checked_pow(exponent.unsigned_abs())?;
    if exponent < 0 { Ratio::of(digits, scale) } else { Ratio::of(digits.checked_mul(scale)?, 1) }
}
