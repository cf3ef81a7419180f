//! Throughput of matrix products, elementwise functions, reductions, the fused optimizer pass, and fused operations beside what they
//! are fused from, forward and backward.
//!
//! `cargo bench -p rappel-benches --bench kernels`
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rappel::autodiff::AttentionMask;
use rappel::elem::rows;
use rappel::prelude::*;

/// The products of the suite's nets: m, k, n.
const PRODUCTS: [(usize, usize, usize); 6] =
    [(100, 16, 16), (64, 784, 128), (128, 784, 512), (128, 512, 512), (1, 784, 128), (512, 512, 512)];

fn gemm(c: &mut Criterion) {
    let mut rng = Rng::seed(0);
    let mut group = c.benchmark_group("gemm");
    for (m, k, n) in PRODUCTS {
        let a = Tensor::<f32>::uniform(&[m, k], -1.0, 1.0, &mut rng);
        let b = Tensor::uniform(&[n, k], -1.0, 1.0, &mut rng);
        group.throughput(Throughput::Elements((2 * m * k * n) as u64));
        group.bench_function(BenchmarkId::from_parameter(format!("{m}x{k}x{n}")), |bencher| {
            bencher.iter(|| std::hint::black_box(a.matmul_with(&b, false, true)));
        });
    }
    group.finish();
}

fn elementwise(c: &mut Criterion) {
    let mut rng = Rng::seed(0);
    let x = Tensor::<f32>::uniform(&[4096], 0.1, 3.0, &mut rng);
    type Function = fn(&Tensor) -> Tensor;
    let functions: [(&str, Function); 7] = [
        ("square", Tensor::square),
        ("relu", Tensor::relu),
        ("exp", Tensor::exp),
        ("ln", Tensor::ln),
        ("tanh", Tensor::tanh),
        ("sigmoid", Tensor::sigmoid),
        ("sum", Tensor::sum),
    ];
    let mut group = c.benchmark_group("elementwise/4096_f32");
    group.throughput(Throughput::Elements(x.len() as u64));
    for (name, f) in functions {
        group.bench_function(name, |b| b.iter(|| std::hint::black_box(f(&x))));
    }
    group.bench_function("add", |b| b.iter(|| std::hint::black_box(&x + &x)));
    group.bench_function("softmax_rows_of_64", |b| {
        let rows = x.reshape(&[64, 64]);
        b.iter(|| std::hint::black_box(rows.softmax(1)));
    });
    group.finish();
}

/// One million parameters, and a plain read-modify-write loop over as many bytes to compare with.
fn optimizer(c: &mut Criterion) {
    const N: usize = 1_000_000;
    let mut group = c.benchmark_group("optimizer/1M_f32");
    let mut net = Param::new(Tensor::full(&[N], 0.1_f32));
    let tape = Tape::new();
    let gradients = tape.param(&net).sum().backward();
    let mut adam = Adam::new(1e-3);
    group.bench_function("adam", |b| b.iter(|| adam.step(&mut net, &gradients)));
    let mut sgd = Sgd::new(1e-3);
    group.bench_function("sgd", |b| b.iter(|| sgd.step(&mut net, &gradients)));
    let (g, mut p, mut m, mut v) = (vec![0.1_f32; N], vec![0.1_f32; N], vec![0.1_f32; N], vec![0.1_f32; N]);
    group.bench_function("plain_loop_over_the_bytes_of_adam", |b| {
        b.iter(|| {
            for (((p, m), v), g) in p.iter_mut().zip(&mut m).zip(&mut v).zip(&g) {
                *p += *g;
                *m += *g;
                *v += *g;
            }
            std::hint::black_box((&p, &m, &v));
        });
    });
    group.finish();
}

/// A function of variables, as it stands in [`fused`].
type Step = for<'t> fn(&[Var<'t>]) -> Var<'t>;

/// Value and gradients of the sum of what a function gives, in a tape that is used again.
fn step(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, inputs: &[Tensor], f: Step) {
    let mut tape = Tape::new();
    group.bench_function(name, |b| {
        b.iter(|| {
            tape.reset();
            let x: Vec<_> = inputs.iter().map(|x| tape.var(x)).collect();
            std::hint::black_box(f(&x).sum().backward());
        });
    });
}

