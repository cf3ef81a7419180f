//! Schedules somebody published, from one data file.

use super::fill::fill;
use crate::form::Named;
use crate::text::{Arg, Args, Call, Expr, FromExpr, Kind, ParseError, Scope};
use crate::{Node, Schedule, ScheduleError};
use std::sync::{Arc, OnceLock};

/// A schedule somebody published, with what they varied.
///
/// In text it is `recipe::llama(peak=3e-4)`.
///
/// ```
/// use rappel_schedule::{Recipe, Schedule};
///
/// let llama = Recipe::find("llama").unwrap();
/// assert_eq!(llama.quantity(), "lr");
/// let lr = llama.schedule(&[("peak", 1.5e-4)])?;
/// assert_eq!(lr.to_string(), "recipe::llama(peak=0.00015)");
/// assert_eq!(lr.over(100_000)?.at_step(2000), 1.5e-4);
/// assert_eq!(lr, "recipe::llama(peak=1.5e-4)".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Recipe {
    name: &'static str,
    aliases: Vec<&'static str>,
    about: &'static str,
    quantity: &'static str,
    source: &'static str,
    /// Each with what it was.
    parameters: Vec<(Arc<str>, Expr)>,
    /// What follows from the parameters, in order.
    derived: Vec<(Arc<str>, Expr)>,
    text: String,
    words: Expr,
}

static RECIPES: OnceLock<Vec<Recipe>> = OnceLock::new();

/// All recipes, in the order of the data file.
///
/// ```
/// let names: Vec<&str> = rappel_schedule::recipes().map(|recipe| recipe.name()).collect();
/// assert!(names.contains(&"noam") && names.contains(&"dino_weight_decay"));
/// ```
pub fn recipes() -> impl Iterator<Item = &'static Recipe> {
    RECIPES.get_or_init(|| include_str!("recipes.txt").split("\n\n").filter_map(Recipe::read).collect()).iter()
}

impl Recipe {
    /// The recipe of that name; its other names find it too.
    pub fn find(name: &str) -> Option<&'static Recipe> {
        recipes().find(|recipe| recipe.name == name || recipe.aliases.contains(&name))
    }

    /// The name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Other names.
    pub fn aliases(&self) -> &[&'static str] {
        &self.aliases
    }

    /// What it is, in one line.
    pub fn about(&self) -> &'static str {
        self.about
    }

    /// The quantity it was published for: `lr`, `momentum`, `weight_decay`, `batch_size`, ...
    pub fn quantity(&self) -> &'static str {
        self.quantity
    }

    /// Where it was published: papers and repositories.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// The schedule as it is written in the data file, with names for what varies.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What varies, and what it was.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, String)> {
        self.parameters.iter().map(|(name, value)| (&**name, value.to_string()))
    }

    /// The schedule, with numbers for some of the parameters and what they were for the others. A number is a number of steps
    /// where a length is asked for; lengths in other units are given in text.
    ///
    /// # Errors
    ///
    /// [`Named`](ScheduleError::Named) if there is no such parameter.
    pub fn schedule(&self, given: &[(&str, f64)]) -> Result<Schedule, ScheduleError> {
        let call = Call::new(
            format!("recipe::{}", self.name),
            given.iter().map(|(name, value)| Arg { name: Some((*name).into()), value: (*value).into() }).collect(),
        );
        let refused = |reason| ScheduleError::Named { piece: call.to_string(), reason };
        if let Some((name, _)) = given.iter().find(|(name, _)| !self.parameters.iter().any(|(own, _)| **own == **name))
        {
            let all: Vec<&str> = self.parameters.iter().map(|(own, _)| &**own).collect();
            return Err(refused(format!("there is no `{name}` in it; it has {}", all.join(", "))));
        }
        if let Some((name, _)) = given
            .iter()
            .enumerate()
            .find(|(i, (name, _))| given[..*i].iter().any(|(before, _)| before == name))
            .map(|(_, given)| given)
        {
            return Err(refused(format!("`{name}` is given twice")));
        }
        if let Some((name, value)) = given.iter().find(|(_, value)| !value.is_finite()) {
            return Err(refused(format!("`{name}` is {}; it must be finite", crate::text::Number(*value))));
        }
        let value = |name: &str| given.iter().find(|(given, _)| *given == name).map(|(_, value)| Expr::from(*value));
        let meaning = self.meaning(|name| value(name)).map_err(refused)?;
        Ok(Schedule::of(Node::Named(Named::new(call, meaning))))
    }

    /// What it means with the values that are `given`.
    fn meaning(&self, given: impl Fn(&str) -> Option<Expr>) -> Result<Schedule, String> {
        let mut names: Vec<(Arc<str>, Expr)> = Vec::new();
        for (name, value) in &self.parameters {
            names.push((name.clone(), given(name).unwrap_or_else(|| value.clone())));
        }
        for (name, value) in &self.derived {
            let value = fill(value, &names)?;
            names.push((name.clone(), value));
        }
        let words = fill(&self.words, &names)?;
        Schedule::from_expr(&words, &Scope::of(&self.text)).map_err(|error| error.message().into())
    }

    /// Reads a call of it.
    pub(super) fn call(&'static self, args: &mut Args<'_>) -> Result<Schedule, ParseError> {
        let mut given: Vec<(&str, Expr)> = Vec::new();
        for (name, _) in &self.parameters {
            let Some(expr) = args.next(name)? else { continue };
            let value = fill(expr, &[]).map_err(|reason| args.error(reason, expr))?;
            if !matches!(value.kind(), Kind::Number(..) | Kind::Dur(_)) && value != Kind::Word("rest".into()).into() {
                return Err(args.error(format!("`{name}` is a number or a length"), expr));
            }
            given.push((name, value));
        }
        let value = |name: &str| given.iter().find(|(given, _)| *given == name).map(|(_, value)| value.clone());
        self.meaning(value).map_err(|reason| args.wrong(format!("`{}`: {reason}", args.call().name())))
    }

    /// How it is written.
    pub(super) fn signature(&self) -> String {
        let parameters: Vec<String> = self.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("recipe::{}({})", self.name, parameters.join(", "))
    }

    /// A block of the data file; `None` for one of remarks.
    fn read(block: &'static str) -> Option<Recipe> {
        let lines = || block.lines().filter(|line| !line.starts_with('#'));
        let line = |key: &str| lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        let mut names = line("recipe ")?.split_whitespace();
        let text: Vec<&str> = lines()
            .skip_while(|line| !line.starts_with("text "))
            .map(|line| line.trim_start_matches("text").trim())
            .collect();
        let text = text.join(" ");
        let words = |text: &str| text.parse::<Expr>().expect("the data file is in the language");
        let parameters = match words(&format!("with({})", line("with ").unwrap_or(""))).kind {
            Kind::Call(call) => call.args.into_iter().map(|arg| (arg.name.expect("a name"), arg.value)).collect(),
            _ => Vec::new(),
        };
        let derived = lines().filter_map(|line| line.strip_prefix("where ")?.split_once('='));
        Some(Recipe {
            name: names.next()?,
            aliases: names.collect(),
            about: line("about ")?,
            quantity: line("gives ")?,
            source: line("from ")?,
            parameters,
            derived: derived.map(|(name, value)| (name.trim().into(), words(value))).collect(),
            words: words(&text),
            text,
        })
    }
}
