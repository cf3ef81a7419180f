use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Gelu, Layer, LayerNorm, Masks, TransformerDecoder, TransformerDecoderLayer};
use rappel_testkit::{GradCheck, check_module, check_module_second, gradcheck_all, gradgradcheck_all};

use super::masks;
use crate::golden::{Case, cases_of};
use crate::names;
use crate::panics::panic_here;

fn hold<A: Layer<f64>>(case: &Case, net: TransformerDecoderLayer<f64, A>) {
    let mut net = net
        .dropout(case.f64("dropout"))
        .layer_norm_eps(case.f64("layer_norm_eps"))
        .batch_first(case.bool("batch_first"))
        .norm_first(case.bool("norm_first"));
    case.hold(&mut net, |net, tape, inputs| {
        let own = masks(case, tape, inputs, ["mask", "padding"]);
        let of_memory = masks(case, tape, inputs, ["memory_mask", "memory_padding"]);
        vec![net.forward_with(inputs.get("x"), inputs.get("memory"), own, of_memory)]
    });
}

#[test]
fn is_pytorchs() {
    for case in cases_of("transformer.jsonl", "TransformerDecoderLayer") {
        let [embed, heads, wide] = ["d_model", "nhead", "dim_feedforward"].map(|name| case.usize(name));
        let rng = &mut Rng::seed(0);
        let net = match case.bool("bias") {
            true => TransformerDecoderLayer::new(embed, heads, wide, rng),
            false => TransformerDecoderLayer::without_bias(embed, heads, wide, rng),
        };
        match case.text("activation") {
            "gelu" => hold(&case, net.activation(Gelu)),
            _ => hold(&case, net),
        }
    }
}

fn block(norm_first: bool) -> TransformerDecoderLayer<f64, Gelu> {
    let block = TransformerDecoderLayer::new(2, 1, 2, &mut Rng::seed(1)).activation(Gelu);
    block.batch_first(true).layer_norm_eps(1.0).norm_first(norm_first)
}

#[test]
fn a_stack_is_its_layers_in_turn() {
    let (a, b, norm) = (block(true), block(false), LayerNorm::new(&[2]));
    let tape = Tape::default();
    let rng = &mut Rng::seed(2);
    let x = tape.input(&Tensor::normal(&[2, 3, 2], 0.0, 1.0, rng));
    let memory = tape.input(&Tensor::normal(&[2, 4, 2], 0.0, 1.0, rng));
    let (own, all) = (Masks::new().causal(), Masks::new());
    let by_hand = b.forward_with(a.forward_with(x, memory, own, all), memory, own, all);
    let net = TransformerDecoder::new(vec![a.clone(), b.clone()]);
    assert_eq!(net.forward_with(x, memory, own, all).value(), by_hand.value());
    assert_eq!(net.norm(norm.clone()).forward_with(x, memory, own, all).value(), norm.forward(by_hand).value());
    let none = TransformerDecoder::new(vec![a, b]);
    assert_eq!(none.forward(x, memory).value(), none.forward_with(x, memory, all, all).value());
    let all = names(&none);
    assert_eq!((all.len(), all[18].as_str()), (36, "layers.1.self_attn.in_proj_weight"));
}

#[test]
fn what_does_not_fit_is_told_at_the_users_line() {
    let tape = Tape::default();
    let of = |shape: &[usize]| tape.input(&Tensor::<f64>::zeros(shape));
    let (x, memory, other) = (of(&[2, 3, 2]), of(&[2, 4, 2]), of(&[1, 4, 2]));
    let layer = block(true);
    let message = panic_here!(layer.forward(x, other));
    let kind = "TransformerDecoderLayer(2, 1 heads, feedforward 2)";
    assert!(message.starts_with(kind) && message.contains("the batch must be one"), "{message}");
    let mask = Masks::new().hide(of(&[3, 3]));
    let message = panic_here!(layer.forward_with(x, memory, Masks::new(), mask));
    assert!(message.contains("a mask of shape [3, 3] does not fit: [3, 4]"), "{message}");
    let net = TransformerDecoder::new(vec![layer.clone(), layer]).norm(LayerNorm::new(&[3]));
    assert!(panic_here!(net.forward(x, other)).starts_with(&format!("TransformerDecoder.layers[0]: {kind}")));
    assert!(panic_here!(net.forward(x, memory)).starts_with("TransformerDecoder.norm: LayerNorm(3)"));
}

#[test]
fn gradients_are_right() {
    for norm_first in [false, true] {
        let mut net = block(norm_first);
        let rng = &mut Rng::seed(4);
        let x = [Tensor::normal(&[1, 2, 2], 0.0, 1.0, rng), Tensor::normal(&[1, 3, 2], 0.0, 1.0, rng)];
        let run = Masks::new;
        gradcheck_all(|x| net.forward_with(x[0], x[1], run().causal(), run()), &x).unwrap();
        gradgradcheck_all(|x| net.forward_with(x[0], x[1], run().causal(), run()), &x).unwrap();
        check_module(&mut net, |net, tape| net.forward(tape.input(&x[0]), tape.input(&x[1]))).unwrap();
        check_module_second(&mut net, |net, tape| net.forward(tape.input(&x[0]), tape.input(&x[1]))).unwrap();
        let training = GradCheck { training: Some(3), ..GradCheck::default() };
        training.module(&mut net, |net, tape| net.forward(tape.input(&x[0]), tape.input(&x[1]))).unwrap();
    }
}
