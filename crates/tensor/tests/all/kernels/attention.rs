//! Attention over more queries than one block holds, against loops in f64.

use rappel_tensor::{Float, Tensor};

use crate::naive::{assert_near, epsilon, numbers, soiled};

const SCALE: f64 = 0.4;

/// Probabilities of one head.
fn probabilities<T: Float>(q: &[T], k: &[T], bias: Option<&[T]>, depth: usize, causal: bool) -> Vec<Vec<f64>> {
    let keys = k.len() / depth;
    let row = |(t, q): (usize, &[T])| {
        let score = |s: usize| {
            if causal && s > t {
                return f64::NEG_INFINITY;
            }
            let dot: f64 = (0..depth).map(|d| q[d].re() * k[s * depth + d].re()).sum();
            SCALE * dot + bias.map_or(0.0, |b| b[t * keys + s].re())
        };
        let weights: Vec<f64> = (0..keys).map(|s| score(s).exp()).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|w| if total == 0.0 { 0.0 } else { w / total }).collect()
    };
    q.chunks(depth).enumerate().map(row).collect()
}

/// What a test asks for: heads, queries, keys, depth, size of a value.
type Sizes = [usize; 5];

fn check<T: Float>([heads, queries, keys, depth, size]: Sizes, bias: bool, causal: bool) {
    let q = &soiled(&numbers::<T>(&[heads, queries, depth], 1), 4 * heads * queries.max(keys) * depth.max(keys));
    let (k, v) = (numbers::<T>(&[heads, keys, depth], 2), numbers::<T>(&[heads, keys, size], 3));
    // One bias for all heads, which hides everything from the second query.
    let mut bias = bias.then(|| numbers::<T>(&[queries, keys], 4));
    if let Some(bias) = &mut bias {
        bias.data_mut()[keys..2 * keys].fill(T::NEG_INFINITY);
    }
    let g = numbers::<T>(&[heads, queries, size], 5);
    let mut out = Vec::new();
    let (mut dq, mut dk, mut dv) = (Vec::new(), vec![0.0; k.len()], vec![0.0; v.len()]);
    let mut ds = Vec::new();
    for h in 0..heads {
        let part = |x: &Tensor<T>, n: usize| x.data()[h * n..(h + 1) * n].to_vec();
        let (q, k, v) = (part(q, queries * depth), part(&k, keys * depth), part(&v, keys * size));
        let g = part(&g, queries * size);
        let p = probabilities(&q, &k, bias.as_ref().map(|b| b.data()), depth, causal);
        for t in 0..queries {
            out.extend((0..size).map(|e| (0..keys).map(|s| p[t][s] * v[s * size + e].re()).sum::<f64>()));
            let pulled: Vec<f64> =
                (0..keys).map(|s| (0..size).map(|e| g[t * size + e].re() * v[s * size + e].re()).sum()).collect();
            let dot: f64 = (0..keys).map(|s| p[t][s] * pulled[s]).sum();
            let scores: Vec<f64> = (0..keys).map(|s| p[t][s] * (pulled[s] - dot)).collect();
            dq.extend((0..depth).map(|d| SCALE * (0..keys).map(|s| scores[s] * k[s * depth + d].re()).sum::<f64>()));
            for s in 0..keys {
                for d in 0..depth {
                    dk[(h * keys + s) * depth + d] += SCALE * scores[s] * q[t * depth + d].re();
                }
                for e in 0..size {
                    dv[(h * keys + s) * size + e] += p[t][s] * g[t * size + e].re();
                }
            }
            ds.extend(scores);
        }
    }
    let what =
        format!("{} {:?}, bias {}, causal {causal}", T::NAME, [heads, queries, keys, depth, size], bias.is_some());
    // Scores are moderate; a score's error is one of the exponential's argument, and the sums run over keys, queries or the depth.
    let loose = epsilon::<T>() * (64 + keys + queries + depth) as f64;
    let bounded = |x: &[f64]| {
        let top = x.iter().fold(1.0_f64, |a, x| a.max(x.abs()));
        x.iter().map(|&v| (v, loose * top)).collect::<Vec<_>>()
    };
    let y = q.scaled_dot_product_attention(&k, &v, bias.as_ref(), causal, SCALE);
    assert_near(&y, &[heads, queries, size], &bounded(&out), &what);
    let pull = |wanted: [bool; 4]| {
        Tensor::scaled_dot_product_attention_chain(&g, q, &k, &v, bias.as_ref(), causal, SCALE, wanted)
    };
    let all = pull([true, true, true, bias.is_some()]);
    let get = |i: usize| all[i].as_ref().expect("it was wanted");
    assert_near(get(0), &[heads, queries, depth], &bounded(&dq), &format!("queries' cotangent of {what}"));
    assert_near(get(1), &[heads, keys, depth], &bounded(&dk), &format!("keys' cotangent of {what}"));
    assert_near(get(2), &[heads, keys, size], &bounded(&dv), &format!("values' cotangent of {what}"));
    if bias.is_some() {
        assert_near(get(3), &[heads, queries, keys], &bounded(&ds), &format!("bias's cotangent of {what}"));
    }
    for (i, together) in all.iter().enumerate().take(3) {
        assert_eq!(pull(std::array::from_fn(|j| i == j))[i], *together, "wanted alone, {what}");
    }
}

