//! A bound schedule as functions of Python, a function for each piece that is more than a number.

use super::NotExpressible;
use super::formula::formula;
use crate::adaptive::State;
use crate::form::{Fold, Reach, Segment};
use crate::piece::{Cx, Form, Period, Piece, Repeat, Sequence};
use crate::{Plan, Shape};
use std::fmt::Write;

/// How a library's Python says what differs between them.
pub(super) trait Dialect {
    /// The module that has `sqrt`, `cos` and so on.
    const MATH: &'static str;

    /// `yes` where the condition holds, else `no`.
    fn choose(condition: &str, yes: &str, no: &str) -> String;
    /// An early return, if functions can have one.
    fn branch(condition: &str, value: &str) -> Option<[String; 2]>;
    fn smaller(a: &str, b: &str) -> String;
    fn larger(a: &str, b: &str) -> String;
    /// A power that may be past the largest float, and is then infinite.
    fn power(base: &str, exponent: &str) -> String;
    /// The helper function that `power` calls, if it calls one.
    const POWER: &'static str;
    /// Whether a condition holds and a flag does not.
    fn unless(flag: &str, condition: &str) -> String;
    /// Functions one after the other, each in its own time, if the library has a word for it.
    fn join(pieces: &[String], seams: &[String]) -> Option<String>;
    /// Seeded noise: its helper function, if it can be said.
    const NOISE: Option<&'static str>;
}

/// A piece as Python: a number, or the name of a function of the local time.
#[derive(Clone)]
pub(super) enum Said {
    Number(f64),
    Function(String),
}

impl Said {
    /// Its value at a time.
    fn at(&self, time: &str, left: &str) -> String {
        match self {
            Said::Number(v) => number(*v),
            Said::Function(name) => format!("{name}({time}{left})"),
        }
    }
}

/// A float as Python writes it; one below zero in parentheses, as a power binds tighter than the sign.
pub(super) fn number(v: f64) -> String {
    if v.is_sign_negative() { format!("({v:?})") } else { format!("{v:?}") }
}

/// The most of a part's text that is repeated above its function.
const MOST_LETTERS: usize = 100;

pub(super) struct Writer<'a, D> {
    plan: &'a Plan,
    state: State,
    /// The functions written so far.
    pub(super) functions: String,
    count: usize,
    /// Whether something is read backwards, so that functions are told from which side time comes.
    sided: bool,
    noisy: bool,
    /// Whether some power may be past the largest float.
    steep: bool,
    dialect: std::marker::PhantomData<D>,
}

