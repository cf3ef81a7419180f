//! Losses.

use proptest::prelude::*;
use rappel_autodiff::elem::rows::{Bce, Huber};
use rappel_autodiff::{CrossEntropy, LossReduction, Tensor, Var};

use super::{Cases, two};
use crate::plain::Plain;
use crate::row;
use crate::row::Row;
use crate::strategies::{self, broadcasting, full_size, gridded, indices, shape_of, size, tensor};

/// Labels, how far off the logits are moved, and logits, in whole multiples of 1/1024.
fn labelled() -> Cases<(Tensor<u32>, f64)> {
    let values = (-3072_i32..=3072).prop_map(|k| f64::from(k) / 1024.0);
    (size(), full_size(), prop_oneof![Just(0.0), Just(256.0)])
        .prop_flat_map(move |(n, classes, shift)| {
            (indices(&[n], classes), Just(shift), tensor(&[n, classes], values.clone()))
        })
        .prop_map(|(labels, shift, x)| ((labels, shift), vec![x]))
        .boxed()
}

fn reduction() -> impl Strategy<Value = LossReduction> + Clone {
    use LossReduction::{BatchMean, Mean, None, Sum};
    prop_oneof![Just(Mean), Just(Sum), Just(BatchMean), Just(None)]
}

/// The options of a cross-entropy, in the form the reference reads.
#[derive(Clone, Debug)]
struct Options {
    weights: Option<Vec<f64>>,
    smoothing: f64,
    ignored: Option<u32>,
    reduction: LossReduction,
}

impl Options {
    fn built(&self) -> CrossEntropy {
        let mut options = CrossEntropy::new().label_smoothing(self.smoothing).reduction(self.reduction);
        if let Some(weights) = &self.weights {
            options = options.weights(weights);
        }
        self.ignored.map_or(options.clone(), |label| options.ignore_index(label))
    }

    fn weight(&self, class: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |w| w[class])
    }

    /// What the mean divides by.
    fn total(&self, labels: &Tensor<u32>) -> f64 {
        labels.data().iter().filter(|l| self.ignored != Some(**l)).map(|&l| self.weight(l as usize)).sum()
    }

    /// What class `c` counts in the loss of a sample with a label.
    fn share(&self, label: u32, c: usize, classes: usize) -> f64 {
        if self.ignored == Some(label) {
            return 0.0;
        }
        let own = if label as usize == c { 1.0 - self.smoothing } else { 0.0 };
        self.weight(c) * (own + self.smoothing / classes as f64)
    }
}

fn options(classes: usize) -> BoxedStrategy<Options> {
    let weight = prop_oneof![Just(0.0), Just(0.5), Just(1.0), Just(2.0)];
    let weights = prop::option::of(prop::collection::vec(weight, classes));
    let ignored = prop_oneof![Just(None), Just(Some(0)), Just(Some(7))];
    (weights, prop_oneof![Just(0.0), Just(0.3)], ignored, reduction())
        .prop_map(|(weights, smoothing, ignored, reduction)| Options { weights, smoothing, ignored, reduction })
        .boxed()
}

/// A shape `[n, classes, ..]` or `[classes]`, and where its classes are.
fn classed() -> BoxedStrategy<(Vec<usize>, usize)> {
    let many = (size(), full_size(), shape_of(0..2)).prop_map(|(n, c, rest)| ([&[n, c], &rest[..]].concat(), 1));
    prop_oneof![4 => many, 1 => full_size().prop_map(|c| (vec![c], 0))].boxed()
}

