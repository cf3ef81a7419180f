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
//! Hessian. It is measured here with gradients of gradients: the gradient times a direction is a number on the tape like
//! any other, and its gradient is the Hessian times that direction.
//!
//! The bound belongs to a place, not to a net: a run above it may come to a place where it is below (0.4169 starts at 1.4
//! times the bound) or not. A run that diverged is therefore told how far it was above the bound at its lowest loss, which
//! is where things went wrong.
//!
//! The net (1-30-20-1, tanh), its random weights and the task (20 points of the Chebyshev polynomial T6) are those of
//! <https://github.com/rfangit/edge-of-stability-browser>, whose recorded losses are reproduced to all their six digits.

use std::fmt;
use std::io::{self, Write};
use std::iter::zip;
use std::process::ExitCode;

use rappel::autodiff::ParamRef;
use rappel::prelude::*;
use rappel_examples::{Chart, Curve, Usage, exit, value};
use rappel_file::Destination;
use rappel_lab::Problem;
use rappel_lab::problems::{Chebyshev, ChebyshevNet};

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

    /// The largest eigenvalue of the loss's Hessian at the net's parameters.
    ///
    /// Power iteration finds the eigenvalue of largest magnitude. Were that a negative one, a second iteration on the
    /// Hessian less that multiple of the identity finds the other end of the spectrum.
    pub fn sharpness(&self, net: &Net) -> f64 {
        let dominant = self.dominant(net, 0.0);
        if dominant >= 0.0 { dominant } else { dominant + self.dominant(net, dominant) }
    }

    /// The eigenvalue of largest magnitude of the Hessian less `shift` times the identity, to ten digits.
    fn dominant(&self, net: &Net, shift: f64) -> f64 {
        let mut random = Rng::seed(0);
        let mut v: Vec<Tensor<f64>> = Vec::new();
        net.for_each_param(|_, p| v.push(Tensor::normal(p.shape(), 0.0, 1.0, &mut random)));
        let mut eigenvalue = 0.0;
        for _ in 0..1_000 {
            let length = dot(&v, &v).sqrt();
            v = v.iter().map(|v| v * (1.0 / length)).collect();
            let next: Vec<_> = zip(self.hessian_times(net, &v), &v).map(|(hv, v)| hv - v * shift).collect();
            let before = std::mem::replace(&mut eigenvalue, dot(&v, &next));
            if (eigenvalue - before).abs() <= 1e-10 * eigenvalue.abs() {
                break;
            }
            v = next;
        }
        eigenvalue
    }

    /// The Hessian times a direction that has a tensor for each parameter.
    fn hessian_times(&self, net: &Net, direction: &[Tensor<f64>]) -> Vec<Tensor<f64>> {
        let tape = Tape::default();
        let loss = self.loss(net, &tape);
        let mut parameters = Vec::new();
        net.for_each_param(|_, p| {
            if let ParamRef::F64(p) = p {
                parameters.push(tape.param(p));
            }
        });
        let gradient = loss.grad(&parameters);
        let along = zip(gradient, direction).map(|(g, v)| (g * tape.input(v)).sum()).reduce(|a, b| a + b);
        let curvature = along.expect("the net has parameters").grad(&parameters);
        curvature.into_iter().map(Var::value).collect()
    }
}

fn dot(a: &[Tensor<f64>], b: &[Tensor<f64>]) -> f64 {
    zip(a, b).map(|(a, b)| (a * b).sum().item()).sum()
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
            let (lowest, sharpness) = ((best.0, best.1), task.sharpness(&best.2));
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
    let (mut curves, mut endings) = (Vec::new(), Vec::new());
    for rate in RATES {
        let mut values = Vec::new();
        let diverged = descend(rate, steps, |_, loss, _| {
            values.push(loss);
            Ok(())
        })?;
        let ending = match &diverged {
            Some(why) => format!("diverges at step {}", why.last.0),
            None => format!("{:.3} at step {steps}", values.last().copied().unwrap_or(f64::NAN)),
        };
        curves.push(Curve { label: format!("rate {rate}: {ending}"), values });
        endings.extend(diverged);
    }
    let title = "One net, three learning rates";
    let chart = Chart { title, steps: steps as usize, values: 0.08..10.0, curves: &curves };
    write!(out, "{}", chart.text(72, 21))?;
    picture.write(chart.svg().map_err(|e| anyhow::anyhow!("{}: {e}", picture.path().display()))?.as_bytes())?;
    for why in endings {
        writeln!(out, "\n{why}")?;
    }
    writeln!(out, "\nThe picture is in {}.", picture.path().display())?;
    Ok(())
}
