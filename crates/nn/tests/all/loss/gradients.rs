//! First and second derivatives of every loss, in prediction and target, over random shapes and values, by differences.

use proptest::prelude::*;
use rappel_nn::autodiff::{LossReduction, Tensor, Var};
use rappel_nn::schedule::constant;
use rappel_nn::*;
use rappel_testkit::strategies::{config, full_size, gridded, size, tensor};
use rappel_testkit::{gradcheck_all, gradgradcheck_all};

/// Inputs, the reduction, labels for rows, and signs of the inputs' shape.
type Loss = for<'t> fn(&[Var<'t, f64>], LossReduction, &Tensor<u32>, &Tensor<f64>) -> Var<'t, f64>;

/// Where the values of inputs lie: on grids whose differences no loss has a kink at.
#[derive(Debug, Clone, Copy)]
enum Values {
    /// About 0, on even lines.
    Even,
    /// About 0, on odd lines.
    Odd,
    Between(f64, f64),
}

use Values::{Between, Even, Odd};

/// Off 0 and 1, where higher derivatives of logarithms are too large for differences.
const PROBABILITY: Values = Between(0.25, 0.75);

fn input(of: Values, shape: &[usize]) -> BoxedStrategy<Tensor<f64>> {
    match of {
        Even => tensor(shape, gridded(0.0)),
        Odd => tensor(shape, gridded(0.1)),
        Between(low, high) => tensor(shape, low..high),
    }
}

fn signs<'t>(x: &[Var<'t, f64>], signs: &Tensor<f64>) -> Var<'t, f64> {
    x[0].tape().input(signs)
}

fn row_signs<'t>(x: &[Var<'t, f64>], signs: &Tensor<f64>) -> Var<'t, f64> {
    let (n, width) = (signs.shape()[0], signs.shape()[1]);
    x[0].tape().input(&Tensor::from_fn(&[n], |i| signs.data()[i * width]))
}

fn weights(labels: &Tensor<u32>, x: Var<'_, f64>) -> Vec<f64> {
    (0..x.shape()[1]).map(|c| 0.5 + c as f64 + labels.len() as f64).collect()
}

