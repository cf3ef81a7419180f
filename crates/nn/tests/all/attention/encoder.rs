use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{
    Gelu, Layer, LayerExt, LayerNorm, Masks, Relu, Sequential, TransformerEncoder, TransformerEncoderLayer,
};
use rappel_testkit::strategies::config;
use rappel_testkit::{GradCheck, check_module, check_module_second, gradcheck, gradgradcheck};

use super::masks;
use crate::golden::{Case, cases_of};
use crate::names;
use crate::panics::panic_here;

fn of(case: &Case) -> TransformerEncoderLayer<f64> {
    let [embed, heads, wide] = ["d_model", "nhead", "dim_feedforward"].map(|name| case.usize(name));
    let rng = &mut Rng::seed(0);
    let layer = match case.bool("bias") {
        true => TransformerEncoderLayer::new(embed, heads, wide, rng),
        false => TransformerEncoderLayer::without_bias(embed, heads, wide, rng),
    };
    layer
        .dropout(case.f64("dropout"))
        .layer_norm_eps(case.f64("layer_norm_eps"))
        .batch_first(case.bool("batch_first"))
        .norm_first(case.bool("norm_first"))
}

fn hold_layer<A: Layer<f64>>(case: &Case, mut net: TransformerEncoderLayer<f64, A>) {
    case.hold(&mut net, |net, tape, inputs| {
        vec![net.forward_with(inputs.get("x"), masks(case, tape, inputs, ["mask", "padding"]))]
    });
    if case.name.starts_with("TransformerEncoderLayer.causal") {
        case.hold(&mut net.causal(true), |net, _, inputs| vec![net.forward(inputs.get("x"))]);
    }
}

#[test]
fn a_layer_is_pytorchs() {
    for case in cases_of("transformer.jsonl", "TransformerEncoderLayer") {
        match case.text("activation") {
            "gelu" => hold_layer(&case, of(&case).activation(Gelu)),
            "relu" => hold_layer(&case, of(&case)),
            other => panic!("{other}"),
        }
    }
}

fn hold_stack<A: Layer<f64> + Clone>(case: &Case, layer: TransformerEncoderLayer<f64, A>) {
    let layers = case.more("layers").as_u64().unwrap();
    let mut net = TransformerEncoder::new((0..layers).map(|_| layer.clone()).collect());
    if case.more("norm").as_bool().unwrap() {
        net = net.norm(LayerNorm::new(&[case.usize("d_model")]));
    }
    case.hold(&mut net, |net, tape, inputs| {
        vec![net.forward_with(inputs.get("x"), masks(case, tape, inputs, ["mask", "padding"]))]
    });
}

#[test]
fn a_stack_is_pytorchs() {
    for case in cases_of("transformer.jsonl", "TransformerEncoder") {
        match case.text("activation") {
            "gelu" => hold_stack(&case, of(&case).activation(Gelu)),
            _ => hold_stack(&case, of(&case)),
        }
    }
}

