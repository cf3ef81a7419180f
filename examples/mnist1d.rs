//! Four nets read the same signals: what a net is built of decides how well it can read them.
//!
//! MNIST-1D has 4,000 signals of 40 values to learn from. A digit's pattern may stand anywhere in its signal, and is stretched, sheared
//! and noisy. A linear map knows patterns only at their place. A fully connected net learns the training signals by heart and has
//! learned little about others. A convolution, which looks for the same short pattern everywhere, and a recurrent net, which reads
//! the signal value by value from both ends, have in their build what the task is about.
//!
//! ```text
//! cargo run --release --example mnist1d                       the linear map: 31 % of the test signals
//! cargo run --release --example mnist1d -- --model mlp        64 %
//! cargo run --release --example mnist1d -- --model cnn        94 %
//! cargo run --release --example mnist1d -- --model gru        91 %
//! cargo run --release --example mnist1d -- --model mlp --lr "cosine(1e-2, 0, 6000)"
//! ```
//!
//! Watch the two losses in the picture: where they part, the net learns by heart. The test *accuracy* may still rise when the test loss
//! does: the net grows surer of what it gets wrong.
//!
//! The data set, the models and the training (Adam at 0.01, batches of 100 in their order, 6,000 steps) are those of Greydanus and
//! Kobak, "Scaling down deep learning with MNIST-1D" (<https://arxiv.org/abs/2011.14439>), and a net begins with the very weights that
//! PyTorch draws for it after `torch.manual_seed`. So a run can be laid beside one of PyTorch's: they agree to the digits that rounding
//! leaves, the linear one to the end.

use std::io::{self, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::bail;
use rappel::data::mnist1d;
use rappel::prelude::*;
use rappel::tensor::random::Mersenne;
use rappel_examples::{Usage, exit, value};
use rappel_file::Destination;
use rappel_lab::chart::{Chart, Scale};

const HELP: &str = "\
Trains a net on MNIST-1D, which is embedded, and says how many of the test signals it reads right.

Usage: mnist1d [FLAGS]

  --model NAME        linear (default): 40-10
                      mlp: 40-100-100-10, the second hidden layer residual
                      cnn: three convolutions of 25 channels and a linear map
                      gru: a bidirectional recurrent net of 6 units and a linear map
  --steps N           steps (default 6000)
  --batch-size N      signals per step, taken in their order (default 100)
  --lr SCHEDULE       Adam's learning rate: a number (default 0.01) or a schedule of the step, such as
                      \"cosine(1e-2, 0, 6000)\"
  --seed N            seed of PyTorch's generator, for the weights (default 42)
  --threads N         threads to compute on (default: all); the result is the same on any number
  --svg FILE          the picture of the losses (default mnist1d.svg)
  --help              show this
";

/// One of the four.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one, and it is never moved")]
pub enum Net {
    /// 40-10.
    Linear(LinearNet),
    /// 40-100-100-10.
    Mlp(MlpNet),
    /// Three convolutions.
    Cnn(CnnNet),
    /// A recurrent net that reads in both directions.
    Gru(GruNet),
}

/// A linear map.
#[derive(Module, Debug)]
pub struct LinearNet {
    linear: Linear,
}

/// Two hidden layers, the second of which adds to what it gets.
#[derive(Module, Debug)]
pub struct MlpNet {
    linear1: Linear,
    linear2: Linear,
    linear3: Linear,
}

/// Convolutions halve the signal thrice: 40, 19, 10, 5 places.
#[derive(Module, Debug)]
pub struct CnnNet {
    conv1: Conv1d,
    conv2: Conv1d,
    conv3: Conv1d,
    linear: Linear,
}

/// The states at all places are read at the end, not only the last one.
#[derive(Module, Debug)]
pub struct GruNet {
    gru: Gru,
    linear: Linear,
}

impl Net {
    /// The net of a name, as PyTorch begins it.
    fn new(name: &str, torch: &mut Mersenne) -> Net {
        match name {
            "mlp" => Net::Mlp(MlpNet {
                linear1: Linear::new(40, 100, torch),
                linear2: Linear::new(100, 100, torch),
                linear3: Linear::new(100, 10, torch),
            }),
            "cnn" => Net::Cnn(CnnNet {
                conv1: Conv1d::new(1, 25, 5, torch).stride(2).padding(1),
                conv2: Conv1d::new(25, 25, 3, torch).stride(2).padding(1),
                conv3: Conv1d::new(25, 25, 3, torch).stride(2).padding(1),
                linear: Linear::new(125, 10, torch),
            }),
            "gru" => Net::Gru(GruNet {
                gru: Gru::with(1, 6, RnnOptions::new().bidirectional(), torch).batch_first(),
                linear: Linear::new(480, 10, torch),
            }),
            _ => Net::Linear(LinearNet { linear: Linear::new(40, 10, torch) }),
        }
    }
}

impl Layer for Net {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        match self {
            Net::Linear(net) => net.linear.forward(x),
            Net::Mlp(net) => {
                let h = net.linear1.forward(x).relu();
                let h = h + net.linear2.forward(h).relu();
                net.linear3.forward(h)
            }
            Net::Cnn(net) => {
                let h = net.conv1.forward(x.unsqueeze(1)).relu(); // one channel
                let h = net.conv2.forward(h).relu();
                let h = net.conv3.forward(h).relu();
                net.linear.forward(h.flatten(1, -1))
            }
            Net::Gru(net) => {
                let h = net.gru.forward(x.unsqueeze(-1)); // one feature at each of 40 times
                net.linear.forward(h.flatten(1, -1))
            }
        }
    }
}

