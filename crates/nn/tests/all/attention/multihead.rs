use proptest::prelude::*;
use rappel_nn::autodiff::random::Mersenne;
use rappel_nn::autodiff::{ParamRef, Rng, Tape, Tensor, Var};
use rappel_nn::schedule::linear;
use rappel_nn::{
    AttentionOptions, Masks, Module, ModuleExt, MultiheadAttention, TransformerDecoderLayer, TransformerEncoderLayer,
};
use rappel_testkit::strategies::config;
use rappel_testkit::{GradCheck, check_module, check_module_second, gradcheck_all, gradgradcheck_all};

use super::masks;
use crate::golden::{Case, cases_of};
use crate::names;
use crate::panics::panic_here;

fn of(case: &Case) -> MultiheadAttention<f64> {
    let mut options = AttentionOptions::new();
    if !case.bool("bias") {
        options = options.without_bias();
    }
    if case.bool("add_bias_kv") {
        options = options.add_bias_kv();
    }
    if let Some(size) = case.opt_usize("kdim") {
        options = options.kdim(size);
    }
    if let Some(size) = case.opt_usize("vdim") {
        options = options.vdim(size);
    }
    MultiheadAttention::with(case.usize("embed_dim"), case.usize("num_heads"), options, &mut Rng::seed(0))
        .add_zero_attn(case.bool("add_zero_attn"))
        .batch_first(case.bool("batch_first"))
        .dropout(case.f64("dropout"))
}

/// The result as it comes with the weights, as the fused operation gives it, and from one product for queries, keys and values.
#[test]
fn is_pytorchs() {
    for case in cases_of("attention.jsonl", "MultiheadAttention") {
        let call = case.more("call");
        let [wanted, averaged] = ["need_weights", "average_attn_weights"].map(|name| call[name].as_bool().unwrap());
        for way in 0..if case.has("x") { 3 } else { 2 } {
            case.hold(&mut of(&case), |net, tape, inputs| {
                let masks = masks(&case, tape, inputs, ["attn_mask", "key_padding_mask"]);
                let [q, k, v] = match inputs.opt("x") {
                    Some(x) => [x; 3],
                    None => ["query", "key", "value"].map(|name| inputs.get(name)),
                };
                let (open, weights) = net.forward_weights(q, k, v, masks);
                let y = match way {
                    0 => open,
                    1 => net.forward_with(q, k, v, masks),
                    _ => net.forward_self(q, masks),
                };
                let weights = if averaged { weights.mean_axes(&[-3], false) } else { weights };
                if wanted { vec![y, weights] } else { vec![y] }
            });
        }
    }
}

/// The bits of a net's parameters, as FNV-1a hashes them word by word.
fn hash(net: &dyn Module) -> u32 {
    net.named_parameters().iter().fold(0x811c_9dc5, |h, (_, param)| match param {
        ParamRef::F32(p) => p.value.data().iter().fold(h, |h, x| (h ^ x.to_bits()).wrapping_mul(0x0100_0193)),
        ParamRef::F64(_) => panic!("a net of f32"),
    })
}

/// Hashes made with PyTorch 2.15 after `torch.manual_seed(0)`, of the layers one after the other.
#[test]
fn begins_with_the_bits_of_pytorch() {
    let rng = &mut Mersenne::seed(0);
    assert_eq!(hash(&MultiheadAttention::<f32>::new(8, 2, rng)), 0x0ea3_d13b);
    let options = AttentionOptions::new();
    assert_eq!(hash(&MultiheadAttention::<f32>::with(6, 3, options.without_bias(), rng)), 0x9cb0_12d3);
    assert_eq!(hash(&MultiheadAttention::<f32>::with(8, 4, options.kdim(3).vdim(5), rng)), 0x5f73_d16b);
    assert_eq!(hash(&TransformerEncoderLayer::<f32>::new(8, 2, 16, rng)), 0x6ccd_610e);
    assert_eq!(hash(&TransformerDecoderLayer::<f32>::new(4, 2, 8, rng)), 0x4a4e_61e8);
    assert_eq!(hash(&TransformerEncoderLayer::<f32>::without_bias(8, 2, 16, rng)), 0xe22f_4452);
    // Normal values agree up to the rounding of a logarithm: `torch.manual_seed(5); MultiheadAttention(4, 2, add_bias_kv=True)`.
    let net: MultiheadAttention = MultiheadAttention::with(4, 2, options.add_bias_kv(), &mut Mersenne::seed(5));
    let own = [net.bias_k.unwrap(), net.bias_v.unwrap()];
    let torch = [0.1623, -0.0342, -0.4980, 0.5781, -0.1996, 0.6077, -0.4058, -0.4424];
    for (ours, torch) in own.iter().flat_map(|p| p.value.data()).zip(torch) {
        assert!((ours - torch).abs() < 5.1e-5, "{ours} {torch}");
    }
}

