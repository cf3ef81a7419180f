//! Muon.

use rappel_autodiff::{Param, Tape};
use rappel_optim::AnyOptimizer;
use rappel_tensor::{Float, Tensor};

use crate::support::gradients;

#[test]
fn trajectories_are_those_of_pytorch() {
    let runs =
        ["muon", "muon_spectral", "muon_and_adamw"].map(|file| crate::golden::hold(&format!("rules/{file}.txt")));
    assert_eq!(runs, [9, 1, 2]);
}

/// The values after steps along gradients that are the same wherever the parameter is.
fn after<T: Float>(text: &str, start: Tensor<T>, steps: usize, g: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut optimizer: AnyOptimizer<T> = text.parse().unwrap();
    let mut p = Param::new(start);
    for k in 0..steps {
        let g = Tensor::from_fn(p.value.shape(), |i| T::of(g(k, i)));
        let g = gradients(&Tape::default(), &[(&p, &g)]);
        optimizer.step(&mut p, &g).unwrap();
    }
    p.value.data().iter().map(|x| x.re()).collect()
}

/// Three steps of torch.optim.Muon (2.15.0, the iteration in float64 instead of bfloat16), from 0.1 cos(k) at the k-th value, along
/// the gradients sin(1 + step + i columns + j^2).
#[test]
fn rows_columns_and_both_lengths_are_those_of_pytorch() {
    let runs: [(usize, usize, &str, &[f64]); 8] = [
        (1, 4, "original", &[-0.022924266222614304, 0.008698687585199212, 0.019065404759134062, 0.02356144250690994]),
        (
            1,
            4,
            "match_rms_adamw",
            &[0.04904823351095426, 0.034934762258972685, -0.016601049657637715, -0.04821074676477095],
        ),
        (4, 1, "original", &[-0.13735503056060552, -0.04917174882431058, 0.08421981201391739, 0.1401800660861122]),
        (
            4,
            1,
            "match_rms_adamw",
            &[0.050152913887878896, 0.03210603320166189, -0.015458986345604974, -0.04881108513949079],
        ),
        (
            2,
            5,
            "original",
            &[
                -0.028909560308006357,
                0.0836999946333415,
                -0.047385527697657,
                0.06733125249279955,
                0.02320254619671238,
                0.04647178905269904,
                -0.06589670396833426,
                0.21303052825188512,
                -0.11429813129909872,
                -0.04862802078932694,
            ],
        ),
        (
            2,
            5,
            "match_rms_adamw",
            &[
                0.04070806114033223,
                0.06641186742257835,
                -0.043512240833045515,
                -0.02298858747926536,
                -0.024682864296447445,
                0.035997550489800585,
                0.02203056888735815,
                0.13570706012630737,
                -0.058919835860107184,
                -0.0706172323511904,
            ],
        ),
        (
            5,
            2,
            "original",
            &[
                -0.1275325836840036,
                0.07848303873143865,
                -0.03413802140183649,
                0.102336690040761,
                0.15594544290870938,
                -0.16365721837777494,
                -0.09565438407896838,
                0.03387417737127083,
                -0.07633290423605335,
                0.1354639548703926,
            ],
        ),
        (
            5,
            2,
            "match_rms_adamw",
            &[
                0.033514037994779054,
                0.05979566966561075,
                -0.03861355945114412,
                -0.03994413376781763,
                -0.0013762167679417887,
                -0.026550419853424365,
                0.03975897595990831,
                0.06204188022981962,
                -0.03171492737219767,
                -0.02508664452872792,
            ],
        ),
    ];
    for (rows, columns, size, expected) in runs {
        let start = Tensor::<f64>::from_fn(&[rows, columns], |k| 0.1 * (k as f64).cos());
        let text = format!("muon(lr=0.1, adjust_lr_fn=\"{size}\")");
        let slope = |step: usize, k: usize| (1 + step + k / columns * columns + (k % columns).pow(2)) as f64;
        let found = after(&text, start, 3, |step, k| slope(step, k).sin());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{rows} x {columns}, {size}: {found}, not {expected}");
        }
    }
}

#[test]
fn a_gradient_of_zeros_only_decays() {
    for shape in [[1, 4], [4, 1], [3, 3]] {
        let found = after("muon(lr=0.5, weight_decay=0.5)", Tensor::<f32>::ones(&shape), 2, |_, _| 0.0);
        assert!(found.iter().all(|x| *x == 0.5625), "{shape:?}: {found:?}");
    }
}

#[test]
fn what_is_no_matrix_is_stepped_by_adamw() {
    let g = |step: usize, k: usize| ((step + 3 * k) as f64).sin();
    for shape in [&[][..], &[5], &[2, 3, 2], &[0]] {
        let start = Tensor::<f64>::from_fn(shape, |k| 1.0 + k as f64);
        let [muon, adamw] =
            ["muon", "adamw"].map(|rule| after(&format!("{rule}(lr=0.1, weight_decay=0.2)"), start.clone(), 4, g));
        let near = muon.iter().zip(&adamw).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(near && muon.len() == start.len(), "{shape:?}: {muon:?}, not {adamw:?}");
    }
}

/// `1 - momentum` keeps its digits in f32: momentum cancels where the gradient never changes.
#[test]
fn a_constant_gradient_is_followed_however_close_to_1_the_momentum() {
    for momentum in [0.95, 0.999_999_99, 1.0 - 1e-12] {
        let text = format!("muon(lr=0.1, momentum={momentum:?}, weight_decay=0, nesterov=false, eps=0)");
        let at = |momentum: &str| after(momentum, Tensor::<f32>::zeros(&[2, 3]), 3, |_, k| (k as f64).cos());
        let (found, expected) = (at(&text), at("muon(lr=0.1, weight_decay=0, nesterov=false, eps=0)"));
        let near = found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(near, "momentum {momentum}: {found:?}, not {expected:?}");
    }
}
