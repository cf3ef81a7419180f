//! An image through the eye of a needle: what is left of a digit in two numbers.
//!
//! An autoencoder is trained to give back what it was given, through a layer of two numbers. No label is shown to it; to give images
//! back it has to find what they differ in, and images of one digit come to lie together. The picture is the plane of those two
//! numbers with 3,000 test images in it, coloured by the digit that the net was never told.
//!
//! ```text
//! cargo run --release --example autoencoder                                    error 0.039, 67 % beside one of their digit
//! cargo run --release --example autoencoder -- --linear --lr 0.01 --epochs 10  0.0557, 38 %: what two principal components give
//! cargo run --release --example autoencoder -- --latent 8                      the picture shows the first two numbers
//! ```
//!
//! Two numbers judge it: the mean square error of the pixels, of which an image that is the same for all leaves 0.067, and how often the
//! nearest other image in the plane is of the same digit: one in ten by chance.
//!
//! Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks", Science 2006.

use std::ffi::OsString;
use std::io::{self, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::bail;
use rappel::prelude::*;
use rappel_examples::{Usage, exit, value};
use rappel_file::Destination;
use rappel_lab::chart::{Chart, Scale};

const HELP: &str = "\
Trains an autoencoder on MNIST, which is embedded, and draws the test images in its plane.

Usage: autoencoder [FLAGS]

  --linear        without activations: principal components
  --latent N      numbers in the middle (default 2)
  --epochs N      passes over the training images (default 5)
  --lr X          peak of Adam's learning rate, which warms up and falls to 0 along a cosine (default 2e-3)
  --train N       use this many training images (default 60000)
  --seed N        weights and order of the images (default 42)
  --threads N     threads to compute on (default: all); the result is the same on any number
  --svg FILE      the picture (default autoencoder.svg)
  --help          show this
";

/// Test images in the picture.
const DRAWN: usize = 3000;

/// Images per step.
const BATCH: usize = 128;

/// A net that makes a few numbers of an image, and one that makes an image of them.
#[derive(Module)]
struct Autoencoder {
    encoder: Sequential,
    decoder: Sequential,
}

impl Autoencoder {
    fn new(latent: usize, linear: bool, rng: &mut Rng) -> Self {
        if linear {
            let encoder = Sequential::new().push(Linear::new(784, latent, rng));
            return Autoencoder { encoder, decoder: Sequential::new().push(Linear::new(latent, 784, rng)) };
        }
        let encoder = Sequential::new()
            .push(Linear::new(784, 256, rng))
            .push(Relu)
            .push(Linear::new(256, 64, rng))
            .push(Relu)
            .push(Linear::new(64, latent, rng));
        let decoder = Sequential::new()
            .push(Linear::new(latent, 64, rng))
            .push(Relu)
            .push(Linear::new(64, 256, rng))
            .push(Relu)
            .push(Linear::new(256, 784, rng));
        Autoencoder { encoder, decoder }
    }
}

impl Layer for Autoencoder {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.decoder.forward(self.encoder.forward(x))
    }
}

fn main() -> ExitCode {
    exit("autoencoder", run(lexopt::Parser::from_env(), &mut io::stdout()))
}

