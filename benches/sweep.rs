//! How many member-steps a sweep makes: runs of a small net over rates and seeds, as a user sweeps a closure.
//!
//! ```text
//! cargo run --release -p rappel-benches --bin sweep -- [moons] [mnist1d] [--members N] [--threads N]
//! ```
//! prints `name  median us/member-step  min` of nine sweeps of about half a second each, so that it can be run in turn with
//! `peers/sweep_jax.py`, which trains the same nets with `vmap` over members.
#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

use std::time::Instant;

use anyhow::bail;
use rappel::prelude::*;
use rappel_lab::LabError;
use rappel_lab::sweep::{Outcome, Rates, Sweep};

/// Rates of a sweep; its members are these times the seeds.
const RATES: usize = 16;

/// Name, and how one sweep is made.
type Workload = (&'static str, fn(&Sweep) -> Result<Outcome, LabError>);

const WORKLOADS: [Workload; 2] = [("moons", moons), ("mnist1d", mnist1d)];

fn main() -> anyhow::Result<()> {
    let (mut members, mut threads, mut names) = (64, 2, Vec::new());
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        use lexopt::prelude::*;
        match argument {
            Long("members") => members = parser.value()?.parse()?,
            Long("threads") => threads = parser.value()?.parse()?,
            Value(name) => names.push(name.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if members == 0 || members % RATES != 0 {
        bail!("--members {members}: a multiple of {RATES}, the number of rates");
    }
    if let Some(unknown) = names.iter().find(|n| !WORKLOADS.iter().any(|w| w.0 == n.as_str())) {
        bail!("there is no workload `{unknown}`; there are moons and mnist1d");
    }
    for (name, run) in WORKLOADS.iter().filter(|w| names.is_empty() || names.iter().any(|n| n == w.0)) {
        let sweep = |steps: u64| -> anyhow::Result<f64> {
            let rates = Rates::log(1e-3, 0.1, RATES)?;
            let seeds = 0..(members / RATES) as u64;
            let sweep = Sweep::new(rates).seeds(seeds).steps(steps).threads(threads);
            let start = Instant::now();
            run(&sweep.arm("sgd", |lr| Box::new(Sgd::new(lr))))?;
            Ok(start.elapsed().as_secs_f64() * 1e6 / (members as u64 * steps) as f64)
        };
        let warm = sweep(100)?;
        let steps = ((0.5e6 / warm / members as f64) as u64).max(100);
        let mut times = (0..9).map(|_| sweep(steps)).collect::<anyhow::Result<Vec<f64>>>()?;
        times.sort_by(f64::total_cmp);
        println!(
            "{name:8} {members:4} members, {threads} threads {:9.2} us/member-step   min {:.2}   ({steps} steps each)",
            times[4], times[0]
        );
    }
    Ok(())
}

/// 2-16-16-1, tanh, binary cross-entropy, SGD, all 100 points at once.
fn moons(sweep: &Sweep) -> Result<Outcome, LabError> {
    let mut rng = Rng::seed(0);
    let x = Tensor::normal(&[100, 2], 0.0, 1.0, &mut rng);
    let y = Tensor::from_fn(&[100, 1], |_| rng.uniform().round() as f32);
    sweep.run_with(|member| {
        let mut rng = Rng::seed(member.seed());
        let mut net = Sequential::new()
            .push(Linear::new(2, 16, &mut rng))
            .push(Tanh)
            .push(Linear::new(16, 16, &mut rng))
            .push(Tanh)
            .push(Linear::new(16, 1, &mut rng));
        member.descend(&mut net, |net, tape, _| net.forward(tape.input(&x)).bce_with_logits(tape.input(&y)))
    })
}

/// 40-100-100-10, ReLU, cross-entropy, SGD, batch 100: the net of MNIST-1D.
fn mnist1d(sweep: &Sweep) -> Result<Outcome, LabError> {
    let mut rng = Rng::seed(0);
    let x = Tensor::normal(&[100, 40], 0.0, 1.0, &mut rng);
    let y = Tensor::from_fn(&[100], |_| rng.below(10) as u32);
    sweep.run_with(|member| {
        let mut rng = Rng::seed(member.seed());
        let mut net = Sequential::new()
            .push(Linear::new(40, 100, &mut rng))
            .push(Relu)
            .push(Linear::new(100, 100, &mut rng))
            .push(Relu)
            .push(Linear::new(100, 10, &mut rng));
        member.descend(&mut net, |net, tape, _| net.forward(tape.input(&x)).cross_entropy(&y))
    })
}
