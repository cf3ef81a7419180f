//! What the gauge costs: training steps of the suite's workloads with it and without, as a ratio.
//!
//! ```text
//! cargo bench -p rappel-benches --bench gauge -- [NAME...] [--threads N] [--values N]
//! ```
//! prints `name  us/step without  with  ratio`. Both run in turn, a few steps at a time, so that what else the machine does meets both
//! alike; times are medians of these turns.
#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

use std::time::Instant;

use anyhow::{Context, bail};
use rappel::optim::Stepper;
use rappel::prelude::*;
use rappel_lab::gauge::Gauge;

/// What is learned: inputs, and classes or targets.
struct Task {
    net: Sequential,
    x: Tensor,
    y: Goal,
    optimizer: Box<dyn Stepper>,
}

enum Goal {
    Classes(Tensor<u32>),
    Targets(Tensor),
}

/// Name, and how to make the task.
type Workload = (&'static str, fn() -> Task);

const WORKLOADS: [Workload; 3] = [("moons", moons), ("mlp_small", mlp_small), ("mlp_adam", mlp_adam)];

fn main() -> anyhow::Result<()> {
    let (mut threads, mut values) = (2, None);
    let mut names = Vec::new();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        use lexopt::prelude::*;
        match argument {
            Long("threads") => threads = parser.value()?.parse()?,
            Long("values") => values = Some(parser.value()?.parse()?),
            Long("bench") => {}
            Value(name) => names.push(name.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if let Some(unknown) = names.iter().find(|n| !WORKLOADS.iter().any(|w| w.0 == n.as_str())) {
        bail!("there is no workload `{unknown}`");
    }
    let threads = Threads::new(threads).context("--threads")?;
    for (name, make) in WORKLOADS.iter().filter(|w| names.is_empty() || names.iter().any(|n| n == w.0)) {
        let gauge = values.map_or_else(Gauge::new, |values| Gauge::new().values(values));
        time(name, make(), gauge, &threads)?;
    }
    Ok(())
}

/// Prints the medians of many turns, in microseconds per step, and their ratio.
fn time(name: &str, mut task: Task, mut gauge: Gauge, threads: &Threads) -> anyhow::Result<()> {
    let mut tape = Tape::training(0);
    tape.set_threads(threads);
    let mut steps = |gauge: Option<&mut Gauge>, n: usize| -> anyhow::Result<f64> {
        let mut gauge = gauge;
        let start = Instant::now();
        for _ in 0..n {
            tape.reset();
            let y = task.net.forward(tape.input(&task.x));
            let loss = match &task.y {
                Goal::Classes(classes) => y.cross_entropy(classes),
                Goal::Targets(targets) => y.bce_with_logits(tape.input(targets)),
            };
            // Who gauges a loop knows its loss, and so does who does not.
            let value = std::hint::black_box(loss.item());
            let gradients = loss.backward();
            match &mut gauge {
                Some(gauge) => drop(gauge.step(&mut *task.optimizer, &mut task.net, value, &gradients)?),
                None => drop(task.optimizer.step(&mut task.net, &gradients)?),
            }
        }
        Ok(start.elapsed().as_secs_f64() / n as f64 * 1e6)
    };
    let warm = (0..20).map(|_| steps(None, 5)).collect::<Result<Vec<_>, _>>()?;
    let each = (300.0 / median(warm)).ceil().max(4.0) as usize;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    let start = Instant::now();
    while start.elapsed().as_secs_f64() < 8.0 {
        // The first step of a turn has nothing to complete.
        steps(Some(&mut gauge), 1)?;
        with.push(steps(Some(&mut gauge), each)?);
        steps(None, 1)?;
        without.push(steps(None, each)?);
    }
    let (with, without) = (median(with), median(without));
    println!("{name:28} {without:12.2} us/step without {with:12.2} with, ratio {:.4}", with / without);
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn labels(n: usize, rng: &mut Rng) -> Goal {
    Goal::Classes(Tensor::from_fn(&[n], |_| rng.below(10) as u32))
}

/// 2-16-16-1, tanh, binary cross-entropy, SGD at 0.1, all 100 points at once.
fn moons() -> Task {
    let mut rng = Rng::seed(0);
    let net = Sequential::new()
        .push(Linear::new(2, 16, &mut rng))
        .push(Tanh)
        .push(Linear::new(16, 16, &mut rng))
        .push(Tanh)
        .push(Linear::new(16, 1, &mut rng));
    let x = Tensor::normal(&[100, 2], 0.0, 1.0, &mut rng);
    let y = Goal::Targets(Tensor::from_fn(&[100, 1], |_| rng.uniform().round() as f32));
    Task { net, x, y, optimizer: Box::new(Sgd::new(0.1)) }
}

/// 784-128-10, ReLU, cross-entropy, SGD at 0.1, batch 64.
fn mlp_small() -> Task {
    let mut rng = Rng::seed(0);
    let net = Sequential::new().push(Linear::new(784, 128, &mut rng)).push(Relu).push(Linear::new(128, 10, &mut rng));
    let x = Tensor::uniform(&[64, 784], 0.0, 1.0, &mut rng);
    let y = labels(64, &mut rng);
    Task { net, x, y, optimizer: Box::new(Sgd::new(0.1)) }
}

/// 784-512-512-10, ReLU, cross-entropy, Adam at 1e-3, batch 128.
fn mlp_adam() -> Task {
    let mut rng = Rng::seed(0);
    let net = Sequential::new()
        .push(Linear::new(784, 512, &mut rng))
        .push(Relu)
        .push(Linear::new(512, 512, &mut rng))
        .push(Relu)
        .push(Linear::new(512, 10, &mut rng));
    let x = Tensor::uniform(&[128, 784], 0.0, 1.0, &mut rng);
    let y = labels(128, &mut rng);
    Task { net, x, y, optimizer: Box::new(Adam::new(1e-3)) }
}