fn main() -> ExitCode {
    exit("mnist1d", run(lexopt::Parser::from_env(), &mut io::stdout()))
}

/// The program, its results written to `out`.
///
/// # Errors
/// [`Usage`] for a bad command line; a loss that is no number any more, a file that cannot be written.
pub fn run(arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(flags) = Flags::read(arguments)? else { return Ok(write!(out, "{HELP}")?) };
    // Looked at before the work begins, so that a long run does not lose its result.
    let picture = Destination::new(&flags.svg)?;
    let (train, test) = mnist1d()?;
    let mut net = Net::new(&flags.model, &mut Mersenne::seed(flags.seed));
    let batches: Vec<Batch> = train.batches(flags.batch_size).collect();
    let clock = Clock::new().epoch(batches.len()).total(steps(flags.steps.max(1)));
    let mut adam = Adam::new(flags.lr.clone()).clock(clock);
    let mut tape = Tape::training(0);
    tape.set_threads(&Threads::new(flags.threads)?);

    writeln!(out, "{}: {} parameters", flags.model, net.count_parameters())?;
    let (mut losses, mut step) = ([Vec::new(), Vec::new()], 0);
    loop {
        if step % 100 == 0 || step == flags.steps {
            let [on_train, on_test] = [&train, &test].map(|data| loss(&net, data));
            losses[0].push((step as f64, on_train));
            losses[1].push((step as f64, on_test));
            if step % 1000 == 0 || step == flags.steps {
                let right = 100.0 * accuracy(&net, &test);
                writeln!(
                    out,
                    "step {step:>5}: train loss {on_train:.4}, test loss {on_test:.4}, test accuracy {right:.1} %"
                )?;
            }
        }
        if step == flags.steps {
            break;
        }
        let batch = &batches[step as usize % batches.len()];
        tape.reset();
        let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
        if !loss.item().is_finite() {
            bail!(
                "the loss is {} at step {step}: the run has diverged; try a lower rate than --lr {}",
                loss.item(),
                flags.lr
            );
        }
        adam.step(&mut net, &loss.backward())?;
        step += 1;
    }

    let [on_train, on_test] = losses;
    let chart = Chart::new(format!("MNIST-1D, {}", flags.model), Scale::linear("step"), Scale::log("loss"))
        .line("training signals", on_train)
        .line("test signals", on_test);
    picture.write(chart.svg(760, 460)?.as_bytes())?;
    writeln!(out, "the losses are drawn in {}", picture.path().display())?;
    writeln!(out, "test accuracy: {:.1} %", 100.0 * accuracy(&net, &test))?;
    Ok(())
}

/// The mean loss over a whole data set.
fn loss(net: &Net, data: &Dataset) -> f64 {
    let (tape, all) = (Tape::new(), data.all());
    f64::from(net.forward(tape.input(&all.x)).cross_entropy(&all.y).item())
}

/// What the command line asks for.
#[derive(Debug)]
struct Flags {
    model: String,
    steps: u64,
    batch_size: usize,
    lr: Schedule,
    seed: u32,
    threads: usize,
    svg: std::ffi::OsString,
}

impl Flags {
    /// None when help is asked for.
    fn read(mut arguments: lexopt::Parser) -> Result<Option<Flags>, Usage> {
        use lexopt::Arg::Long;
        let a = &mut arguments;
        let mut flags = Flags {
            model: "linear".into(),
            steps: 6000,
            batch_size: 100,
            lr: constant(1e-2),
            seed: 42,
            threads: available_parallelism().map_or(1, NonZero::get),
            svg: "mnist1d.svg".into(),
        };
        while let Some(flag) = a.next()? {
            match flag {
                Long("model") => {
                    let known = |name: &String| ["linear", "mlp", "cnn", "gru"].contains(&name.as_str());
                    flags.model = value(a, "--model", "linear, mlp, cnn or gru", known)?;
                }
                Long("steps") => {
                    flags.steps = value(a, "--steps", "a whole number from 0 to 10000000", |n| *n <= 10_000_000)?;
                }
                Long("batch-size") => {
                    flags.batch_size = value(a, "--batch-size", "a whole number, 1 or more", |n| *n >= 1)?;
                }
                Long("lr") => {
                    let text = a.value()?.to_string_lossy().into_owned();
                    flags.lr = text.parse().map_err(|e| Usage::input(format!("--lr: {e}")))?;
                }
                Long("seed") => flags.seed = value(a, "--seed", "a whole number from 0 to 2^32 - 1", |_| true)?,
                Long("threads") => {
                    let counts = 1..=1_024;
                    flags.threads = value(a, "--threads", "a whole number from 1 to 1024", |n| counts.contains(n))?;
                }
                Long("svg") => flags.svg = a.value()?,
                Long("help") => return Ok(None),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(flags))
    }
}
