//! `rappel stability`: how far a run is from its edge of stability.

use super::picture::{self, Picture};
use super::subject::{self, Subject};
use crate::Failure;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rappel_lab::LabError;
use rappel_lab::chart::{Chart, Scale};
use rappel_lab::stability::{Lanczos, Monitor, Sharpness, critical_rate};
use std::io::Write;

/// How many lines a run prints that does not say how often it is looked at.
const LINES: u64 = 20;

/// To how much of it the critical rate is found.
const TOLERANCE: f64 = 0.01;

const ABOUT: &str = "\
A line for each look: the largest eigenvalues of the Hessian (for adam preconditioned by what it
divides its steps by), the threshold above which the coming step is unstable, their quotient, and
what the run does: lazy, edge, catapult or diverging.

With --critical also the critical rate: the smallest at which the coming step would raise the loss.";

pub(super) fn command() -> Command {
    let whole = |name: &'static str, letter: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(letter).help(help).value_parser(value_parser!(u64).range(1..))
    };
    Command::new("stability")
        .about("Follow how far a run is from its edge of stability")
        .long_about(ABOUT)
        .args(subject::arguments())
        .arg(whole("every", "N", "Look every N steps; else 20 times"))
        .arg(
            whole("top", "K", "How many eigenvalues, up to 100")
                .default_value("1")
                .value_parser(value_parser!(u64).range(1..=100)),
        )
        .arg(Arg::new("critical").long("critical").action(ArgAction::SetTrue).help("Find the critical rate too"))
        .arg(picture::argument())
}

pub(super) fn run(matches: &ArgMatches, out: &mut dyn Write) -> Result<(), Failure> {
    let (subject, picture) = (Subject::<f64>::new(matches)?, Picture::new(matches)?);
    let problem = &*subject.problem;
    let every = matches.get_one("every").copied().unwrap_or_else(|| subject.steps.div_ceil(LINES));
    let top = *matches.get_one::<u64>("top").expect("it has a default") as usize;
    let critical = matches.get_flag("critical");
    let mut monitor = Monitor::every(every)?.by(Lanczos::new(top)?);
    let mut trial = subject.trial();
    let mut seen: Vec<Sharpness> = Vec::new();
    let numbered: String = (1..=top)
        .map(|i| {
            let name = format!("lambda {i}");
            format!("{name:>12}")
        })
        .collect();
    let last = if critical { "  critical rate" } else { "" };
    writeln!(
        out,
        "{:>8}{:>12}{numbered}{:>12}{:>8}  {:9}{:>5}{last}",
        "step", "loss", "threshold", "margin", "phase", "HVPs"
    )?;
    for step in 0..=subject.steps {
        let (_, gradients) = trial.gradients(problem);
        let look = monitor.watch(&*trial.net, &*trial.optimizer, |net, tape| problem.whole(net, tape))?;
        if let Some(look) = look {
            let lambdas: String = (0..top)
                .map(|i| look.eigenvalues.get(i).map_or_else(|| format!("{:>12}", "-"), |l| number(*l)))
                .collect();
            let (loss, margin) = (look.loss.map_or_else(|| format!("{:>12}", "-"), number), look.margin());
            let margin =
                margin.map_or_else(|| "-".to_owned(), |m| if m < 1e3 { format!("{m:.3}") } else { format!("{m:.0e}") });
            let threshold = number(look.threshold());
            write!(out, "{step:>8}{loss}{lambdas}{threshold}{margin:>8}  {:9}{:>5}", look.phase, look.hvps)?;
            if critical && look.loss.is_some() {
                let found = critical_rate(&*trial.net, &*trial.optimizer, &gradients, TOLERANCE, |net, tape| {
                    problem.whole(net, tape)
                })?;
                write!(out, "{:>15.4e}", found.rate)?;
            }
            writeln!(out)?;
            let gone = look.loss.is_none();
            seen.push(look);
            if gone {
                writeln!(out, "the loss is no number any more: the run has diverged")?;
                break;
            }
        }
        if step < subject.steps {
            trial.apply(&gradients).map_err(LabError::from)?;
        }
    }
    writeln!(out, "{} products with the Hessian in {} looks", monitor.hvps(), seen.len())?;
    let title = format!("{} with {}: sharpness and threshold", problem.name(), trial.optimizer.name());
    picture.draw(&drawn(title, top, &seen), out)
}

/// A value in 12 characters.
fn number(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) {
        format!(" {value:>11.5}")
    } else {
        format!(" {value:>11.3e}")
    }
}

/// Eigenvalues and threshold on one scale.
fn drawn(title: String, top: usize, seen: &[Sharpness]) -> Chart {
    let line = |i: usize| seen.iter().filter_map(move |s| Some((s.step as f64, *s.eigenvalues.get(i)?)));
    let thresholds = seen.iter().map(|s| (s.step as f64, s.threshold()));
    // Far apart, they are read off a logarithmic scale; where one of them is not above 0, they cannot be.
    let values: Vec<f64> =
        (0..top).flat_map(line).chain(thresholds.clone()).map(|p| p.1).filter(|v| v.is_finite()).collect();
    let (low, high) =
        (values.iter().copied().fold(f64::MAX, f64::min), values.iter().copied().fold(f64::MIN, f64::max));
    let scale = if low > 0.0 && high / low > 30.0 { Scale::log } else { Scale::linear };
    let mut chart = Chart::new(title, Scale::linear("step"), scale("curvature")).line("threshold", thresholds);
    for i in (0..top).rev() {
        let label = if top == 1 { "largest eigenvalue".to_owned() } else { format!("eigenvalue {}", i + 1) };
        chart = chart.line(label, line(i));
    }
    chart
}
