//! What a step of each rule costs beside the memory it moves.
//!
//! ```text
//! cargo bench -p rappel-benches --bench optimizers -- [TEXT...] [--rounds N]
//! ```
//! prints `rule  bytes  step  loop  speed  small`, of one f32 parameter with a million values on one thread: the bytes that are read and
//! written per value, the microseconds of a step, those of a plain loop `x <- a x + b` over a buffer through which as many bytes go, how
//! fast the step moves them compared with the loop (the bar is 0.8), and how much longer it takes on 200 parameters of 5,000 values (the
//! bar is 1.5). All run in turn, so that what else the machine does meets them alike; times are the shortest of these turns. Without
//! texts it takes each rule with its defaults but those of matrices, and some with what is around it, whose own memory is not counted.
#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Context;
use rappel::optim::{AnyOptimizer, EntryKind, catalogue};
use rappel::prelude::*;

/// The values of all parameters together.
const VALUES: usize = 1_000_000;

/// How many parameters they are where they are many.
const MANY: usize = 200;

/// What is measured besides each rule where nothing is said.
const MORE: [&str; 4] = [
    "sgd(lr=1e-3, momentum=0.9)",
    "adam(lr=1e-3) | clip_norm(1e-3)",
    "adam(lr=1e-3) | cautious()",
    "adam(lr=1e-3) | ema(0.999)",
];

/// Rules that look at all values before they step, so that all but the parameter is written twice and everything read twice.
const IN_TWO_PASSES: [&str; 11] =
    ["adam_hd", "dadapt_adamw", "dog", "dowg", "lamb", "lars", "momo", "momo_adam", "polyak_sgd", "prodigy", "sgd_hd"];

/// Rules that are made of matrix products: no pass over memory.
const OF_MATRICES: [&str; 3] = ["adafactor", "muon", "soap"];

/// An optimizer, its net and the gradients of it, which stay the same.
struct Subject {
    optimizer: AnyOptimizer,
    net: Vec<Param>,
    tape: Tape,
}

impl Subject {
    fn new(text: &str, parameters: usize) -> anyhow::Result<Self> {
        let optimizer = text.parse().with_context(|| format!("`{text}`"))?;
        let mut rng = Rng::seed(1);
        let net = (0..parameters).map(|_| Param::new(Tensor::normal(&[VALUES / parameters], 0.0, 1.0, &mut rng)));
        Ok(Subject { optimizer, net: net.collect(), tape: Tape::new() })
    }

    /// Bytes that a step reads and writes for each value: parameter, gradient and state, and what is kept beside them.
    fn bytes(&self) -> usize {
        let slots: usize = self
            .optimizer
            .state(self.net[0].id())
            .map_or(0, |state| state.slots().map(|(_, slot)| slot.len()).sum::<usize>() / self.net[0].value.len());
        let step = 3 + 2 * slots;
        let first = if IN_TWO_PASSES.contains(&self.optimizer.name()) { 2 + 2 * slots } else { 0 };
        4 * (step + first)
    }

    /// The times of some steps.
    fn time(&mut self, steps: usize) -> anyhow::Result<Duration> {
        self.tape.rewind();
        let sums = self.net.iter().map(|p| self.tape.param(p).square().sum());
        let gradients = sums.reduce(|a, b| a + b).context("a parameter")?.backward();
        let mut least = Duration::MAX;
        for _ in 0..steps {
            let begun = Instant::now();
            self.optimizer.step(&mut self.net, &gradients)?;
            least = least.min(begun.elapsed());
        }
        Ok(least)
    }
}

/// The time of the plain loop.
fn plain(x: &mut [f32], times: usize) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..times {
        let (a, b) = (black_box(0.999), black_box(1e-3));
        let begun = Instant::now();
        for x in black_box(&mut *x) {
            *x = a * *x + b;
        }
        least = least.min(begun.elapsed());
    }
    least
}

fn main() -> anyhow::Result<()> {
    let mut rounds = 20;
    let mut texts = Vec::new();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        use lexopt::prelude::*;
        match argument {
            Long("rounds") => rounds = parser.value()?.parse()?,
            Long("bench") => {}
            Value(text) => texts.push(text.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if texts.is_empty() {
        let rules = catalogue().into_iter().filter(|entry| entry.kind == EntryKind::Rule);
        let rules = rules.filter(|entry| !OF_MATRICES.contains(&entry.name));
        // A million inner products would move a rate that descends out of its range.
        let moves = |name: &str| if name.ends_with("_hd") { ", hypergrad_lr=0" } else { "" };
        let plain = rules.map(|entry| format!("{}(lr=1e-3{})", entry.name, moves(entry.name)));
        texts = plain.chain(MORE.map(String::from)).collect();
    }
    println!("{:<44} {:>5} {:>8} {:>8} {:>6} {:>6}", "rule", "bytes", "step us", "loop us", "speed", "small");
    for text in texts {
        let (mut one, mut many) = (Subject::new(&text, 1)?, Subject::new(&text, MANY)?);
        one.time(1)?;
        let bytes = one.bytes();
        let mut x = vec![1.0_f32; VALUES * bytes / 8];
        let mut least = [Duration::MAX; 3];
        for _ in 0..rounds {
            let found = [one.time(3)?, many.time(3)?, plain(&mut x, 3)];
            least.iter_mut().zip(found).for_each(|(least, found)| *least = (*least).min(found));
        }
        let [one, many, plain] = least.map(|time| time.as_secs_f64() * 1e6);
        println!("{text:<44} {bytes:>5} {one:>8.0} {plain:>8.0} {:>6.2} {:>6.2}", plain / one, many / one);
    }
    Ok(())
}
