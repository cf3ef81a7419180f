//! A recurrent net learns to write, letter by letter, from the book of this project.
//!
//! The net reads one letter after the other and guesses the next. What it has read so far is in its state, a vector that it changes with
//! each letter. Texts are longer than any tape: the text is cut into pieces of 64 letters, and the state that a piece ends with is what
//! the next begins with. It is handed on as tensors ([`HiddenState::detach`](rappel::nn::HiddenState::detach)), which no gradient
//! passes, so each step costs the same ("truncated backpropagation through time"); a variable could not outlive its tape.
//!
//! ```text
//! cargo run --release --example char_rnn
//! cargo run --release --example char_rnn -- --text FILE --steps 5000 --hidden 256      any text of 20,000 letters or more
//! cargo run --release --example char_rnn -- --temperature 0.4                          more careful letters
//! ```
//!
//! The number that judges it is how many bits it needs for a letter of text it was not trained on. Letters by their frequency alone cost
//! about 4.8 bits. The picture shows how the bits fall in training.
//!
//! The idea and the settings are those of Karpathy, "The unreasonable effectiveness of recurrent neural networks", 2015.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::{Context, bail, ensure};
use rappel::optim::adapters;
use rappel::prelude::*;
use rappel_examples::{Usage, exit, value};
use rappel_file::Destination;
use rappel_lab::chart::{Chart, Scale};

const HELP: &str = "\
Trains a recurrent net to write like a text, letter by letter, and lets it write.

Usage: char_rnn [FLAGS]

  --text FILE         learn from this text in UTF-8 (default: the book of this project)
  --steps N           steps, each on 32 pieces of 64 letters (default 1500)
  --hidden N          width of the state (default 128)
  --lr X              peak of Adam's learning rate, which falls to 0 along a cosine (default 5e-3)
  --temperature X     below 1 the net writes what it is sure of, above 1 it dares more (default 0.7)
  --write N           letters to write at the end (default 400)
  --seed N            weights and the letters it writes (default 42)
  --threads N         threads to compute on (default: all); the result is the same on any number
  --svg FILE          the picture (default char_rnn.svg)
  --help              show this
";

/// Chapters of the book, of which the last twentieth of all is held out.
const BOOK: [&str; 12] = [
    include_str!("../docs/src/introduction.md"),
    include_str!("../docs/src/architecture.md"),
    include_str!("../docs/src/numerics.md"),
    include_str!("../docs/src/schedules.md"),
    include_str!("../docs/src/time.md"),
    include_str!("../docs/src/learning-rate.md"),
    include_str!("../docs/src/verdicts.md"),
    include_str!("../docs/src/gauge.md"),
    include_str!("../docs/src/sweeps.md"),
    include_str!("../docs/src/stability.md"),
    include_str!("../docs/src/optimizers.md"),
    include_str!("../docs/src/decisions.md"),
];

/// Pieces that are read beside each other, and letters of a piece.
const STREAMS: usize = 32;
const PIECE: usize = 64;

/// Reads letters and guesses the next ones.
#[derive(Module)]
struct Writer {
    embedding: Embedding,
    gru: Gru,
    output: Linear,
}

impl Writer {
    fn new(letters: usize, hidden: usize, rng: &mut Rng) -> Self {
        Writer {
            embedding: Embedding::new(letters, 64, rng),
            gru: Gru::new(64, hidden, rng).batch_first(),
            output: Linear::new(hidden, letters, rng),
        }
    }

    /// Scores of the letters that may follow each of the letters `[streams, time]`, and the state after the last.
    fn read<'t>(&self, tape: &'t Tape, letters: &Tensor<u32>, state: &HiddenState) -> (Var<'t>, HiddenState<Var<'t>>) {
        let (states, last) = self.gru.forward_from(self.embedding.forward(tape, letters), state);
        (self.output.forward(states).flatten(0, 1), last)
    }
}

