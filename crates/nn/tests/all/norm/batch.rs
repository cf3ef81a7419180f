use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::schedule::{linear, percent, plateau};
use rappel_nn::{BatchNorm, BatchNorm1d, BatchNorm2d, Layer, LayerExt, ModuleExt};
use rappel_testkit::strategies::config;

use super::{assert_close, check_gradients, in_a_list, keys};
use crate::panics::panic_here;

/// Trains on one batch: the output, after the running statistics have moved.
fn train<const AXES: usize>(norm: &mut BatchNorm<AXES, f64>, step: u64, x: &Tensor<f64>) -> Tensor<f64> {
    let mut tape = Tape::training_in(1);
    tape.at_step(step);
    let y = norm.forward(tape.var(x));
    let value = y.value();
    y.sum().backward().apply_updates(norm);
    value
}

fn running<const AXES: usize>(norm: &BatchNorm<AXES, f64>) -> (Vec<f64>, Vec<f64>, i64) {
    let [mean, var] = [&norm.running_mean, &norm.running_var].map(|b| b.as_ref().unwrap().value.data().to_vec());
    (mean, var, norm.num_batches_tracked.as_ref().unwrap().value.item())
}

/// Mean 2 and 5; variance 1 and 9 over n, 4/3 and 12 over n - 1.
fn batch() -> Tensor<f64> {
    Tensor::from([[1.0, 2.0], [3.0, 8.0], [1.0, 8.0], [3.0, 2.0]])
}

#[test]
fn training_is_by_the_batch_and_moves_the_running_statistics() {
    let mut norm = BatchNorm1d::new(2).eps(0.0);
    let y = train(&mut norm, 0, &batch());
    assert_close(&y, &Tensor::from([[-1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]]), 1e-15);
    let (mean, var, count) = running(&norm);
    assert_close(&Tensor::from(mean), &Tensor::from([0.2, 0.5]), 1e-15);
    assert_close(&Tensor::from(var), &Tensor::from([0.9 + 0.4 / 3.0, 0.9 + 1.2]), 1e-15);
    assert_eq!(count, 1);
}

#[test]
fn evaluation_is_by_the_running_statistics_and_moves_nothing() {
    let mut norm = BatchNorm1d::new(2);
    norm.running_mean.as_mut().unwrap().value = Tensor::from([1.0, 2.0]);
    norm.running_var.as_mut().unwrap().value = Tensor::from([4.0, 9.0]);
    let norm = norm.eps(0.0);
    let before = running(&norm);
    let tape = Tape::default();
    let y = norm.forward(tape.var(&Tensor::from([[3.0, -1.0]])));
    assert_eq!(y.value(), Tensor::from([[1.0, -1.0]]));
    let gradients = y.sum().backward();
    assert!(gradients.updates().is_empty());
    assert_eq!(running(&norm), before);
}

/// Of sequences and images all positions count.
#[test]
fn positions_are_values_of_their_feature() {
    let mut rng = Rng::seed(1);
    let images = Tensor::normal(&[3, 2, 2, 5], 1.0, 2.0, &mut rng);
    let (mut two, mut one) = (BatchNorm2d::new(2), BatchNorm1d::new(2));
    let y = train(&mut two, 0, &images);
    assert_eq!(train(&mut one, 0, &images.reshape(&[3, 2, 10])), y.reshape(&[3, 2, 10]));
    assert_eq!(running(&two), running(&one));
    let mut flat = BatchNorm1d::new(2);
    let rows = images.moveaxis(1, 3).reshape(&[30, 2]);
    assert_close(&train(&mut flat, 0, &rows).reshape(&[3, 2, 5, 2]).moveaxis(3, 1), &y, 1e-14);
    assert_close(&Tensor::from(running(&flat).1), &Tensor::from(running(&one).1), 1e-14);
}

#[test]
fn momentum_is_a_number_a_schedule_or_none() {
    let batches = [batch(), batch().scaled(3.0), -batch()];
    let means = [2.0, 6.0, -2.0];
    let cases: [(BatchNorm1d<f64>, [f64; 3]); 4] = [
        (BatchNorm1d::new(2).momentum(1.0), [1.0; 3]),
        (BatchNorm1d::new(2).momentum(0.25), [0.25; 3]),
        (BatchNorm1d::new(2).momentum(linear(1.0, 0.0, 4)), [1.0, 0.75, 0.5]),
        (BatchNorm1d::new(2).cumulative(), [1.0, 1.0 / 2.0, 1.0 / 3.0]),
    ];
    for (mut norm, shares) in cases {
        let mut expected = 0.0;
        for (step, (batch, share)) in batches.iter().zip(shares).enumerate() {
            train(&mut norm, step as u64, batch);
            expected += share * (means[step] - expected);
            assert_close(&Tensor::scalar(running(&norm).0[0]), &Tensor::scalar(expected), 1e-14);
        }
        assert_eq!(running(&norm).2, 3);
    }
}

