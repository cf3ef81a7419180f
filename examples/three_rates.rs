//! Three learning rates, one net: too low is slow, too high overshoots, higher still diverges.
//!
//! The same small net descends the same loss three times; only the rate differs, and there is no noise. At 0.2 the loss
//! falls slowly from the first step on. At 0.4169 it more than doubles before it falls, into a flatter place where such steps
//! are stable, and ends lower. At 0.5495 it seems to recover in the same way, until it has walked to where the loss is too
//! sharply curved for the rate, and diverges.
//!
//! ```text
//! cargo run --release --example three_rates                                   the three curves, here and in three_rates.svg
//! cargo run --release --example three_rates -- --rate 0.35 --steps 200        `index loss` per line, of any rate
//! ```
//!
//! How high is too high? Along the direction in which the loss curves most, with curvature λ, a step of rate η multiplies the
//! error by 1 - ηλ: it shrinks while η is below 2/λ and grows above. λ, the *sharpness*, is the largest eigenvalue of the
//! Hessian. The lab measures it from products of the Hessian with a few directions, each about as dear as two gradients.
//!
//! The bound belongs to a place, not to a net: a run above it may come to a place where it is below (0.4169 starts at 1.4
//! times the bound) or not. A run that diverged is therefore told how far it was above the bound at its lowest loss, which
//! is where things went wrong.
//!
//! The net (1-30-20-1, tanh), its random weights and the task (20 points of the Chebyshev polynomial T6) are those of
//! <https://github.com/rfangit/edge-of-stability-browser>, whose recorded losses are reproduced to all their six digits.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use rappel::prelude::*;
use rappel_examples::{Usage, exit, value};
use rappel_file::Destination;
use rappel_lab::chart::{Chart, Scale};
use rappel_lab::problems::{Chebyshev, ChebyshevNet};
use rappel_lab::stability::hessian_top;
use rappel_lab::{LabError, Problem};

/// Slow, fast, too fast.
pub const RATES: [f64; 3] = [0.2, 0.4169, 0.5495];

/// A loss beyond this has diverged; it starts at 0.3.
pub const TOO_FAR: f64 = 1e5;

const HELP: &str = "\
Three learning rates, one net: too low is slow, too high overshoots, higher still diverges.

Usage: three_rates [--steps N] [--svg FILE]      draw the three curves
       three_rates --rate R [--steps N]          print `index loss` per line; index 0 is before the first step

  --rate R      run this learning rate alone: a number above 0, at most 1e300
  --steps N     make this many steps (default 500)
  --svg FILE    the picture (default three_rates.svg)
  --help        show this
";

/// The net: 1-30-20-1, tanh.
pub type Net = ChebyshevNet<f64>;

/// What the net is to learn.
#[derive(Debug)]
pub struct Task(Chebyshev<f64>);

impl Task {
    /// 20 points, evenly on [-1, 1], of the Chebyshev polynomial T6.
    pub fn chebyshev() -> Task {
        Task(Chebyshev::new())
    }

    /// Half the mean square of the net's errors.
    pub fn loss<'t>(&self, net: &Net, tape: &'t Tape<f64>) -> Var<'t, f64> {
        self.0.whole(net, tape)
    }

    /// The sharpness: the largest eigenvalue of the loss's Hessian at the net's parameters.
    ///
    /// # Errors
    /// When the loss is no number there.
    pub fn sharpness(&self, net: &Net) -> Result<f64, LabError> {
        Ok(hessian_top(net, 1, |net, tape| self.loss(net, tape))?.pairs[0].value)
    }
}

/// A run that left, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Diverged {
    /// The learning rate.
    pub rate: f64,
    /// The steps made, and the loss after them, which is beyond [`TOO_FAR`] or no longer a number.
    pub last: (u64, f64),
    /// After how many steps the loss was lowest, and that loss.
    pub lowest: (u64, f64),
    /// The largest eigenvalue of the Hessian there.
    pub sharpness: f64,
}

impl fmt::Display for Diverged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diverged { rate, last: (step, loss), lowest: (best, lowest), sharpness } = self;
        let bound = 2.0 / sharpness;
        let factor = rate / bound;
        let factor = if factor < 1e4 { format!("{factor:.2}") } else { format!("{factor:.1e}") };
        let loss = if loss.is_finite() { format!("{loss:.2e}") } else { "no number any more".to_owned() };
        write!(
            f,
            "rate {rate:?} diverges: the loss passes {TOO_FAR:e} at step {step} (it is {loss}), and the run stops there. The rate was too \
             high by a factor of {factor}, measured where the loss was lowest ({lowest:.6} at step {best}): the largest eigenvalue \
             of the Hessian is {sharpness:.3} there, and descent is stable only at rates below 2 / {sharpness:.3} = {bound:.4}."
        )
    }
}