/// A text as numbers of letters.
struct Text {
    alphabet: Vec<char>,
    train: Vec<u32>,
    held_out: Vec<u32>,
}

impl Text {
    fn new(text: &str) -> anyhow::Result<Text> {
        let mut alphabet: Vec<char> = text.chars().collect();
        let length = alphabet.len();
        ensure!(length >= 20_000, "the text has {length} letters; at least 20000 are needed to learn from");
        alphabet.sort_unstable();
        alphabet.dedup();
        let number = |c| alphabet.binary_search(&c).expect("the alphabet has all letters") as u32;
        let mut train: Vec<u32> = text.chars().map(number).collect();
        let held_out = train.split_off(length - length / 20);
        Ok(Text { alphabet, train, held_out })
    }
}

fn main() -> ExitCode {
    exit("char_rnn", run(lexopt::Parser::from_env(), &mut io::stdout()))
}

/// The program, its results written to `out`.
///
/// # Errors
/// [`Usage`] for a bad command line; a text that cannot be read or is too short, a loss that is no number any more, a file that
/// cannot be written.
pub fn run(arguments: lexopt::Parser, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(flags) = Flags::read(arguments)? else { return Ok(write!(out, "{HELP}")?) };
    // Looked at before the work begins, so that a long run does not lose its result.
    let picture = Destination::new(&flags.svg)?;
    let text = match &flags.text {
        None => Text::new(&BOOK.concat())?,
        Some(file) => {
            let text = fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()));
            Text::new(&text.map_err(|e| anyhow::anyhow!("{e:#}"))?)
                .map_err(|e| anyhow::anyhow!("{}: {e}", file.display()))?
        }
    };
    let mut rng = Rng::seed(flags.seed);
    let mut net = Writer::new(text.alphabet.len(), flags.hidden, &mut rng);
    let mut adam = Adam::new(cosine(flags.lr, 0.0, flags.steps.max(1))) | adapters::clip_norm(1.0);
    let mut tape = Tape::training(flags.seed);
    tape.set_threads(&Threads::new(flags.threads)?);
    writeln!(
        out,
        "{} letters, {} different; {} parameters",
        text.train.len() + text.held_out.len(),
        text.alphabet.len(),
        net.count_parameters()
    )?;

    // Each stream reads its part of the text from its beginning to its end, then again.
    let part = text.train.len() / STREAMS;
    let pieces = (part - 1) / PIECE;
    let letters = |piece: usize, ahead: usize| {
        Tensor::from_fn(&[STREAMS, PIECE], |i| text.train[i / PIECE * part + piece * PIECE + i % PIECE + ahead])
    };
    let mut state = net.gru.zero_state(STREAMS);
    let (mut on_train, mut on_held_out, mut sum) = (Vec::new(), Vec::new(), 0.0);
    for step in 0..flags.steps {
        let piece = step as usize % pieces;
        if piece == 0 {
            state = net.gru.zero_state(STREAMS);
        }
        tape.reset();
        let (scores, after) = net.read(&tape, &letters(piece, 0), &state);
        state = after.detach();
        let loss = scores.cross_entropy(&letters(piece, 1).reshape(&[STREAMS * PIECE]));
        let bits = bits(loss.item().into());
        if !bits.is_finite() {
            bail!("the loss is {bits} at step {step}: the run has diverged; try a lower rate than --lr {:?}", flags.lr);
        }
        adam.step(&mut net, &loss.backward())?;
        sum += bits;
        if (step + 1) % 100 == 0 || step + 1 == flags.steps {
            let some = step % 100 + 1;
            on_train.push(((step + 1) as f64, sum / some as f64));
            on_held_out.push(((step + 1) as f64, judged(&net, &text.held_out)));
            let (train, held_out) = (on_train[on_train.len() - 1].1, on_held_out[on_held_out.len() - 1].1);
            writeln!(out, "step {:>5}: {train:.3} bits a letter, {held_out:.3} of text it has not seen", step + 1)?;
            sum = 0.0;
        }
    }
    if !on_train.is_empty() {
        let chart = Chart::new("Bits a letter", Scale::linear("step"), Scale::linear("bits"))
            .line("text it learns from", on_train)
            .line("text it has not seen", on_held_out);
        picture.write(chart.svg(760, 460)?.as_bytes())?;
        writeln!(out, "the bits are drawn in {}", picture.path().display())?;
    }
    writeln!(out, "---\n{}\n---", written(&net, &text, &flags, &mut rng))?;
    writeln!(out, "bits a letter: {:.3}", judged(&net, &text.held_out))?;
    Ok(())
}