const ALL: &[(&str, &[Values], Loss)] = &[
    ("cross_entropy", &[Even], |x, how, l, _| {
        let loss = CrossEntropyLoss::new().weights(&weights(l, x[0])).label_smoothing(constant(0.2));
        loss.reduction(how).forward(x[0], l)
    }),
    ("cross_entropy soft", &[Even, PROBABILITY], |x, how, l, _| {
        let loss = CrossEntropyLoss::new().weights(&weights(l, x[0])).label_smoothing(0.2);
        loss.reduction(how).forward_soft(x[0], x[1])
    }),
    ("nll", &[Even], |x, how, l, _| NllLoss::new().weights(&weights(l, x[0])).reduction(how).forward(x[0], l)),
    ("bce", &[PROBABILITY, PROBABILITY], |x, how, l, _| {
        BceLoss::new().weight(weights(l, x[0])).reduction(how).forward(x[0], x[1])
    }),
    ("bce_with_logits", &[Even, PROBABILITY], |x, how, l, _| {
        let loss = BceWithLogitsLoss::new().weight(weights(l, x[0])).pos_weight(weights(l, x[0]));
        loss.reduction(how).forward(x[0], x[1])
    }),
    ("mse", &[Even, Even], |x, how, _, _| MseLoss::new().reduction(how).forward(x[0], x[1])),
    ("l1", &[Even, Odd], |x, how, _, _| L1Loss::new().reduction(how).forward(x[0], x[1])),
    ("smooth_l1", &[Even, Odd], |x, how, _, _| SmoothL1Loss::new().beta(0.4).reduction(how).forward(x[0], x[1])),
    ("huber", &[Even, Odd], |x, how, _, _| HuberLoss::new().delta(1.2).reduction(how).forward(x[0], x[1])),
    ("kl_div", &[Even, PROBABILITY], |x, how, _, _| KlDivLoss::new().reduction(how).forward(x[0], x[1])),
    ("kl_div, log", &[Even, Even], |x, how, _, _| KlDivLoss::new().log_target().reduction(how).forward(x[0], x[1])),
    ("poisson", &[Even, Between(1.5, 4.0)], |x, how, _, _| {
        PoissonNllLoss::new().full().reduction(how).forward(x[0], x[1])
    }),
    ("poisson, rate", &[PROBABILITY, Between(0.0, 0.9)], |x, how, _, _| {
        PoissonNllLoss::new().full().log_input(false).eps(0.1).reduction(how).forward(x[0], x[1])
    }),
    ("gaussian", &[Even, Even, Between(0.3, 2.0)], |x, how, _, _| {
        GaussianNllLoss::new().full().reduction(how).forward(x[0], x[1], x[2])
    }),
    ("hinge_embedding", &[Odd], |x, how, _, s| {
        HingeEmbeddingLoss::new().margin(0.4).reduction(how).forward(x[0], signs(x, s))
    }),
    ("margin_ranking", &[Even, Odd], |x, how, _, s| {
        MarginRankingLoss::new().margin(0.4).reduction(how).forward(x[0], x[1], signs(x, s))
    }),
    ("margin_ranking, target", &[Between(0.1, 0.9), Between(-0.9, -0.1), Between(-1.0, 1.0)], |x, how, _, _| {
        MarginRankingLoss::new().margin(2).reduction(how).forward(x[0], x[1], x[2])
    }),
    ("soft_margin", &[Even, Even], |x, how, _, _| SoftMarginLoss::new().reduction(how).forward(x[0], x[1])),
    ("multi_margin", &[Even], |x, how, l, _| {
        MultiMarginLoss::new().margin(0.5).weights(&weights(l, x[0])).reduction(how).forward(x[0], l)
    }),
    ("multi_margin, squared", &[Even], |x, how, l, _| {
        MultiMarginLoss::new().margin(0.5).squared().reduction(how).forward(x[0], l)
    }),
    ("multi_label_margin", &[Even], |x, how, l, _| {
        let shape = x[0].shape();
        let labels = Tensor::from_fn(&shape, |i| match i % shape[1] {
            0 => i64::from(l.data()[i / shape[1]]),
            _ => -1,
        });
        // Half as far apart again, so that no difference is near the margin of 1.
        MultiLabelMarginLoss::new().reduction(how).forward(x[0] * 1.5, &labels)
    }),
    ("multi_label_soft_margin", &[Even, PROBABILITY], |x, how, l, _| {
        MultiLabelSoftMarginLoss::new().weight(weights(l, x[0])).reduction(how).forward(x[0], x[1])
    }),
    ("cosine_embedding", &[Between(0.3, 1.5), Between(0.3, 1.5)], |x, how, _, s| {
        CosineEmbeddingLoss::new().reduction(how).forward(x[0], x[1], row_signs(x, s))
    }),
    ("cosine_similarity", &[Between(0.3, 1.5), Between(-1.5, -0.3)], |x, how, _, _| {
        cosine_similarity(x[0], x[1], -1, 1e-8).reduce_losses(how)
    }),
    ("triplet", &[Between(-0.4, 0.4), Between(0.5, 0.9), Between(2.0, 3.0)], |x, how, _, _| {
        TripletMarginLoss::new().margin(9).reduction(how).forward(x[0], x[1], x[2])
    }),
    ("triplet, swap", &[Between(-0.4, 0.4), Between(0.5, 0.9), Between(2.0, 3.0)], |x, how, _, _| {
        TripletMarginLoss::new().margin(9).p(3).swap().reduction(how).forward(x[0], x[1], x[2])
    }),
];

/// A loss of the table, its inputs, a reduction, labels and signs.
fn case() -> impl Strategy<Value = (usize, Vec<Tensor<f64>>, LossReduction, Tensor<u32>, Tensor<f64>)> {
    use LossReduction::{BatchMean, Mean, None, Sum};
    (0..ALL.len(), size(), full_size(), prop_oneof![Just(Mean), Just(Sum), Just(BatchMean), Just(None)]).prop_flat_map(
        |(loss, n, classes, how)| {
            let shape = [n, classes];
            // A mean of nothing is NaN.
            let how = if n == 0 && how != None { Sum } else { how };
            let inputs: Vec<_> = ALL[loss].1.iter().map(|of| input(*of, &shape)).collect();
            let labels = rappel_testkit::strategies::indices(&[n], classes);
            let signs = tensor(&shape, prop_oneof![Just(1.0), Just(-1.0)]);
            (Just(loss), inputs, Just(how), labels, signs)
        },
    )
}

proptest! {
    #![proptest_config(config(150, file!()))]

    #[test]
    fn are_those_of_differences((loss, inputs, how, labels, signs) in case()) {
        let (name, _, f) = ALL[loss];
        let first = gradcheck_all(|x| f(x, how, &labels, &signs), &inputs);
        prop_assert!(first.is_ok(), "{name} {how:?}: {}", first.unwrap_err());
        let second = gradgradcheck_all(|x| f(x, how, &labels, &signs), &inputs);
        prop_assert!(second.is_ok(), "{name} {how:?}, second: {}", second.unwrap_err());
    }
}