/// Labels, some of which are ignored if the options say so, options, and values. Values are whole multiples of 1/1024.
fn optional() -> Cases<(Tensor<u32>, Options)> {
    let values = (-3072_i32..=3072).prop_map(|k| f64::from(k) / 1024.0);
    classed()
        .prop_flat_map(|(shape, axis)| (Just((shape.clone(), axis)), options(shape[axis])))
        .prop_flat_map(move |((shape, axis), options)| {
            let mut outer = shape.clone();
            outer.remove(axis);
            let labels = (indices(&outer, shape[axis]), tensor(&outer, 0.0..1.0));
            (Just(options), labels, tensor(&shape, values.clone()))
        })
        .prop_map(|(options, (labels, chance), x)| {
            // A label that is no class at all, where it is ignored.
            let changed = labels.data().iter().zip(chance.data());
            let changed = changed.map(|(&l, &u)| if options.ignored == Some(7) && u < 0.3 { 7 } else { l });
            let labels = Tensor::new(changed.collect::<Vec<_>>(), labels.shape());
            // A mean over nothing is NaN and has no derivatives.
            let reduction = match options.reduction {
                LossReduction::Mean if options.total(&labels) == 0.0 => LossReduction::Sum,
                other => other,
            };
            ((labels, Options { reduction, ..options }), vec![x])
        })
        .boxed()
}

/// Losses reduced; the mean divides by `total`.
fn reduced(losses: &Plain, how: LossReduction, total: f64) -> Plain {
    let sum = losses.data().iter().sum::<f64>();
    match how {
        LossReduction::Mean => Plain::scalar(sum / total),
        LossReduction::Sum => Plain::scalar(sum),
        LossReduction::BatchMean => Plain::scalar(sum / losses.shape().first().map_or(1.0, |&n| n as f64)),
        LossReduction::None => losses.clone(),
    }
}

/// The index of a class in an array from that of a sample.
fn with_class(i: &[usize], class: usize) -> Vec<usize> {
    match i.split_first() {
        None => vec![class],
        Some((first, rest)) => [&[*first, class], rest].concat(),
    }
}

/// The losses of samples, from the logarithms of their classes' probabilities and what each class counts.
fn entropies(log: &Plain, share: impl Fn(&[usize], usize) -> f64) -> Plain {
    let axis = usize::from(log.shape().len() > 1);
    let mut outer = log.shape().to_vec();
    let classes = outer.remove(axis);
    Plain::from_fn(&outer, |i| {
        let cost = |c: usize| match share(i, c) {
            0.0 => 0.0,
            share => -share * log.at(&with_class(i, c)),
        };
        (0..classes).map(cost).sum()
    })
}

fn logs(x: &Plain) -> Plain {
    x.along(isize::from(x.shape().len() > 1), |run| {
        let total = run.iter().map(|x| x.exp()).sum::<f64>().ln();
        run.iter().map(|x| x - total).collect()
    })
}

/// The loss against labels, from the logarithms of probabilities.
fn labelled_loss(log: &Plain, labels: &Tensor<u32>, o: &Options) -> Plain {
    let classes = log.shape()[usize::from(log.shape().len() > 1)];
    let plain = Plain::new(labels.shape(), labels.data().iter().map(|&l| f64::from(l)).collect());
    let losses = entropies(log, |i, c| o.share(plain.at(i) as u32, c, classes));
    reduced(&losses, o.reduction, o.total(labels))
}

/// The loss against labels made of a log-softmax and a product with what each class counts.
fn labelled_composed<'t>(x: Var<'t, f64>, labels: &Tensor<u32>, o: &Options) -> Var<'t, f64> {
    let axis = usize::from(x.rank() > 1);
    let shape = x.shape();
    let index = Plain::new(labels.shape(), labels.data().iter().map(|&l| f64::from(l)).collect());
    let shares = Plain::from_fn(&shape, |i| {
        let mut sample = i.to_vec();
        let class = sample.remove(axis);
        o.share(index.at(&sample) as u32, class, shape[axis])
    });
    let shares = x.tape().input(&Tensor::new(shares.data().to_vec(), &shape));
    let losses = -(x.log_softmax(axis as isize) * shares).sum_axes(&[axis as isize], false);
    match o.reduction {
        LossReduction::Mean => losses.sum() / o.total(labels),
        LossReduction::Sum => losses.sum(),
        LossReduction::BatchMean => losses.sum() / losses.shape().first().map_or(1.0, |&n| n as f64),
        LossReduction::None => losses,
    }
}