#[test]
fn a_momentum_without_sense_is_refused_at_the_users_line() {
    for momentum in [-0.1, 1.5, f64::NAN] {
        let message = panic_here!(BatchNorm1d::<f32>::new(1).momentum(momentum));
        assert_eq!(message, format!("BatchNorm::momentum({momentum}): the momentum must be at least 0 and at most 1"));
    }
    for schedule in [linear(0.5, 0.0, percent(10)), 0.5 * plateau()] {
        let message = panic_here!(BatchNorm1d::<f32>::new(1).momentum(schedule.clone()));
        assert!(message.starts_with("BatchNorm::momentum: "), "{message}");
    }
}

/// Nothing moves until the step; then each evaluation that was used counts once, in order.
#[test]
fn micro_batches_count_one_by_one() {
    let mut norm = BatchNorm1d::<f64>::new(2).momentum(0.5);
    let gradients = |norm: &BatchNorm1d<f64>, x: &Tensor<f64>| {
        let tape = Tape::training_in(1);
        norm.forward(tape.input(x)).sum().backward()
    };
    let mut sum = gradients(&norm, &batch());
    sum.axpy(1.0, &gradients(&norm, &batch().scaled(2.0)));
    assert_eq!(running(&norm), (vec![0.0; 2], vec![1.0; 2], 0));
    sum.apply_updates(&mut norm);
    assert_eq!((running(&norm).0, running(&norm).2), (vec![0.5 * 1.0 + 0.5 * 4.0, 0.5 * 2.5 + 0.5 * 10.0], 2));
    // A clone is another net: it is not moved by these.
    let mut other = norm.clone();
    sum.apply_updates(&mut other);
    assert_eq!(running(&other), running(&norm));
}

#[test]
fn without_running_statistics_evaluation_is_by_the_batch() {
    let mut norm = BatchNorm1d::new(2).track_running_stats(false);
    let trained = train(&mut norm, 0, &batch());
    let tape = Tape::default();
    assert_eq!(norm.forward(tape.input(&batch())).value(), trained);
}

#[test]
fn has_the_names_of_pytorch() {
    let buffers = ["running_mean", "running_var", "num_batches_tracked"];
    let norm: BatchNorm2d = BatchNorm2d::new(3);
    assert_eq!(keys(&norm), [vec!["weight".to_owned(), "bias".to_owned()], buffers.map(String::from).to_vec()]);
    assert_eq!(norm.num_batches_tracked.as_ref().unwrap().value.shape(), [0; 0]);
    assert_eq!(norm.count_parameters(), 6);
    let cases: [(BatchNorm1d, &[&str], &[&str]); 4] = [
        (BatchNorm1d::new(3).affine(false), &[], &buffers),
        (BatchNorm1d::new(3).bias(false), &["weight"], &buffers),
        (BatchNorm1d::new(3).track_running_stats(false), &["weight", "bias"], &[]),
        (BatchNorm1d::new(3).affine(false).track_running_stats(false), &[], &[]),
    ];
    for (norm, parameters, buffers) in cases {
        assert_eq!(
            keys(&norm),
            [parameters, buffers].map(|names| names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>())
        );
    }
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let (one, two): (BatchNorm1d, BatchNorm2d) = (BatchNorm1d::new(3), BatchNorm2d::new(3));
    let cases: [(&dyn Layer, &[usize], &str); 7] = [
        (&one, &[], "BatchNorm1d(3): input of shape [] does not fit: expected [n, 3] or [n, 3, length]"),
        (&one, &[4, 2], "BatchNorm1d(3): input of shape [4, 2] does not fit: expected [n, 3] or [n, 3, length]"),
        (
            &one,
            &[4, 5, 3],
            "BatchNorm1d(3): input of shape [4, 5, 3] does not fit: expected [n, 3] or [n, 3, length]; the features are axis 1: move \
             them there",
        ),
        (
            &one,
            &[4, 3, 5, 5],
            "BatchNorm1d(3): input of shape [4, 3, 5, 5] does not fit: expected [n, 3] or [n, 3, length]",
        ),
        (&two, &[4, 3], "BatchNorm2d(3): input of shape [4, 3] does not fit: expected [n, 3, height, width]"),
        (
            &two,
            &[3, 5, 5],
            "BatchNorm2d(3): input of shape [3, 5, 5] does not fit: expected [n, 3, height, width]; `unsqueeze(0)` makes a batch of one \
             sample",
        ),
        (
            &two,
            &[4, 5, 5, 3],
            "BatchNorm2d(3): input of shape [4, 5, 5, 3] does not fit: expected [n, 3, height, width]; the features are axis 1: move \
             them there",
        ),
    ];
    let tape = Tape::new();
    for (norm, shape, expected) in cases {
        assert_eq!(norm.misfit(shape).unwrap(), expected);
        assert_eq!(norm.check(shape).unwrap_err().to_string(), expected);
    }
    let x = tape.input(&Tensor::zeros(&[4, 2]));
    assert!(panic_here!(one.forward(x)).starts_with("BatchNorm1d(3): "));
}

