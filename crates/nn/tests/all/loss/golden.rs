//! Every case of PyTorch's losses: values and gradients, whatever the options.

use std::collections::BTreeSet;

use rappel_nn::autodiff::{Buffer, LossReduction, Tensor, Var};
use rappel_nn::*;

use crate::golden::{Case, Inputs, cases};

/// The label that stands for PyTorch's -100.
const IGNORED: u32 = u32::MAX;

fn reduction(case: &Case) -> LossReduction {
    match case.text("reduction") {
        "mean" => LossReduction::Mean,
        "sum" => LossReduction::Sum,
        "none" => LossReduction::None,
        "batchmean" => LossReduction::BatchMean,
        other => panic!("{}: {other}", case.name),
    }
}

fn integers(case: &Case, name: &str) -> Tensor<i64> {
    let input = &case.more("inputs")[name];
    let list = |key: &str| input[key].as_array().expect("a list").iter().map(|x| x.as_i64().expect("an integer"));
    let shape: Vec<usize> = list("shape").map(|n| n as usize).collect();
    Tensor::new(list("data").collect::<Vec<_>>(), &shape)
}

fn labels(case: &Case) -> Tensor<u32> {
    integers(case, "target").map(|&l| u32::try_from(l).unwrap_or(IGNORED))
}

/// The buffers that PyTorch's weighted losses have in their state; ours are options and no state.
#[derive(Debug, Module)]
struct Weights {
    weight: Option<Buffer<f64>>,
    pos_weight: Option<Buffer<f64>>,
}

impl Weights {
    fn of(case: &Case) -> Self {
        let buffer = |name: &str| case.more("args").get(name).and_then(|_| weight(case, name)).map(Buffer::new);
        Weights { weight: buffer("weight"), pos_weight: buffer("pos_weight") }
    }
}

fn weight(case: &Case, name: &str) -> Option<Tensor<f64>> {
    case.opt(name).map(|_| case.tensor_arg(name))
}

/// Whether the targets are labels.
fn is_labelled(case: &Case) -> bool {
    case.more("inputs")["target"].get("int").is_some()
}

fn ignored(case: &Case) -> u32 {
    u32::try_from(case.arg("ignore_index").as_i64().expect("a label")).unwrap_or(IGNORED)
}

/// The losses of a prediction and labels.
fn of_labels<'t>(case: &Case, x: &Inputs<'t>) -> Option<Var<'t, f64>> {
    let how = reduction(case);
    let input = x.get("input");
    Some(match &case.layer[..] {
        "CrossEntropyLoss" => {
            let mut loss = CrossEntropyLoss::new().reduction(how).label_smoothing(case.f64("label_smoothing"));
            if let Some(weight) = weight(case, "weight") {
                loss = loss.weights(weight.data());
            }
            match is_labelled(case) {
                true => loss.ignore_index(ignored(case)).forward(input, &labels(case)),
                false => loss.forward_soft(input, x.get("target")),
            }
        }
        "NLLLoss" => {
            let mut loss = NllLoss::new().reduction(how).ignore_index(ignored(case));
            if let Some(weight) = weight(case, "weight") {
                loss = loss.weights(weight.data());
            }
            loss.forward(input, &labels(case))
        }
        "MultiMarginLoss" => {
            let mut loss = MultiMarginLoss::new().reduction(how).margin(case.f64("margin"));
            if let Some(weight) = weight(case, "weight") {
                loss = loss.weights(weight.data());
            }
            match case.usize("p") {
                1 => loss,
                _ => loss.squared(),
            }
            .forward(input, &labels(case))
        }
        "MultiLabelMarginLoss" => MultiLabelMarginLoss::new().reduction(how).forward(input, &integers(case, "target")),
        _ => return None,
    })
}

/// The losses of a prediction and a target of its shape.
fn of_values<'t>(case: &Case, x: &Inputs<'t>) -> Option<Var<'t, f64>> {
    let how = reduction(case);
    let (input, target) = (x.opt("input")?, x.opt("target")?);
    Some(match &case.layer[..] {
        "MSELoss" => MseLoss::new().reduction(how).forward(input, target),
        "L1Loss" => L1Loss::new().reduction(how).forward(input, target),
        "SmoothL1Loss" => SmoothL1Loss::new().reduction(how).beta(case.f64("beta")).forward(input, target),
        "HuberLoss" => HuberLoss::new().reduction(how).delta(case.f64("delta")).forward(input, target),
        "SoftMarginLoss" => SoftMarginLoss::new().reduction(how).forward(input, target),
        "HingeEmbeddingLoss" => {
            HingeEmbeddingLoss::new().reduction(how).margin(case.f64("margin")).forward(input, target)
        }
        "BCELoss" => {
            let loss = BceLoss::new().reduction(how);
            let loss = weight(case, "weight").map_or(loss.clone(), |weight| loss.weight(weight));
            loss.forward(input, target)
        }
        "BCEWithLogitsLoss" => {
            let loss = BceWithLogitsLoss::new().reduction(how);
            let loss = weight(case, "weight").map_or(loss.clone(), |weight| loss.weight(weight));
            let loss = weight(case, "pos_weight").map_or(loss.clone(), |weight| loss.pos_weight(weight));
            loss.forward(input, target)
        }
        "MultiLabelSoftMarginLoss" => {
            let loss = MultiLabelSoftMarginLoss::new().reduction(how);
            let loss = weight(case, "weight").map_or(loss.clone(), |weight| loss.weight(weight));
            loss.forward(input, target)
        }
        "KLDivLoss" => {
            let loss = KlDivLoss::new().reduction(how);
            if case.bool("log_target") { loss.log_target() } else { loss }.forward(input, target)
        }
        "PoissonNLLLoss" => {
            let loss = PoissonNllLoss::new().reduction(how).log_input(case.bool("log_input")).eps(case.f64("eps"));
            if case.bool("full") { loss.full() } else { loss }.forward(input, target)
        }
        "GaussianNLLLoss" => {
            let loss = GaussianNllLoss::new().reduction(how).eps(case.f64("eps"));
            if case.bool("full") { loss.full() } else { loss }.forward(input, target, x.get("var"))
        }
        _ => return None,
    })
}

