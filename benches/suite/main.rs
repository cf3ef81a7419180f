//! The workloads that are compared with other frameworks: training steps through the public API, written as a user writes them.
//!
//! ```text
//! cargo run --release -p rappel-benches --bin suite -- [NAME...] [--threads N] [--list]
//! ```
//! prints `name  median us/step  min` for each: nine timings of about 0.2 s after a warm-up, as the peers' programs do.
#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

mod dense;
mod text;
mod vision;

use std::time::Instant;

use anyhow::{Context, bail};
use rappel::prelude::*;

/// A training step to be repeated.
type Step = Box<dyn FnMut() -> anyhow::Result<()>>;

/// Name, and how to make the step for a number of threads.
type Workload = (&'static str, fn(&Threads) -> Step);

const WORKLOADS: [Workload; 10] = [
    ("moons", dense::moons),
    ("mlp_small", dense::mlp_small),
    ("mlp_adam", dense::mlp_adam),
    ("lenet", vision::lenet),
    ("cnn", vision::cnn),
    ("gru", text::gru),
    ("lstm", text::lstm),
    ("gpt", text::gpt),
    ("hvp", dense::hvp),
    ("infer1", dense::infer1),
];

fn main() -> anyhow::Result<()> {
    let mut threads = 2;
    let mut names = Vec::new();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        use lexopt::prelude::*;
        match argument {
            Long("list") => {
                WORKLOADS.iter().for_each(|(name, _)| println!("{name}"));
                return Ok(());
            }
            Long("threads") => threads = parser.value()?.parse()?,
            Value(name) => names.push(name.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if let Some(unknown) = names.iter().find(|n| !WORKLOADS.iter().any(|w| w.0 == n.as_str())) {
        bail!("there is no workload `{unknown}`; `--list` names them");
    }
    let threads = Threads::new(threads).context("--threads")?;
    for (name, make) in WORKLOADS.iter().filter(|w| names.is_empty() || names.iter().any(|n| n == w.0)) {
        time(name, &mut make(&threads))?;
    }
    Ok(())
}

/// Prints the median and the least of nine timings, in microseconds per step.
fn time(name: &str, step: &mut Step) -> anyhow::Result<()> {
    for _ in 0..10 {
        step()?;
    }
    let start = Instant::now();
    let mut warm = 0_u32;
    while start.elapsed().as_secs_f64() < 0.3 {
        step()?;
        warm += 1;
    }
    let each = (f64::from(warm) / 0.3 * 2.0 / 9.0).max(1.0) as u32;
    let mut times = Vec::new();
    for _ in 0..9 {
        let start = Instant::now();
        for _ in 0..each {
            step()?;
        }
        times.push(start.elapsed().as_secs_f64() / f64::from(each) * 1e6);
    }
    times.sort_by(f64::total_cmp);
    println!("{name:28} {:12.2} us/step   min {:.2}", times[4], times[0]);
    Ok(())
}

fn tape(threads: &Threads) -> Tape {
    let mut tape = Tape::training(0);
    tape.set_threads(threads);
    tape
}

/// Whole numbers below `end`, drawn evenly.
fn labels(shape: &[usize], end: u64, rng: &mut Rng) -> Tensor<u32> {
    Tensor::from_fn(shape, |_| rng.below(end) as u32)
}
