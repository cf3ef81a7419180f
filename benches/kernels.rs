//! Throughput of matrix products and stacks of them, convolutions, elementwise functions, reductions, movement, the fused optimizer
//! pass, and fused operations beside what they are fused from, forward and backward.
//!
//! `cargo bench -p rappel-benches --bench kernels`
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rappel::autodiff::AttentionMask;
use rappel::elem::rows;
use rappel::prelude::*;
use rappel::tensor::{Conv, ConvShape, Pool, Rows, Workspace};

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
    let functions: [(&str, Function); 13] = [
        ("square", Tensor::square),
        ("relu", Tensor::relu),
        ("exp", Tensor::exp),
        ("ln", Tensor::ln),
        ("tanh", Tensor::tanh),
        ("sigmoid", Tensor::sigmoid),
        ("erf", Tensor::erf),
        ("gelu", Tensor::gelu),
        ("gelu_tanh", Tensor::gelu_tanh),
        ("silu", Tensor::silu),
        ("mish", Tensor::mish),
        ("sin", Tensor::sin),
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

/// Reductions, scans and sorting of a matrix along its rows (`last`) and down its columns (`first`), each beside the loop one would
/// write without thinking of vectors.
fn reductions(c: &mut Criterion) {
    const N: usize = 256;
    type Ours = fn(&Tensor, isize) -> Tensor;
    /// What the plain loop makes of one line, given as its values, in place.
    type Plain = fn(&mut Vec<f32>);
    fn keep(line: &mut Vec<f32>, value: f32) {
        line.clear();
        line.push(value);
    }
    fn scan(line: &mut [f32], start: f32, join: impl Fn(f32, f32) -> f32) {
        let mut so_far = start;
        for v in line {
            so_far = join(so_far, *v);
            *v = so_far;
        }
    }
    let pairs: [(&str, Ours, Plain); 11] = [
        ("prod", |x, k| x.prod_axes(&[k], false), |l| keep(l, l.iter().product())),
        ("min", |x, k| x.min_axes(&[k], false), |l| keep(l, l.iter().copied().fold(f32::INFINITY, f32::min))),
        (
            "argmax",
            |x, k| x.argmax(k).map(|i| *i as f32),
            |l| {
                let mut best = 0;
                for (i, v) in l.iter().enumerate() {
                    if *v > l[best] {
                        best = i;
                    }
                }
                keep(l, best as f32);
            },
        ),
        (
            "var",
            |x, k| x.var_axes(&[k], 1.0, false),
            |l| {
                let mean = l.iter().sum::<f32>() / l.len() as f32;
                keep(l, l.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / (l.len() - 1) as f32);
            },
        ),
        ("norm", |x, k| x.norm_axes(2.0, &[k], false), |l| keep(l, l.iter().map(|v| v * v).sum::<f32>().sqrt())),
        (
            "logsumexp",
            |x, k| x.logsumexp(k, false),
            |l| {
                let top = l.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                keep(l, top + l.iter().map(|v| (v - top).exp()).sum::<f32>().ln());
            },
        ),
        ("cumsum", |x, k| x.cumsum(k), |l| scan(l, 0.0, |a, b| a + b)),
        ("cumprod", |x, k| x.cumprod(k), |l| scan(l, 1.0, |a, b| a * b)),
        (
            "logcumsumexp",
            |x, k| x.logcumsumexp(k),
            |l| {
                scan(l, f32::NEG_INFINITY, |a, b| a.max(b) + (-(a - b).abs()).exp().ln_1p());
            },
        ),
        (
            "sort",
            |x, k| x.argsort(k, false).map(|i| *i as f32),
            |l| {
                let mut at: Vec<usize> = (0..l.len()).collect();
                at.sort_by(|&i, &j| l[i].total_cmp(&l[j]));
                l.iter_mut().zip(at).for_each(|(v, i)| *v = i as f32);
            },
        ),
        (
            "top8",
            |x, k| x.topk(8, k, true).0,
            |l| {
                l.sort_by(|a, b| b.total_cmp(a));
                l.truncate(8);
            },
        ),
    ];
    let mut rng = Rng::seed(0);
    let x = Tensor::<f32>::uniform(&[N, N], 0.5, 1.5, &mut rng);
    let mut group = c.benchmark_group("reductions/256x256_f32");
    for (name, ours, plain) in pairs {
        for (place, axis) in [("last", 1), ("first", 0)] {
            group.bench_function(format!("{name}/{place}"), |b| b.iter(|| std::hint::black_box(ours(&x, axis))));
            group.bench_function(format!("{name}/{place}/plain_loop"), |b| {
                let (mut line, mut out) = (Vec::with_capacity(N), Vec::<f32>::with_capacity(N * N));
                b.iter(|| {
                    out.clear();
                    for i in 0..N {
                        line.clear();
                        let (from, step) = if axis == 1 { (i * N, 1) } else { (i, N) };
                        line.extend(x.data()[from..].iter().step_by(step).take(N));
                        plain(&mut line);
                        out.extend(&line);
                    }
                    std::hint::black_box(&out);
                });
            });
        }
    }
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

/// Matrix `i` of a stack.
fn head<'t>(x: Var<'t>, i: usize) -> Var<'t> {
    x.slice_axis(0, i..i + 1).reshape(&[64, 32])
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
        let one = |i: usize| {
            let scores = head(x[0], i).matmul_with(head(x[1], i), false, true) * (1.0 / 32_f64.sqrt());
            scores.softmax(1).matmul(head(x[2], i))
        };
        Var::stack(&(0..48).map(one).collect::<Vec<_>>(), 0)
    });
    group.finish();
}