/// Part `k` of the last axis.
fn part<'t>(x: Var<'t>, k: usize, size: usize) -> Var<'t> {
    x.slice_axis(-1, k * size..(k + 1) * size)
}

fn fused(c: &mut Criterion) {
    let mut rng = Rng::seed(0);
    let mut of = |shape: &[usize]| Tensor::<f32>::uniform(shape, -1.0, 1.0, &mut rng);
    let mut group = c.benchmark_group("fused");

    let affine = [of(&[64, 784]), of(&[128, 784]), of(&[128])];
    step(&mut group, "linear_relu/fused", &affine, |x| x[0].linear_act::<rows::Relu>(x[1], Some(x[2]), [0.0; 2]));
    step(&mut group, "linear_relu/composed", &affine, |x| x[0].linear(x[1], Some(x[2])).relu());

    let norm = [of(&[768, 128]), of(&[128]), of(&[128])];
    step(&mut group, "layer_norm/fused", &norm, |x| x[0].layer_norm(&[128], Some(x[1]), Some(x[2]), 1e-5));
    step(&mut group, "layer_norm/composed", &norm, |x| {
        let centred = x[0] - x[0].mean_axes(&[-1], true);
        centred / (centred.square().mean_axes(&[-1], true) + 1e-5).sqrt() * x[1] + x[2]
    });
    step(&mut group, "batch_norm/fused", &norm, |x| x[0].batch_norm(Some(x[1]), Some(x[2]), 1e-5).0);
    step(&mut group, "batch_norm/composed", &norm, |x| {
        let centred = x[0] - x[0].mean_axes(&[0], true);
        centred / (centred.square().mean_axes(&[0], true) + 1e-5).sqrt() * x[1] + x[2]
    });

    let lstm = [of(&[32, 512]), of(&[32, 512]), of(&[32, 128])];
    step(&mut group, "lstm_pointwise/fused", &lstm, |x| {
        let (h, c) = x[0].lstm_pointwise(x[1], x[2]);
        h + c
    });
    step(&mut group, "lstm_pointwise/composed", &lstm, |x| {
        let gates = x[0] + x[1];
        let new = part(gates, 0, 128).sigmoid() * part(gates, 2, 128).tanh();
        let c = part(gates, 1, 128).sigmoid() * x[2] + new;
        part(gates, 3, 128).sigmoid() * c.tanh() + c
    });
    let gru = [of(&[32, 384]), of(&[32, 384]), of(&[32, 128])];
    step(&mut group, "gru_pointwise/fused", &gru, |x| x[0].gru_pointwise(x[1], x[2]));
    step(&mut group, "gru_pointwise/composed", &gru, |x| {
        let [r, z] = [0, 1].map(|k| (part(x[0], k, 128) + part(x[1], k, 128)).sigmoid());
        let n = (part(x[0], 2, 128) + r * part(x[1], 2, 128)).tanh();
        (1.0 - z) * n + z * x[2]
    });

    // Batch 12, 4 heads, 64 positions of 32. The composition is head by head.
    let heads = [of(&[48, 64, 32]), of(&[48, 64, 32]), of(&[48, 64, 32])];
    step(&mut group, "attention/fused", &heads, |x| {
        x[0].scaled_dot_product_attention(x[1], x[2], AttentionMask::None, None)
    });
    step(&mut group, "attention/composed", &heads, |x| {
        let head = |x: Var<'_>, i: usize| x.slice_axis(0, i..i + 1).reshape(&[64, 32]);
        let one = |i: usize| {
            let scores = head(x[0], i).matmul_with(head(x[1], i), false, true) * (1.0 / 32_f64.sqrt());
            scores.softmax(1).matmul(head(x[2], i))
        };
        Var::stack(&(0..48).map(one).collect::<Vec<_>>(), 0)
    });
    group.finish();
}

criterion_group!(benches, gemm, elementwise, optimizer, fused);
criterion_main!(benches);
