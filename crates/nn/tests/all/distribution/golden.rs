//! Every case of PyTorch's distributions.

use rappel_nn::Tanh;
use rappel_nn::autodiff::{Tensor, Var};
use rappel_nn::distribution::{Bernoulli, Categorical, Normal};

use crate::golden::{Case, Inputs, cases};

/// What has no gradient, as a variable whose gradient in the parameters is 0.
fn fixed<'t>(params: Var<'t, f64>, x: Tensor<f64>) -> Vec<Var<'t, f64>> {
    vec![params.tape().input(&x) + 0.0 * params.sum()]
}

fn categorical<'t>(x: &Inputs<'t>, prefix: &str) -> Categorical<'t, f64> {
    match x.opt(&format!("{prefix}logits")) {
        Some(logits) => Categorical::from_logits(logits),
        None => Categorical::from_probs(x.get(&format!("{prefix}probs"))),
    }
}

fn bernoulli<'t>(x: &Inputs<'t>, prefix: &str) -> Bernoulli<'t, f64> {
    match x.opt(&format!("{prefix}logits")) {
        Some(logits) => Bernoulli::from_logits(logits),
        None => Bernoulli::from_probs(x.get(&format!("{prefix}probs"))),
    }
}

fn normal<'t>(x: &Inputs<'t>, prefix: &str) -> Normal<'t, f64> {
    Normal::new(x.get(&format!("{prefix}loc")), x.get(&format!("{prefix}scale")))
}

fn computed<'t>(case: &Case, x: &Inputs<'t>) -> Vec<Var<'t, f64>> {
    let quantity = case.more("quantity").as_str().expect("a text");
    let y = match (&case.layer[..], quantity) {
        ("Categorical", "log_prob") => categorical(x, "").log_prob(&case.indices("value")),
        ("Categorical", "entropy") => categorical(x, "").entropy(),
        ("Categorical", "probs") => categorical(x, "").probs(),
        ("Categorical", "logits") => categorical(x, "").logits(),
        ("Categorical", "mode") => {
            return fixed(categorical(x, "").logits(), categorical(x, "").mode().map(|&c| f64::from(c)));
        }
        ("Categorical", "kl_divergence") => categorical(x, "").kl_divergence(categorical(x, "q_")),
        ("Normal", "log_prob") => normal(x, "").log_prob(x.get("value")),
        ("Normal", "entropy") => normal(x, "").entropy(),
        ("Normal", "mean") => normal(x, "").mean(),
        ("Normal", "variance") => normal(x, "").variance(),
        ("Normal", "stddev") => normal(x, "").std(),
        ("Normal", "mode") => normal(x, "").mode(),
        ("Normal", "kl_divergence") => normal(x, "").kl_divergence(normal(x, "q_")),
        ("Bernoulli", "log_prob") => bernoulli(x, "").log_prob(x.get("value")),
        ("Bernoulli", "entropy") => bernoulli(x, "").entropy(),
        ("Bernoulli", "mean") => bernoulli(x, "").mean(),
        ("Bernoulli", "variance") => bernoulli(x, "").variance(),
        ("Bernoulli", "probs") => bernoulli(x, "").probs(),
        ("Bernoulli", "logits") => bernoulli(x, "").logits(),
        ("Bernoulli", "mode") => return fixed(bernoulli(x, "").logits(), bernoulli(x, "").mode()),
        ("Bernoulli", "kl_divergence") => bernoulli(x, "").kl_divergence(bernoulli(x, "q_")),
        (layer, other) => panic!("{}: {other} of {layer}", case.name),
    };
    vec![y]
}

#[test]
fn are_those_of_pytorch() {
    for case in cases("distribution.jsonl") {
        case.hold(&mut Tanh, |_, _, x| computed(&case, x));
    }
}
