//! Two moons and the smallest net that parts them: micrograd's published run, digit for digit.
//!
//! <https://github.com/karpathy/micrograd> trains a net of 337 numbers on 100 points, one scalar at a time. Here the same run is
//! written with tensors: the whole data set is one batch, a layer is one operation, and the losses are the published ones to
//! ten digits and more. They are not the same bits, since sums are taken in another order.
//!
//! ```text
//! cargo run --release --example moons                                         the published run
//! cargo run --release --example moons -- --fixture FILE --steps 20            other points and weights
//! ```
//!
//! The lesson is in [`Net::loss`] and [`descend`]. A loss is arithmetic on variables: the margin loss of a support vector
//! machine, `max(0, 1 - y score)`, and the squares of all parameters, which no optimizer has to know of. A net is any struct of
//! layers, here as many as the fixture has. The learning rate falls along a line, and the optimizer is told so once.
//!
//! Each line is `step <k> loss <loss> accuracy <percent>`, both as they are *before* step k changes the net. The loss has 17
//! significant digits, so it reads back as the same f64.
//!
//! The points and the weights are those of micrograd's `demo.ipynb`, from the generators of numpy and Python; `fixture.py`
//! beside the fixture has made it.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::bail;
use rappel::prelude::*;
use rappel_examples::{Usage, exit, value};

#[path = "moons/fixture.rs"]
mod fixture;

pub use fixture::{Fixture, FixtureError};

/// The points and weights of the published run.
pub const PUBLISHED: &str = include_str!("moons/fixture.json");

const HELP: &str = "\
Trains a small ReLU net to part two classes of points, and prints the loss of each step.

Usage: moons [--fixture FILE] [--steps N]

  --fixture FILE   points and initial weights (default: those of micrograd's published run), as JSON: `x` [n, 2],
                   `y` of -1 and 1, and a list per layer in `weights` [out, in] and `biases` [out]
  --steps N        make this many steps (default 100); the learning rate is 1 - 0.9 k / 100 at step k, and 0.1 from
                   step 100 on
  --help           show this
";

/// How much of the parameters' squares is added to the loss.
const DECAY: f64 = 1e-4;

/// Fully connected layers, with ReLU between them.
#[derive(Module, Debug)]
pub struct Net {
    layers: Vec<Linear<f64>>,
}

impl Layer<f64> for Net {
    fn forward<'t>(&self, x: Var<'t, f64>) -> Var<'t, f64> {
        let mut layers = self.layers.iter();
        let first = layers.next().expect("a fixture has a layer").forward(x);
        layers.fold(first, |x, layer| layer.forward(x.relu()))
    }
}

impl Net {
    /// The sum of the squares of all parameters.
    fn squares<'t>(&self, tape: &'t Tape<f64>) -> Var<'t, f64> {
        let params = self.layers.iter().flat_map(|layer| [Some(&layer.weight), layer.bias.as_ref()]).flatten();
        params.map(|p| tape.param(p).square().sum()).reduce(|a, b| a + b).expect("a fixture has a layer")
    }

    /// How far the scores `[n, 1]` are from the right side of a margin around 0, on average, and a bit of the parameters' squares.
    pub fn loss<'t>(&self, scores: Var<'t, f64>, y: &Tensor<f64>) -> Var<'t, f64> {
        let tape = scores.tape();
        let margins = scores * tape.input(y);
        (1.0 - margins).relu().mean() + DECAY * self.squares(tape)
    }
}

/// The share of the points whose score is on the side of their label; 0 counts as the side of -1.
fn hits(scores: &Tensor<f64>, y: &Tensor<f64>) -> f64 {
    let right = scores.data().iter().zip(y.data()).filter(|(score, y)| (**score > 0.0) == (**y > 0.0));
    right.count() as f64 / y.len() as f64
}

/// Descends from a fixture for `steps` steps and shows each step's number, and the loss and the accuracy before it.
///
/// # Errors
/// When `show` fails, and when the loss is no longer a number.
pub fn descend(
    fixture: Fixture,
    steps: u64,
    mut show: impl FnMut(u64, f64, f64) -> io::Result<()>,
) -> anyhow::Result<Net> {
    let Fixture { x, y, layers } = fixture;
    let mut net = Net { layers };
    let (mut sgd, mut tape) = (Sgd::new(linear(1.0, 0.1, 100)), Tape::default());
    for step in 0..steps {
        tape.reset();
        let scores = net.forward(tape.input(&x));
        let loss = net.loss(scores, &y);
        let value = loss.item();
        if !value.is_finite() {
            bail!("the loss is {value} at step {step}: the run has diverged; start from smaller weights");
        }
        show(step, value, hits(&scores.value(), &y))?;
        sgd.step(&mut net, &loss.backward())?;
    }
    Ok(net)
}

fn main() -> ExitCode {
    exit("moons", run(lexopt::Parser::from_env(), &mut io::stdout().lock()))
}

/// The program, its results written to `out`.
///
/// # Errors
/// [`Usage`] for a bad command line, [`FixtureError`] for a bad fixture; a loss that is no number any more, and when `out` cannot
/// be written.
pub fn run(mut arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    use lexopt::Arg::Long;
    let (mut file, mut steps) = (None, 100);
    while let Some(argument) = arguments.next().map_err(Usage::from)? {
        match argument {
            Long("fixture") => file = Some(arguments.value().map_err(Usage::from)?),
            Long("steps") => steps = value(&mut arguments, "--steps", "a whole number, 0 or more", |_| true)?,
            Long("help") => return Ok(write!(out, "{HELP}")?),
            other => return Err(Usage::from(other.unexpected()).into()),
        }
    }
    let fixture = match file {
        Some(file) => Fixture::read(file)?,
        None => Fixture::parse("the embedded fixture", PUBLISHED.as_bytes())?,
    };
    descend(fixture, steps, |step, loss, accuracy| {
        writeln!(out, "step {step} loss {} accuracy {:.2}", digits(loss), 100.0 * accuracy)
    })?;
    Ok(())
}

/// A number with its 17 significant digits, without an exponent: it reads back as the same bits.
fn digits(number: f64) -> String {
    let scientific = format!("{number:.16e}");
    let exponent: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).expect("a finite number has one");
    format!("{number:.0$}", usize::try_from(16 - exponent).unwrap_or(0))
}
