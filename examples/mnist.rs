//! A net of two layers learns to read digits: all of MNIST, mini-batches, a schedule, a progress bar, weights in a file.
//!
//! ```text
//! cargo run --release --example mnist
//! cargo run --release --example mnist -- --optimizer sgd --epochs 10 --save net.safetensors
//! ```
//!
//! The lesson is in [`train`]: a tape that is cleared at each step, a loss written as plain arithmetic, `backward`, `step`. The
//! learning rate is no number but a function of the step, written once in units of the run (`percent(5)`, `rest()`), so that it
//! fits a run of one step as well as one of a hundred epochs.
//!
//! The saved weights have PyTorch's names and layout (`fc1.weight`, `[out, in]`); pixels go in as `byte / 255`. The same seed gives
//! the same file, byte for byte, on any number of threads.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::thread::available_parallelism;
use std::time::Instant;

use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};
use rappel::nn::save_safetensors;
use rappel::optim::{Optimizer, Rule};
use rappel::prelude::*;
use rappel_examples::{Usage, exit, value};
use rappel_file::Destination;

#[derive(Module)]
struct Net {
    fc1: Linear,
    fc2: Linear,
}

impl Layer for Net {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.fc2.forward(self.fc1.forward(x).relu())
    }
}

fn main() -> ExitCode {
    exit("mnist", run(lexopt::Parser::from_env(), &mut io::stdout()))
}

/// The program, its results written to `out`.
///
/// # Errors
/// [`Usage`] for a bad command line; data that cannot be read, a loss that is no number any more, a file that cannot be written.
pub fn run(arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(flags) = Flags::read(arguments)? else { return Ok(write!(out, "{HELP}")?) };
    // Looked at before the work begins, so that a long run does not lose its result.
    let save = flags.save.as_ref().map(Destination::new).transpose()?;
    let threads = Threads::new(flags.threads)?;
    let (train_set, test_set) = match &flags.data {
        Some(folder) => rappel::data::idx::mnist_folder(folder)?,
        None => rappel_mnist::load()?,
    };
    let train_set = train_set.with_seed(flags.seed);
    let mut rng = Rng::seed(flags.seed);
    let inputs = train_set.sample_shape().iter().product();
    let mut net = Net {
        fc1: Linear::new(inputs, flags.hidden, &mut rng),
        fc2: Linear::new(flags.hidden, train_set.classes(), &mut rng),
    };
    if flags.epochs > 0 {
        let epoch = train_set.try_batches(flags.batch_size)?.len();
        let clock = Clock::new().epoch(epoch).total(epochs(flags.epochs));
        let lr = warmup(flags.lr(), percent(5)).then(cosine(flags.lr(), 0.0, rest()));
        match flags.optimizer {
            Kind::Adam => train(&mut net, Adam::new(lr).clock(clock), &flags, &threads, [&train_set, &test_set], out)?,
            Kind::Sgd => {
                let sgd = Sgd::new(lr).momentum(0.9).clock(clock);
                train(&mut net, sgd, &flags, &threads, [&train_set, &test_set], out)?;
            }
        }
    }
    if let Some(file) = save {
        save_safetensors(&net, file.path())?;
        writeln!(out, "weights saved to {}", file.path().display())?;
    }
    writeln!(out, "test accuracy: {:.2} %", 100.0 * accuracy(&net, &test_set))?;
    Ok(())
}

fn train<R: Rule>(
    net: &mut Net,
    mut optimizer: Optimizer<R>,
    flags: &Flags,
    threads: &Threads,
    [train_set, test_set]: [&Dataset; 2],
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mut tape = Tape::training(flags.seed);
    tape.set_threads(threads);
    for epoch in 0..flags.epochs {
        let batches = train_set.shuffled(epoch).try_batches(flags.batch_size)?;
        let bar = progress(epoch, flags.epochs, batches.len() as u64);
        let (start, mut images, mut total) = (Instant::now(), 0, 0.0);
        for batch in batches {
            tape.reset();
            let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
            let value = f64::from(loss.item());
            if !value.is_finite() {
                bar.finish_and_clear();
                let (step, lr) = (optimizer.steps(), flags.lr());
                bail!("the loss is {value} at step {step}: the run has diverged; try a lower rate than --lr {lr:?}");
            }
            optimizer.step(net, &loss.backward())?;
            images += batch.len();
            total += value * batch.len() as f64;
            bar.inc(1);
            if optimizer.steps().is_multiple_of(32) && !bar.is_hidden() {
                let speed = images as f64 / start.elapsed().as_secs_f64();
                bar.set_message(format!("loss {value:.4}  lr {:.2e}  {speed:.0} images/s", optimizer.lr()));
            }
        }
        let speed = images as f64 / start.elapsed().as_secs_f64();
        bar.finish_and_clear();
        writeln!(
            out,
            "epoch {:>2}/{}: loss {:.4}, test accuracy {:.2} %, lr {:.2e}, {speed:.0} images/s",
            epoch + 1,
            flags.epochs,
            total / images as f64,
            100.0 * accuracy(net, test_set),
            optimizer.lr(),
        )?;
    }
    Ok(())
}

