//! Text read as words: `>>` binds the loosest, then `+` and `-`, then `*`, as in Rust.

use super::error::ParseError;
use super::expr::{Arg, Call, Expr, Infix, Kind};
use super::token::{Token, Tokens};
use crate::{Dur, Ratio, Unit, epochs, percent, samples, steps, tokens};
use std::collections::HashSet;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

/// The longest text that is read, in bytes: 4 MiB.
pub(crate) const MOST_BYTES: usize = 4 << 20;

/// How deep brackets may be nested, which takes recursion: a level of the tree needs one at most, as does a `let`; lists and
/// brackets that say nothing need some more.
const MOST_NESTED: usize = crate::check::MOST_DEEP + 32;

/// How deep the words may be: a segment can be a call and two methods.
pub(crate) const MOST_HIGH: usize = 3 * crate::check::MOST_DEEP + 8;

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

/// The parts an operator has joined so far.
struct Open {
    infix: Infix,
    parts: Vec<Expr>,
    start: usize,
    /// How high the highest is.
    high: usize,
    /// Whether the next is taken away.
    minus: bool,
}

impl Open {
    fn new(infix: Infix) -> Open {
        Open { infix, parts: Vec::new(), start: 0, high: 0, minus: false }
    }

    fn push(&mut self, start: usize, part: Expr, high: usize) {
        if self.parts.is_empty() {
            self.start = start;
        }
        self.parts.push(part);
        self.high = self.high.max(high);
    }
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
        let expr = if self.is_word("let") { self.shared() } else { self.infix() };
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
        // The rest of the run has no name either, which the schedule's check says better.
        let rest = matches!(&value.kind, Kind::Word(word) if &**word == "rest");
        if !rest && !matches!(value.kind, Kind::Number(..) | Kind::Dur(_)) {
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

    /// Parts joined by operators: a list open for each, so that brackets alone need recursion.
    fn infix(&mut self) -> Result<Expr, ParseError> {
        let mut open = [Infix::Then, Infix::Plus, Infix::Times].map(Open::new);
        loop {
            let (start, part) = (self.span.start, self.unary()?);
            if let Some(all) = self.joined(&mut open, start, part)? {
                return Ok(all);
            }
        }
    }

    /// Joins a part to the ones before it: all of them as one, unless an operator follows.
    fn joined(
        &mut self,
        [thens, terms, factors]: &mut [Open; 3],
        start: usize,
        part: Expr,
    ) -> Result<Option<Expr>, ParseError> {
        factors.push(start, part, self.high);
        if self.take("*")? {
            return Ok(None);
        }
        let (start, mut term) = self.closed(factors)?;
        if std::mem::replace(&mut terms.minus, self.is("-")) {
            term = self.negative(term)?;
        }
        terms.push(start, term, self.high);
        if self.is("+") || self.is("-") {
            self.advance()?;
            return Ok(None);
        }
        let (start, piece) = self.closed(terms)?;
        thens.push(start, piece, self.high);
        if self.take(">>")? {
            return Ok(None);
        }
        self.closed(thens).map(|(_, expr)| Some(expr))
    }

    /// The parts that are open, as one; where they start, too.
    fn closed(&mut self, open: &mut Open) -> Result<(usize, Expr), ParseError> {
        let mut parts = std::mem::take(&mut open.parts);
        let (start, high) = (open.start, std::mem::take(&mut open.high));
        self.high = high;
        if parts.len() == 1 {
            return Ok((start, parts.remove(0)));
        }
        self.grown(high, start)?;
        Ok((start, self.spanned(Kind::Infix(open.infix, parts), start)))
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
        let of = self.primary()?;
        if self.is(".") { self.methods(of, start) } else { Ok(of) }
    }

    fn methods(&mut self, of: Expr, start: usize) -> Result<Expr, ParseError> {
        let (mut of, mut high) = (of, self.high);
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
        self.high = 0;
        match &self.token {
            Token::Name(_) => self.named(),
            Token::Sign("(") => self.brackets(),
            Token::Sign("[") => self.list(),
            Token::Sign("{") => self.map(),
            _ => self.literal(),
        }
    }

    /// A word, or a call.
    fn named(&mut self) -> Result<Expr, ParseError> {
        let at = self.span.clone();
        let Token::Name(name) = self.advance()? else { return Err(self.expected("a name")) };
        let name: Arc<str> = name.into();
        let start = at.start;
        if self.is("(") {
            let call = self.call(name, at)?;
            self.grown(self.high, start)?;
            return Ok(self.spanned(Kind::Call(call), start));
        }
        if name.contains("::") {
            return Err(self.expected("`(`"));
        }
        if &*name == "let" {
            return Err(self.error("a `let` in the middle stands in brackets: `a >> (let p = 1 in b)`", at));
        }
        Ok(self.spanned(Kind::Word(name), start))
    }

    /// One schedule in brackets, whose span is that of what is inside; or a pair.
    fn brackets(&mut self) -> Result<Expr, ParseError> {
        let start = self.span.start;
        let (mut items, comma) = self.items("(", ")", Parser::expr)?;
        match items.len() {
            0 => {
                let message = "there is nothing in the brackets; what lasts no time is `empty`";
                Err(self.error(message, start..self.end))
            }
            1 if !comma => Ok(items.remove(0)),
            _ => {
                self.grown(self.high, start)?;
                Ok(self.spanned(Kind::Pair(items), start))
            }
        }
    }

    fn list(&mut self) -> Result<Expr, ParseError> {
        let start = self.span.start;
        let items = self.items("[", "]", Parser::expr)?.0;
        self.grown(self.high, start)?;
        Ok(self.spanned(Kind::List(items), start))
    }

    fn map(&mut self) -> Result<Expr, ParseError> {
        let start = self.span.start;
        let entry = |parser: &mut Self| {
            let key = parser.expr()?;
            let high = parser.high;
            parser.expect(":", "")?;
            let value = parser.expr()?;
            parser.high = parser.high.max(high);
            Ok((key, value))
        };
        let items = self.items("{", "}", entry)?.0;
        self.grown(self.high, start)?;
        Ok(self.spanned(Kind::Map(items), start))
    }

    /// What has no brackets.
    fn literal(&mut self) -> Result<Expr, ParseError> {
        let start = self.span.start;
        let kind = match &self.token {
            Token::Number(..) => self.number()?,
            Token::Text(text) => {
                let text = text.as_str().into();
                self.advance()?;
                Kind::Text(text)
            }
            Token::Sign("@") => {
                self.advance()?;
                Kind::Linked(self.name("the name of a quantity")?)
            }
            _ => return Err(self.expected("a schedule or a number")),
        };
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
        let (items, _) = self.items("(", ")", Parser::arg)?;
        let mut args: Vec<Arg> = Vec::with_capacity(items.len());
        let mut seen = HashSet::new();
        for (arg, span) in items {
            match &arg.name {
                None if !seen.is_empty() => {
                    return Err(self.error("an argument without a name cannot follow one with a name", span));
                }
                Some(name) if !seen.insert(name.clone()) => {
                    return Err(self.error(format!("`{name}` is given twice"), span));
                }
                _ => args.push(arg),
            }
        }
        Ok(Call { name, args, span })
    }

    fn arg(&mut self) -> Result<(Arg, Range<usize>), ParseError> {
        let (span, bare) = (self.span.clone(), matches!(self.token, Token::Name(_)));
        let value = self.expr()?;
        match &value.kind {
            Kind::Word(name) if bare && self.is("=") => {
                let name = Some(name.clone());
                self.advance()?;
                Ok((Arg { name, value: self.expr()? }, span))
            }
            _ => Ok((Arg { name: None, value }, span)),
        }
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
