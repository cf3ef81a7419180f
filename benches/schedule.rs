//! What reading a schedule costs.
//!
//! `cargo bench -p rappel-benches --bench schedule`
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]

use criterion::{Criterion, criterion_group, criterion_main};
use rappel::schedule::{Clock, Schedule, cosine, empty, linear, warmup};

/// Five times a rise and a fall.
fn ten_pieces() -> Schedule {
    (0..5).fold(empty(), |s, _| s.then(linear(0.0, 1.0, 40)).then(cosine(1.0, 0.0, 60)))
}

fn schedule(c: &mut Criterion) {
    let mut group = c.benchmark_group("schedule");
    let plan = ten_pieces().bind(&Clock::new()).expect("all in steps");
    let mut k = 0;
    group.bench_function("at_step/ten_pieces", |b| {
        b.iter(|| {
            k = (k + 7919) % 500;
            std::hint::black_box(plan.at_step(k))
        });
    });
    let plan = warmup(1e-3, 100).then(cosine(1e-3, 0.0, 900)).bind(&Clock::new()).expect("all in steps");
    group.bench_function("at_step/warmup_cosine", |b| {
        b.iter(|| {
            k = (k + 7919) % 1000;
            std::hint::black_box(plan.at_step(k))
        });
    });
    let mut run = vec![0.0; 1_000_000];
    group.bench_function("fill/1M", |b| b.iter(|| plan.fill(&mut run, 0)));
    group.bench_function("bind/ten_pieces", |b| {
        let written = ten_pieces();
        b.iter(|| std::hint::black_box(written.bind(&Clock::new())));
    });
    group.finish();
}

criterion_group!(benches, schedule);
criterion_main!(benches);
