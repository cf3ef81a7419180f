//! First and second derivatives of everything that is differentiable, by differences.

use proptest::prelude::*;
use rappel_nn::autodiff::{Tensor, Var};
use rappel_nn::distribution::{Bernoulli, Categorical, Normal};
use rappel_testkit::strategies::{config, full_size, indices, size, tensor};
use rappel_testkit::{GradCheck, gradcheck_all, gradgradcheck_all};

type Quantity = for<'t> fn(&[Var<'t, f64>], &Tensor<u32>) -> Var<'t, f64>;

fn normals<'t>(x: &[Var<'t, f64>]) -> [Normal<'t, f64>; 2] {
    [Normal::new(x[0], x[1]), Normal::new(x[2], x[3])]
}

/// Of inputs x real, p positive, x real, p positive.
const ALL: &[(&str, Quantity)] = &[
    ("normal log_prob", |x, _| normals(x)[0].log_prob(x[2])),
    ("normal entropy", |x, _| normals(x)[0].entropy()),
    ("normal variance", |x, _| normals(x)[0].variance()),
    ("normal kl", |x, _| normals(x)[0].kl_divergence(normals(x)[1])),
    ("categorical log_prob", |x, c| Categorical::from_logits(x[0]).log_prob(c)),
    ("categorical log_prob, probs", |x, c| Categorical::from_probs(x[1]).log_prob(c)),
    ("categorical entropy", |x, _| Categorical::from_logits(x[0]).entropy()),
    ("categorical entropy, probs", |x, _| Categorical::from_probs(x[1]).entropy()),
    ("categorical kl", |x, _| Categorical::from_logits(x[0]).kl_divergence(Categorical::from_probs(x[1]))),
    ("bernoulli log_prob", |x, _| Bernoulli::from_logits(x[0]).log_prob(x[1])),
    ("bernoulli log_prob, probs", |x, _| Bernoulli::from_probs(x[1]).log_prob(x[3])),
    ("bernoulli entropy", |x, _| Bernoulli::from_logits(x[0]).entropy()),
    ("bernoulli variance", |x, _| Bernoulli::from_probs(x[1]).variance()),
    ("bernoulli kl", |x, _| Bernoulli::from_logits(x[0]).kl_divergence(Bernoulli::from_probs(x[1]))),
];

proptest! {
    #![proptest_config(config(60, file!()))]

    #[test]
    fn are_those_of_differences((which, x, classes) in (0..ALL.len(), size(), full_size()).prop_flat_map(|(which, n, c)| {
        let real = || tensor(&[n, c], -1.5..1.5);
        // Off 0 and 1, where higher derivatives of logarithms are too large for differences.
        let positive = || tensor(&[n, c], 0.3..0.75);
        (Just(which), (real(), positive(), real(), positive()), indices(&[n], c))
    })) {
        let (name, f) = ALL[which];
        let x = [x.0, x.1, x.2, x.3];
        let first = gradcheck_all(|x| f(x, &classes), &x);
        prop_assert!(first.is_ok(), "{name}: {}", first.unwrap_err());
        let second = gradgradcheck_all(|x| f(x, &classes), &x);
        prop_assert!(second.is_ok(), "{name}, second: {}", second.unwrap_err());
    }
}

/// The noise is the same at every evaluation, so differences see through it.
#[test]
fn drawn_values_are_differentiable_in_the_parameters() {
    let x = [Tensor::from([[0.3, -0.7, 0.2], [1.1, 0.4, -0.6]]), Tensor::from([[0.5, 1.5, 0.8], [0.3, 0.9, 1.2]])];
    let check = GradCheck { training: Some(3), ..GradCheck::default() };
    check.first(|x| Normal::new(x[0], x[1]).rsample(), &x).unwrap();
    check.second(|x| Normal::new(x[0], x[1]).rsample(), &x).unwrap();
    check.first(|x| Categorical::from_logits(x[0]).gumbel_softmax(0.7, false), &x[..1]).unwrap();
    check.second(|x| Categorical::from_logits(x[0]).gumbel_softmax(0.7, false), &x[..1]).unwrap();
}
