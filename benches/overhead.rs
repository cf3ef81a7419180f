//! What an operation costs beside its arithmetic: chains of tiny products, forward, and forward and backward.
//!
//! `cargo bench -p rappel-benches --bench overhead`; the times are for 100 operations.
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]

use criterion::{Criterion, criterion_group, criterion_main};
use rappel::prelude::*;

const OPS: usize = 100;

fn chain<'t>(x: Var<'t>) -> Var<'t> {
    (0..OPS).fold(x, |y, _| y * x)
}

fn overhead(c: &mut Criterion) {
    let x = Tensor::full(&[8], 0.99);
    let mut tape = Tape::new();
    let mut group = c.benchmark_group("overhead/100_products_of_8");
    group.bench_function("forward", |b| {
        b.iter(|| {
            tape.reset();
            std::hint::black_box(chain(tape.var(&x)));
        });
    });
    let mut tape = Tape::new();
    group.bench_function("forward_backward", |b| {
        b.iter(|| {
            tape.reset();
            std::hint::black_box(chain(tape.var(&x)).sum().backward());
        });
    });
    let mut tape = Tape::new();
    group.bench_function("forward_recorded_backward", |b| {
        b.iter(|| {
            tape.reset();
            let at = tape.var(&x);
            std::hint::black_box(chain(at).sum().grad(&[at]));
        });
    });
    let mut tape = Tape::new();
    tape.set_anomaly_mode(AnomalyMode::Record);
    group.bench_function("forward_backward_in_anomaly_mode", |b| {
        b.iter(|| {
            tape.reset();
            std::hint::black_box(chain(tape.var(&x)).sum().backward());
        });
    });
    group.finish();
}

/// What a layer costs beside its operation, in a list of layers behind pointers.
fn layers(c: &mut Criterion) {
    let x = Tensor::full(&[8], 0.99);
    let net = (0..OPS).fold(Sequential::new(), |net, _| net.push(Tanh));
    let mut group = c.benchmark_group("overhead/100_tanh_of_8");
    let mut tape = Tape::new();
    group.bench_function("by_hand", |b| {
        b.iter(|| {
            tape.reset();
            std::hint::black_box((0..OPS).fold(tape.var(&x), |x, _| x.tanh()));
        });
    });
    group.bench_function("layers", |b| {
        b.iter(|| {
            tape.reset();
            std::hint::black_box(net.forward(tape.var(&x)));
        });
    });
    tape.watch(&net);
    group.bench_function("layers_watched", |b| {
        b.iter(|| {
            tape.reset();
            std::hint::black_box(net.forward(tape.var(&x)));
        });
    });
    group.finish();
}

criterion_group!(benches, overhead, layers);
criterion_main!(benches);