/// Nats as bits.
fn bits(nats: f64) -> f64 {
    nats / std::f64::consts::LN_2
}

/// Bits a letter of a text, read from its beginning in pieces, so that a long text needs no more memory than a short one.
fn judged(net: &Writer, text: &[u32]) -> f64 {
    let (mut tape, mut state, mut nats) = (Tape::new(), net.gru.zero_state(1), 0.0);
    let n = text.len() - 1;
    for from in (0..n).step_by(1024) {
        let to = n.min(from + 1024);
        tape.reset();
        let (scores, after) = net.read(&tape, &Tensor::new(&text[from..to], &[1, to - from]), &state);
        state = after.detach();
        let loss = scores.cross_entropy(&Tensor::new(&text[from + 1..=to], &[to - from])).item();
        nats += f64::from(loss) * (to - from) as f64;
    }
    bits(nats / n as f64)
}

/// What the net writes: each letter is drawn by the probabilities that the net gives it, and read again.
fn written(net: &Writer, text: &Text, flags: &Flags, rng: &mut Rng) -> String {
    let (mut tape, mut state, mut letter) = (Tape::new(), net.gru.zero_state(1), text.train[0]);
    let mut letters = String::new();
    for _ in 0..flags.write {
        tape.reset();
        let (scores, after) = net.read(&tape, &Tensor::from([[letter]]), &state);
        state = after.detach();
        let likely = (scores / flags.temperature).softmax(1).value();
        let mut left = rng.uniform();
        let drawn = likely.data().iter().position(|p| {
            left -= f64::from(*p);
            left < 0.0
        });
        letter = drawn.unwrap_or(likely.len() - 1) as u32;
        letters.push(text.alphabet[letter as usize]);
    }
    letters
}

/// What the command line asks for.
#[derive(Debug)]
struct Flags {
    text: Option<PathBuf>,
    steps: u64,
    hidden: usize,
    lr: f64,
    temperature: f64,
    write: usize,
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
            text: None,
            steps: 1500,
            hidden: 128,
            lr: 5e-3,
            temperature: 0.7,
            write: 400,
            seed: 42,
            threads: available_parallelism().map_or(1, NonZero::get),
            svg: "char_rnn.svg".into(),
        };
        let positive = |x: &f64| *x > 0.0 && x.is_finite();
        while let Some(flag) = a.next()? {
            match flag {
                Long("text") => flags.text = Some(a.value()?.into()),
                Long("steps") => {
                    flags.steps = value(a, "--steps", "a whole number from 0 to 10000000", |n| *n <= 10_000_000)?;
                }
                Long("hidden") => {
                    let sizes = 1..=65_536;
                    flags.hidden = value(a, "--hidden", "a whole number from 1 to 65536", |n| sizes.contains(n))?;
                }
                Long("lr") => flags.lr = value(a, "--lr", "a number above 0", positive)?,
                Long("temperature") => {
                    flags.temperature =
                        value(a, "--temperature", "a number of 1e-6 or more", |x: &f64| *x >= 1e-6 && x.is_finite())?
                }
                Long("write") => {
                    flags.write = value(a, "--write", "a whole number from 0 to 1000000", |n| *n <= 1_000_000)?;
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
