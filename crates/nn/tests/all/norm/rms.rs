use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Layer, LayerExt, RmsNorm};
use rappel_testkit::strategies::config;

use super::{assert_close, check_gradients, keys};
use crate::panics::panic_here;

#[test]
fn divides_by_the_root_of_the_mean_square() {
    let mut norm = RmsNorm::new(&[2]).eps(0.0);
    norm.weight.as_mut().unwrap().value = Tensor::from([5.0, 10.0]);
    let tape = Tape::default();
    let y = norm.forward(tape.input(&Tensor::from([[1.0, 7.0], [-7.0, 1.0]]))).value();
    assert_close(&y, &Tensor::from([[1.0, 14.0], [-7.0, 2.0]]), 1e-14);
}

/// PyTorch's default: the distance from 1 to the next number of the type.
#[test]
fn eps_is_the_machine_epsilon() {
    let small = 1e-9;
    let double = Tape::<f64>::default();
    let y = RmsNorm::new(&[1]).forward(double.input(&Tensor::from([small]))).item();
    assert!((y - small / (small * small + f64::EPSILON).sqrt()).abs() < 1e-15, "{y}");
    let single = Tape::new();
    let y = RmsNorm::new(&[1]).forward(single.input(&Tensor::from([small as f32]))).item();
    assert!((f64::from(y) / (small / f64::from(f32::EPSILON).sqrt()) - 1.0).abs() < 1e-6, "{y}");
}

#[test]
fn has_the_names_and_shapes_of_pytorch() {
    let norm: RmsNorm = RmsNorm::new(&[2, 3]);
    assert_eq!(
        (keys(&norm)[0].clone(), norm.weight.as_ref().unwrap().value.shape()),
        (vec!["weight".into()], &[2, 3][..])
    );
    assert!(keys(&norm.elementwise_affine(false))[0].is_empty());
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let (norm, tape): (RmsNorm, _) = (RmsNorm::new(&[3]), Tape::new());
    let x = tape.input(&Tensor::zeros(&[3, 4]));
    let expected = "RmsNorm(3): input of shape [3, 4] does not fit: the last axis must be 3";
    assert_eq!(panic_here!(norm.forward(x)), expected);
    assert_eq!(norm.check(&[3, 4]).unwrap_err().to_string(), expected);
    assert!(panic_here!(RmsNorm::<f32>::new(&[])).starts_with("RmsNorm::new(&[]): "));
    assert_eq!(norm.forward(tape.input(&Tensor::zeros(&[0, 3]))).value().shape(), [0, 3]);
}

proptest! {
    #![proptest_config(config(8, file!()))]

    #[test]
    fn gradients_are_right(rows in 1..3_usize, size in 1..4_usize, affine: bool, seed: u64) {
        let mut rng = Rng::seed(seed);
        let mut norm = RmsNorm::<f64>::new(&[size]).eps(0.1).elementwise_affine(affine);
        if let Some(weight) = &mut norm.weight {
            weight.value = Tensor::normal(&[size], 1.0, 0.3, &mut rng);
        }
        let x = Tensor::normal(&[rows, size], 0.5, 1.0, &mut rng);
        check_gradients(&mut norm, &x, false).map_err(TestCaseError::fail)?;
    }
}