/// Two arrays that broadcast and another that stretches to what they give, and a reduction.
fn three(
    a: impl Strategy<Value = f64> + Clone + 'static,
    b: impl Strategy<Value = f64> + Clone + 'static,
    c: impl Strategy<Value = f64> + Clone + 'static,
) -> Cases<LossReduction> {
    (broadcasting(), reduction())
        .prop_flat_map(move |((m, n), how)| {
            (Just(how), tensor(&m, a.clone()), tensor(&n, b.clone()), tensor(&n, c.clone()))
        })
        .prop_map(|(how, a, b, c)| (how, vec![a, b, c]))
        .boxed()
}

fn per_value(losses: &Plain, how: LossReduction) -> Plain {
    reduced(losses, how, losses.data().len() as f64)
}

fn mean(x: &Plain) -> Plain {
    Plain::scalar(x.data().iter().sum::<f64>() / x.data().len() as f64)
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = plain();
    rows.extend(against_labels());
    rows.extend(against_probabilities());
    rows
}

/// Cross-entropy and likelihood with options.
fn against_labels() -> Vec<Row> {
    vec![
        row! {
            name: "cross_entropy_with",
            args: (Tensor<u32>, Options),
            cases: optional(),
            vars: |(labels, options), &[x]| x.cross_entropy_with(labels, &options.built()),
            numbers: |(labels, options), [x]| labelled_loss(&logs(x), labels, options),
            composed: |(labels, options), &[x]| labelled_composed(x, labels, options),
        }
        .fused(),
        row! {
            name: "nll_loss",
            args: (Tensor<u32>, Options),
            cases: optional().prop_map(|((labels, options), x)| ((labels, Options { smoothing: 0.0, ..options }), x)),
            vars: |(labels, options), &[x]| x.nll_loss(labels, &options.built()),
            numbers: |(labels, options), [x]| labelled_loss(x, labels, options),
        },
        row! {
            name: "cross_entropy_soft",
            args: Options,
            cases: classed()
                .prop_flat_map(|(shape, axis)| {
                    let target = prop_oneof![1 => Just(0.0), 3 => 0.0..1.0];
                    (options(shape[axis]), tensor(&shape, -3.0..3.0), tensor(&shape, target))
                })
                .prop_map(|(options, x, t)| (Options { ignored: None, ..options }, vec![x, t])),
            vars: |options, &[x, t]| x.cross_entropy_soft(t, &options.built()),
            numbers: |o, [x, t]| {
                let classes = x.shape()[usize::from(x.shape().len() > 1)];
                let share = |i: &[usize], c: usize| {
                    o.weight(c) * (t.at(&with_class(i, c)) * (1.0 - o.smoothing) + o.smoothing / classes as f64)
                };
                per_value(&entropies(&logs(x), share), o.reduction)
            },
        }
        .fused(),
    ]
}

/// Binary cross-entropy and divergence with options.
fn against_probabilities() -> Vec<Row> {
    vec![
        row! {
            name: "bce_with_logits_with",
            args: (bool, LossReduction),
            cases: (any::<bool>(), three(-4.0..4.0, 0.0..1.0, 0.0..2.0)).prop_map(|(positive, (how, x))| ((positive, how), x)),
            vars: |(positive, how), &[x, t, w]| match positive {
                true => x.bce_with_logits_with(t, None, Some(w), *how),
                false => x.bce_with_logits_with(t, Some(w), None, *how),
            },
            numbers: |(positive, how), [x, t, w]| {
                let log_likelihood = |x: f64| -(-x).exp().ln_1p();
                let (of, against) = (x.zip(t, |x, t| -t * log_likelihood(x)), x.zip(t, |x, t| -(1.0 - t) * log_likelihood(-x)));
                let losses = match positive {
                    true => of.zip(w, |a, w| a * w).zip(&against, |a, b| a + b),
                    false => of.zip(&against, |a, b| a + b).zip(w, |a, w| a * w),
                };
                per_value(&losses, *how)
            },
        },
        row! {
            name: "bce",
            args: (),
            cases: two(0.1..0.9, 0.0..1.0),
            vars: |(), &[a, b]| a.pair::<Bce>(b),
            numbers: |(), [a, b]| a.zip(b, |a, b| -(b * a.ln() + (1.0 - b) * (1.0 - a).ln())),
        },
        row! {
            name: "kl_div",
            args: LossReduction,
            cases: (reduction(), two(-3.0..0.0, 0.1..1.0)).prop_map(|(how, ((), x))| (how, x)),
            vars: |how, &[x, t]| x.kl_div(t, false, *how),
            numbers: |how, [x, t]| per_value(&x.zip(t, |x, t| t * (t.ln() - x)), *how),
        },
        row! {
            name: "kl_div, fixed targets",
            args: LossReduction,
            cases: (reduction(), two(-3.0..0.0, prop_oneof![Just(0.0), 0.0..1.0])).prop_map(|(how, ((), x))| (how, x)),
            vars: |how, &[x, t]| x.kl_div(t.detach(), false, *how),
            numbers: |how, [x, t]| per_value(&x.zip(t, |x, t| if t == 0.0 { 0.0 } else { t * (t.ln() - x) }), *how),
        }
        .constants(&[1]),
        row! {
            name: "kl_div, log_target",
            args: LossReduction,
            cases: (reduction(), two(-3.0..0.0, -3.0..0.0)).prop_map(|(how, ((), x))| (how, x)),
            vars: |how, &[x, t]| x.kl_div(t, true, *how),
            numbers: |how, [x, t]| per_value(&x.zip(t, |x, t| t.exp() * (t - x)), *how),
        },
    ]
}

