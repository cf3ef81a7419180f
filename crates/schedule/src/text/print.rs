//! Words as text.

use super::expr::{Arg, Call, Expr, Infix, Kind};
use super::number::Number;
use std::fmt::{self, Display, Formatter};

impl Infix {
    fn sign(self) -> &'static str {
        match self {
            Infix::Then => " >> ",
            Infix::Plus => " + ",
            Infix::Times => " * ",
        }
    }
}

/// How tightly a piece of text holds together: what is looser than its place asks for goes into parentheses.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Tight {
    Let,
    Then,
    Plus,
    Times,
    Whole,
}

fn tight(expr: &Expr) -> Tight {
    match &expr.kind {
        Kind::Let(..) => Tight::Let,
        Kind::Infix(Infix::Then, _) => Tight::Then,
        Kind::Infix(Infix::Plus, _) => Tight::Plus,
        Kind::Infix(Infix::Times, _) => Tight::Times,
        _ => Tight::Whole,
    }
}

fn at_least(expr: &Expr, asked: Tight, f: &mut Formatter<'_>) -> fmt::Result {
    if tight(expr) >= asked { expr.fmt(f) } else { write!(f, "({expr})") }
}

fn list<T: Display>(items: &[T], f: &mut Formatter<'_>) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Number(v, _) => Number(*v).fmt(f),
            Kind::Dur(duration) => duration.fmt(f),
            Kind::Word(word) => f.write_str(word),
            Kind::Text(text) => {
                f.write_str("\"")?;
                for c in text.chars() {
                    match c {
                        '"' | '\\' => write!(f, "\\{c}")?,
                        '\n' => f.write_str("\\n")?,
                        '\t' => f.write_str("\\t")?,
                        '\r' => f.write_str("\\r")?,
                        c => write!(f, "{c}")?,
                    }
                }
                f.write_str("\"")
            }
            Kind::List(items) => {
                f.write_str("[")?;
                list(items, f)?;
                f.write_str("]")
            }
            Kind::Pair(items) => {
                f.write_str("(")?;
                list(items, f)?;
                // One alone is no pair without a comma.
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
            Kind::Map(items) => {
                f.write_str("{")?;
                for (i, (key, value)) in items.iter().enumerate() {
                    write!(f, "{}{key}: {value}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
            Kind::Call(call) => call.fmt(f),
            Kind::Method(of, call) => {
                // A number is set apart from the point.
                let number = matches!(of.kind, Kind::Number(..) | Kind::Dur(_));
                if number {
                    write!(f, "({of})")?
                } else {
                    at_least(of, Tight::Whole, f)?
                }
                write!(f, ".{call}")
            }
            Kind::Infix(infix, parts) => {
                let asked = match infix {
                    Infix::Then => Tight::Plus,
                    Infix::Plus => Tight::Times,
                    Infix::Times => Tight::Whole,
                };
                for (i, part) in parts.iter().enumerate() {
                    if i > 0 {
                        f.write_str(infix.sign())?;
                    }
                    at_least(part, asked, f)?;
                }
                Ok(())
            }
            Kind::Let(name, value, body) => write!(f, "let {name} = {value} in {body}"),
            Kind::Linked(name) => write!(f, "@{name}"),
        }
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        list(&self.args, f)?;
        f.write_str(")")
    }
}

impl Display for Arg {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name}=")?;
        }
        self.value.fmt(f)
    }
}
