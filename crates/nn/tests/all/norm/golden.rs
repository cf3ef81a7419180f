//! The normalisations beside PyTorch's.

use rappel_nn::autodiff::{Float, Rng, Tape, Tensor, Var};
use rappel_nn::{
    BatchNorm, BatchNorm1d, BatchNorm2d, Conv1d, Conv2d, GroupNorm, InstanceNorm, InstanceNorm1d, InstanceNorm2d,
    Layer, LayerNorm, Linear, Module, RmsNorm, WeightNorm,
};
use serde_json::Value;

use crate::golden::{Case, cases, cases_of};

const FILE: &str = "norm.jsonl";

/// One layer run on `x0`, `x1`, ... in turn.
fn hold_each<L: Layer<f64>>(case: &Case, layer: &mut L) {
    case.hold(layer, |layer, _: &Tape<f64>, inputs| {
        let in_turn = (0..).map_while(|i| inputs.opt(&format!("x{i}")));
        in_turn.map(|x: Var<'_, f64>| layer.forward(x)).collect()
    });
}

fn batch_norm<const AXES: usize>(case: &Case) -> BatchNorm<AXES, f64> {
    let norm = BatchNorm::new(case.usize("num_features")).eps(case.f64("eps"));
    let norm = match case.opt_f64("momentum") {
        Some(momentum) => norm.momentum(momentum),
        None => norm.cumulative(),
    };
    norm.affine(case.bool("affine")).track_running_stats(case.bool("track_running_stats"))
}

fn instance_norm<const AXES: usize>(case: &Case) -> InstanceNorm<AXES, f64> {
    // Where PyTorch's is none, its running statistics stay.
    let momentum = case.opt_f64("momentum").unwrap_or(0.0);
    let norm = InstanceNorm::new(case.usize("num_features")).eps(case.f64("eps")).momentum(momentum);
    norm.affine(case.bool("affine")).track_running_stats(case.bool("track_running_stats"))
}

fn sizes(case: &Case) -> Vec<usize> {
    case.integers("normalized_shape").into_iter().map(|n| n as usize).collect()
}

#[test]
fn batch_norms_are_pytorchs() {
    for case in cases_of(FILE, "BatchNorm1d") {
        hold_each(&case, &mut batch_norm::<1>(&case) as &mut BatchNorm1d<f64>);
    }
    for case in cases_of(FILE, "BatchNorm2d") {
        hold_each(&case, &mut batch_norm::<2>(&case) as &mut BatchNorm2d<f64>);
    }
}

#[test]
fn instance_norms_are_pytorchs() {
    for case in cases_of(FILE, "InstanceNorm1d") {
        hold_each(&case, &mut instance_norm::<1>(&case) as &mut InstanceNorm1d<f64>);
    }
    for case in cases_of(FILE, "InstanceNorm2d") {
        hold_each(&case, &mut instance_norm::<2>(&case) as &mut InstanceNorm2d<f64>);
    }
}

#[test]
fn norms_of_one_sample_are_pytorchs() {
    for case in cases_of(FILE, "LayerNorm") {
        let norm = LayerNorm::new(&sizes(&case)).eps(case.f64("eps"));
        let norm = if case.bool("bias") { norm } else { norm.bias(false) };
        hold_each(&case, &mut if case.bool("elementwise_affine") { norm } else { norm.elementwise_affine(false) });
    }
    for case in cases_of(FILE, "GroupNorm") {
        let norm = GroupNorm::new(case.usize("num_groups"), case.usize("num_channels")).eps(case.f64("eps"));
        hold_each(&case, &mut norm.affine(case.bool("affine")));
    }
    for case in cases_of(FILE, "RMSNorm") {
        let norm = RmsNorm::new(&sizes(&case)).elementwise_affine(case.bool("elementwise_affine"));
        hold_each(
            &case,
            &mut match case.opt_f64("eps") {
                Some(eps) => norm.eps(eps),
                None => norm,
            },
        );
    }
}

/// A layer with its weight normalised as in the case.
fn weight_norm<L: Module, T: Float>(case: &Case, layer: L) -> WeightNorm<L, T> {
    // PyTorch takes one norm of everything for -1 as for none.
    let axis = match case.more("dim") {
        Value::Null => None,
        dim => usize::try_from(dim.as_i64().expect("a whole number")).ok(),
    };
    let norm = WeightNorm::of(layer, "weight", axis);
    match case.more("style").as_str() {
        Some("parametrized") => norm,
        Some("older") => norm.old_names(),
        style => panic!("{style:?}"),
    }
}

#[test]
fn weight_norms_are_pytorchs() {
    let rng = &mut Rng::seed(0);
    let mut held = [0; 3];
    for case in cases(FILE).into_iter().filter(|case| case.name.starts_with("weight_norm.")) {
        match &case.layer[..] {
            "Linear" => {
                let [inputs, outputs] = ["in_features", "out_features"].map(|name| case.usize(name));
                let layer = if case.bool("bias") {
                    Linear::new(inputs, outputs, rng)
                } else {
                    Linear::without_bias(inputs, outputs, rng)
                };
                hold_each(&case, &mut weight_norm(&case, layer));
                held[0] += 1;
            }
            "Conv1d" => {
                let layer = Conv1d::new(
                    case.usize("in_channels"),
                    case.usize("out_channels"),
                    case.sizes::<1>("kernel_size")[0],
                    rng,
                );
                hold_each(&case, &mut weight_norm(&case, layer));
                held[1] += 1;
            }
            "Conv2d" => {
                let layer =
                    Conv2d::new(case.usize("in_channels"), case.usize("out_channels"), case.pair("kernel_size"), rng);
                hold_each(&case, &mut weight_norm(&case, layer));
                held[2] += 1;
            }
            other => panic!("{other}"),
        }
    }
    assert!(held.iter().all(|&n| n > 0), "{held:?}");
}

/// Length and direction begin as PyTorch's do.
#[test]
fn a_weight_is_taken_apart_as_by_pytorch() {
    for case in cases(FILE).into_iter().filter(|case| case.name.ends_with(".begins")) {
        let mut fc: Linear<f64> = Linear::new(3, 2, &mut Rng::seed(0));
        let weight = case.more("weight")["data"].as_array().expect("a list");
        fc.weight.value =
            Tensor::from(weight.iter().map(|w| w.as_f64().expect("a number")).collect::<Vec<_>>()).reshape(&[2, 3]);
        let ours: WeightNorm<_, f64> = weight_norm(&case, fc);
        let mut loaded = ours.clone();
        case.load(&mut loaded);
        case.near("length", &ours.length.value, &loaded.length.value);
        case.near("direction", &ours.layer.weight.value, &loaded.layer.weight.value);
    }
}