impl<'a, D: Dialect> Writer<'a, D> {
    pub(super) fn write(plan: &'a Plan) -> Result<(String, Said), NotExpressible> {
        let mut writer: Writer<'a, D> = Writer {
            plan,
            state: State::default(),
            functions: String::new(),
            count: 0,
            sided: backwards(plan.piece()),
            noisy: false,
            steep: false,
            dialect: std::marker::PhantomData,
        };
        let said = writer.piece(plan.piece())?;
        let noise = if writer.noisy { D::NOISE.unwrap_or_default() } else { "" };
        let power = if writer.steep { D::POWER } else { "" };
        Ok((format!("{noise}{power}{}", writer.functions), said))
    }

    /// The value of a piece at a time, approached from the left or not.
    fn value(&self, piece: &Piece<f64>, t: f64, left: bool) -> f64 {
        piece.at(t, Cx { left, ..Cx::new(&self.state, t) })
    }

    fn refuse<T>(&self, piece: &Piece<f64>, why: &'static str) -> Result<T, NotExpressible> {
        Err(NotExpressible { what: self.plan.part(piece.source).to_string(), why })
    }

    /// What is passed on beside the time.
    fn side(&self) -> &'static str {
        if self.sided { ", left" } else { "" }
    }

    /// A function of the local time.
    fn function(&mut self, name: &str, piece: &Piece<f64>, lines: &[String], value: &str) -> Said {
        self.count += 1;
        let name = format!("{name}_{}", self.count);
        let text = self.plan.part(piece.source).to_string();
        let text: String = match text.char_indices().nth(MOST_LETTERS) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text,
        };
        let side = if self.sided { ", left=False" } else { "" };
        let body: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        write!(self.functions, "def {name}(t{side}):\n    # {text}\n{body}    return {value}\n\n\n")
            .expect("text can be written");
        Said::Function(name)
    }

    fn piece(&mut self, piece: &Piece<f64>) -> Result<Said, NotExpressible> {
        let side = self.side();
        match &piece.form {
            Form::Constant(v) => Ok(Said::Number(*v)),
            Form::Segment(segment) => {
                let mut knobs = Vec::new();
                segment.shape.map(&mut |v: &f64| knobs.push(number(*v)));
                self.segment(piece, segment, &knobs)
            }
            Form::Moving(segment) => {
                let mut knobs = Vec::new();
                segment.shape.map(&mut |knob: &Piece<f64>| knobs.push(knob.clone()));
                // After its end it holds: its knobs too stay where they were.
                let held = if segment.continues { "t".into() } else { D::smaller("t", &number(segment.length)) };
                let said = knobs.iter().map(|knob| self.piece(knob)).collect::<Result<Vec<_>, _>>()?;
                let knobs: Vec<String> = said.iter().map(|knob| knob.at(&held, side)).collect();
                self.segment(piece, segment, &knobs)
            }
            Form::Sequence(sequence) => self.sequence(piece, sequence),
            Form::Fold(fold, parts) => {
                let parts =
                    parts.iter().map(|part| Ok(self.piece(part)?.at("t", side))).collect::<Result<Vec<_>, _>>()?;
                let (name, value) = match fold {
                    Fold::Sum => ("sum", parts.join(" + ")),
                    Fold::Product => ("product", parts.join(" * ")),
                    Fold::Min => ("minimum", nested(&parts, D::smaller)),
                    Fold::Max => ("maximum", nested(&parts, D::larger)),
                };
                Ok(self.function(name, piece, &[], &value))
            }
            Form::Clamp(parts) => {
                let [of, low, high] = [&parts[0], &parts[1], &parts[2]].map(|part| self.piece(part));
                let value = D::larger(&of?.at("t", side), &low?.at("t", side));
                let value = D::smaller(&value, &high?.at("t", side));
                Ok(self.function("clamp", piece, &[], &value))
            }
            Form::Take(of, n) => {
                let end = number(self.value(of, *n, true));
                let value = self.piece(of)?.at("t", side);
                let value = D::choose(&format!("t < {}", number(*n)), &value, &end);
                Ok(self.function("take", piece, &[], &value))
            }
            Form::Skip(of, n) => {
                let value = self.piece(of)?.at(&format!("t + {}", number(*n)), side);
                Ok(self.function("skip", piece, &[], &value))
            }
            Form::Reverse(of, n) => {
                // Past its end it holds what it began with, which no time before has a part in.
                let back = D::larger(&format!("{} - t", number(*n)), "0.0");
                let side = format!(", {}", D::unless("left", &format!("t < {}", number(*n))));
                let value = self.piece(of)?.at(&back, &side);
                Ok(self.function("reverse", piece, &[], &value))
            }
            Form::Repeat(repeat) => self.repeat(piece, repeat),
            Form::HoldEvery(of, every, length) => {
                let Some(start) = self.begun(every) else { return self.refuse(piece, LEARNED) };
                let lines = [start, format!("start = {}", start_of(every))];
                let mut value = self.piece(of)?.at("start", if self.sided { ", False" } else { "" });
                if let Some(n) = length {
                    let end = number(self.value(of, f64::INFINITY, false));
                    value = D::choose(&self.before(*n), &value, &end);
                }
                Ok(self.function("stairs", piece, &lines, &value))
            }
            Form::Splice(parts, seam) => {
                let (warmup, of) = (self.piece(&parts[0])?.at("t", side), self.piece(&parts[1])?.at("t", side));
                let value = D::choose(&self.before(*seam), &warmup, &of);
                Ok(self.function("splice", piece, &[], &value))
            }
            Form::EndOf(of) => Ok(Said::Number(self.still(of, f64::INFINITY)?)),
            Form::ValueAt(of, time) => Ok(Said::Number(self.still(of, *time)?)),
            Form::Linked(_) => self.refuse(piece, "another quantity of the run, which the program knows nothing of"),
            Form::User(_) => self.refuse(piece, "a function of your own, which is not in the text"),
            Form::Factor(..) | Form::Until(_) | Form::Wait(_) => {
                self.refuse(piece, "it follows what is observed, and a function of the step alone does not")
            }
            Form::Unknown => self.refuse(piece, "it has no value"),
        }
    }

    /// The value of something that must not depend on what is observed.
    fn still(&mut self, of: &Piece<f64>, t: f64) -> Result<f64, NotExpressible> {
        self.piece(of)?;
        Ok(self.value(of, t, false))
    }

    /// Whether a seam lies ahead.
    fn before(&self, seam: f64) -> String {
        let seam = number(seam);
        if self.sided { format!("(t < {seam}) | (left & (t == {seam}))") } else { format!("t < {seam}") }
    }

    fn segment<V>(
        &mut self,
        piece: &Piece<f64>,
        segment: &Segment<V, f64>,
        knobs: &[String],
    ) -> Result<Said, NotExpressible>
    where
        V: Clone,
    {
        let n = segment.length;
        let (way, whole) = match (segment.reach, segment.reversed) {
            (Reach::Next, false) => ("t".into(), n),
            (Reach::Last, false) => ("t".into(), n - 1.0),
            (Reach::Counted, false) => ("(t + 1.0)".into(), n),
            (Reach::Next | Reach::Counted, true) => (format!("({} - t)", number(n)), n),
            (Reach::Last, true) => (format!("({} - t)", number(n - 1.0)), n - 1.0),
        };
        let name = segment.shape.name();
        if matches!(segment.shape, Shape::Noise(_)) {
            if D::NOISE.is_none() {
                return self
                    .refuse(piece, "noise needs whole numbers of 64 bits, which the library's functions have not");
            }
            self.noisy = true;
        }
        let steep = &mut self.steep;
        let mut power = |base: &str, exponent: &str| {
            *steep = true;
            D::power(base, exponent)
        };
        let Some(value) = formula::<D, V>(segment, knobs, &mut power) else {
            return self.refuse(piece, "the program's language has no word for this shape");
        };
        if name == "hold" {
            return Ok(self.function(name, piece, &[], &knobs[0]));
        }
        let way = match segment.reversed {
            _ if whole > 0.0 => format!("{way} / {}", number(whole)),
            true => "0.0".into(),
            false => "1.0".into(),
        };
        let way = match (segment.continues && !segment.reversed, whole > 0.0) {
            (_, false) => way,
            (true, _) => D::larger(&way, "0.0"),
            (false, _) => D::larger(&D::smaller(&way, "1.0"), "0.0"),
        };
        Ok(self.function(name, piece, &[format!("z = {way}")], &value))
    }

    fn sequence(&mut self, piece: &Piece<f64>, sequence: &Sequence<f64>) -> Result<Said, NotExpressible> {
        let said = sequence.pieces.iter().map(|part| self.piece(part)).collect::<Result<Vec<_>, _>>()?;
        if let [only] = &said[..] {
            return Ok(only.clone());
        }
        let seams = &sequence.seams[1..said.len()];
        let functions: Vec<String> = said
            .iter()
            .map(|part| match part {
                Said::Number(v) => format!("lambda t: {}", number(*v)),
                Said::Function(name) => name.clone(),
            })
            .collect();
        let numbers: Vec<String> = seams.iter().copied().map(number).collect();
        if !self.sided
            && let Some(joined) = D::join(&functions, &numbers)
        {
            let value = format!("{joined}(t)");
            return Ok(self.function("then", piece, &[], &value));
        }
        let side = self.side();
        let last = said.len() - 1;
        let mut value = said[last].at(&format!("t - {}", numbers[last - 1]), side);
        let mut lines = Vec::new();
        for (i, part) in said[..last].iter().enumerate().rev() {
            let local = if i == 0 { "t".into() } else { format!("t - {}", numbers[i - 1]) };
            let (condition, part) = (self.before(seams[i]), part.at(&local, side));
            match D::branch(&condition, &part) {
                Some(branch) => lines.splice(0..0, branch).for_each(drop),
                None => value = D::choose(&condition, &part, &value),
            }
        }
        Ok(self.function("then", piece, &lines, &value))
    }

    /// The number of whole periods that have begun and are over: a line that gives it the name `cycle`.
    fn begun(&self, period: &Period<f64>) -> Option<String> {
        let (num, den) = period.exact()?;
        let time = if den == 1 { "t".into() } else { format!("(t * {den})") };
        let cycle = format!("{time} // {num}");
        Some(match self.sided {
            // Approached from the left, a boundary is the end of the period before it.
            true => format!("cycle = {} - (left & (t > 0) & ({time} % {num} == 0))", D::larger(&cycle, "0")),
            false => format!("cycle = {}", D::larger(&cycle, "0")),
        })
    }

    fn repeat(&mut self, piece: &Piece<f64>, repeat: &Repeat<f64>) -> Result<Said, NotExpressible> {
        let Some(cycle) = self.begun(&repeat.period) else { return self.refuse(piece, LEARNED) };
        let of = self.piece(&repeat.of)?;
        let local = match repeat.period.exact() {
            // In whole numbers, as the period itself is none.
            Some((num, den)) if den > 1 => format!("(t * {den} - cycle * {num}) / {den}"),
            _ => format!("t - {}", start_of(&repeat.period)),
        };
        let mut value = of.at(&local, self.side());
        if repeat.decay != 1.0 {
            let decay = number(repeat.decay);
            let factor = if repeat.decay.abs() > 1.0 { D::power(&decay, "cycle") } else { format!("{decay} ** cycle") };
            self.steep |= repeat.decay.abs() > 1.0;
            value = format!("{value} * {factor}");
        }
        if let Some(count) = repeat.count {
            let end = number(self.value(piece, f64::INFINITY, false));
            value = D::choose(&format!("cycle >= {count}"), &end, &value);
        }
        Ok(self.function("repeat", piece, &[cycle], &value))
    }
}

