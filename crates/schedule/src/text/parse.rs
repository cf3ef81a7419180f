//! Text read as words: `>>` binds the loosest, then `+` and `-`, then `*`, as in Rust.

use super::error::ParseError;
use super::expr::{Arg, Call, Expr, Infix, Kind};
use super::token::{Token, Tokens};
use crate::{Dur, Ratio, Unit, epochs, percent, samples, steps, tokens};
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

/// The longest text that is read, in bytes: 4 MiB.
pub(crate) const MOST_BYTES: usize = 4 << 20;

/// How deep brackets may be nested: each is a call of the parser by itself. Twice what a schedule may be, as a part of a
/// tree can need brackets and a `let`.
const MOST_NESTED: usize = 2 * crate::check::MOST_DEEP + 8;

/// How deep the words may be: a segment can be a call and two methods.
const MOST_HIGH: usize = 3 * crate::check::MOST_DEEP + 8;

struct Parser<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    token: Token,
    span: Range<usize>,
    /// Where the token before ended.
    end: usize,
    nested: usize,
    /// How high the tree of what was read last is.
    high: usize,
}

impl FromStr for Expr {
    type Err = ParseError;

    /// Reads words, whatever they mean.
    fn from_str(text: &str) -> Result<Expr, ParseError> {
        if text.len() > MOST_BYTES {
            let message = format!("the text has {} bytes; {MOST_BYTES} is the most that is read", text.len());
            return Err(ParseError::new(message, 0..0, ""));
        }
        let mut tokens = Tokens::new(text);
        let (token, span) = tokens.next()?;
        let mut parser = Parser { text, tokens, token, span, end: 0, nested: 0, high: 0 };
        let expr = parser.expr()?;
        match parser.token {
            Token::End => Ok(expr),
            _ => Err(parser.expected("an operator or the end")),
        }
    }
}

impl<'a> Parser<'a> {
    fn error(&self, message: impl Into<String>, span: Range<usize>) -> ParseError {
        ParseError::new(message, span, self.text)
    }

    /// The error that something else stands here.
    fn expected(&self, what: &str) -> ParseError {
        let found = self.token.named(&self.text[self.span.clone()]);
        let hint = match self.token {
            Token::Sign("/") => "; only numbers are divided, so instead of `/ 2` write `* 0.5`",
            _ => "",
        };
        self.error(format!("expected {what}, found {found}{hint}"), self.span.clone())
    }

