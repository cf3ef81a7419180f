use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{GroupNorm, InstanceNorm1d, Layer, LayerExt, LayerNorm};
use rappel_testkit::strategies::config;

use super::{assert_close, check_gradients, keys};
use crate::panics::panic_here;

/// One group is a layer normalisation of each sample, as many as channels an instance normalisation.
#[test]
fn lies_between_layer_and_instance_normalisation() {
    let x = Tensor::<f64>::normal(&[2, 4, 3], 1.0, 2.0, &mut Rng::seed(1));
    let tape = Tape::default();
    let v = tape.input(&x);
    let grouped = |groups| GroupNorm::new(groups, 4).forward(v).value();
    assert_close(&grouped(1), &LayerNorm::new(&[4, 3]).forward(v).value(), 1e-14);
    assert_close(&grouped(4), &InstanceNorm1d::new(4).forward(v).value(), 1e-14);
    let halves = v.reshape(&[4, 2, 3]);
    assert_close(&grouped(2), &LayerNorm::new(&[2, 3]).forward(halves).reshape(&[2, 4, 3]).value(), 1e-14);
}

#[test]
fn weight_and_bias_are_per_channel() {
    let mut norm = GroupNorm::new(1, 2).eps(0.0);
    assert_eq!(keys(&norm)[0], ["weight", "bias"]);
    norm.weight.as_mut().unwrap().value = Tensor::from([2.0, 3.0]);
    norm.bias.as_mut().unwrap().value = Tensor::from([10.0, 20.0]);
    let tape = Tape::new();
    let x = tape.input(&Tensor::new([-1.0, 1.0, 1.0, -1.0], &[1, 2, 2]));
    assert_eq!(norm.forward(x).value(), Tensor::new([8.0, 12.0, 23.0, 17.0], &[1, 2, 2]));
    assert_eq!(keys(&norm.clone().bias(false))[0], ["weight"]);
    assert!(keys(&norm.affine(false))[0].is_empty());
}

#[test]
fn small_shapes_pass() {
    let tape = Tape::training(1);
    let norm = GroupNorm::new(2, 4);
    for shape in [&[0, 4][..], &[1, 4], &[2, 4, 0], &[0, 4, 3, 3], &[1, 4, 1, 1, 1]] {
        assert_eq!(norm.forward(tape.input(&Tensor::zeros(shape))).value().shape(), shape);
    }
    // A group of one value is its mean.
    let y = GroupNorm::new(4, 4).forward(tape.input(&Tensor::from([[1.0, 2.0, 3.0, 4.0]])));
    assert_eq!(y.value(), Tensor::zeros(&[1, 4]));
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let (norm, tape): (GroupNorm, _) = (GroupNorm::new(2, 4), Tape::new());
    let cases: [(&[usize], &str); 3] = [
        (&[4], "input of shape [4] does not fit: expected [n, 4, ..]"),
        (&[2, 6], "input of shape [2, 6] does not fit: expected [n, 4, ..]"),
        (
            &[2, 5, 4],
            "input of shape [2, 5, 4] does not fit: expected [n, 4, ..]; the channels are axis 1: move them there",
        ),
    ];
    for (shape, expected) in cases {
        let x = tape.input(&Tensor::zeros(shape));
        let expected = format!("GroupNorm(2 groups of 2): {expected}");
        assert_eq!(panic_here!(norm.forward(x)), expected);
        assert_eq!(norm.check(shape).unwrap_err().to_string(), expected);
    }
    for (groups, channels) in [(3, 4), (0, 4), (0, 0)] {
        let message = panic_here!(GroupNorm::<f32>::new(groups, channels));
        assert_eq!(
            message,
            format!("GroupNorm::new({groups}, {channels}): {channels} channels do not fall into {groups} equal groups")
        );
    }
}

proptest! {
    #![proptest_config(config(8, file!()))]

    #[test]
    fn gradients_are_right(
        (n, groups, width, length) in (1..3_usize, 1..3_usize, 1..3_usize, 1..3_usize), affine: bool, bias: bool, seed: u64,
    ) {
        let (mut rng, channels) = (Rng::seed(seed), groups * width);
        let mut norm = GroupNorm::<f64>::new(groups, channels).eps(0.1).affine(affine).bias(bias);
        for param in [&mut norm.weight, &mut norm.bias].into_iter().flatten() {
            param.value = Tensor::normal(&[channels], 1.0, 0.3, &mut rng);
        }
        let x = Tensor::normal(&[n, channels, length], 0.5, 1.0, &mut rng);
        check_gradients(&mut norm, &x, false).map_err(TestCaseError::fail)?;
    }
}