/// On standard error; hidden when that or standard output is not a terminal.
fn progress(epoch: u64, epochs: u64, steps: u64) -> ProgressBar {
    if !io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("epoch {prefix} [{bar:30}] {pos}/{len}  {msg}").expect("a valid template");
    ProgressBar::new(steps).with_style(style.progress_chars("=> ")).with_prefix(format!("{:>2}/{epochs}", epoch + 1))
}

const HELP: &str = "\
Trains a net of two layers on MNIST, which is embedded, and says how many of the test images it reads right.

Usage: mnist [FLAGS]

  --epochs N          passes over the training images (default 5); 0 tests the untrained net
  --batch-size N      images per step (default 64)
  --lr X              peak of the learning rate, which warms up over 5 % of the run and then falls to 0 along a
                      cosine (default 5e-3 for adam, 0.1 for sgd)
  --hidden N          width of the hidden layer (default 128)
  --optimizer NAME    adam (default), or sgd with a momentum of 0.9
  --seed N            weights and order of the images (default 42)
  --threads N         threads to compute on (default: all); the result is the same on any number
  --data-dir FOLDER   train on the IDX files in this folder, plain or gzip, such as those of Fashion-MNIST
  --save FILE         write the weights as safetensors, under PyTorch's names
  --help              show this
";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Adam,
    Sgd,
}

/// What the command line asks for.
#[derive(Debug)]
struct Flags {
    epochs: u64,
    batch_size: usize,
    lr: Option<f64>,
    hidden: usize,
    optimizer: Kind,
    seed: u64,
    threads: usize,
    data: Option<OsString>,
    save: Option<OsString>,
}

impl Flags {
    /// None when help is asked for.
    fn read(mut arguments: lexopt::Parser) -> Result<Option<Flags>, Usage> {
        use lexopt::Arg::Long;
        let a = &mut arguments;
        let mut flags = Flags {
            epochs: 5,
            batch_size: 64,
            lr: None,
            hidden: 128,
            optimizer: Kind::Adam,
            seed: 42,
            threads: available_parallelism().map_or(1, NonZero::get),
            data: None,
            save: None,
        };
        while let Some(flag) = a.next()? {
            match flag {
                Long("epochs") => {
                    flags.epochs = value(a, "--epochs", "a whole number from 0 to 100000", |n| *n <= 100_000)?;
                }
                Long("batch-size") => {
                    flags.batch_size = value(a, "--batch-size", "a whole number, 1 or more", |n| *n >= 1)?;
                }
                Long("lr") => {
                    let positive = |lr: &f64| *lr > 0.0 && lr.is_finite();
                    flags.lr = Some(value(a, "--lr", "a number above 0", positive)?);
                }
                Long("hidden") => {
                    let sizes = 1..=65_536;
                    flags.hidden = value(a, "--hidden", "a whole number from 1 to 65536", |n| sizes.contains(n))?;
                }
                Long("optimizer") => {
                    let name: String = value(a, "--optimizer", "adam or sgd", |name| name == "adam" || name == "sgd")?;
                    flags.optimizer = if name == "adam" { Kind::Adam } else { Kind::Sgd };
                }
                Long("seed") => flags.seed = value(a, "--seed", "a whole number from 0 to 2^64 - 1", |_| true)?,
                Long("threads") => {
                    let counts = 1..=1_024;
                    flags.threads = value(a, "--threads", "a whole number from 1 to 1024", |n| counts.contains(n))?;
                }
                Long("data-dir") => flags.data = Some(a.value()?),
                Long("save") => flags.save = Some(a.value()?),
                Long("help") => return Ok(None),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(flags))
    }

    /// The peak of the learning rate.
    fn lr(&self) -> f64 {
        self.lr.unwrap_or(match self.optimizer {
            Kind::Adam => 5e-3,
            Kind::Sgd => 0.1,
        })
    }
}