/// Differences, and a bend of the loss that none of them is near.
fn bent() -> Cases<(f64, f64)> {
    let bends = prop_oneof![Just(0.0), Just(0.4), Just(1.2)];
    (bends, 0.5..2.0, two(gridded(0.0), gridded(0.1))).prop_map(|(bend, slope, ((), x))| ((bend, slope), x)).boxed()
}

/// The means, without options.
fn plain() -> Vec<Row> {
    vec![
        row! {
            name: "huber",
            args: (f64, f64),
            cases: bent(),
            vars: |&(bend, slope), &[a, b]| a.pair_with::<Huber>(b, [bend, slope]),
            numbers: |&(bend, slope), [a, b]| a.zip(b, |a, b| match (a - b).abs() {
                d if d < bend => slope * d * d / (2.0 * bend),
                d => slope * (d - bend / 2.0),
            }),
        },
        row! {
            name: "reduce_losses",
            args: LossReduction,
            cases: (reduction(), strategies::one(-2.0..2.0)).prop_map(|(how, x)| {
                // The mean of nothing is NaN.
                (if x.is_empty() && how != LossReduction::None { LossReduction::Sum } else { how }, vec![x])
            }),
            vars: |how, &[x]| x.reduce_losses(*how),
            numbers: |how, [x]| per_value(x, *how),
        },
        row! {
            name: "cross_entropy",
            args: (Tensor<u32>, f64),
            cases: labelled(),
            vars: |(labels, shift), &[x]| (x + *shift).cross_entropy(labels),
            numbers: |(labels, _), [x]| {
                let classes = x.shape()[1];
                let row = |(i, &label): (usize, &u32)| {
                    let total: f64 = (0..classes).map(|c| x.at(&[i, c]).exp()).sum();
                    total.ln() - x.at(&[i, label as usize])
                };
                let all: f64 = labels.data().iter().enumerate().map(row).sum();
                Plain::scalar(all / labels.len() as f64)
            },
        }
        .fused(),
        row! {
            name: "mse",
            args: (),
            cases: two(-2.0..2.0, -2.0..2.0),
            vars: |(), &[a, b]| a.mse(b),
            numbers: |(), [a, b]| mean(&a.zip(b, |a, b| (a - b) * (a - b))),
        },
        row! {
            name: "bce_with_logits",
            args: (),
            cases: two(-4.0..4.0, 0.0..1.0),
            vars: |(), &[a, b]| a.bce_with_logits(b),
            numbers: |(), [a, b]| {
                let one = |a: f64, b: f64| {
                    let p = 1.0 / (1.0 + (-a).exp());
                    -b * p.ln() - (1.0 - b) * (1.0 - p).ln()
                };
                mean(&a.zip(b, one))
            },
        },
    ]
}