/// Descends for `steps` steps and shows the net and its loss after each, and before the first as number 0. Says why when it
/// ends early.
///
/// A loss that is no longer a number is not shown.
///
/// # Errors
/// When `show` fails or the rate is none that an optimizer takes.
pub fn descend(
    rate: f64,
    steps: u64,
    mut show: impl FnMut(u64, f64, &Net) -> io::Result<()>,
) -> anyhow::Result<Option<Diverged>> {
    let (task, mut net) = (Task::chebyshev(), Chebyshev::start(0));
    let (mut sgd, mut tape) = (Sgd::new(rate), Tape::default());
    let mut best = (0, f64::INFINITY, net.clone());
    for step in 0..=steps {
        tape.reset();
        let loss = task.loss(&net, &tape);
        let value = loss.item();
        if value.is_finite() {
            show(step, value, &net)?;
        }
        if value.is_nan() || value > TOO_FAR {
            let (lowest, sharpness) = ((best.0, best.1), task.sharpness(&best.2)?);
            return Ok(Some(Diverged { rate, last: (step, value), lowest, sharpness }));
        }
        if value < best.1 {
            best = (step, value, net.clone()); // shares the weights: the step below writes into other buffers
        }
        if step < steps {
            sgd.step(&mut net, &loss.backward())?;
        }
    }
    Ok(None)
}

fn main() -> ExitCode {
    exit("three_rates", run(lexopt::Parser::from_env(), &mut io::stdout().lock(), &mut io::stderr()))
}

/// The program: results go to `out`, what is to be said about them to `aside`.
///
/// # Errors
/// [`Usage`] for a bad command line, and when a file or `out` cannot be written.
pub fn run(mut arguments: lexopt::Parser, out: &mut impl Write, aside: &mut impl Write) -> anyhow::Result<()> {
    use lexopt::Arg::Long;
    let (mut rate, mut steps, mut svg) = (None, 500, None);
    while let Some(argument) = arguments.next().map_err(Usage::from)? {
        match argument {
            Long("rate") => {
                let any = |rate: &f64| *rate > 0.0 && *rate <= 1e300;
                rate = Some(value(&mut arguments, "--rate", "a number above 0, at most 1e300", any)?);
            }
            Long("steps") => steps = value(&mut arguments, "--steps", "a whole number, 0 or more", |_| true)?,
            Long("svg") => svg = Some(arguments.value().map_err(Usage::from)?),
            Long("help") => return Ok(write!(out, "{HELP}")?),
            other => return Err(Usage::from(other.unexpected()).into()),
        }
    }
    match (rate, svg) {
        (Some(_), Some(_)) => {
            let why = "--rate prints one run, --svg draws the three";
            Err(Usage::Both { first: "--rate", second: "--svg", why }.into())
        }
        (Some(rate), None) => {
            // 17 digits: the text reads back as the same bits.
            let diverged = descend(rate, steps, |step, loss, _| writeln!(out, "{step} {loss:.16e}"))?;
            diverged.map_or(Ok(()), |why| writeln!(aside, "{why}"))?;
            Ok(())
        }
        (None, svg) => draw(steps, Destination::new(svg.unwrap_or("three_rates.svg".into()))?, out),
    }
}

fn draw(steps: u64, picture: Destination, out: &mut impl Write) -> anyhow::Result<()> {
    let (x, y) = (Scale::linear("step"), Scale::log("loss").between(0.08, 10.0));
    let (mut chart, mut endings) = (Chart::new("One net, three learning rates", x, y), Vec::new());
    for rate in RATES {
        let mut points = Vec::new();
        let diverged = descend(rate, steps, |step, loss, _| {
            points.push((step as f64, loss));
            Ok(())
        })?;
        let ending = match &diverged {
            Some(why) => format!("diverges at step {}", why.last.0),
            None => format!("{:.3} at step {steps}", points.last().map_or(f64::NAN, |p| p.1)),
        };
        chart = chart.line(format!("rate {rate}: {ending}"), points);
        endings.extend(diverged);
    }
    write!(out, "{}", chart.text(72, 21))?;
    picture.write(chart.svg(900, 540)?.as_bytes())?;
    for why in endings {
        writeln!(out, "\n{why}")?;
    }
    writeln!(out, "\nThe picture is in {}.", picture.path().display())?;
    Ok(())
}
