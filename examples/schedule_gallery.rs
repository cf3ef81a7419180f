//! Every schedule there is, on one page: shapes, combinators, recipes.
//!
//! ```text
//! cargo run --release --example schedule_gallery                       the page, in schedule_gallery.svg
//! cargo run --release --example schedule_gallery -- --svg page.svg     in another file
//! ```
//!
//! A schedule is data: it is read from a text, bound to a run of 100 steps, and drawn. The texts are the lesson; each can be
//! given to `rappel schedule plot` as it stands.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use rappel_examples::{Usage, exit};
use rappel_file::Destination;
use rappel_schedule::{Clock, Entry, Plot, Recipe, Schedule, names, recipes};

const HELP: &str = "\
Every schedule there is, on one page: shapes, combinators, recipes.

Usage: schedule_gallery [--svg FILE]

  --svg FILE    the page (default schedule_gallery.svg)
  --help        show this
";

/// What is drawn of each shape.
pub const SHAPES: [(&str, &[&str]); 23] = [
    ("hold", &["hold(0.5, 100)"]),
    ("constant", &["constant(0.5)", "0.25"]),
    ("linear", &["linear(0, 1, 100)"]),
    ("cosine", &["cosine(1, 0, 100)"]),
    ("cosine_power", &["cosine_power(1, 0, 0.5, 100)", "cosine_power(1, 0, 2, 100)"]),
    ("polynomial", &["polynomial(1, 0, 0.5, 100)", "polynomial(1, 0, 2, 100)"]),
    ("one_minus_sqrt", &["one_minus_sqrt(1, 0, 100)"]),
    ("exponential", &["exponential(1, 0.1, 100)", "exponential(0.01, 1, 100)"]),
    ("harmonic", &["harmonic(1, 0.1, 100)"]),
    ("warmup", &["warmup(1, 10)", "linear(0, 1, 10)"]),
    ("inverse_sqrt", &["inverse_sqrt(1, 10)"]),
    ("inverse_time", &["inverse_time(1, 10)"]),
    ("inverse_power", &["inverse_power(1, 0.25, 10)", "inverse_power(1, 2, 10)"]),
    ("exponential_decay", &["exponential_decay(1, 0.5, 20)"]),
    ("power", &["power(0, 1, 0.5, 100)", "power(0, 1, 3, 100)"]),
    ("k_cosine", &["cosine(1, 0, 100)", "k_cosine(1, 0, 0.5, 100)", "k_cosine(1, 0, 2, 100)"]),
    ("k_polynomial", &["polynomial(1, 0, 2, 100)", "k_polynomial(1, 0, 2, 0.5, 100)"]),
    ("tanh", &["tanh(1, 0, -4, 4, 100)", "tanh(1, 0, -7, 3, 100)"]),
    ("noise", &["noise(0.1, 42, 1)", "0.5 + noise(0.1, 42, 10)"]),
    ("knots", &["knots(0, [(10, 1), (60, 0.3), (30, 0)])"]),
    ("cosine_knots", &["cosine_knots(0, [(30, 1), (70, 0)])"]),
    ("log_knots", &["log_knots(0.01, [(20, 1), (80, 0.05)])"]),
    ("table", &["table(25, [1, 0.5, 0.25, 0.1])"]),
];