const LEARNED: &str = "its period is no whole fraction of steps any more";

/// Where period number `cycle` begins.
fn start_of(period: &Period<f64>) -> String {
    match period.exact() {
        Some((num, 1)) => format!("cycle * {num}"),
        Some((num, den)) => format!("cycle * {num} / {den}"),
        None => String::new(),
    }
}

fn nested(parts: &[String], with: fn(&str, &str) -> String) -> String {
    let (first, others) = parts.split_first().expect("two parts or more");
    others.iter().fold(first.clone(), |value, part| with(&value, part))
}

/// Whether something is read backwards as a whole.
fn backwards(piece: &Piece<f64>) -> bool {
    match &piece.form {
        Form::Reverse(..) => true,
        Form::Moving(segment) => {
            let mut any = false;
            segment.shape.map(&mut |knob: &Piece<f64>| any |= backwards(knob));
            any
        }
        Form::Sequence(sequence) => sequence.pieces.iter().any(backwards),
        Form::Fold(_, parts) => parts.iter().any(backwards),
        Form::Clamp(parts) => parts.iter().any(backwards),
        Form::Splice(parts, _) => parts.iter().any(backwards),
        Form::Take(of, _) | Form::Skip(of, _) | Form::HoldEvery(of, ..) => backwards(of),
        Form::Repeat(repeat) => backwards(&repeat.of),
        _ => false,
    }
}