#[test]
fn has_the_names_and_defaults_of_pytorch() {
    let layer: TransformerEncoderLayer = TransformerEncoderLayer::new(4, 2, 3, &mut Rng::seed(0));
    let all = names(&layer);
    assert_eq!(
        all[..4],
        ["self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight", "self_attn.out_proj.bias"]
    );
    assert_eq!(all[4..8], ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"]);
    assert_eq!(all[8..], ["norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"]);
    assert_eq!(layer.kind(), "TransformerEncoderLayer(4, 2 heads, feedforward 3)");
    let net = TransformerEncoder::new(vec![layer.clone(), layer]).norm(LayerNorm::new(&[4]));
    assert_eq!(
        (names(&net)[12].as_str(), names(&net)[24].as_str()),
        ("layers.1.self_attn.in_proj_weight", "norm.weight")
    );
}

fn block() -> TransformerEncoderLayer<f64, Gelu> {
    TransformerEncoderLayer::new(4, 2, 5, &mut Rng::seed(1)).activation(Gelu).batch_first(true).norm_first(true)
}

#[test]
fn dropout_is_for_training_and_repeats() {
    let (net, x) = (block(), Tensor::normal(&[2, 3, 4], 0.0, 1.0, &mut Rng::seed(2)));
    let run = |net: &TransformerEncoderLayer<f64, Gelu>, tape: Tape<f64>| net.forward(tape.input(&x)).value();
    let eval = run(&net, Tape::default());
    assert_eq!(run(&net.clone().dropout(0.0), Tape::training_in(1)), eval);
    let train = run(&net, Tape::training_in(1));
    assert!(train != eval && train == run(&net, Tape::training_in(1)) && train != run(&net, Tape::training_in(2)));
}

#[test]
fn a_causal_layer_does_not_look_ahead() {
    let (net, tape) = (block().causal(true), Tape::default());
    let x = Tensor::normal(&[1, 5, 4], 0.0, 1.0, &mut Rng::seed(2));
    let whole = net.forward(tape.input(&x)).value();
    for time in 0..5 {
        let part = net.forward(tape.input(&x.at((.., ..time)))).value();
        let (part, whole) = (part.data(), whole.at((.., ..time)));
        assert!(part.iter().zip(whole.data()).all(|(a, b)| (a - b).abs() < 1e-13));
    }
    assert_ne!(block().forward(tape.input(&x)).value(), whole);
}

#[test]
fn empty_batches_and_lengths() {
    let net = TransformerEncoder::new(vec![block(), block().causal(true)]);
    for shape in [[0, 3, 4], [2, 0, 4], [1, 1, 4]] {
        assert_eq!(net.check(&shape).unwrap().output[..], shape);
    }
    let none = TransformerEncoder::<f64>::new(Vec::new());
    assert_eq!(none.check(&[7]).unwrap().output[..], [7]);
}

#[test]
fn what_does_not_fit_is_told_at_the_users_line() {
    let tape = Tape::default();
    let of = |shape: &[usize]| tape.input(&Tensor::<f64>::zeros(shape));
    let (layer, x, wide) = (block(), of(&[2, 3, 4]), of(&[2, 3, 5]));
    let why = "TransformerEncoderLayer(4, 2 heads, feedforward 5): query of shape [2, 3, 5] does not fit: [batch, time, 4] or \
               [time, 4] is expected";
    assert_eq!(panic_here!(layer.forward(wide)), why);
    let message = panic_here!(layer.forward_with(x, Masks::new().hide(of(&[2, 2]))));
    assert!(message.contains("a mask of shape [2, 2] does not fit"), "{message}");
    let other = TransformerEncoderLayer::new(6, 2, 5, &mut Rng::seed(1)).activation(Gelu);
    let net = TransformerEncoder::new(vec![layer.clone(), other]);
    let message = panic_here!(net.forward(x));
    assert!(message.starts_with("TransformerEncoder.layers[1]: TransformerEncoderLayer(6, 2 heads"), "{message}");
    let net = TransformerEncoder::new(vec![layer]).norm(LayerNorm::new(&[3]));
    assert!(panic_here!(net.forward_with(x, Masks::new())).starts_with("TransformerEncoder.norm: LayerNorm(3)"));
    let deep = Sequential::new().push(Relu).push(net);
    assert!(panic_here!(deep.forward(wide)).starts_with("Sequential[1]: TransformerEncoder.layers[0]: Transf"));
    assert!(deep.check(&[2, 3, 5]).unwrap_err().to_string().contains("query of shape [2, 3, 5]"));
}

/// A table of a stack has a row for each of its parts, with what it costs.
#[test]
fn is_known_to_a_check() {
    let net = TransformerEncoder::new(vec![block()]).norm(LayerNorm::new(&[4]));
    let report = net.check(&[2, 3, 4]).unwrap();
    let places: Vec<_> = report.summary.layers.iter().filter_map(|l| Some(l.place.as_ref()?.to_string())).collect();
    for place in [
        "TransformerEncoder(1 layers)",
        "layers.0: TransformerEncoderLayer(4, 2 heads, feedforward 5)",
        "layers.0.norm1: LayerNorm(4)",
        "layers.0.self_attn: MultiheadAttention(4, 2 heads)",
        "layers.0.self_attn.out_proj: Linear(4 -> 4)",
        "layers.0.linear1: Linear(4 -> 5)",
        "layers.0.linear2: Linear(5 -> 4)",
        "norm: LayerNorm(4)",
    ] {
        assert!(places.iter().any(|p| p == place), "{place} in {places:?}");
    }
    let products = 6 * (3 * 16 + 16 + 2 * 20) + 2 * 2 * 3 * 3 * (2 + 2);
    assert_eq!((report.summary.multiply_adds, report.unused.len()), (products, 0));
}

proptest! {
    #![proptest_config(config(4, file!()))]

    #[test]
    fn gradients_are_right(time in 1..3_usize, norm_first: bool, causal: bool, bias: bool, seed: u64) {
        let rng = &mut Rng::seed(seed);
        let layer: TransformerEncoderLayer<f64> =
            if bias { TransformerEncoderLayer::new(2, 1, 2, rng) } else { TransformerEncoderLayer::without_bias(2, 1, 2, rng) };
        // Two values that are near each other are normalised by some sqrt(eps): with less, differences are too coarse, in PyTorch too.
        let mut net = layer.activation(Gelu).batch_first(true).norm_first(norm_first).causal(causal).layer_norm_eps(1.0);
        let x = Tensor::normal(&[2, time, 2], 0.0, 1.0, rng);
        let fail = |e: rappel_testkit::GradError| TestCaseError::fail(e.to_string());
        gradcheck(|x| net.forward(x), &x).map_err(fail)?;
        gradgradcheck(|x| net.forward(x), &x).map_err(fail)?;
        check_module(&mut net, |net, tape| net.forward(tape.input(&x))).map_err(fail)?;
        check_module_second(&mut net, |net, tape| net.forward(tape.input(&x))).map_err(fail)?;
        let training = GradCheck { training: Some(3), ..GradCheck::default() };
        training.module(&mut net, |net, tape| net.forward(tape.input(&x))).map_err(fail)?;
    }
}
