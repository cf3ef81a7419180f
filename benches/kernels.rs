//! Throughput of matrix products and stacks of them, convolutions, elementwise functions, reductions and the fused optimizer pass.
//!
//! `cargo bench -p rappel-benches --bench kernels`
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rappel::prelude::*;
use rappel::tensor::{Conv, ConvShape, Pool};

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

/// Stacks of products, and one matrix for a whole stack.
fn batched_matmul(c: &mut Criterion) {
    let mut rng = Rng::seed(0);
    let mut group = c.benchmark_group("batched_matmul");
    for (count, m, k, n) in [(64, 4, 4, 4), (64, 32, 32, 32), (256, 64, 16, 64), (8, 256, 64, 256)] {
        let a = Tensor::<f32>::uniform(&[count, m, k], -1.0, 1.0, &mut rng);
        let b = Tensor::uniform(&[count, k, n], -1.0, 1.0, &mut rng);
        let shared = Tensor::uniform(&[k, n], -1.0, 1.0, &mut rng);
        group.throughput(Throughput::Elements((2 * count * m * k * n) as u64));
        let name = format!("{count}x{m}x{k}x{n}");
        group.bench_function(BenchmarkId::new("each", &name), |bencher| {
            bencher.iter(|| std::hint::black_box(a.matmul(&b)));
        });
        group.bench_function(BenchmarkId::new("shared", &name), |bencher| {
            bencher.iter(|| std::hint::black_box(a.matmul(&shared)));
        });
    }
    group.finish();
}

/// The convolutions of LeNet and of a small CNN, 64 images: value, and gradients in input and weight.
fn conv(c: &mut Criterion) {
    let mut rng = Rng::seed(0);
    let mut group = c.benchmark_group("conv");
    for (channels, outputs, kernel, padding, side) in
        [(1, 6, 5, 2, 28), (6, 16, 5, 0, 14), (1, 32, 3, 0, 28), (32, 64, 3, 0, 26)]
    {
        let x = Tensor::<f32>::uniform(&[64, channels, side, side], -1.0, 1.0, &mut rng);
        let w = Tensor::uniform(&[outputs, channels, kernel, kernel], -1.0, 1.0, &mut rng);
        let options = Conv::<2>::new().padding(padding);
        let shape = ConvShape::new("conv2d", x.shape(), w.shape(), None, &options);
        let g = Tensor::uniform(shape.output(), -1.0, 1.0, &mut rng);
        group.throughput(Throughput::Elements((2 * g.len() * channels * kernel * kernel) as u64));
        let name = format!("{channels}to{outputs}_k{kernel}_{side}");
        group.bench_function(BenchmarkId::new("value", &name), |bencher| {
            bencher.iter(|| std::hint::black_box(shape.convolve(&x, &w, None)));
        });
        group.bench_function(BenchmarkId::new("input", &name), |bencher| {
            bencher.iter(|| std::hint::black_box(shape.transpose(&g, &w)));
        });
        group.bench_function(BenchmarkId::new("weight", &name), |bencher| {
            bencher.iter(|| std::hint::black_box(shape.weight(&x, &g)));
        });
    }
    let x = Tensor::<f32>::uniform(&[64, 6, 28, 28], -1.0, 1.0, &mut rng);
    group.throughput(Throughput::Elements(x.len() as u64));
    group.bench_function("max_pool2d/64x6x28x28", |bencher| {
        bencher.iter(|| std::hint::black_box(x.max_pool2d(Pool::new(2))));
    });
    group.bench_function("avg_pool2d/64x6x28x28", |bencher| {
        bencher.iter(|| std::hint::black_box(x.avg_pool2d(Pool::new(2))));
    });
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

criterion_group!(benches, gemm, batched_matmul, conv, elementwise, optimizer);
criterion_main!(benches);
