//! A learning rate that is itself learned, by the derivative of a whole run.
//!
//! A small net is trained for 200 steps; the mean of its 200 losses is a number that depends on the learning rate. Its derivative in the
//! rate says which way a better rate is, exactly, through every step of the training. So one can descend on it: 200 *inner* steps move
//! the net, one *outer* step moves the rate, and the net begins anew. From a rate far too high and from one far too low the outer steps
//! arrive at the same place.
//!
//! ```text
//! cargo run --release --example learned_rate                                     from 1.5
//! cargo run --release --example learned_rate -- --from 0.15                      from 0.15
//! cargo run --release --example learned_rate -- --from 'linear(0.5, 0.5, 200)'   the ends of a line
//! cargo run --release --example learned_rate -- --lr 0.5 --steps 50 --print-grad the derivative alone
//! ```
//!
//! Each line is `step <k> mean <loss> final <loss> rate <rate>`: the mean and the last of the inner losses, and the rate *after* the
//! outer step, which the next line's losses are of.
//!
//! Every hyperparameter is a schedule here and a number is the simplest one, so a whole schedule is learned in the same way: the
//! derivative is in each number it is written with. The lesson is in [`learn`]: three lines.
//!
//! The experiment is the notebook `metalearn-learn-rate` of MNIST-1D, by Sam Greydanus and Dmitry Kobak
//! (<https://github.com/greydanus/mnist1d>): a net 40-50-10 with tanh, cross-entropy, batches of 50 in order, and PyTorch's initial
//! weights of seed 0. Its printed figures are reproduced to their last digit; here all is in f64.

use std::io::{self, Write};
use std::process::ExitCode;

use rappel::data::{Dataset, mnist1d};
use rappel::optim::rules::SgdRule;
use rappel::prelude::*;
use rappel::tensor::random::Mersenne;
use rappel_examples::{Usage, exit, value};
use rappel_lab::hyper::{Objective, Tunable, Unrolled};

const HELP: &str = "\
Learns the learning rate of a small net on MNIST-1D, by the derivative of its training.

Usage: learned_rate [--from LR] [--outer N] [--steps N] [--outer-rate R] [--length-rate R]
       learned_rate --print-grad [--lr LR] [--steps N]

  --from LR         begin the learning with this rate, a number or a schedule (default 1.5)
  --outer N         learn for so many outer steps (default 50)
  --steps N         an inner run has so many steps (default 200)
  --outer-rate R    the rate of the outer steps (default 0.3)
  --length-rate R   the same for lengths in a schedule, which are in steps (default 0: they stay)
  --print-grad      learn nothing: print the mean loss at a rate, and its derivative in every number of it
  --lr LR           that rate, a number or a schedule (default 1.5)
  --help            show this
";

/// Samples to a batch.
const BATCH: usize = 50;

/// 40-50-10.
pub type Net = (Linear<f64>, Tanh, Linear<f64>);

/// A net to be trained, and what on.
#[derive(Debug)]
pub struct Task {
    /// With PyTorch's weights of seed 0.
    pub net: Net,
    batches: Vec<(Tensor<f64>, Tensor<u32>)>,
}

impl Task {
    /// The published one.
    ///
    /// # Errors
    /// When the embedded data is damaged.
    pub fn new() -> anyhow::Result<Task> {
        let mut torch = Mersenne::seed(0);
        let net = (Linear::new(40, 50, &mut torch), Tanh, Linear::new(50, 10, &mut torch));
        let (train, _): (Dataset, _) = mnist1d()?;
        let batches = train.batches(BATCH).map(|batch| (batch.x.map(|x| f64::from(*x)), batch.y)).collect();
        Ok(Task { net, batches })
    }

    /// The loss at the tape's step: of the batches in order, again and again.
    pub fn loss<'t>(&self, net: &Net, tape: &'t Tape<f64>) -> Var<'t, f64> {
        let (x, y) = &self.batches[tape.step() as usize % self.batches.len()];
        net.forward(tape.input(x)).cross_entropy(y)
    }
}

/// An inner run.
pub type Run = Unrolled<SgdRule, f64>;