/// Moving values, each beside the loop one would write for it.
fn movement(c: &mut Criterion) {
    let mut rng = Rng::seed(0);
    let mut group = c.benchmark_group("movement/f32");
    // As on a tape: results land in memory that is used again.
    let workspace = Workspace::new(Threads::serial());
    let mut pair = |name: &str, op: &dyn Fn() -> Tensor, plain: &dyn Fn() -> Vec<f32>| {
        assert_eq!(op().data(), plain(), "{name}");
        group.bench_function(name, |b| b.iter(|| std::hint::black_box(op())));
        group.bench_function(format!("{name}/loop"), |b| b.iter(|| std::hint::black_box(plain())));
    };

    let table = Tensor::<f32>::uniform(&[65, 64], -1.0, 1.0, &mut rng).within(&workspace);
    let words = Tensor::from_fn(&[32, 64], |_| rng.below(65) as u32);
    pair("embedding_65x64_by_2048", &|| table.embedding(&words, None), &|| {
        let mut out = Vec::with_capacity(2048 * 64);
        for &w in words.data() {
            out.extend_from_slice(&table.data()[w as usize * 64..][..64]);
        }
        out
    });
    let rows = Rows::embedding(table.shape(), &words, None);
    let cotangent = Tensor::<f32>::uniform(&[32, 64, 64], -1.0, 1.0, &mut rng).within(&workspace);
    pair("its_gradient", &|| cotangent.put(&rows), &|| {
        let mut out = vec![0.0; 65 * 64];
        for (&w, g) in words.data().iter().zip(cotangent.data().chunks_exact(64)) {
            for (to, g) in out[w as usize * 64..][..64].iter_mut().zip(g) {
                *to += g;
            }
        }
        out
    });

    let x = Tensor::<f32>::uniform(&[256, 256], -1.0, 1.0, &mut rng).within(&workspace);
    let picks = Tensor::from_fn(&[256, 64], |_| rng.below(256) as u32);
    pair("gather_of_256x64", &|| x.gather(1, &picks), &|| {
        let mut out = Vec::with_capacity(256 * 64);
        for (row, picks) in x.data().chunks_exact(256).zip(picks.data().chunks_exact(64)) {
            out.extend(picks.iter().map(|&i| row[i as usize]));
        }
        out
    });
    let values = Tensor::<f32>::uniform(&[256, 64], -1.0, 1.0, &mut rng);
    pair("scatter_add_of_256x64", &|| x.scatter_add(1, &picks, &values), &|| {
        let mut out = x.data().to_vec();
        for (i, row) in out.chunks_exact_mut(256).enumerate() {
            for j in 0..64 {
                row[picks.data()[i * 64 + j] as usize] += values.data()[i * 64 + j];
            }
        }
        out
    });
    let list = Tensor::from_fn(&[128], |_| rng.below(256) as u32);
    pair("index_select_of_128_columns", &|| x.index_select(1, &list), &|| {
        let mut out = Vec::with_capacity(256 * 128);
        for row in x.data().chunks_exact(256) {
            out.extend(list.data().iter().map(|&i| row[i as usize]));
        }
        out
    });
    pair("pad_by_2", &|| x.pad(&[(2, 2), (2, 2)], 0.0), &|| {
        let mut out = vec![0.0; 260 * 260];
        for i in 0..256 {
            out[(i + 2) * 260 + 2..][..256].copy_from_slice(&x.data()[i * 256..][..256]);
        }
        out
    });
    pair("pad_by_2_reflected", &|| x.pad(&[(2, 2), (2, 2)], PadMode::Reflect), &|| {
        let at = |i: usize| 255 - (i as isize - 2).unsigned_abs().abs_diff(255);
        let mut out = Vec::with_capacity(260 * 260);
        for i in 0..260 {
            for j in 0..260 {
                out.push(x.data()[at(i) * 256 + at(j)]);
            }
        }
        out
    });
    pair("flip_of_rows", &|| x.flip(&[0]), &|| x.data().chunks_exact(256).rev().flatten().copied().collect());
    pair("flip_of_columns", &|| x.flip(&[1]), &|| {
        let mut out = Vec::with_capacity(256 * 256);
        for row in x.data().chunks_exact(256) {
            out.extend(row.iter().rev());
        }
        out
    });
    pair("every_second_column", &|| x.at((.., (..).by(2))), &|| x.data().iter().step_by(2).copied().collect());
    pair("roll_of_columns", &|| x.roll(&[3], &[1]), &|| {
        let mut out = Vec::with_capacity(256 * 256);
        for row in x.data().chunks_exact(256) {
            out.extend_from_slice(&row[253..]);
            out.extend_from_slice(&row[..253]);
        }
        out
    });
    pair("tril", &|| x.tril(0), &|| {
        let mut out = vec![0.0; 256 * 256];
        for i in 0..256 {
            out[i * 256..][..i + 1].copy_from_slice(&x.data()[i * 256..][..i + 1]);
        }
        out
    });
    pair("transpose", &|| x.transpose(), &|| {
        let mut out = vec![0.0; 256 * 256];
        for i in 0..256 {
            for j in 0..256 {
                out[j * 256 + i] = x.data()[i * 256 + j];
            }
        }
        out
    });
    pair("concat_of_columns", &|| Tensor::concat(&[&x, &values], 1), &|| {
        let mut out = Vec::with_capacity(256 * 320);
        for (a, b) in x.data().chunks_exact(256).zip(values.data().chunks_exact(64)) {
            out.extend_from_slice(a);
            out.extend_from_slice(b);
        }
        out
    });
    pair("repeat_interleave", &|| x.repeat_interleave(2, 1), &|| x.data().iter().flat_map(|&v| [v, v]).collect());
    pair("repeat", &|| x.repeat(&[1, 2]), &|| {
        let mut out = Vec::with_capacity(256 * 512);
        for row in x.data().chunks_exact(256) {
            out.extend_from_slice(row);
            out.extend_from_slice(row);
        }
        out
    });
    group.finish();
}

criterion_group!(benches, gemm, batched_matmul, conv, elementwise, reductions, movement, optimizer, fused);
criterion_main!(benches);