#[test]
fn blocks_of_queries_match_loops() {
    for sizes in [[3, 130, 70, 8, 5], [2, 64, 64, 16, 16], [1, 65, 200, 4, 1], [4, 2, 1, 1, 3], [2, 200, 3, 4, 4]] {
        for bias in [false, true] {
            for causal in [false, true] {
                check::<f32>(sizes, bias, causal);
                check::<f64>(sizes, bias, causal);
            }
        }
    }
}

#[test]
fn a_bias_of_each_head_is_that_head_s() {
    let (q, bias) = (numbers::<f64>(&[2, 3, 4, 2], 1), numbers::<f64>(&[2, 1, 4, 4], 2));
    let y = q.scaled_dot_product_attention(&q, &q, Some(&bias), false, SCALE);
    for b in 0..2 {
        for h in 0..3 {
            let part = |x: &Tensor<f64>, h: usize| x.slice(&[b..b + 1, h..h + 1, 0..4, 0..x.shape()[3]]);
            let (q, bias) = (part(&q, h), part(&bias, 0));
            assert_eq!(q.scaled_dot_product_attention(&q, &q, Some(&bias), false, SCALE), part(&y, h));
        }
    }
}

#[test]
fn nothing_to_attend_with_or_to() {
    let at = |shape: &[usize]| Tensor::<f32>::ones(shape);
    let attend = |q: &[usize], k: &[usize], v: &[usize]| {
        let (q, k, v) = (at(q), at(k), at(v));
        let y = q.scaled_dot_product_attention(&k, &v, None, true, 1.0);
        let pulled =
            Tensor::scaled_dot_product_attention_chain(&y, &q, &k, &v, None, true, 1.0, [true, true, true, false]);
        assert!(pulled.iter().flatten().all(|g| g.data().iter().all(|g| *g == 0.0)));
        y
    };
    assert_eq!(attend(&[2, 3, 4], &[2, 0, 4], &[2, 0, 5]), Tensor::zeros(&[2, 3, 5]));
    assert_eq!(attend(&[2, 0, 4], &[2, 3, 4], &[2, 3, 5]).shape(), [2, 0, 5]);
    assert_eq!(attend(&[0, 3, 4], &[0, 3, 4], &[0, 3, 5]).shape(), [0, 3, 5]);
    assert_eq!(attend(&[2, 3, 4], &[2, 3, 4], &[2, 3, 0]).shape(), [2, 3, 0]);
}

#[cfg(feature = "threads")]
#[test]
fn the_same_bits_on_any_number_of_threads() {
    use rappel_tensor::{Threads, Workspace};

    let attend = |threads: usize| {
        let workspace = Workspace::new(Threads::new(threads).expect("threads"));
        let q = numbers::<f32>(&[6, 100, 32], 1).within(&workspace);
        let y = q.scaled_dot_product_attention(&q, &q, None, true, SCALE);
        (Tensor::scaled_dot_product_attention_chain(&y, &q, &q, &q, None, true, SCALE, [true, true, true, false]), y)
    };
    assert!(attend(1) == attend(3));
}