/// What is drawn of each combinator: it last, what it is made of before.
pub const COMBINATORS: [(&str, &[&str]); 20] = [
    ("then", &["warmup(1, 20) >> cosine(1, 0, 80)"]),
    ("min", &["linear(0, 1, 80)", "cosine(1, 0, 100)", "linear(0, 1, 80).min(cosine(1, 0, 100))"]),
    ("max", &["linear(0, 1, 80)", "cosine(1, 0, 100)", "linear(0, 1, 80).max(cosine(1, 0, 100))"]),
    ("scale", &["cosine(1, 0, 100)", "cosine(1, 0, 100).scale(0.5)"]),
    ("offset", &["cosine(1, 0, 100)", "cosine(1, 0, 100).offset(0.2)"]),
    ("clamp", &["cosine(1, 0, 100)", "cosine(1, 0, 100).clamp(0.1, 0.8)"]),
    ("take", &["cosine(1, 0, 100)", "cosine(1, 0, 100).take(40)"]),
    ("skip", &["cosine(1, 0, 100)", "cosine(1, 0, 100).skip(40)"]),
    ("stretch", &["cosine(1, 0, 50)", "cosine(1, 0, 50).stretch(2)"]),
    ("reverse", &["hold(0.3, 40) >> linear(1, 0, 60)", "(hold(0.3, 40) >> linear(1, 0, 60)).reverse()"]),
    ("repeat", &["cosine(1, 0, 25).repeat(4)", "cosine(1, 0, 14).repeat(3, grow=2, decay=0.7)"]),
    ("hold_every", &["cosine(1, 0, 100)", "cosine(1, 0, 100).hold_every(20)"]),
    ("inclusive", &["linear(1, 0, 5)", "linear(1, 0, 5).inclusive()"]),
    ("after", &["cosine(1, 0, 40).after(repeat)", "cosine(1, 0, 40).after(continue)"]),
    ("prefix", &["warmup(1, 30).prefix(linear(1, 0, 70))"]),
    ("product", &["linear(1, 0, 100)", "warmup(1, 30).product(linear(1, 0, 100))"]),
    ("splice", &["linear(1, 0, 100)", "warmup(1, 30).splice(linear(1, 0, 100))"]),
    ("until", &["linear(0, 1, 40).until(stable()) >> cosine(here, 0, 60)"]),
    ("then_from_here", &["linear(0, 0.7, 30).then_from_here(cosine(here, 0, 70))"]),
    ("decay_from", &["inverse_sqrt(1, 10).decay_from(70, linear(here, 0, 30))"]),
];

/// A run of so many steps, for recipes that do not end by themselves: 300 epochs of 100 steps, if epochs is what they speak of;
/// else steps of 2048 sequences of 2048 tokens.
const RUNS: [u64; 2] = [100_000, 30_000];

/// Width and height of a picture, and the height of its title.
const CELL: (usize, usize) = (420, 240);
const TITLE: usize = 24;
/// What stands below the title: how a line looks, its height, and how many letters are as wide as a picture.
const WORDS: (&str, usize, usize) = ("font-size=\"12\" fill=\"#666\"", 16, 66);
const TEXT: (&str, usize, usize) = ("font-size=\"10\" font-family=\"monospace\"", 13, 66);
const COLUMNS: usize = 3;
const MARGIN: usize = 28;

/// One picture and what stands above it.
struct Picture {
    title: String,
    words: String,
    text: String,
    svg: String,
}

fn main() -> ExitCode {
    exit("schedule_gallery", run(lexopt::Parser::from_env(), &mut io::stdout().lock()))
}

/// The program: what there is to say goes to `out`.
///
/// # Errors
/// [`Usage`] for a bad command line, and when the file or `out` cannot be written.
pub fn run(mut arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    use lexopt::Arg::Long;
    let mut file = "schedule_gallery.svg".into();
    while let Some(argument) = arguments.next().map_err(Usage::from)? {
        match argument {
            Long("svg") => file = arguments.value().map_err(Usage::from)?,
            Long("help") => return Ok(write!(out, "{HELP}")?),
            other => return Err(Usage::from(other.unexpected()).into()),
        }
    }
    let file = Destination::new(file)?;
    let published = recipes().map(recipe).collect::<anyhow::Result<_>>()?;
    let sections = [("Shapes", rows(&SHAPES)?), ("Combinators", rows(&COMBINATORS)?), ("Recipes", published)];
    file.write(page(&sections).as_bytes())?;
    let pictures: usize = sections.iter().map(|(_, pictures)| pictures.len()).sum();
    Ok(writeln!(out, "{pictures} pictures are in {}.", file.path().display())?)
}

