//! What a product with the Hessian costs beside a gradient.
//!
//! `cargo bench -p rappel-benches --bench transform`
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]

use criterion::{Criterion, criterion_group, criterion_main};
use rappel::autodiff::transform::Linearised;
use rappel::prelude::*;

/// Two nets of tanh and cross-entropy: inputs, hidden layers, batch.
const NETS: [(&str, usize, usize, usize); 2] = [("16-32-32-10", 16, 32, 64), ("784-128-128-10", 784, 128, 64)];

fn transform(c: &mut Criterion) {
    for (name, inputs, hidden, n) in NETS {
        let mut rng = Rng::seed(0);
        let net = Sequential::new()
            .push(Linear::new(inputs, hidden, &mut rng))
            .push(Tanh)
            .push(Linear::new(hidden, hidden, &mut rng))
            .push(Tanh)
            .push(Linear::new(hidden, 10, &mut rng));
        let x = Tensor::normal(&[n, inputs], 0.0, 1.0, &mut rng);
        let y = Tensor::from_fn(&[n], |_| rng.below(10) as u32);
        let v = Gradients::from_fn(&net, |_, p| Tensor::normal(p.value.shape(), 0.0, 1.0, &mut rng));
        let mut group = c.benchmark_group(format!("transform/{name}"));
        let mut tape = Tape::new();
        group.bench_function("gradient", |b| {
            b.iter(|| {
                tape.rewind();
                let loss = net.forward(tape.input(&x)).cross_entropy(&y);
                std::hint::black_box(loss.backward_retain())
            });
        });
        let mut tape = Tape::new();
        group.bench_function("hvp", |b| {
            b.iter(|| {
                tape.rewind();
                let loss = net.forward(tape.input(&x)).cross_entropy(&y);
                std::hint::black_box(Linearised::new(loss).hvp(&v))
            });
        });
        let tape = Tape::new();
        let loss = Linearised::new(net.forward(tape.input(&x)).cross_entropy(&y));
        group.bench_function("hvp_again_on_one_recording", |b| b.iter(|| std::hint::black_box(loss.hvp(&v))));
        group.finish();
    }
}

criterion_group!(benches, transform);
criterion_main!(benches);
