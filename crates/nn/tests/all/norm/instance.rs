use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::schedule::linear;
use rappel_nn::{InstanceNorm1d, InstanceNorm2d, Layer, LayerExt};
use rappel_testkit::strategies::config;

use super::{assert_close, check_gradients, in_a_list, keys};
use crate::panics::panic_here;

/// Means 2 and 10, then 4 and 20; variances over n - 1: 2 and 8, then 18 and 0.
fn samples() -> Tensor<f64> {
    Tensor::new([1.0, 3.0, 8.0, 12.0, 1.0, 7.0, 20.0, 20.0], &[2, 2, 2])
}

#[test]
fn each_feature_of_each_sample_is_normalised_by_itself() {
    let norm = InstanceNorm1d::new(2).eps(1e-30);
    let expected = Tensor::new([-1.0, 1.0, -1.0, 1.0, -1.0, 1.0, 0.0, 0.0], &[2, 2, 2]);
    for tape in [Tape::default(), Tape::training_in(1)] {
        let y = norm.forward(tape.var(&samples()));
        assert_close(&y.value(), &expected, 1e-15);
        assert!(y.sum().backward().updates().is_empty());
    }
}

#[test]
fn running_statistics_are_means_over_the_samples() {
    let mut norm = InstanceNorm1d::new(2).track_running_stats(true).momentum(linear(1.0, 0.0, 2)).eps(1e-30);
    let mut tape = Tape::training_in(1);
    for (mean, var) in [([3.0, 15.0], [10.0, 4.0]), ([3.0, 15.0], [10.0, 4.0])] {
        norm.forward(tape.var(&samples())).sum().backward().apply_updates(&mut norm);
        tape.reset();
        assert_close(&norm.running_mean.as_ref().unwrap().value, &Tensor::from(mean), 1e-14);
        assert_close(&norm.running_var.as_ref().unwrap().value, &Tensor::from(var), 1e-14);
    }
    tape.at_step(1);
    norm.forward(tape.var(&samples().scaled(3.0))).sum().backward().apply_updates(&mut norm);
    assert_close(&norm.running_mean.as_ref().unwrap().value, &Tensor::from([6.0, 30.0]), 1e-14);
    assert_eq!(norm.num_batches_tracked.as_ref().unwrap().value.item(), 0);

    norm.running_mean.as_mut().unwrap().value = Tensor::from([1.0, 2.0]);
    norm.running_var.as_mut().unwrap().value = Tensor::from([4.0, 9.0]);
    let eval = Tape::default();
    // One position will do here.
    let y = norm.forward(eval.input(&Tensor::new([3.0, -1.0], &[1, 2, 1]))).value();
    assert_close(&y, &Tensor::new([1.0, -1.0], &[1, 2, 1]), 1e-15);
}

#[test]
fn has_the_names_of_pytorch() {
    let plain: InstanceNorm2d = InstanceNorm2d::new(3);
    assert_eq!(keys(&plain), [vec![], vec![] as Vec<String>]);
    let full = plain.affine(true).track_running_stats(true);
    assert_eq!(keys(&full)[0], ["weight", "bias"]);
    assert_eq!(keys(&full)[1], ["running_mean", "running_var", "num_batches_tracked"]);
    assert_eq!(keys(&full.bias(false))[0], ["weight"]);
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let (one, two): (InstanceNorm1d, InstanceNorm2d) = (InstanceNorm1d::new(3), InstanceNorm2d::new(3));
    let cases: [(&dyn Layer, &[usize], &str); 4] = [
        (&one, &[4, 3], "InstanceNorm1d(3): input of shape [4, 3] does not fit: expected [n, 3, length]"),
        (
            &one,
            &[3, 4],
            "InstanceNorm1d(3): input of shape [3, 4] does not fit: expected [n, 3, length]; `unsqueeze(0)` makes a batch of one sample",
        ),
        (
            &two,
            &[1, 4, 4, 3],
            "InstanceNorm2d(3): input of shape [1, 4, 4, 3] does not fit: expected [n, 3, height, width]; the features are axis 1: \
             move them there",
        ),
        (
            &two,
            &[4, 3, 1, 1],
            "InstanceNorm2d(3): input of shape [4, 3, 1, 1] has one position, and the statistics of a sample need two",
        ),
    ];
    for (norm, shape, expected) in cases {
        assert_eq!(norm.misfit(shape).unwrap(), expected);
        assert_eq!(norm.check(shape).unwrap_err().to_string(), expected);
    }
    let train = Tape::training(1);
    let x = train.input(&Tensor::zeros(&[4, 3, 1]));
    let tracking = InstanceNorm1d::new(3).track_running_stats(true);
    assert!(panic_here!(tracking.forward(x)).contains("has one position"));
    assert!(in_a_list(tracking, &train, &[4, 3, 1]).starts_with("Sequential[0]: InstanceNorm1d(3): "));
}

#[test]
fn sizes_of_zero_pass() {
    let mut norm = InstanceNorm1d::<f64>::new(2).track_running_stats(true);
    for shape in [[0, 2, 3], [3, 2, 0]] {
        for tape in [Tape::training_in(1), Tape::default()] {
            let y = norm.forward(tape.var(&Tensor::zeros(&shape)));
            assert_eq!(y.value().shape(), shape);
            y.sum().backward().apply_updates(&mut norm);
        }
    }
    assert_eq!(norm.running_var.unwrap().value, Tensor::ones(&[2]));
}

proptest! {
    #![proptest_config(config(8, file!()))]

    #[test]
    fn gradients_are_right(
        (n, features, length) in (1..3_usize, 1..3_usize, 2..4_usize), training: bool, affine: bool, track: bool, seed: u64,
    ) {
        let mut rng = Rng::seed(seed);
        let mut norm = InstanceNorm1d::<f64>::new(features).eps(0.1).affine(affine).track_running_stats(track);
        for param in [&mut norm.weight, &mut norm.bias].into_iter().flatten() {
            param.value = Tensor::normal(&[features], 1.0, 0.3, &mut rng);
        }
        let x = Tensor::normal(&[n, features, length], 0.5, 1.0, &mut rng);
        check_gradients(&mut norm, &x, training).map_err(TestCaseError::fail)?;
    }
}