#[test]
fn has_the_names_of_pytorch_in_its_order() {
    let rng = &mut Rng::seed(0);
    let options = AttentionOptions::default().add_bias_kv();
    let net: MultiheadAttention = MultiheadAttention::with(4, 2, options, rng);
    let own = ["in_proj_bias", "bias_k", "bias_v", "out_proj.weight", "out_proj.bias"];
    assert_eq!(names(&net), [&["in_proj_weight"][..], &own].concat());
    let net: MultiheadAttention = MultiheadAttention::with(4, 2, options.vdim(3), rng);
    assert_eq!(names(&net), [&["q_proj_weight", "k_proj_weight", "v_proj_weight"][..], &own].concat());
}

fn net() -> MultiheadAttention<f64> {
    MultiheadAttention::new(4, 2, &mut Rng::seed(3)).batch_first(true)
}

fn normal(shape: &[usize]) -> Tensor<f64> {
    Tensor::normal(shape, 0.0, 1.0, &mut Rng::seed(7))
}

#[test]
fn a_query_that_sees_nothing_gets_the_bias() {
    let mut net = net();
    net.out_proj.bias.as_mut().unwrap().value = Tensor::from([1.0, 2.0, 3.0, 4.0]);
    let tape = Tape::default();
    let x = tape.var(&normal(&[2, 3, 4]));
    let masks = Masks::new().causal().hide_keys(tape.input(&Tensor::from([[1.0, 0.0, 0.0], [1.0, 1.0, 1.0]])));
    let (open, weights) = net.forward_weights(x, x, x, masks);
    let fused = net.forward_self(x, masks);
    for y in [open, fused] {
        let y = y.value();
        for at in [(0, 0), (1, 0), (1, 1), (1, 2)] {
            assert_eq!(y.at(at).data(), [1.0, 2.0, 3.0, 4.0]);
        }
        assert_ne!(y.at((0, 1)).data(), [1.0, 2.0, 3.0, 4.0]);
    }
    assert_eq!(weights.value().at(1), Tensor::zeros(&[2, 3, 3]));
    let gradients = (open.sum() + fused.square().sum()).backward();
    assert!(gradients.wrt(x).unwrap().data().iter().all(|g| g.is_finite()));
}

#[test]
fn dropout_falls_on_the_weights_in_training_only() {
    let (net, x) = (net(), normal(&[2, 5, 4]));
    let dropped = net.clone().dropout(0.5);
    let run = |net: &MultiheadAttention<f64>, tape: &Tape<f64>| {
        let x = tape.input(&x);
        net.forward_self(x, Masks::new()).value()
    };
    let eval = run(&net, &Tape::default());
    assert_eq!(run(&dropped, &Tape::default()), eval);
    assert_eq!(run(&net, &Tape::training_in(1)), eval);
    let train = run(&dropped, &Tape::training_in(1));
    assert_eq!(run(&dropped, &Tape::training_in(1)), train);
    assert!(train != eval && run(&dropped, &Tape::training_in(2)) != train);
    // What is left is twice the weight, and the output is made of it.
    let tape = Tape::training_in(1);
    let x = tape.input(&x);
    let (y, weights) = dropped.forward_weights(x, x, x, Masks::new());
    assert_eq!(y.value(), train);
    let tape = Tape::default();
    let x = tape.input(&x.value());
    let whole = net.forward_weights(x, x, x, Masks::new()).1.value();
    let (mut none, mut twice) = (0, 0);
    for (&w, &all) in weights.value().data().iter().zip(whole.data()) {
        none += usize::from(w == 0.0);
        twice += usize::from(w != 0.0 && (w - 2.0 * all).abs() < 1e-14);
    }
    assert!(none + twice == 100 && none > 25 && twice > 25, "{none} {twice}");
    // A schedule is read at the step of the tape.
    let fading = net.clone().dropout(linear(0.5, 0.0, 2));
    let mut tape = Tape::training_in(1);
    assert_eq!(run(&fading, &tape), train);
    tape.at_step(2);
    assert!(run(&fading, &tape).data().iter().zip(eval.data()).all(|(a, b)| (a - b).abs() < 1e-14));
    assert!(panic_here!(net.clone().dropout(1.0)).contains("at least 0 and below 1"));
}

