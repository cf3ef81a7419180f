use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Layer, LayerExt, LayerNorm};
use rappel_testkit::strategies::config;

use super::{assert_close, check_gradients, keys};
use crate::panics::panic_here;

#[test]
fn normalises_the_last_axes_of_every_position() {
    let x = Tensor::new([0.0, 2.0, 4.0, 6.0, 1.0, 1.0, 1.0, 1.0], &[2, 2, 2]);
    let cases: [(&[usize], Tensor<f64>); 2] = [
        (&[2], Tensor::new([-1.0, 1.0, -1.0, 1.0, 0.0, 0.0, 0.0, 0.0], &[2, 2, 2])),
        (
            &[2, 2],
            // Mean 3, variance 5.
            Tensor::new([-3.0, -1.0, 1.0, 3.0, 0.0, 0.0, 0.0, 0.0], &[2, 2, 2]).scaled(0.2_f64.sqrt()),
        ),
    ];
    for training in [false, true] {
        let tape = if training { Tape::training_in(1) } else { Tape::default() };
        for (over, expected) in &cases {
            let y = LayerNorm::new(over).eps(1e-30).forward(tape.input(&x)).value();
            assert_close(&y, expected, 1e-15);
        }
    }
}

#[test]
fn scales_and_shifts_each_place() {
    let mut norm = LayerNorm::new(&[2]).eps(0.0);
    norm.weight.as_mut().unwrap().value = Tensor::from([2.0, 3.0]);
    norm.bias.as_mut().unwrap().value = Tensor::from([10.0, 20.0]);
    let tape = Tape::new();
    assert_eq!(norm.forward(tape.input(&Tensor::from([[4.0, 6.0]]))).value(), Tensor::from([[8.0, 23.0]]));
}

#[test]
fn has_the_names_and_shapes_of_pytorch() {
    let cases: [(LayerNorm, &[&str]); 3] = [
        (LayerNorm::new(&[2, 3]), &["weight", "bias"]),
        (LayerNorm::new(&[2, 3]).bias(false), &["weight"]),
        (LayerNorm::new(&[2, 3]).elementwise_affine(false), &[]),
    ];
    for (norm, names) in cases {
        assert_eq!(keys(&norm)[0], names);
        assert!([&norm.weight, &norm.bias].into_iter().flatten().all(|p| p.value.shape() == [2, 3]));
    }
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let cases: [(LayerNorm, &[usize], &str); 4] = [
        (LayerNorm::new(&[3]), &[], "LayerNorm(3): input of shape [] does not fit: the last axis must be 3"),
        (LayerNorm::new(&[3]), &[3, 4], "LayerNorm(3): input of shape [3, 4] does not fit: the last axis must be 3"),
        (
            LayerNorm::new(&[2, 3]),
            &[3],
            "LayerNorm([2, 3]): input of shape [3] does not fit: the last axes must be [2, 3]",
        ),
        (
            LayerNorm::new(&[2, 3]),
            &[3, 2],
            "LayerNorm([2, 3]): input of shape [3, 2] does not fit: the last axes must be [2, 3]",
        ),
    ];
    let tape = Tape::new();
    for (norm, shape, expected) in cases {
        let x = tape.input(&Tensor::zeros(shape));
        assert_eq!(panic_here!(norm.forward(x)), expected);
        assert_eq!(norm.check(shape).unwrap_err().to_string(), expected);
    }
    let message = panic_here!(LayerNorm::<f32>::new(&[]));
    assert_eq!(message, "LayerNorm::new(&[]): give the sizes of the axes to normalise over, at least one");
    let x = tape.input(&Tensor::zeros(&[2]));
    assert!(panic_here!(LayerNorm::new(&[2]).eps(-1.0).forward(x)).contains("eps"));
}

#[test]
fn sizes_of_zero_pass() {
    let tape = Tape::new();
    for (over, shape) in [(&[3][..], &[0, 3][..]), (&[0], &[2, 0]), (&[2, 0], &[2, 0])] {
        assert_eq!(LayerNorm::new(over).forward(tape.input(&Tensor::zeros(shape))).value().shape(), shape);
    }
}

proptest! {
    #![proptest_config(config(12, file!()))]

    #[test]
    fn gradients_are_right(
        rows in 1..3_usize, over in prop::collection::vec(1..4_usize, 1..3), affine: bool, bias: bool, seed: u64,
    ) {
        let mut rng = Rng::seed(seed);
        let mut norm = LayerNorm::<f64>::new(&over).eps(0.1).elementwise_affine(affine).bias(bias);
        for param in [&mut norm.weight, &mut norm.bias].into_iter().flatten() {
            param.value = Tensor::normal(&over, 1.0, 0.3, &mut rng);
        }
        let shape = [&[rows][..], &over].concat();
        let x = Tensor::normal(&shape, 0.5, 1.0, &mut rng);
        check_gradients(&mut norm, &x, false).map_err(TestCaseError::fail)?;
    }
}
