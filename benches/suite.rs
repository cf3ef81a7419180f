//! The workloads that are compared with other frameworks: training steps through the public API, written as a user writes them.
//!
//! ```text
//! cargo run --release -p rappel-benches --bin suite -- [NAME...] [--threads N] [--list]
//! ```
//! prints `name  median us/step  min` for each: nine timings of about 0.2 s after a warm-up, as the peers' programs do.
#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

use std::time::Instant;

use anyhow::{Context, bail};
use rappel::prelude::*;
use rappel::transform::Linearised;

/// A training step to be repeated.
type Step = Box<dyn FnMut() -> anyhow::Result<()>>;

/// Name, and how to make the step for a number of threads.
type Workload = (&'static str, fn(&Threads) -> Step);

const WORKLOADS: [Workload; 5] =
    [("moons", moons), ("mlp_small", mlp_small), ("mlp_adam", mlp_adam), ("hvp", hvp), ("infer1", infer1)];

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

fn labels(n: usize, rng: &mut Rng) -> Tensor<u32> {
    Tensor::from_fn(&[n], |_| rng.below(10) as u32)
}

/// 2-16-16-1, tanh, binary cross-entropy, SGD at 0.1, all 100 points at once.
fn moons(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = Sequential::new()
        .push(Linear::new(2, 16, &mut rng))
        .push(Tanh)
        .push(Linear::new(16, 16, &mut rng))
        .push(Tanh)
        .push(Linear::new(16, 1, &mut rng));
    let x = Tensor::normal(&[100, 2], 0.0, 1.0, &mut rng);
    let y = Tensor::from_fn(&[100, 1], |_| rng.uniform().round() as f32);
    let (mut sgd, mut tape) = (Sgd::new(0.1), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).bce_with_logits(tape.input(&y));
        sgd.step(&mut net, &loss.backward())?;
        Ok(())
    })
}

/// 784-128-10, ReLU, cross-entropy, SGD at 0.1, batch 64.
fn mlp_small(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net =
        Sequential::new().push(Linear::new(784, 128, &mut rng)).push(Relu).push(Linear::new(128, 10, &mut rng));
    let x = Tensor::uniform(&[64, 784], 0.0, 1.0, &mut rng);
    let y = labels(64, &mut rng);
    let (mut sgd, mut tape) = (Sgd::new(0.1), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).cross_entropy(&y);
        sgd.step(&mut net, &loss.backward())?;
        Ok(())
    })
}

/// 784-512-512-10, ReLU, cross-entropy, Adam at 1e-3, batch 128.
fn mlp_adam(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = Sequential::new()
        .push(Linear::new(784, 512, &mut rng))
        .push(Relu)
        .push(Linear::new(512, 512, &mut rng))
        .push(Relu)
        .push(Linear::new(512, 10, &mut rng));
    let x = Tensor::uniform(&[128, 784], 0.0, 1.0, &mut rng);
    let y = labels(128, &mut rng);
    let (mut adam, mut tape) = (Adam::new(1e-3), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).cross_entropy(&y);
        adam.step(&mut net, &loss.backward())?;
        Ok(())
    })
}

/// The Hessian of 784-128-10 (tanh, cross-entropy, batch 64) times a direction in all its 101,770 parameters.
fn hvp(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let net = Sequential::new().push(Linear::new(784, 128, &mut rng)).push(Tanh).push(Linear::new(128, 10, &mut rng));
    let v = Gradients::from_fn(&net, |_, p| Tensor::full(p.value.shape(), 0.1));
    let x = Tensor::uniform(&[64, 784], 0.0, 1.0, &mut rng);
    let y = labels(64, &mut rng);
    let mut tape = tape(threads);
    Box::new(move || {
        tape.reset();
        let loss = net.forward(tape.input(&x)).cross_entropy(&y);
        std::hint::black_box(Linearised::new(loss).hvp(&v));
        Ok(())
    })
}

/// 784-128-10 on one input, without gradients.
fn infer1(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let net = Sequential::new().push(Linear::new(784, 128, &mut rng)).push(Relu).push(Linear::new(128, 10, &mut rng));
    let x = Tensor::uniform(&[1, 784], 0.0, 1.0, &mut rng);
    let mut tape = Tape::new();
    tape.set_threads(threads);
    Box::new(move || {
        tape.reset();
        std::hint::black_box(net.forward(tape.input(&x)).value());
        Ok(())
    })
}