/// What an outer step has found.
#[derive(Debug, Clone)]
pub struct Outer {
    /// The mean of the inner losses, and the last of them.
    pub losses: (f64, f64),
    /// The run with the rate after the step.
    pub next: Run,
}

/// One outer step: the inner run, and a step of descent on the derivative of its mean loss.
///
/// # Errors
/// When the inner run diverges, or the step leads to what is no rate.
pub fn learn(task: &Task, run: &Run, rate: impl Fn(&Tunable) -> f64) -> anyhow::Result<Outer> {
    let mean = run.reverse(&task.net, &Objective::Mean, |net, tape| task.loss(net, tape))?;
    let last = mean.losses[mean.losses.len() - 1];
    let next = run.descend(&mean.gradient, rate)?;
    Ok(Outer { losses: (mean.value, last), next })
}

fn main() -> ExitCode {
    exit("learned_rate", run(lexopt::Parser::from_env(), &mut io::stdout().lock()))
}

/// The program: results go to `out`.
///
/// # Errors
/// [`Usage`] for a bad command line; when an inner run diverges; when `out` cannot be written.
pub fn run(mut arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    use lexopt::Arg::Long;
    let (mut from, mut lr, mut gradient) = (None, None, false);
    let (mut outer, mut steps, mut rate, mut length_rate) = (50_u64, 200, 0.3, 0.0);
    let any = |rate: &f64| rate.is_finite() && *rate >= 0.0;
    let (schedule, number) = ("a number or a schedule", "a number, 0 or more");
    while let Some(argument) = arguments.next().map_err(Usage::from)? {
        match argument {
            Long("from") => from = Some(value(&mut arguments, "--from", schedule, |_: &Schedule| true)?),
            Long("lr") => lr = Some(value(&mut arguments, "--lr", schedule, |_: &Schedule| true)?),
            Long("print-grad") => gradient = true,
            Long("outer") => outer = value(&mut arguments, "--outer", "a whole number, 0 or more", |_| true)?,
            Long("steps") => steps = value(&mut arguments, "--steps", "a whole number above 0", |steps| *steps > 0)?,
            Long("outer-rate") => rate = value(&mut arguments, "--outer-rate", number, any)?,
            Long("length-rate") => length_rate = value(&mut arguments, "--length-rate", number, any)?,
            Long("help") => return Ok(write!(out, "{HELP}")?),
            other => return Err(Usage::from(other.unexpected()).into()),
        }
    }
    let (task, start) = (Task::new()?, || Schedule::from(1.5));
    match (from, lr, gradient) {
        (Some(_), Some(_), _) => {
            let why = "--from learns, --lr is where --print-grad takes the derivative";
            Err(Usage::Both { first: "--from", second: "--lr", why }.into())
        }
        (Some(_), None, true) => {
            let why = "--print-grad takes the derivative at --lr";
            Err(Usage::Both { first: "--from", second: "--print-grad", why }.into())
        }
        (None, lr, gradient) if gradient || lr.is_some() => {
            print_gradient(&task, &Run::new(&Sgd::new(lr.unwrap_or_else(start)), steps)?, out)
        }
        (from, ..) => {
            let mut run = Run::new(&Sgd::new(from.unwrap_or_else(start)), steps)?;
            for k in 0..outer {
                let next = learn(&task, &run, |number| if number.is_length() { length_rate } else { rate })?;
                let (mean, last) = next.losses;
                run = next.next;
                let (_, lr) = run.schedules().next().expect("the rate is the first");
                writeln!(out, "step {k} mean {mean:.6} final {last:.6} rate {lr}")?;
            }
            Ok(())
        }
    }
}

/// The mean loss and its derivatives, with 17 digits.
fn print_gradient(task: &Task, run: &Run, out: &mut impl Write) -> anyhow::Result<()> {
    let mean = run.reverse(&task.net, &Objective::Mean, |net, tape| task.loss(net, tape))?;
    write!(out, "loss {:.16e} gradient", mean.value)?;
    for g in mean.gradient {
        write!(out, " {g:.16e}")?;
    }
    Ok(writeln!(out)?)
}
