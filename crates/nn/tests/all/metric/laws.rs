//! The value does not depend on how the samples were split, nor on their order.

use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tensor};
use rappel_nn::metric::{
    Accuracy, AveragePrecision, Brier, CalibrationError, ConfusionMatrix, ExplainedVariance, MeanAbsoluteError,
    MeanAbsolutePercentageError, MeanSquaredError, Perplexity, R2, RocAuc, TopK,
};

const CLASSES: usize = 4;

/// Samples, some of whose outputs are equal.
struct Samples {
    probabilities: Vec<[f32; CLASSES]>,
    labels: Vec<u32>,
    yes: Vec<u32>,
    numbers: Vec<f32>,
}

fn samples(n: usize, seed: u64) -> Samples {
    let mut rng = Rng::seed(seed);
    let mut row = || {
        let counts = [0; CLASSES].map(|_| 1.0 + rng.below(5) as f32);
        counts.map(|x| x / counts.iter().sum::<f32>())
    };
    let probabilities = (0..n).map(|_| row()).collect();
    Samples {
        probabilities,
        labels: (0..n).map(|_| rng.below(CLASSES as u64) as u32).collect(),
        yes: (0..n).map(|_| rng.below(2) as u32).collect(),
        numbers: (0..n).map(|_| (10.0 * rng.normal()).exp() as f32).collect(),
    }
}

impl Samples {
    /// Outputs and labels of classes.
    fn classes(&self, which: &[usize]) -> (Tensor, Tensor<u32>) {
        let rows: Vec<f32> = which.iter().flat_map(|&i| self.probabilities[i]).collect();
        let labels: Vec<u32> = which.iter().map(|&i| self.labels[i]).collect();
        (Tensor::new(rows, &[which.len(), CLASSES]), Tensor::from(labels))
    }

    /// Scores and labels of yes or no.
    fn binary(&self, which: &[usize]) -> (Tensor, Tensor<u32>) {
        let scores: Vec<f32> = which.iter().map(|&i| self.probabilities[i][0]).collect();
        (Tensor::from(scores), Tensor::from(which.iter().map(|&i| self.yes[i]).collect::<Vec<_>>()))
    }

    /// Predictions and targets over many orders of magnitude.
    fn numbers(&self, which: &[usize]) -> (Tensor, Tensor) {
        let predictions: Vec<f32> = which.iter().map(|&i| self.probabilities[i][0]).collect();
        (Tensor::from(predictions), Tensor::from(which.iter().map(|&i| self.numbers[i]).collect::<Vec<_>>()))
    }
}

