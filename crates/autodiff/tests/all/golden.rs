//! Fused operations against PyTorch: values and gradients in f64 (`tests/golden/make.py`).

use std::collections::BTreeMap;

use rappel_autodiff::{AttentionMask, CrossEntropy, LossReduction, Tape, Tensor, Var};

const FILE: &str = include_str!("../golden/golden.txt");

/// A case by the parts of its lines.
#[derive(Default)]
struct Case {
    inputs: Vec<Tensor<f64>>,
    labels: Option<Tensor<u32>>,
    out: Option<Tensor<f64>>,
    seed: Option<Tensor<f64>>,
    gradients: Vec<Tensor<f64>>,
}

fn cases() -> BTreeMap<&'static str, Case> {
    let mut cases: BTreeMap<&str, Case> = BTreeMap::new();
    for line in FILE.lines() {
        let mut words = line.split(' ');
        let mut next = || words.next().expect("a case, a part and a shape");
        let (name, part, shape) = (next(), next(), next());
        let number = |n: &str| n.parse::<usize>().expect("a size");
        let shape: Vec<usize> = if shape == "-" { vec![] } else { shape.split('x').map(number).collect() };
        let values: Vec<f64> = words.map(|v| v.parse().expect("a number")).collect();
        let case = cases.entry(name).or_default();
        let array = Tensor::new(values, &shape);
        match part {
            "in" => case.inputs.push(array),
            "labels" => case.labels = Some(array.map(|&v| v as u32)),
            "out" => case.out = Some(array),
            "seed" => case.seed = Some(array),
            "grad" => case.gradients.push(array),
            _ => panic!("an unknown part {part}"),
        }
    }
    cases
}

const WEIGHTS: [f64; 3] = [0.5, 2.0, 1.25];

/// What PyTorch's options are here.
fn entropy(name: &str) -> CrossEntropy {
    let plain = CrossEntropy::new();
    let weighted = plain.clone().weights(&WEIGHTS);
    match name {
        "cross_entropy" => plain,
        "cross_entropy.weights" | "cross_entropy.axes" => weighted,
        "cross_entropy.smoothing" => plain.label_smoothing(0.1),
        "cross_entropy.weights_smoothing" => weighted.label_smoothing(0.2),
        "cross_entropy.ignored" => plain.ignore_index(2),
        "cross_entropy.all" => weighted.label_smoothing(0.2).ignore_index(2),
        "cross_entropy.sum" => weighted.reduction(LossReduction::Sum),
        "cross_entropy.none" => weighted.label_smoothing(0.2).ignore_index(2).reduction(LossReduction::None),
        _ => panic!("an unknown case {name}"),
    }
}

fn run<'t>(name: &str, x: &[Var<'t, f64>], labels: Option<&Tensor<u32>>) -> Var<'t, f64> {
    if let Some(labels) = labels {
        return match name {
            "nll_loss" => x[0].nll_loss(labels, &CrossEntropy::new().weights(&WEIGHTS).ignore_index(2)),
            _ => x[0].cross_entropy_with(labels, &entropy(name)),
        };
    }
    let tape = x[0].tape();
    let given = |v: &[f64]| tape.input(&Tensor::from(v.to_vec()));
    let mean = LossReduction::Mean;
    match *x {
        [x, t] if name == "cross_entropy_soft" => {
            x.cross_entropy_soft(t, &CrossEntropy::new().weights(&WEIGHTS).label_smoothing(0.1))
        }
        [x, t] if name == "bce.weight" => x.bce_with_logits_with(t, Some(given(&WEIGHTS)), None, mean),
        [x, t] if name == "bce.pos_weight" => x.bce_with_logits_with(t, None, Some(given(&WEIGHTS)), mean),
        [x, t] if name == "kl_div" => x.kl_div(t, false, LossReduction::BatchMean),
        [x, t] if name == "kl_div.log_target" => x.kl_div(t, true, mean),
        [x, w, b] if name == "layer_norm" => x.layer_norm(&[3, 2], Some(w), Some(b), 1e-5),
        [x, w] if name == "rms_norm" => x.rms_norm(&[3], Some(w), 1e-5),
        [x, w, b] if name == "group_norm" => x.group_norm(2, Some(w), Some(b), 1e-5),
        [x, w, b] if name == "instance_norm" => x.instance_norm(Some(w), Some(b), 1e-5),
        [x, w, b] if name == "batch_norm" || name == "batch_norm.axes" => x.batch_norm(Some(w), Some(b), 1e-5).0,
        [x, w, b] if name == "batch_norm_with" => {
            let (mean, var) = (given(&[0.1, -0.2, 0.3]), given(&[0.5, 1.5, 2.0]));
            x.batch_norm_with((mean, var), Some(w), Some(b), 1e-3)
        }
        [x, h, c, w_ih, w_hh, b_ih, b_hh] if name == "lstm_cell" => {
            let (h, c) = x.lstm_cell((h, c), w_ih, w_hh, Some(b_ih), Some(b_hh));
            Var::stack(&[h, c], 0)
        }
        [x, h, w_ih, w_hh, b_ih, b_hh] if name == "gru_cell" => x.gru_cell(h, w_ih, w_hh, Some(b_ih), Some(b_hh)),
        [q, k, v, bias] if name == "attention.add" => {
            q.scaled_dot_product_attention(k, v, AttentionMask::Add(bias), Some(0.3))
        }
        [q, k, v] => {
            let keep = tape.input(&Tensor::from([[1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0]]));
            let mask = match name {
                "attention" => AttentionMask::None,
                "attention.causal" => AttentionMask::Causal,
                "attention.keep" => AttentionMask::Keep(keep),
                _ => panic!("an unknown case {name}"),
            };
            q.scaled_dot_product_attention(k, v, mask, None)
        }
        _ => panic!("an unknown case {name}"),
    }
}

#[track_caller]
fn near(what: &str, found: &Tensor<f64>, expected: &Tensor<f64>) {
    assert_eq!(found.shape(), expected.shape(), "{what}");
    for (f, e) in found.data().iter().zip(expected.data()) {
        assert!((f - e).abs() <= 1e-13 * e.abs().max(1.0), "{what}: {f:e} found, {e:e} expected");
    }
}

#[test]
fn values_and_gradients_are_those_of_pytorch() {
    let cases = cases();
    assert_eq!(cases.len(), 28);
    for (name, case) in cases {
        let tape = Tape::<f64>::default();
        let x: Vec<_> = case.inputs.iter().map(|x| tape.var(x)).collect();
        let y = run(name, &x, case.labels.as_ref());
        near(name, &y.value(), &case.out.expect("a value"));
        let gradients = y.backward_with(&case.seed.expect("a seed"));
        for (i, (x, expected)) in x.iter().zip(&case.gradients).enumerate() {
            near(&format!("{name}, gradient in input {i}"), gradients.wrt(*x).expect("a gradient"), expected);
        }
    }
}