fn entry(name: &str) -> anyhow::Result<Entry> {
    names().find(|entry| entry.name() == name).ok_or_else(|| anyhow::anyhow!("nothing is called {name}"))
}

/// A picture for each row of a table, over 100 steps; few where few are meant.
fn rows(table: &[(&str, &[&str])]) -> anyhow::Result<Vec<Picture>> {
    let mut pictures = Vec::new();
    for (name, texts) in table {
        let entry = entry(name)?;
        let steps = if *name == "inclusive" { 8 } else { 100 };
        let mut plot = Plot::new().steps(0..steps);
        for text in *texts {
            let schedule: Schedule = text.parse()?;
            plot = plot.add(*text, &schedule.bind(&Clock::new().total(steps))?);
        }
        let svg = plot.svg(CELL.0, CELL.1)?;
        pictures.push(Picture {
            title: entry.signature().into(),
            words: entry.line().into(),
            text: String::new(),
            svg,
        });
    }
    Ok(pictures)
}

/// The picture of a recipe, with what it was published with.
fn recipe(recipe: &Recipe) -> anyhow::Result<Picture> {
    let run = RUNS[usize::from(recipe.text().contains("ep"))];
    let clock = Clock::new().epoch(100).batch(2048).tokens(2048 * 2048).total(run);
    let plan = recipe.schedule(&[])?.bind(&clock)?;
    let plot = Plot::new().steps(0..plan.steps().unwrap_or(run)).add(recipe.quantity(), &plan);
    let parameters: Vec<String> = recipe.parameters().map(|(name, value)| format!("{name}={value}")).collect();
    let text = match parameters.as_slice() {
        [] => recipe.text().to_owned(),
        _ => format!("{}: {}", parameters.join(", "), recipe.text()),
    };
    let words = format!("{} {}", recipe.about(), recipe.source());
    Ok(Picture { title: recipe.name().into(), words, text, svg: plot.svg(CELL.0, CELL.1)? })
}

/// A text in lines of so many letters at most, broken between words where that can be.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// All of them in a grid, under their headings.
fn page(sections: &[(&str, Vec<Picture>)]) -> String {
    let mut body = String::new();
    let mut y = MARGIN;
    for (heading, pictures) in sections {
        let _ = writeln!(body, "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"26\">{heading}</text>", y + 24);
        y += 48;
        for row in pictures.chunks(COLUMNS) {
            let mut above = 0;
            let mut heads = Vec::new();
            for Picture { title, words, text, .. } in row {
                let mut head =
                    format!("<text y=\"14\" font-size=\"14\" font-weight=\"bold\">{}</text>", escaped(title));
                let mut down = TITLE;
                for (text, (look, height, letters)) in [(words, WORDS), (text, TEXT)] {
                    for line in wrapped(text, letters) {
                        down += height;
                        let _ = write!(head, "<text y=\"{}\" {look}>{}</text>", down - 6, escaped(&line));
                    }
                }
                above = above.max(down);
                heads.push(head);
            }
            for (i, (picture, head)) in row.iter().zip(heads).enumerate() {
                let x = MARGIN + i * (CELL.0 + MARGIN);
                let svg = &picture.svg;
                let _ = writeln!(
                    body,
                    "<g transform=\"translate({x} {y})\">{head}<g transform=\"translate(0 {above})\">{svg}</g></g>"
                );
            }
            y += above + CELL.1 + MARGIN;
        }
        y += MARGIN;
    }
    let width = MARGIN + COLUMNS * (CELL.0 + MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{y}\" viewBox=\"0 0 {width} {y}\" \
         font-family=\"sans-serif\" fill=\"#222\">\n<rect width=\"{width}\" height=\"{y}\" fill=\"#fff\"/>\n{body}</svg>\n"
    )
}

/// As the text of an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
