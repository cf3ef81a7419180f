use proptest::prelude::*;
use rappel_nn::autodiff::random::Mersenne;
use rappel_nn::autodiff::{Param, Rng, Tape, Tensor};
use rappel_nn::{Embedding, Layer, Linear, Module, ModuleExt};
use rappel_testkit::strategies::config;
use rappel_testkit::{check_module, check_module_second};

use crate::golden::cases_of;
use crate::names;
use crate::panics::panic_here;

#[test]
fn is_pytorchs() {
    let mut held = 0;
    for case in cases_of("embedding.jsonl", "Embedding") {
        // Neither is ours: they change the table in the forward pass, or the gradient.
        if case.opt("max_norm").is_some() || case.bool("scale_grad_by_freq") {
            continue;
        }
        let (rows, dim) = (case.usize("num_embeddings"), case.usize("embedding_dim"));
        let mut net = Embedding::new(rows, dim, &mut Rng::seed(0));
        if let Some(padding) = case.opt("padding_idx") {
            let padding = padding.as_i64().unwrap();
            net = net.padding_idx(padding.rem_euclid(rows as i64) as usize);
        }
        case.hold(&mut net, |net, tape, _| vec![net.forward(tape, &case.indices("i"))]);
        held += 1;
    }
    assert_eq!(held, 11);
}

/// `torch.manual_seed(3); torch.nn.Embedding(3, 4, padding_idx=1)`
#[test]
fn begins_where_pytorch_does() {
    let net: Embedding = Embedding::new(3, 4, &mut Mersenne::seed(3)).padding_idx(1);
    let torch = [0.8033, 0.1748, 0.0890, -0.6137, 0.0, 0.0, 0.0, 0.0, -1.4352, 0.9774, 0.5220, 1.2379];
    for (ours, torch) in net.weight.value.data().iter().zip(torch) {
        assert!((ours - torch).abs() < 5.1e-5, "{ours} {torch}");
    }
    let native: Embedding<f64> = Embedding::new(500, 40, &mut Rng::seed(1));
    let n = native.weight.value.len() as f64;
    let mean = native.weight.value.data().iter().sum::<f64>() / n;
    let variance = native.weight.value.data().iter().map(|x| x * x).sum::<f64>() / n;
    assert!(mean.abs() < 5.0 / n.sqrt() && (variance - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "{mean} {variance}");
}

#[test]
fn looks_up_indices_of_any_shape() {
    let table = Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    let (net, tape) = (Embedding::from_pretrained(table), Tape::new());
    assert_eq!((net.rows(), net.dim(), net.weight.trainable), (3, 2, false));
    assert_eq!(net.forward(&tape, &Tensor::scalar(2)).value(), Tensor::from([5.0, 6.0]));
    assert_eq!(
        net.forward(&tape, &Tensor::from([[1_u32], [0]])).value(),
        Tensor::new([3.0, 4.0, 1.0, 2.0], &[2, 1, 2])
    );
    assert_eq!(net.forward(&tape, &Tensor::from_fn(&[0, 7], |_| 0)).value().shape(), [0, 7, 2]);
    let other = tape.var(&Tensor::scalar(0.0));
    let gradients = (net.forward(&tape, &Tensor::from([1_u32])).sum() + other).backward();
    assert!(gradients.by_id(net.weight.id()).is_none() && gradients.wrt(other).is_some());
}

#[test]
fn padding_gets_no_gradient_whatever_its_row_is() {
    let indices = Tensor::from([0_u32, 1, 0]);
    let mut net: Embedding<f64> = Embedding::new(2, 2, &mut Rng::seed(0)).padding_idx(0);
    assert_eq!(net.weight.value.data()[..2], [0.0; 2]);
    for row in [[0.0, 0.0], [7.0, 8.0]] {
        net.weight.value.data_mut()[..2].copy_from_slice(&row);
        let tape = Tape::default();
        let y = net.forward(&tape, &indices);
        assert_eq!(y.value().at(0).data(), row);
        assert_eq!(y.value().at(2).data(), row);
        let gradients = y.sum().backward();
        assert_eq!(gradients.by_id(net.weight.id()).unwrap().data(), [0.0, 0.0, 1.0, 1.0]);
    }
}

#[derive(Module)]
struct Tied {
    words: Embedding<f64>,
    out: Linear<f64>,
}

#[test]
fn an_output_layer_can_share_the_weight() {
    let words = Embedding::new(4, 3, &mut Rng::seed(0));
    let out = Linear { weight: words.weight.tie(), bias: None };
    let mut net = Tied { words, out };
    assert_eq!((names(&net), net.count_parameters()), (vec!["words.weight".to_owned()], 12));
    let indices = Tensor::from([1_u32, 3, 1]);
    check_module(&mut net, |net, tape| net.out.forward(net.words.forward(tape, &indices)).tanh()).unwrap();
}

#[test]
fn what_is_not_there_is_told_at_the_users_line() {
    let mut net: Embedding = Embedding::new(3, 2, &mut Rng::seed(0)).padding_idx(0);
    let tape = Tape::new();
    let indices = Tensor::from([0_u32, 3]);
    let why = "Embedding(3 x 2, padding 0): index 3 is out of range: there are 3 rows, and the first is 0";
    assert_eq!(panic_here!(net.forward(&tape, &indices)), why);
    let pair = [net.clone(), net.clone()];
    tape.watch(&pair);
    assert_eq!(panic_here!(pair[1].forward(&tape, &indices)), format!("1: {why}"));
    assert_eq!(panic_here!(net.clone().padding_idx(3)), "Embedding::padding_idx(3): there are 3 rows");
    let list = Tensor::from([1.0_f32]);
    assert!(panic_here!(Embedding::from_pretrained(list)).contains("this one [1]"));
    net.weight = Param::new(Tensor::zeros(&[3]));
    assert!(panic_here!(net.rows()).contains("the weight has shape [3]"));
}

proptest! {
    #![proptest_config(config(12, file!()))]

    #[test]
    fn gradients_are_right(rows in 1..4_usize, dim in 0..3_usize, n in 0..4_usize, seed: u64) {
        let mut rng = Rng::seed(seed);
        let mut net: Embedding<f64> = Embedding::new(rows, dim, &mut rng);
        let indices = Tensor::from_fn(&[n, 2], |_| rng.below(rows as u64) as u32);
        check_module(&mut net, |net, tape| net.forward(tape, &indices).tanh()).map_err(|e| TestCaseError::fail(e.to_string()))?;
        check_module_second(&mut net, |net, tape| net.forward(tape, &indices).tanh())
            .map_err(|e| TestCaseError::fail(e.to_string()))?;
    }
}