/// Holds one metric to the law: all at once against parts that are updated in pieces of at most three, and merged.
macro_rules! law {
    ($samples:ident, $parts:ident, $make:expr, $kind:ident, $update:ident, $value:expr) => {{
        let all: Vec<usize> = (0..$samples.labels.len()).collect();
        let (x, y) = $samples.$kind(&all);
        let mut whole = $make;
        whole.$update(&x, &y);
        let mut merged = $make;
        for part in &$parts {
            let mut metric = $make;
            for piece in part.chunks(3) {
                let (x, y) = $samples.$kind(piece);
                metric.$update(&x, &y);
            }
            merged.merge(&metric);
        }
        let value: fn(&_) -> Vec<Option<f64>> = $value;
        let bits = |metric| value(metric).into_iter().map(|x| x.map(f64::to_bits)).collect::<Vec<_>>();
        prop_assert_eq!(
            bits(&merged),
            bits(&whole),
            "{}: {:?} and {:?}",
            stringify!($make),
            value(&merged),
            value(&whole)
        );
    }};
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn neither_shards_nor_order_matter(n in 0..80_usize, shards in 1..6_usize, seed: u64) {
        let s = samples(n, seed);
        let mut order: Vec<usize> = (0..n).collect();
        let mut rng = Rng::seed(seed ^ 1);
        for i in (1..n).rev() {
            order.swap(i, rng.below(i as u64 + 1) as usize);
        }
        let mut parts = vec![Vec::new(); shards];
        order.into_iter().for_each(|i| parts[rng.below(shards as u64) as usize].push(i));
        law!(s, parts, Accuracy::new(), classes, update, |m: &Accuracy| vec![m.value()]);
        law!(s, parts, Accuracy::binary(0.25), binary, update, |m: &Accuracy| vec![m.value()]);
        law!(s, parts, TopK::new(2), classes, update, |m: &TopK| vec![m.value()]);
        law!(s, parts, ConfusionMatrix::new(CLASSES), classes, update, |m: &ConfusionMatrix| vec![m.cohen_kappa(), m.matthews()]);
        law!(s, parts, RocAuc::binary(), binary, update, |m: &RocAuc| vec![m.value()]);
        law!(s, parts, RocAuc::one_vs_rest(CLASSES), classes, update, |m: &RocAuc| vec![m.value(), m.of_class(1)]);
        law!(s, parts, AveragePrecision::binary(), binary, update, |m: &AveragePrecision| vec![m.value()]);
        law!(s, parts, Perplexity::new().ignoring(3), classes, update, |m: &Perplexity| vec![m.value()]);
        law!(s, parts, Brier::new(), classes, update, |m: &Brier| vec![m.value()]);
        law!(s, parts, Brier::new(), binary, update_binary, |m: &Brier| vec![m.value()]);
        law!(s, parts, CalibrationError::new(5), classes, update, |m: &CalibrationError| vec![m.value(), m.maximum()]);
        law!(s, parts, MeanSquaredError::new(), numbers, update, |m: &MeanSquaredError| vec![m.value(), m.root()]);
        law!(s, parts, MeanAbsoluteError::new(), numbers, update, |m: &MeanAbsoluteError| vec![m.value()]);
        law!(s, parts, MeanAbsolutePercentageError::new(), numbers, update, |m: &MeanAbsolutePercentageError| vec![m.value()]);
        law!(s, parts, R2::new(), numbers, update, |m: &R2| vec![m.value()]);
        law!(s, parts, ExplainedVariance::new(), numbers, update, |m: &ExplainedVariance| vec![m.value()]);
    }

    /// The sum of numbers over the whole range of f64, with their negatives in another order, is zero: no bit was lost.
    #[test]
    fn sums_lose_nothing(exponents in prop::collection::vec(-900..900_i32, 1..60), tail in -1e3..1e3_f64) {
        let x: Vec<f64> = exponents.iter().map(|&e| 1.1 * f64::from(e).exp2()).collect();
        let mut error = MeanAbsoluteError::new();
        let zeros = Tensor::<f64>::zeros(&[x.len()]);
        error.update(&Tensor::from(x.clone()), &zeros);
        let mut sorted = x.clone();
        sorted.sort_by(f64::total_cmp);
        let mut other = MeanAbsoluteError::new();
        other.update(&Tensor::from(sorted), &zeros);
        prop_assert_eq!(error.value(), other.value());

        let mut perplexity = Perplexity::new();
        x.iter().for_each(|&x| perplexity.update_mean(x, 1));
        perplexity.update_mean(tail, 1);
        x.iter().for_each(|&x| perplexity.update_mean(-x, 1));
        prop_assert_eq!(perplexity.cross_entropy(), Some(tail / (2 * x.len() + 1) as f64));
    }

    /// By counting pairs, and by the definition of the ranks.
    #[test]
    fn areas_and_ranks_are_what_they_are_called(n in 1..40_usize, seed: u64) {
        let s = samples(n, seed);
        let all: Vec<usize> = (0..n).collect();
        let (scores, yes) = s.binary(&all);
        let pairs = || all.iter().flat_map(|&i| all.iter().map(move |&j| (i, j))).filter(|&(i, j)| yes.data()[i] > yes.data()[j]);
        let won: f64 = pairs().map(|(i, j)| match scores.data()[i].total_cmp(&scores.data()[j]) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        }).sum();
        let mut roc = RocAuc::binary();
        roc.update(&scores, &yes);
        let count = pairs().count();
        prop_assert_eq!(roc.value(), (count > 0).then(|| won / count as f64));

        let (outputs, labels) = s.classes(&all);
        let ranks: Vec<usize> = all.iter().map(|&i| {
            let mut order: Vec<usize> = (0..CLASSES).collect();
            order.sort_by(|&a, &b| s.probabilities[i][b].total_cmp(&s.probabilities[i][a]));
            order.iter().position(|&class| class == labels.data()[i] as usize).unwrap()
        }).collect();
        for k in 0..=CLASSES {
            let mut top = TopK::new(k);
            top.update(&outputs, &labels);
            prop_assert_eq!(top.value(), Some(ranks.iter().filter(|&&rank| rank < k).count() as f64 / n as f64));
        }
    }
}
