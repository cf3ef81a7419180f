//! A convolutional net reads digits: 99.3 % after three epochs, and the picture shows the rest.
//!
//! A fully connected net (the example `mnist`) has to learn a stroke anew for each place it may stand at; 98.3 % is its end. A
//! convolution looks for the same small pattern everywhere, and pooling forgets where exactly it was. Batch normalisation keeps the
//! signals of all layers at one size, so that a high learning rate does no harm; its running statistics are buffers, which the step
//! moves along with the weights. Dropout, which acts in training only, keeps the net from leaning on single features.
//!
//! ```text
//! cargo run --release --example mnist_cnn                     three epochs
//! cargo run --release --example mnist_cnn -- --epochs 1 --threads 1
//! ```
//!
//! The picture shows the test images that are read wrong, those first of which the net is surest. Some of them you would read wrong too.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::thread::available_parallelism;
use std::time::Instant;

use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};
use rappel::prelude::*;
use rappel_examples::{Usage, exit, value};
use rappel_file::Destination;

const HELP: &str = "\
Trains a convolutional net on MNIST, which is embedded, and draws the test images that it reads wrong.

Usage: mnist_cnn [FLAGS]

  --epochs N          passes over the training images (default 3); 0 tests the untrained net
  --batch-size N      images per step (default 64)
  --lr X              peak of Adam's learning rate, which warms up over 10 % of the run and then falls to 0 along a
                      cosine (default 4e-3)
  --train N           use this many training images (default 60000)
  --seed N            weights, order of the images and dropout (default 42)
  --threads N         threads to compute on (default: all); the result is the same on any number
  --save FILE         write the weights as safetensors, under PyTorch's names
  --svg FILE          the picture (default mnist_cnn.svg)
  --help              show this
";

/// So many of the images that are read wrong are drawn, so many in a row.
const DRAWN: (usize, usize) = (60, 12);

/// Side of an image.
const SIDE: usize = 28;

/// Two convolutions, each with its pooling, and two linear maps.
fn net(rng: &mut Rng) -> Sequential {
    Sequential::new()
        .push(Conv2d::new(1, 16, 3, rng).padding(1))
        .push(BatchNorm2d::new(16))
        .push(Relu)
        .push(MaxPool2d::new(2))
        .push(Conv2d::new(16, 32, 3, rng).padding(1))
        .push(BatchNorm2d::new(32))
        .push(Relu)
        .push(MaxPool2d::new(2))
        .push(Flatten)
        .push(Linear::new(32 * 7 * 7, 128, rng))
        .push(Relu)
        .push(Dropout::new(0.3))
        .push(Linear::new(128, 10, rng))
}

fn main() -> ExitCode {
    exit("mnist_cnn", run(lexopt::Parser::from_env(), &mut io::stdout()))
}

/// The program, its results written to `out`.
///
/// # Errors
/// [`Usage`] for a bad command line; a loss that is no number any more, a file that cannot be written.
pub fn run(arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(flags) = Flags::read(arguments)? else { return Ok(write!(out, "{HELP}")?) };
    // Looked at before the work begins, so that a long run does not lose its result.
    let picture = Destination::new(&flags.svg)?;
    let save = flags.save.as_ref().map(Destination::new).transpose()?;
    let threads = Threads::new(flags.threads)?;
    let (train, test) = rappel_mnist::load()?;
    let [train, test] = [train.take(flags.train), test].map(|data| data.with_sample_shape(&[1, SIDE, SIDE]));
    let train = train.with_seed(flags.seed);
    let mut net = net(&mut Rng::seed(flags.seed));
    writeln!(out, "{}", net.check(&[flags.batch_size, 1, SIDE, SIDE])?)?;

    let epoch = train.try_batches(flags.batch_size)?.len();
    let clock = Clock::new().epoch(epoch).total(epochs(flags.epochs.max(1)));
    let mut adam = Adam::new(warmup(flags.lr, percent(10)).then(cosine(flags.lr, 0.0, rest()))).clock(clock);
    let mut tape = Tape::training(flags.seed);
    tape.set_threads(&threads);
    for n in 0..flags.epochs {
        let bar = progress(n, flags.epochs, epoch as u64);
        let (start, mut images, mut total) = (Instant::now(), 0, 0.0);
        for batch in train.shuffled(n).batches(flags.batch_size) {
            tape.reset();
            let loss = net.forward(tape.input(&batch.x)).cross_entropy(&batch.y);
            let value = f64::from(loss.item());
            if !value.is_finite() {
                bar.finish_and_clear();
                bail!(
                    "the loss is {value} at step {}: the run has diverged; try a lower rate than --lr {:?}",
                    adam.steps(),
                    flags.lr
                );
            }
            adam.step(&mut net, &loss.backward())?;
            images += batch.len();
            total += value * batch.len() as f64;
            bar.inc(1);
        }
        bar.finish_and_clear();
        let speed = images as f64 / start.elapsed().as_secs_f64();
        let (loss, right) = (total / images as f64, 100.0 * reads(&net, &test, &threads).0);
        writeln!(
            out,
            "epoch {}/{}: loss {loss:.4}, test accuracy {right:.2} %, {speed:.0} images/s",
            n + 1,
            flags.epochs
        )?;
    }
    if let Some(file) = save {
        save_safetensors(&net, file.path())?;
        writeln!(out, "weights saved to {}", file.path().display())?;
    }
    let (right, wrong) = reads(&net, &test, &threads);
    picture.write(drawn(&wrong).as_bytes())?;
    writeln!(out, "the images that are read wrong are drawn in {}", picture.path().display())?;
    writeln!(out, "test accuracy: {:.2} %", 100.0 * right)?;
    Ok(())
}

