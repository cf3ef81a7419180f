//! What reading a schedule costs.
//!
//! `cargo bench -p rappel-benches --bench schedule`
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]

use criterion::{Criterion, criterion_group, criterion_main};
use rappel::schedule::{Clock, Schedule, cosine, empty, forever, hold, linear, warmup};

/// Five times a rise and a fall.
fn ten_pieces() -> Schedule {
    (0..5).fold(empty(), |s, _| s.then(linear(0.0, 1.0, 40)).then(cosine(1.0, 0.0, 60)))
}

/// Ten nodes with their numbers apart: a warm-up, a cosine and a cooldown, times two levels, plus a wave that is cut off.
fn ten_nodes() -> Schedule {
    let main = warmup(1.0, 500).then(cosine(1.0, 0.1, 6_000)).then(linear(0.1, 0.0, 3_500));
    let wave = cosine(0.1, 0.0, 100).repeat(forever()).clamp(0.0, 0.05);
    main * hold(1.0, 5_000).then(0.5) + wave
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
    let plan = ten_nodes().bind(&Clock::new()).expect("all in steps");
    group.bench_function("at_step/ten_nodes", |b| {
        b.iter(|| {
            k = (k + 1) % 10_000;
            std::hint::black_box(plan.at_step(std::hint::black_box(k)))
        });
    });
    let mut run = vec![0.0; 1_000_000];
    group.bench_function("fill/1M/ten_nodes", |b| b.iter(|| plan.fill(&mut run, 0)));
    group.bench_function("area/1M/ten_nodes", |b| b.iter(|| plan.area(0..1_000_000)));
    let plan = warmup(1e-3, 100).then(cosine(1e-3, 0.0, 900)).bind(&Clock::new()).expect("all in steps");
    group.bench_function("at_step/warmup_cosine", |b| {
        b.iter(|| {
            k = (k + 7919) % 1000;
            std::hint::black_box(plan.at_step(k))
        });
    });
    let long = warmup(1e-3, 10_000).then(cosine(1e-3, 0.0, 990_000)).bind(&Clock::new()).expect("all in steps");
    group.bench_function("fill/1M/warmup_cosine", |b| b.iter(|| long.fill(&mut run, 0)));
    group.bench_function("by_step/1M/warmup_cosine", |b| {
        b.iter(|| (0..).zip(&mut run).for_each(|(k, v)| *v = long.at_step(k)));
    });
    group.bench_function("area/1M/warmup_cosine", |b| b.iter(|| std::hint::black_box(long.area(0..1_000_000))));
    group.bench_function("bind/ten_pieces", |b| {
        let written = ten_pieces();
        b.iter(|| std::hint::black_box(written.bind(&Clock::new())));
    });
    group.finish();
}

criterion_group!(benches, schedule);
criterion_main!(benches);
