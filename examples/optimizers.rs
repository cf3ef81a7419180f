//! Optimizers beside each other on one problem: `step,loss` of one of them, or a table of several.
//!
//! An optimizer is a text, as the library and the `rappel` program take it: a rule, then what is around it.
//!
//! ```text
//! cargo run --release --example optimizers -- "adam(lr=0.003)" --problem sphere --start 1,2,3 --steps 5
//! cargo run --release --example optimizers -- "sgd(lr=2e-4, momentum=0.99)" "adam(lr=0.02)" --problem rosenbrock --svg paths.svg
//! ```
//!
//! All numbers are `f64`, so that what is printed can be held against another library's. The loss is that of all data without noise, at the
//! weights that the optimizer evaluates with; step 0 is before the first. A step may evaluate the loss several times, as a line search
//! or SAM does: the table says how often it was.
//!
//! The picture has the losses, and beside them, where the problem has two dimensions, the way each optimizer went over the lines of
//! equal loss.

use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::process::ExitCode;

use rappel::prelude::*;
use rappel_examples::{Usage, exit, value};
use rappel_file::Destination;
use rappel_lab::autodiff::Leaf;
use rappel_lab::chart::{Chart, Scale};
use rappel_lab::optim::AnyOptimizer;
use rappel_lab::problems::{NAMES, Numbers, Setup};
use rappel_lab::{Problem, Trial};

const HELP: &str = "\
Optimizers beside each other on one problem.

Usage: optimizers TEXT [--problem NAME] [--steps N]        print `step,loss` per line; step 0 is before the first
       optimizers TEXT TEXT.. [--problem NAME] [--steps N] print a table

  --problem NAME       what to descend (default sphere)
  --start X,Y,..       where to begin; each problem has its own start
  --spectrum A,B,..    the curvatures of the problem `quadratic`
  --steps N            make this many steps; each problem has its own number
  --seed N             the seed of weights and batches (default 0)
  --within X           count the steps until the loss is this near to the lowest (default 1e-6)
  --svg FILE           draw the losses, and in two dimensions the paths
  --help               show this and the problems
";

/// The losses of a run are held in memory.
const MOST_STEPS: u64 = 1 << 24;

/// A run with an optimizer.
#[derive(Debug, Clone, PartialEq)]
pub struct Descent {
    /// The optimizer's text.
    pub text: String,
    /// The loss before the first step and after each; the last may be no finite number, as the run ends there.
    pub losses: Vec<f64>,
    /// The net's numbers beside each loss, where it has two.
    pub path: Vec<(f64, f64)>,
    /// How often the loss was evaluated, with its gradient or without.
    pub evaluations: u64,
}

impl Descent {
    /// Descends a problem with the optimizer of a text.
    ///
    /// # Errors
    /// When the optimizer refuses a step.
    pub fn new(
        text: String,
        optimizer: AnyOptimizer<f64>,
        problem: &dyn Problem<f64>,
        seed: u64,
        steps: u64,
    ) -> anyhow::Result<Descent> {
        let mut run = Trial::new(problem, Box::new(optimizer), seed, steps);
        let mut descent = Descent { text, losses: Vec::new(), path: Vec::new(), evaluations: 0 };
        for step in 0..=steps {
            let loss = run.whole(problem);
            descent.losses.push(loss);
            descent.path.extend(point(&*run.evaluated()));
            if !loss.is_finite() || step == steps {
                break;
            }
            run.step(problem)?;
            descent.evaluations = run.evaluations();
        }
        Ok(descent)
    }

    /// The lowest loss, and after how many steps.
    pub fn best(&self) -> (usize, f64) {
        let numbers = self.losses.iter().copied().enumerate().filter(|(_, loss)| !loss.is_nan());
        numbers.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, f64::NAN))
    }

    /// After how many steps the loss was this low at first.
    pub fn steps_to(&self, loss: f64) -> Option<usize> {
        self.losses.iter().position(|l| *l <= loss)
    }
}

