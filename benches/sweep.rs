//! How many member-steps a sweep makes: runs of two of the lab's problems over rates and seeds.
//!
//! ```text
//! cargo run --release -p rappel-benches --bin sweep -- [moons] [mnist1d_relu] [--members N] [--threads N]
//! ```
//! prints `name  median us/member-step  min` of nine sweeps of about half a second each, to be run in turn with
//! `peers/sweep_jax.py`, which trains the same nets with `vmap` over members (on one batch; here batches are drawn and shuffled).
#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

use std::time::Instant;

use anyhow::bail;
use rappel::prelude::*;
use rappel_lab::problems;
use rappel_lab::sweep::{Rates, Sweep};

/// 2-16-16-1, tanh, all 100 points at once; 40-100-100-10, ReLU, batches of 100.
const WORKLOADS: [&str; 2] = ["moons", "mnist1d_relu"];

/// Rates of a sweep; its members are these times the seeds.
const RATES: usize = 16;

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
    if let Some(unknown) = names.iter().find(|n| !WORKLOADS.contains(&n.as_str())) {
        bail!("there is no workload `{unknown}`; there are {}", WORKLOADS.join(", "));
    }
    for name in WORKLOADS.iter().filter(|w| names.is_empty() || names.iter().any(|n| n == *w)) {
        let problem = problems::named(name)?;
        let sweep = |steps: u64| -> anyhow::Result<f64> {
            let seeds = 0..(members / RATES) as u64;
            let sweep = Sweep::new(Rates::log(1e-3, 0.1, RATES)?).seeds(seeds).steps(steps).threads(threads);
            let sweep = sweep.arm("sgd", |lr| Box::new(Sgd::new(lr)));
            let start = Instant::now();
            sweep.run(&*problem)?;
            Ok(start.elapsed().as_secs_f64() * 1e6 / (members as u64 * steps) as f64)
        };
        let warm = sweep(100)?;
        let steps = ((0.5e6 / warm / members as f64) as u64).max(100);
        let mut times = (0..9).map(|_| sweep(steps)).collect::<anyhow::Result<Vec<f64>>>()?;
        times.sort_by(f64::total_cmp);
        println!(
            "{name:12} {members:4} members, {threads} threads {:9.2} us/member-step   min {:.2}   ({steps} steps each)",
            times[4], times[0]
        );
    }
    Ok(())
}