    /// Takes the token that is next.
    fn advance(&mut self) -> Result<Token, ParseError> {
        let (token, span) = self.tokens.next()?;
        self.end = self.span.end;
        self.span = span;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.token, Token::Sign(s) if s == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Name(name) if name == word)
    }

    fn take(&mut self, sign: &str) -> Result<bool, ParseError> {
        let next = self.is(sign);
        if next {
            self.advance()?;
        }
        Ok(next)
    }

    fn expect(&mut self, sign: &str, or: &str) -> Result<(), ParseError> {
        match self.take(sign)? {
            true => Ok(()),
            false => Err(self.expected(&format!("{or}`{sign}`"))),
        }
    }

    /// A name without a library.
    fn name(&mut self, what: &str) -> Result<Arc<str>, ParseError> {
        match &self.token {
            Token::Name(name) if !name.contains("::") => {
                let name = name.as_str().into();
                self.advance()?;
                Ok(name)
            }
            _ => Err(self.expected(what)),
        }
    }

    /// Notes that what is read is higher by one than its parts.
    fn grown(&mut self, parts: usize, start: usize) -> Result<(), ParseError> {
        self.high = parts + 1;
        match self.high > MOST_HIGH {
            true => Err(self.error(format!("this is more than {MOST_HIGH} levels deep"), start..start)),
            false => Ok(()),
        }
    }

    fn expr(&mut self) -> Result<Expr, ParseError> {
        let start = self.span.start;
        self.nested += 1;
        if self.nested > MOST_NESTED {
            return Err(self.error(format!("more than {MOST_NESTED} levels of brackets"), start..start));
        }
        let expr = if self.is_word("let") { self.shared() } else { self.infix(Infix::Then) };
        self.nested -= 1;
        expr
    }

    /// `let name = value in body`
    fn shared(&mut self) -> Result<Expr, ParseError> {
        let start = self.span.start;
        self.advance()?;
        let span = self.span.clone();
        let name = self.name("a name")?;
        if !super::is_name(&name) {
            return Err(self.error(format!("`{name}` has a meaning of its own and cannot be given another"), span));
        }
        self.expect("=", "")?;
        let span = self.span.clone();
        let value = self.unary()?;
        if !matches!(value.kind, Kind::Number(..) | Kind::Dur(_)) {
            return Err(self.error("a name is given to a number or a length, as in `let n = 5ep in ..`", span));
        }
        if !self.is_word("in") {
            return Err(self.expected("`in`"));
        }
        self.advance()?;
        let body = self.expr()?;
        self.grown(self.high, start)?;
        Ok(self.spanned(Kind::Let(name, value.into(), body.into()), start))
    }

    fn spanned(&self, kind: Kind, start: usize) -> Expr {
        Expr { kind, span: start..self.end }
    }

    /// Parts joined by an operator, or by one that binds tighter.
    fn infix(&mut self, infix: Infix) -> Result<Expr, ParseError> {
        let start = self.span.start;
        let tighter = match infix {
            Infix::Then => Some(Infix::Plus),
            Infix::Plus => Some(Infix::Times),
            Infix::Times => None,
        };
        let part = |parser: &mut Self| match tighter {
            Some(tighter) => parser.infix(tighter),
            None => parser.unary(),
        };
        let first = part(self)?;
        let (mut parts, mut high) = (vec![first], self.high);
        loop {
            let minus = infix == Infix::Plus && self.is("-");
            if !minus && !self.is(infix.sign().trim()) {
                break;
            }
            self.advance()?;
            let next = part(self)?;
            parts.push(if minus { self.negative(next)? } else { next });
            high = high.max(self.high);
        }
        if parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        self.grown(high, start)?;
        Ok(self.spanned(Kind::Infix(infix, parts), start))
    }

    fn unary(&mut self) -> Result<Expr, ParseError> {
        let start = self.span.start;
        let mut minus = false;
        loop {
            match self.token {
                Token::Sign("-") => minus = !minus,
                Token::Sign("+") => {}
                _ => break,
            }
            self.advance()?;
        }
        let of = self.postfix()?;
        if !minus {
            return Ok(of);
        }
        let negative = self.negative(of)?;
        Ok(Expr { span: start..self.end, ..negative })
    }

    /// `-1 * of`; of a number the number.
    fn negative(&mut self, of: Expr) -> Result<Expr, ParseError> {
        let span = of.span.clone();
        let minus = |ratio: Ratio| Ratio::of(-ratio.numerator(), ratio.denominator()).unwrap_or(ratio);
        let kind = match of.kind {
            Kind::Number(v, ratio) => Kind::Number(-v, minus(ratio)),
            Kind::Dur(duration) if duration.unit() != Unit::Rest => Kind::Dur(duration.with(minus(duration.amount()))),
            _ => {
                self.grown(self.high, span.start)?;
                Kind::Infix(Infix::Times, vec![(-1.0).into(), of])
            }
        };
        Ok(Expr { kind, span })
    }

    fn postfix(&mut self) -> Result<Expr, ParseError> {
        let start = self.span.start;
        let mut of = self.primary()?;
        let mut high = self.high;
        while self.take(".")? {
            let at = self.span.clone();
            let name = self.name("the name of a method")?;
            let call = self.call(name, at)?;
            self.grown(high.max(self.high), start)?;
            high = self.high;
            of = self.spanned(Kind::Method(of.into(), call), start);
        }
        self.high = high;
        Ok(of)
    }

    fn primary(&mut self) -> Result<Expr, ParseError> {
        let start = self.span.start;
        self.high = 0;
        let kind = match &self.token {
            Token::Number(..) => self.number()?,
            Token::Text(text) => {
                let text = text.as_str().into();
                self.advance()?;
                Kind::Text(text)
            }
            Token::Name(name) => {
                let (name, at): (Arc<str>, _) = (name.as_str().into(), self.span.clone());
                self.advance()?;
                if self.is("(") {
                    Kind::Call(self.call(name, at)?)
                } else if name.contains("::") {
                    return Err(self.expected("`(`"));
                } else if &*name == "let" {
                    return Err(self.error("a `let` in the middle stands in brackets: `a >> (let p = 1 in b)`", at));
                } else {
                    Kind::Word(name)
                }
            }
            Token::Sign("@") => {
                self.advance()?;
                Kind::Linked(self.name("the name of a quantity")?)
            }
            Token::Sign("(") => {
                let (mut items, comma) = self.items("(", ")", Parser::expr)?;
                if items.len() == 1 && !comma {
                    // The span is that of what is inside: the brackets say nothing.
                    return Ok(items.remove(0));
                }
                if items.is_empty() {
                    return Err(
                        self.error("there is nothing in the brackets; what lasts no time is `empty`", start..self.end)
                    );
                }
                Kind::Pair(items)
            }
            Token::Sign("[") => Kind::List(self.items("[", "]", Parser::expr)?.0),
            Token::Sign("{") => {
                let entry = |parser: &mut Self| {
                    let key = parser.expr()?;
                    let high = parser.high;
                    parser.expect(":", "")?;
                    let value = parser.expr()?;
                    parser.high = parser.high.max(high);
                    Ok((key, value))
                };
                Kind::Map(self.items("{", "}", entry)?.0)
            }
            _ => return Err(self.expected("a schedule or a number")),
        };
        if !matches!(kind, Kind::Number(..) | Kind::Dur(_)) {
            self.grown(self.high, start)?;
        }
        Ok(self.spanned(kind, start))
    }

    /// What is between brackets, and whether there was a comma. A comma may stand behind the last.
    fn items<T>(
        &mut self,
        open: &str,
        close: &str,
        item: impl Fn(&mut Self) -> Result<T, ParseError>,
    ) -> Result<(Vec<T>, bool), ParseError> {
        self.expect(open, "")?;
        let (mut items, mut comma, mut high) = (Vec::new(), false, 0);
        while !self.is(close) {
            items.push(item(self)?);
            high = high.max(self.high);
            if !self.take(",")? {
                break;
            }
            comma = true;
        }
        self.high = high;
        self.expect(close, "`,` or ")?;
        Ok((items, comma))
    }

    fn call(&mut self, name: Arc<str>, span: Range<usize>) -> Result<Call, ParseError> {
        let arg = |parser: &mut Self| {
            let (span, bare) = (parser.span.clone(), matches!(parser.token, Token::Name(_)));
            let value = parser.expr()?;
            let Kind::Word(name) = &value.kind else { return Ok((Arg { name: None, value }, span)) };
            let name = name.clone();
            if !bare || !parser.take("=")? {
                return Ok((Arg { name: None, value }, span));
            }
            let value = parser.expr()?;
            Ok((Arg { name: Some(name), value }, span))
        };
        let (items, _) = self.items("(", ")", arg)?;
        let mut args: Vec<Arg> = Vec::with_capacity(items.len());
        for (arg, span) in items {
            match &arg.name {
                None if args.last().is_some_and(|before| before.name.is_some()) => {
                    return Err(self.error("an argument without a name cannot follow one with a name", span));
                }
                Some(name) if args.iter().any(|before| before.name.as_ref() == Some(name)) => {
                    return Err(self.error(format!("`{name}` is given twice"), span));
                }
                _ => args.push(arg),
            }
        }
        Ok(Call { name, args, span })
    }

    /// A number, a fraction, and the unit.
    fn number(&mut self) -> Result<Kind, ParseError> {
        let span = self.span.clone();
        let Token::Number(value, exact, unit) = self.advance()? else { return Err(self.expected("a number")) };
        let fine = |parser: &Self, exact: Option<Ratio>, span: Range<usize>| {
            exact.ok_or_else(|| parser.error("a length or a fraction is exact, and this has more than 38 digits", span))
        };
        if unit.is_none() && self.is("/") {
            self.advance()?;
            let below = self.span.clone();
            let Token::Number(_, bottom, unit) = self.token else { return Err(self.expected("a number to divide by")) };
            self.advance()?;
            let (top, bottom) = (fine(self, exact, span.clone())?, fine(self, bottom, below.clone())?);
            if !bottom.is_positive() {
                return Err(self.error("a fraction is of a number above zero", below));
            }
            let exact = fine(self, top.over(bottom), span.start..below.end)?;
            return Ok(match unit {
                Some(unit) => Kind::Dur(counted(exact, unit)),
                None if self.of_the_run()? => Kind::Dur(crate::fraction(exact)),
                None => Expr::from(exact).kind,
            });
        }
        if let Some(unit) = unit {
            return Ok(Kind::Dur(counted(fine(self, exact, span)?, unit)));
        }
        if self.of_the_run()? {
            return Ok(Kind::Dur(crate::fraction(fine(self, exact, span)?)));
        }
        Ok(match exact {
            Some(exact) if exact != Ratio::from(value) => Kind::Dur(steps(exact)),
            _ => Kind::Number(value, value.into()),
        })
    }

    /// Takes `of the run`, behind a fraction too fine to be written as percent.
    fn of_the_run(&mut self) -> Result<bool, ParseError> {
        if !self.is_word("of") {
            return Ok(false);
        }
        self.advance()?;
        for word in ["the", "run"] {
            if !self.is_word(word) {
                return Err(self.expected(&format!("`{word}`")));
            }
            self.advance()?;
        }
        Ok(true)
    }
}

/// So many of the unit; percent of the run.
fn counted(amount: Ratio, unit: Unit) -> Dur {
    match unit {
        Unit::Steps => steps(amount),
        Unit::Epochs => epochs(amount),
        Unit::Samples => samples(amount),
        Unit::Tokens => tokens(amount),
        Unit::Run => percent(amount),
        Unit::Rest => crate::rest(),
    }
}