/// In evaluation, and in training without dropout, no scores are kept.
#[test]
fn is_one_fused_operation() {
    for (tape, p) in [(Tape::default(), 0.5), (Tape::training_in(1), 0.0)] {
        let net = net().dropout(p);
        let x = tape.input(&normal(&[2, 3, 4]));
        net.forward_self(x, Masks::new().causal());
        let recorded = tape.recorded();
        let count = |name: &str| recorded.iter().filter(|&&op| op == name).count();
        assert_eq!(
            (count("scaled_dot_product_attention"), count("softmax"), count("linear")),
            (1, 0, 2),
            "{recorded:?}"
        );
    }
}

#[test]
fn empty_batches_and_lengths() {
    let (net, tape) = (net(), Tape::default());
    for [batch, queries, keys] in [[0, 3, 2], [2, 0, 2], [2, 3, 0], [0, 0, 0]] {
        let (q, k) = (tape.var(&normal(&[batch, queries, 4])), tape.var(&normal(&[batch, keys, 4])));
        let (y, weights) = net.forward_weights(q, k, k, Masks::new());
        assert_eq!((&y.shape()[..], &weights.shape()[..]), (&[batch, queries, 4][..], &[batch, 2, queries, keys][..]));
        assert_eq!(net.forward(q, k, k).value(), y.value());
    }
    let (q, k) = (tape.var(&normal(&[2, 3, 4])), tape.var(&normal(&[2, 0, 4])));
    assert_eq!(net.forward(q, k, k).value(), Tensor::zeros(&[2, 3, 4]));
}

#[test]
fn what_does_not_fit_is_told_at_the_users_line() {
    let tape = Tape::default();
    let of = |shape: &[usize]| tape.input(&Tensor::<f64>::zeros(shape));
    let (net, x, wide, m) = (net(), of(&[2, 3, 4]), of(&[2, 3, 5]), Masks::new());
    let message = panic_here!(net.forward(x, wide, x));
    let expected = "[batch, time, 4] or [time, 4] is expected";
    assert_eq!(message, format!("MultiheadAttention(4, 2 heads): key of shape [2, 3, 5] does not fit: {expected}"));
    assert!(panic_here!(net.forward_self(of(&[4]), m)).contains("query of shape [4] does not fit"));
    for (k, v) in [(&[1, 3, 4], &[1, 3, 4]), (&[2, 3, 4], &[2, 2, 4])] {
        assert!(
            panic_here!(net.forward(x, of(k), of(v)))
                .contains("the batch must be one, and there must be a value per key")
        );
    }
    assert!(panic_here!(net.forward(x, of(&[3, 4]), of(&[3, 4]))).contains("the batch must be one"));
    let message = panic_here!(net.forward_self(x, m.hide(of(&[3, 2]))));
    assert!(message.contains("a mask of shape [3, 2] does not fit: [3, 3] (queries, keys) or [4, 3, 3]"), "{message}");
    let message = panic_here!(net.forward_weights(x, x, x, m.add_keys(of(&[3, 2]))));
    assert!(message.ends_with("a mask of keys of shape [3, 2] does not fit: [2, 3] is expected"), "{message}");
    let message = panic_here!(net.forward_self(of(&[3, 4]), m.hide_keys(of(&[1, 3]))));
    assert!(message.ends_with("[3] is expected"), "{message}");
    let other = MultiheadAttention::with(4, 1, AttentionOptions::new().kdim(3), &mut Rng::seed(0));
    let message = panic_here!(other.forward(x, x, x));
    let kind = "MultiheadAttention(4, 1 heads, keys of 3, values of 4)";
    assert!(message.starts_with(kind) && message.contains("[time, batch, 3]"), "{message}");
    let pair = [net.clone(), net.clone()];
    tape.watch(&pair);
    assert!(panic_here!(pair[1].forward_self(wide, m)).starts_with("1: MultiheadAttention(4, 2 heads): query"));
    for heads in [0, 3, 8] {
        let message = panic_here!(MultiheadAttention::<f64>::new(4, heads, &mut Rng::seed(0)));
        assert!(message.contains("cannot be cut"), "{message}");
    }
    let mut none = net;
    none.in_proj_weight = None;
    let message = panic_here!(none.forward(x, x, x));
    assert!(message.contains("`in_proj_weight` or the three other weights must be there"), "{message}");
}