/// The numbers of a net that has two.
fn point(net: &dyn Layer<f64>) -> Option<(f64, f64)> {
    if net.count_parameters() != 2 {
        return None;
    }
    let mut numbers = Vec::new();
    net.for_each_param(|_, p| numbers.extend(f64::open(p).into_iter().flat_map(|p| p.value.data().to_vec())));
    Some((numbers[0], numbers[1]))
}

fn main() -> ExitCode {
    exit("optimizers", run(lexopt::Parser::from_env(), &mut io::stdout().lock()))
}

/// The program: results go to `out`, all of them or none.
///
/// # Errors
/// [`Usage`] for a bad command line, and when a file or `out` cannot be written.
pub fn run(mut arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    use lexopt::Arg::{Long, Value};
    let (mut texts, mut name, mut start, mut spectrum) = (Vec::new(), "sphere".to_owned(), None, None);
    let (mut steps, mut seed, mut within, mut svg) = (None, 0, 1e-6, None);
    while let Some(argument) = arguments.next().map_err(Usage::from)? {
        match argument {
            Value(text) => texts.push(text.to_string_lossy().into_owned()),
            Long("problem") => name = value(&mut arguments, "--problem", "a name", |_| true)?,
            Long("start") => start = Some(numbers(&mut arguments)?),
            Long("spectrum") => spectrum = Some(numbers(&mut arguments)?),
            Long("steps") => {
                let few = |steps: &u64| *steps <= MOST_STEPS;
                steps = Some(value(&mut arguments, "--steps", "a whole number, 16777216 at most", few)?);
            }
            Long("seed") => seed = value(&mut arguments, "--seed", "a whole number, 0 or more", |_| true)?,
            Long("within") => {
                within = value(&mut arguments, "--within", "a number, 0 or more", |x: &f64| (0.0..=1e300).contains(x))?;
            }
            Long("svg") => svg = Some(arguments.value().map_err(Usage::from)?),
            Long("help") => {
                write!(out, "{HELP}\nProblems:\n")?;
                return Ok(NAMES.iter().try_for_each(|(name, what)| writeln!(out, "  {name:18} {what}"))?);
            }
            other => return Err(Usage::from(other.unexpected()).into()),
        }
    }
    if texts.is_empty() {
        return Err(Usage::input("an optimizer is missing, as in: optimizers \"adam(lr=0.003)\"").into());
    }
    let mut setup = Setup::new(name);
    if let Some(start) = start {
        setup = setup.start(start);
    }
    if let Some(spectrum) = spectrum {
        setup = setup.spectrum(spectrum);
    }
    let problem = setup.problem::<f64>().map_err(Usage::input)?;
    let read = |text: String| Ok((text.parse().map_err(Usage::input)?, text));
    let optimizers = texts.into_iter().map(read).collect::<Result<Vec<(AnyOptimizer<f64>, String)>, Usage>>()?;
    let picture = svg.map(Destination::new).transpose()?;
    let steps = steps.unwrap_or_else(|| problem.steps());
    let descents =
        optimizers.into_iter().map(|(optimizer, text)| Descent::new(text, optimizer, &*problem, seed, steps));
    let descents = descents.collect::<anyhow::Result<Vec<_>>>()?;
    let drawn = picture.map(|file| anyhow::Ok((file, draw(&setup, &*problem, &descents)?))).transpose()?;
    match &descents[..] {
        [descent] => {
            for (step, loss) in descent.losses.iter().enumerate() {
                // 17 digits: the text reads back as the same bits.
                writeln!(out, "{step},{loss:.16e}")?;
            }
        }
        several => table(several, &*problem, within, out)?,
    }
    drawn.map_or(Ok(()), |(file, svg)| Ok(file.write(svg.as_bytes())?))
}

/// The list of numbers that follows a flag.
fn numbers(arguments: &mut lexopt::Parser) -> Result<Vec<f64>, Usage> {
    let text = arguments.value()?;
    Ok(text.to_string_lossy().parse::<Numbers>().map_err(Usage::input)?.into())
}