/// The program, its results written to `out`.
///
/// # Errors
/// [`Usage`] for a bad command line; a loss that is no number any more, a file that cannot be written.
pub fn run(arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(flags) = Flags::read(arguments)? else { return Ok(write!(out, "{HELP}")?) };
    // Looked at before the work begins, so that a long run does not lose its result.
    let picture = Destination::new(&flags.svg)?;
    let threads = Threads::new(flags.threads)?;
    let (train, test) = rappel_mnist::load()?;
    let train = train.take(flags.train).with_seed(flags.seed);
    let mut net = Autoencoder::new(flags.latent, flags.linear, &mut Rng::seed(flags.seed));
    let clock = Clock::new().epoch(train.batches_per_epoch(BATCH)).total(epochs(flags.epochs.max(1)));
    let mut adam = Adam::new(warmup(flags.lr, percent(5)).then(cosine(flags.lr, 0.0, rest()))).clock(clock);
    let mut tape = Tape::training(flags.seed);
    tape.set_threads(&threads);
    for epoch in 0..flags.epochs {
        let (mut total, mut images) = (0.0, 0);
        for batch in train.shuffled(epoch).batches(BATCH) {
            tape.reset();
            let x = tape.input(&batch.x);
            let loss = net.forward(x).mse(x);
            let value = f64::from(loss.item());
            if !value.is_finite() {
                bail!(
                    "the loss is {value} at step {}: the run has diverged; try a lower rate than --lr {:?}",
                    adam.steps(),
                    flags.lr
                );
            }
            adam.step(&mut net, &loss.backward())?;
            total += value * batch.len() as f64;
            images += batch.len();
        }
        writeln!(out, "epoch {}/{}: mean square error {:.4}", epoch + 1, flags.epochs, total / images as f64)?;
    }

    let all = test.all();
    tape = Tape::new();
    tape.set_threads(&threads);
    let x = tape.input(&all.x);
    let codes = net.encoder.forward(x);
    let error = net.decoder.forward(codes).mse(x).item();
    let codes = codes.value();
    let points: Vec<Vec<f32>> = codes.data().chunks_exact(flags.latent).map(<[f32]>::to_vec).collect();
    picture.write(drawn(&points[..DRAWN], &all.y.data()[..DRAWN])?.as_bytes())?;
    writeln!(out, "the plane is drawn in {}", picture.path().display())?;
    writeln!(
        out,
        "test error: {error:.4}, nearest is of the same digit: {:.1} %",
        100.0 * alike(&points, all.y.data())
    )?;
    Ok(())
}

/// How often the nearest other point has the same digit.
fn alike(points: &[Vec<f32>], digits: &[u32]) -> f64 {
    let distance = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    let same = points.iter().enumerate().filter(|(i, point)| {
        let others = points.iter().enumerate().filter(|(j, _)| j != i);
        let nearest = others.min_by(|a, b| distance(a.1, point).total_cmp(&distance(b.1, point)));
        nearest.is_some_and(|(j, _)| digits[j] == digits[*i])
    });
    same.count() as f64 / points.len() as f64
}

/// Points of the plane by digit; of more than two numbers the first two.
fn drawn(points: &[Vec<f32>], digits: &[u32]) -> anyhow::Result<String> {
    let second = |point: &Vec<f32>| f64::from(point.get(1).copied().unwrap_or(0.0));
    let axes = [Scale::linear("first number"), Scale::linear("second number")];
    let [x, y] = axes;
    let mut chart = Chart::new("Test images in the plane of an autoencoder", x, y);
    for digit in 0..10 {
        let own = points.iter().zip(digits).filter(|(_, own)| **own == digit);
        chart = chart.dots(digit.to_string(), own.map(|(point, _)| (f64::from(point[0]), second(point))));
    }
    Ok(chart.svg(760, 700)?)
}

/// What the command line asks for.
#[derive(Debug)]
struct Flags {
    linear: bool,
    latent: usize,
    epochs: u64,
    lr: f64,
    train: usize,
    seed: u64,
    threads: usize,
    svg: OsString,
}

impl Flags {
    /// None when help is asked for.
    fn read(mut arguments: lexopt::Parser) -> Result<Option<Flags>, Usage> {
        use lexopt::Arg::Long;
        let a = &mut arguments;
        let mut flags = Flags {
            linear: false,
            latent: 2,
            epochs: 5,
            lr: 2e-3,
            train: 60_000,
            seed: 42,
            threads: available_parallelism().map_or(1, NonZero::get),
            svg: "autoencoder.svg".into(),
        };
        while let Some(flag) = a.next()? {
            match flag {
                Long("linear") => flags.linear = true,
                Long("latent") => {
                    let sizes = 1..=784;
                    flags.latent = value(a, "--latent", "a whole number from 1 to 784", |n| sizes.contains(n))?;
                }
                Long("epochs") => {
                    flags.epochs = value(a, "--epochs", "a whole number from 0 to 10000", |n| *n <= 10_000)?;
                }
                Long("lr") => {
                    flags.lr = value(a, "--lr", "a number above 0", |lr: &f64| *lr > 0.0 && lr.is_finite())?;
                }
                Long("train") => {
                    let counts = 1..=60_000;
                    flags.train = value(a, "--train", "a whole number from 1 to 60000", |n| counts.contains(n))?;
                }
                Long("seed") => flags.seed = value(a, "--seed", "a whole number from 0 to 2^64 - 1", |_| true)?,
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