fn added(bias: Var<'_, f64>, causal: bool) -> Masks<'_, f64> {
    let masks = Masks::new().add(bias);
    if causal { masks.causal() } else { masks }
}

proptest! {
    #![proptest_config(config(6, file!()))]

    #[test]
    fn gradients_are_right(
        batch in 1..3_usize, queries in 1..3_usize, keys in 1..3_usize, options in 0..16_u8, first: bool, causal: bool, seed: u64
    ) {
        let on = |bit: u8| options & bit != 0;
        let mut rng = Rng::seed(seed);
        let mut made = AttentionOptions::new();
        if on(1) { made = made.without_bias() }
        if on(2) { made = made.add_bias_kv() }
        if on(4) { made = made.kdim(1).vdim(2) }
        let mut net = MultiheadAttention::<f64>::with(2, 2, made, &mut rng).add_zero_attn(on(8)).batch_first(first);
        let axes = |time: usize, size: usize| if first { [batch, time, size] } else { [time, batch, size] };
        let (of_k, of_v) = if on(4) { (1, 2) } else { (2, 2) };
        let x: Vec<Tensor<f64>> = [axes(queries, 2), axes(keys, of_k), axes(keys, of_v)]
            .iter()
            .map(|shape| Tensor::normal(shape, 0.0, 1.0, &mut rng))
            .collect();
        let bias = Tensor::normal(&[queries, keys], 0.0, 1.0, &mut rng);
        let fail = |e: rappel_testkit::GradError| TestCaseError::fail(e.to_string());
        let all: Vec<_> = x.iter().cloned().chain([bias.clone()]).collect();
        gradcheck_all(|x| net.forward_with(x[0], x[1], x[2], added(x[3], causal)), &all).map_err(fail)?;
        gradgradcheck_all(|x| net.forward_with(x[0], x[1], x[2], added(x[3], causal)), &all).map_err(fail)?;
        gradcheck_all(|x| net.forward_weights(x[0], x[1], x[2], added(x[3], causal)).1, &all).map_err(fail)?;
        check_module(&mut net, |net, tape| {
            let x: Vec<_> = all.iter().map(|x| tape.input(x)).collect();
            net.forward_with(x[0], x[1], x[2], added(x[3], causal))
        }).map_err(fail)?;
        check_module_second(&mut net, |net, tape| {
            let x: Vec<_> = all.iter().map(|x| tape.input(x)).collect();
            net.forward_with(x[0], x[1], x[2], added(x[3], causal))
        }).map_err(fail)?;
        let training = GradCheck { training: Some(3), ..GradCheck::default() };
        let mut net = net.dropout(0.4);
        training.module(&mut net, |net, tape| {
            let x: Vec<_> = all.iter().map(|x| tape.input(x)).collect();
            net.forward_with(x[0], x[1], x[2], added(x[3], causal))
        }).map_err(fail)?;
    }
}