#[test]
fn one_value_per_feature_is_a_misfit_where_the_batch_counts() {
    let lone = "BatchNorm1d(3): input of shape [1, 3] has one value per feature, and the statistics of a batch need two: put more \
                samples in it, or evaluate on a tape that does not train";
    let (tracking, not) = (BatchNorm1d::new(3), BatchNorm1d::new(3).track_running_stats(false));
    let (train, eval) = (Tape::training(1), Tape::new());
    assert_eq!(in_a_list(tracking.clone(), &train, &[1, 3]), format!("Sequential[0]: {lone}"));
    assert_eq!(in_a_list(not.clone(), &eval, &[1, 3]), format!("Sequential[0]: {lone}"));
    let x = train.input(&Tensor::zeros(&[1, 3]));
    assert_eq!(panic_here!(tracking.forward(x)), lone);
    assert_eq!(tracking.forward(eval.input(&Tensor::zeros(&[1, 3]))).value(), Tensor::zeros(&[1, 3]));
    let two_positions = Tensor::ones(&[1, 3, 2]);
    assert_eq!(tracking.forward(train.input(&two_positions)).value(), Tensor::zeros(&[1, 3, 2]));
}

#[test]
fn a_batch_of_nothing_passes_and_is_not_counted() {
    for shape in [&[0, 2][..], &[0, 2, 3], &[3, 2, 0]] {
        let mut norm = BatchNorm1d::new(2);
        assert_eq!(train(&mut norm, 0, &Tensor::zeros(shape)).shape(), shape);
        assert_eq!(running(&norm), (vec![0.0; 2], vec![1.0; 2], 0));
        let tape = Tape::default();
        assert_eq!(norm.forward(tape.input(&Tensor::zeros(shape))).value().shape(), shape);
    }
    let (none, tape) = (BatchNorm1d::<f32>::new(0), Tape::training(1));
    assert_eq!(none.forward(tape.input(&Tensor::zeros(&[4, 0]))).value().shape(), [4, 0]);
}

#[test]
fn check_knows_it() {
    let report = BatchNorm2d::<f32>::new(3).check(&[2, 3, 4, 4]).unwrap();
    assert_eq!((&report.output[..], report.trainable, report.unused.len()), (&[2, 3, 4, 4][..], 6, 0));
    assert!(report.to_string().contains("BatchNorm2d(3)"), "{report}");
}

proptest! {
    #![proptest_config(config(12, file!()))]

    #[test]
    fn gradients_are_right(
        (n, features, length) in (1..3_usize, 1..3_usize, 2..4_usize),
        training: bool, affine: bool, bias: bool, track: bool, seed: u64,
    ) {
        let mut rng = Rng::seed(seed);
        let mut norm = BatchNorm1d::<f64>::new(features).eps(0.1).track_running_stats(track).affine(affine).bias(bias);
        for param in [&mut norm.weight, &mut norm.bias].into_iter().flatten() {
            param.value = Tensor::normal(&[features], 1.0, 0.3, &mut rng);
        }
        let x = Tensor::normal(&[n, features, length], 0.5, 1.0, &mut rng);
        check_gradients(&mut norm, &x, training).map_err(TestCaseError::fail)?;
    }
}
