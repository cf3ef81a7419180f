//! The arguments of a call, taken one by one by name or by place.

use super::error::ParseError;
use super::expr::{Arg, Call, Expr};
use super::near::{did_you_mean, nearest};
use super::read::{FromExpr, Scope};

/// The arguments of a call. Parameters are asked for in the order in which they may be written without a name; each is the
/// argument of that name or else the one in that place.
///
/// ```text
/// let lr: f64 = args.required("lr")?;
/// let gamma = args.or("gamma", 0.1)?;
/// args.finish()?; // nothing else was given
/// ```
#[derive(Debug)]
pub(crate) struct Args<'a> {
    scope: Scope<'a>,
    call: &'a Call,
    /// The parameters asked for.
    asked: Vec<&'static str>,
    /// How many of them may be written without a name.
    places: usize,
    named_only: bool,
}

impl<'a> Args<'a> {
    pub(crate) fn new(call: &'a Call, scope: Scope<'a>) -> Args<'a> {
        Args { scope, call, asked: Vec::new(), places: 0, named_only: false }
    }

    /// The call.
    pub(crate) fn call(&self) -> &'a Call {
        self.call
    }

    /// What follows is given by name alone.
    pub(crate) fn named_only(&mut self) {
        self.named_only = true;
    }

    /// The argument for the next parameter, if there is one.
    pub(crate) fn next(&mut self, name: &'static str) -> Result<Option<&'a Expr>, ParseError> {
        let named = self.call.args.iter().find(|arg| arg.name.as_deref() == Some(name));
        let place = match self.named_only {
            true => None,
            false => {
                self.places += 1;
                self.call.args.get(self.places - 1).filter(|arg| arg.name.is_none())
            }
        };
        self.asked.push(name);
        match (named, place) {
            (Some(named), Some(_)) => {
                Err(self.error(format!("`{name}` is given twice, by its place and by its name"), &named.value))
            }
            (arg, other) => Ok(arg.or(other).map(|arg| &arg.value)),
        }
    }

    /// The next parameter, which must be given.
    pub(crate) fn required<T: FromExpr>(&mut self, name: &'static str) -> Result<T, ParseError> {
        match self.next(name)? {
            Some(expr) => self.read(expr),
            None => Err(self.missing(name)),
        }
    }

    /// The next parameter, if it is given and not `none`.
    pub(crate) fn optional<T: FromExpr>(&mut self, name: &'static str) -> Result<Option<T>, ParseError> {
        match self.next(name)? {
            Some(expr) if !expr.is_none() => self.read(expr).map(Some),
            _ => Ok(None),
        }
    }

    /// The next parameter, or what it is if it is not given.
    pub(crate) fn or<T: FromExpr>(&mut self, name: &'static str, default: T) -> Result<T, ParseError> {
        match self.next(name)? {
            Some(expr) => self.read(expr),
            None => Ok(default),
        }
    }

    /// The next parameter, one of these words, in quotes or without.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&'static str, T)],
    ) -> Result<Option<T>, ParseError> {
        let Some(expr) = self.next(name)? else { return Ok(None) };
        let said: String = self.read(expr)?;
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == said) {
            return Ok(Some(*choice));
        }
        let all: Vec<String> = choices.iter().map(|(word, _)| format!("`{word}`")).collect();
        let hint = did_you_mean(&said, choices.iter().map(|(word, _)| *word));
        Err(self.error(format!("`{name}` is one of {}{hint}", all.join(", ")), expr))
    }

    /// All that is given without a name from here on.
    pub(crate) fn others<T: FromExpr>(&mut self) -> Result<Vec<T>, ParseError> {
        let mut all = Vec::new();
        while let Some(Arg { name: None, value }) = self.call.args.get(self.places) {
            all.push(T::from_expr(value, &self.scope)?);
            self.places += 1;
        }
        Ok(all)
    }

    fn read<T: FromExpr>(&self, expr: &Expr) -> Result<T, ParseError> {
        T::from_expr(expr, &self.scope)
    }

    /// The error that a parameter is not given.
    pub(crate) fn missing(&self, name: &str) -> ParseError {
        // One that is written wrongly says more.
        let near = self.call.args.iter().filter_map(|arg| Some((arg.name.as_deref()?, &arg.value)));
        let near = near.filter(|(other, _)| !self.asked.contains(other));
        match near.clone().find(|(other, _)| nearest(other, [name]).is_some()) {
            Some((other, value)) => {
                self.error(format!("`{}` has no parameter `{other}`; did you mean `{name}`?", self.call.name), value)
            }
            None => self.wrong(format!("`{}` needs `{name}`", self.call.name)),
        }
    }

    /// An error about the call.
    pub(crate) fn wrong(&self, message: impl Into<String>) -> ParseError {
        ParseError::new(message, self.call.span.clone(), self.scope.text)
    }

    /// An error about one of its parts.
    pub(crate) fn error(&self, message: impl Into<String>, expr: &Expr) -> ParseError {
        ParseError::new(message, expr.span.clone(), self.scope.text)
    }

    /// That no argument is left that no parameter has asked for.
    pub(crate) fn finish(self) -> Result<(), ParseError> {
        for (i, arg) in self.call.args.iter().enumerate() {
            let name = &self.call.name;
            let message = match &arg.name {
                Some(given) if self.asked.iter().any(|asked| **asked == **given) => continue,
                Some(given) if self.asked.is_empty() => format!("`{name}` has no parameter `{given}`; it has none"),
                Some(given) => match did_you_mean(given, self.asked.iter().copied()) {
                    hint if hint.is_empty() => {
                        format!("`{name}` has no parameter `{given}`; it has {}", self.asked.join(", "))
                    }
                    hint => format!("`{name}` has no parameter `{given}`{hint}"),
                },
                None if i < self.places => continue,
                None if self.places == 0 => format!("`{name}` takes nothing in the brackets"),
                None => format!(
                    "`{name}` takes {} here and no more",
                    self.asked[..self.places.min(self.asked.len())].join(", ")
                ),
            };
            return Err(self.error(message, &arg.value));
        }
        Ok(())
    }
}