/// An image that was read wrong.
struct Misread {
    pixels: Vec<f32>,
    is: u32,
    read: u32,
    /// The probability the net gives to what it reads.
    sure: f32,
}

/// The share of images that are read right, and those that are not, the surest first.
fn reads(net: &Sequential, data: &Dataset, threads: &Threads) -> (f64, Vec<Misread>) {
    let (mut tape, mut wrong) = (Tape::new(), Vec::new());
    tape.set_threads(threads);
    for batch in data.batches(250) {
        tape.reset();
        let scores = net.forward(tape.input(&batch.x)).softmax(1).value();
        let images = batch.x.data().chunks_exact(SIDE * SIDE);
        for ((row, &is), pixels) in scores.data().chunks_exact(10).zip(batch.y.data()).zip(images) {
            let (read, &sure) = (0..).zip(row).max_by(|a, b| a.1.total_cmp(b.1)).expect("ten classes");
            if read != is {
                wrong.push(Misread { pixels: pixels.to_vec(), is, read, sure });
            }
        }
    }
    let right = 1.0 - wrong.len() as f64 / data.len() as f64;
    wrong.sort_by(|a, b| b.sure.total_cmp(&a.sure));
    (right, wrong)
}

/// Images beside each other, under each what it is and what was read.
fn drawn(wrong: &[Misread]) -> String {
    let (most, columns) = DRAWN;
    let shown = &wrong[..wrong.len().min(most)];
    let (width, height) = (3 * SIDE + 12, 3 * SIDE + 30);
    let size = (columns * width + 12, shown.len().div_ceil(columns) * height + 50);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" \
         font-family=\"sans-serif\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n\
         <text x=\"12\" y=\"28\" font-size=\"17\">{2} of 10000 test images are read wrong; the {3} the net is surest of</text>\n",
        size.0,
        size.1,
        wrong.len(),
        shown.len(),
    );
    for (i, image) in shown.iter().enumerate() {
        let (x, y) = (12 + i % columns * width, 46 + i / columns * height);
        let _ = writeln!(svg, "<g transform=\"translate({x} {y})\"><rect width=\"84\" height=\"84\" fill=\"black\"/>");
        for (row, pixels) in image.pixels.chunks_exact(SIDE).enumerate() {
            let mut column = 0;
            // Pixels of one of eight shades beside each other are one piece.
            let shade = |pixel: f32| (pixel * 7.0).round() as u32;
            for piece in pixels.chunk_by(|a, b| shade(*a) == shade(*b)) {
                let grey = shade(piece[0]) * 255 / 7;
                if grey > 0 {
                    let (left, top, wide) = (3 * column, 3 * row, 3 * piece.len());
                    let _ =
                        write!(svg, "<path d=\"M{left} {top}h{wide}v3h-{wide}z\" fill=\"rgb({grey},{grey},{grey})\"/>");
                }
                column += piece.len();
            }
        }
        let Misread { is, read, sure, .. } = image;
        let _ =
            writeln!(svg, "<text x=\"0\" y=\"99\" font-size=\"12\">{is} as {read}, {:.0} %</text></g>", 100.0 * sure);
    }
    svg + "</svg>\n"
}

/// On standard error; hidden when that or standard output is not a terminal.
fn progress(epoch: u64, epochs: u64, steps: u64) -> ProgressBar {
    if !io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("epoch {prefix} [{bar:30}] {pos}/{len} {eta}").expect("a valid template");
    ProgressBar::new(steps).with_style(style.progress_chars("=> ")).with_prefix(format!("{}/{epochs}", epoch + 1))
}

/// What the command line asks for.
#[derive(Debug)]
struct Flags {
    epochs: u64,
    batch_size: usize,
    lr: f64,
    train: usize,
    seed: u64,
    threads: usize,
    save: Option<OsString>,
    svg: OsString,
}

impl Flags {
    /// None when help is asked for.
    fn read(mut arguments: lexopt::Parser) -> Result<Option<Flags>, Usage> {
        use lexopt::Arg::Long;
        let a = &mut arguments;
        let mut flags = Flags {
            epochs: 3,
            batch_size: 64,
            lr: 4e-3,
            train: 60_000,
            seed: 42,
            threads: available_parallelism().map_or(1, NonZero::get),
            save: None,
            svg: "mnist_cnn.svg".into(),
        };
        while let Some(flag) = a.next()? {
            match flag {
                Long("epochs") => {
                    flags.epochs = value(a, "--epochs", "a whole number from 0 to 10000", |n| *n <= 10_000)?;
                }
                Long("batch-size") => {
                    let counts = 1..=60_000;
                    flags.batch_size =
                        value(a, "--batch-size", "a whole number from 1 to 60000", |n| counts.contains(n))?;
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
                Long("save") => flags.save = Some(a.value()?),
                Long("svg") => flags.svg = a.value()?,
                Long("help") => return Ok(None),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(flags))
    }
}