/// The losses of several inputs.
fn of_several<'t>(case: &Case, x: &Inputs<'t>) -> Var<'t, f64> {
    match &case.layer[..] {
        "CosineSimilarity" => {
            let dim = case.arg("dim").as_i64().expect("an axis") as isize;
            cosine_similarity(x.get("a"), x.get("b"), dim, case.f64("eps"))
        }
        "PairwiseDistance" => {
            let y = pairwise_distance(x.get("a"), x.get("b"), case.f64("p"), case.f64("eps"));
            if case.bool("keepdim") { y.unsqueeze(-1) } else { y }
        }
        "MarginRankingLoss" => MarginRankingLoss::new().reduction(reduction(case)).margin(case.f64("margin")).forward(
            x.get("input1"),
            x.get("input2"),
            x.get("target"),
        ),
        "CosineEmbeddingLoss" => CosineEmbeddingLoss::new()
            .reduction(reduction(case))
            .margin(case.f64("margin"))
            .forward(x.get("input1"), x.get("input2"), x.get("target")),
        "TripletMarginLoss" | "TripletMarginWithDistanceLoss" => {
            let loss = TripletMarginLoss::new().reduction(reduction(case)).margin(case.f64("margin"));
            let loss = if case.bool("swap") { loss.swap() } else { loss };
            let (anchor, positive, negative) = (x.get("anchor"), x.get("positive"), x.get("negative"));
            if case.layer == "TripletMarginLoss" {
                loss.p(case.f64("p")).eps(case.f64("eps")).forward(anchor, positive, negative)
            } else {
                loss.forward_with(anchor, positive, negative, |a, b| pairwise_distance(a, b, 2, 1e-6))
            }
        }
        other => panic!("{}: {other}", case.name),
    }
}

#[test]
fn are_those_of_pytorch() {
    let mut met = BTreeSet::new();
    // There is no connectionist temporal classification here.
    for case in cases("loss.jsonl").iter().filter(|case| case.layer != "CTCLoss") {
        met.insert(case.layer.clone());
        case.hold(&mut Weights::of(case), |_, _, x| {
            let loss = x.opt("input").and_then(|_| of_labels(case, x).or_else(|| of_values(case, x)));
            vec![loss.unwrap_or_else(|| of_several(case, x))]
        });
    }
    assert_eq!(met.len(), 22, "{met:?}");
}

/// Defaults are PyTorch's: of each class the case whose name has no option, with a struct that was given none.
#[test]
fn the_defaults_are_those_of_pytorch() {
    type Plain = for<'t> fn(&Inputs<'t>, &Case) -> Var<'t, f64>;
    let all: [(&str, Plain); 17] = [
        ("CrossEntropyLoss.mean", |x, c| CrossEntropyLoss::new().forward(x.get("input"), &labels(c))),
        ("NLLLoss.mean", |x, c| NllLoss::new().forward(x.get("input"), &labels(c))),
        ("MultiMarginLoss.mean", |x, c| MultiMarginLoss::new().forward(x.get("input"), &labels(c))),
        ("BCELoss.mean", |x, _| BceLoss::new().forward(x.get("input"), x.get("target"))),
        ("BCEWithLogitsLoss.mean", |x, _| BceWithLogitsLoss::new().forward(x.get("input"), x.get("target"))),
        ("MSELoss.mean", |x, _| MseLoss::new().forward(x.get("input"), x.get("target"))),
        ("L1Loss.mean", |x, _| L1Loss::new().forward(x.get("input"), x.get("target"))),
        ("SmoothL1Loss.mean", |x, _| SmoothL1Loss::new().forward(x.get("input"), x.get("target"))),
        ("HuberLoss.mean", |x, _| HuberLoss::new().forward(x.get("input"), x.get("target"))),
        ("KLDivLoss.mean", |x, _| KlDivLoss::new().forward(x.get("input"), x.get("target"))),
        ("PoissonNLLLoss.log_input_True.full_False.mean", |x, _| {
            PoissonNllLoss::new().forward(x.get("input"), x.get("target"))
        }),
        ("GaussianNLLLoss.full_False.mean", |x, _| {
            GaussianNllLoss::new().forward(x.get("input"), x.get("target"), x.get("var"))
        }),
        ("HingeEmbeddingLoss.mean", |x, _| HingeEmbeddingLoss::new().forward(x.get("input"), x.get("target"))),
        ("SoftMarginLoss.mean", |x, _| SoftMarginLoss::new().forward(x.get("input"), x.get("target"))),
        ("MarginRankingLoss.mean", |x, _| {
            MarginRankingLoss::new().forward(x.get("input1"), x.get("input2"), x.get("target"))
        }),
        ("CosineEmbeddingLoss.mean", |x, _| {
            CosineEmbeddingLoss::new().forward(x.get("input1"), x.get("input2"), x.get("target"))
        }),
        ("TripletMarginLoss.mean", |x, _| {
            TripletMarginLoss::new().forward(x.get("anchor"), x.get("positive"), x.get("negative"))
        }),
    ];
    let cases = cases("loss.jsonl");
    for (name, loss) in all {
        let case = cases.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}"));
        case.hold(&mut Tanh, |_, _, x| vec![loss(x, case)]);
    }
}