/// A line for each run.
fn table(descents: &[Descent], problem: &dyn Problem<f64>, within: f64, out: &mut impl Write) -> io::Result<()> {
    let wide = descents.iter().map(|d| d.text.chars().count()).max().unwrap_or(0).max("optimizer".len());
    let near = format!("to {within:e}");
    writeln!(
        out,
        "{:wide$}  {:>12}  {:>12}  {:>8}  {near:>8}  {:>11}",
        "optimizer", "final loss", "best loss", "at step", "evaluations"
    )?;
    for descent in descents {
        let (at, best) = descent.best();
        let reached = problem.optimum().and_then(|optimum| descent.steps_to(optimum.loss + within));
        let reached = reached.map_or("-".to_owned(), |step| step.to_string());
        let last = descent.losses.last().copied().unwrap_or(f64::NAN);
        let (text, evaluations) = (&descent.text, descent.evaluations);
        writeln!(out, "{text:wide$}  {last:>12.6e}  {best:>12.6e}  {at:>8}  {reached:>8}  {evaluations:>11}")?;
    }
    match problem.optimum() {
        Some(optimum) => {
            writeln!(out, "\nto {within:e}: the steps until the loss was at most {:?} + {within:e}", optimum.loss)
        }
        None => writeln!(out, "\nto {within:e}: unknown, as is the lowest loss"),
    }
}

/// The losses, and beside them the paths of a problem in two dimensions.
fn draw(setup: &Setup, problem: &dyn Problem<f64>, descents: &[Descent]) -> anyhow::Result<String> {
    let lowest = problem.optimum().map_or(0.0, |optimum| optimum.loss);
    let above = if lowest == 0.0 { "loss".to_owned() } else { format!("loss - {lowest:.6}") };
    // From the optimum there is nothing above it, which a logarithmic scale cannot show.
    let higher = descents.iter().flat_map(|d| &d.losses).any(|loss| loss - lowest > 0.0);
    let scale = if higher { Scale::log } else { Scale::linear };
    let mut losses = Chart::new(problem.name(), Scale::linear("step"), scale(above));
    for descent in descents {
        let points = descent.losses.iter().enumerate().map(|(step, loss)| (step as f64, loss - lowest));
        losses = losses.line(&descent.text, points);
    }
    let losses = losses.svg(760, 560)?;
    let Some((x, y)) = frame(descents) else { return Ok(losses) };
    let mut failed = None;
    let height = |x, y| match setup.clone().start([x, y]).problem::<f64>() {
        Ok(there) => there.whole(&*there.net(0), &Tape::default()).item(),
        Err(error) => {
            failed.get_or_insert(error);
            f64::NAN
        }
    };
    let scale = |label: &str, range: &RangeInclusive<f64>| Scale::linear(label).between(*range.start(), *range.end());
    let mut paths = Chart::new(problem.name(), scale("x", &x), scale("y", &y)).contour(x, y, height);
    failed.map_or(Ok(()), Err)?;
    for descent in descents {
        paths = paths.path("", descent.path.iter().copied()); // the legend stands beside
    }
    let paths = paths.svg(640, 560)?;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1400\" height=\"560\" viewBox=\"0 0 1400 560\">\n{losses}\
         <g transform=\"translate(760 0)\">\n{paths}</g>\n</svg>\n"
    ))
}

/// The part of the plane that the paths go through, with room around it; nothing where there are none. Places much higher than the start
/// are left out: a run that diverges would make all others a point.
fn frame(descents: &[Descent]) -> Option<(RangeInclusive<f64>, RangeInclusive<f64>)> {
    let low = |descent: &Descent| {
        let most = 10.0 * descent.losses[0].abs();
        let places = descent.path.iter().zip(&descent.losses).enumerate();
        places.filter(|(i, (_, loss))| *i == 0 || **loss <= most).map(|(_, (at, _))| *at).collect::<Vec<_>>()
    };
    let points: Vec<(f64, f64)> = descents.iter().flat_map(low).collect();
    let around = |values: &mut dyn Iterator<Item = f64>| {
        let (from, to) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), v| (from.min(v), to.max(v)));
        let room = if from < to { 0.15 * (to - from) } else { 0.5 * from.abs().max(1.0) };
        from - room..=to + room
    };
    (!points.is_empty()).then(|| (around(&mut points.iter().map(|p| p.0)), around(&mut points.iter().map(|p| p.1))))
}
