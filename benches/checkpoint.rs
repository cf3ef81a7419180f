//! Activation memory and time of a chain of 64 layers, plain and in checkpoints.
//!
//! `cargo bench -p rappel-benches --bench checkpoint` prints the bytes, then the times.
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]
#![allow(clippy::print_stdout, reason = "a program that reports to its user")]

use criterion::{Criterion, criterion_group, criterion_main};
use rappel::prelude::*;

const LAYERS: usize = 64;
const WIDTH: usize = 64;

/// The loss of a net whose layers are in checkpoints of so many; in none, if all would be in one.
fn loss<'t>(net: &[Linear], x: Var<'t>, size: usize) -> Var<'t> {
    let tape = x.tape();
    let run = |x, part: &[Linear]| part.iter().fold(x, |x: Var<'t>, layer| layer.forward(x).tanh());
    let y =
        net.chunks(size).fold(x, |x, part| if size < LAYERS { tape.checkpoint(|| run(x, part)) } else { run(x, part) });
    y.square().mean()
}

fn checkpoint(c: &mut Criterion) {
    let mut rng = Rng::seed(0);
    let net: Vec<Linear> = (0..LAYERS).map(|_| Linear::new(WIDTH, WIDTH, &mut rng)).collect();
    let x = Tensor::normal(&[128, WIDTH], 0.0, 1.0, &mut rng);
    let mut group = c.benchmark_group("checkpoint/64_layers");
    for (name, size) in [("plain", LAYERS), ("segments_of_8", 8), ("segments_of_4", 4)] {
        let mut tape = Tape::new();
        loss(&net, tape.input(&x), size).backward_retain();
        println!("{name}: {} bytes of activations at most", tape.live_bytes() + tape.replayed_bytes());
        group.bench_function(name, |b| {
            b.iter(|| {
                tape.rewind();
                std::hint::black_box(loss(&net, tape.input(&x), size).backward())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, checkpoint);
criterion_main!(benches);
