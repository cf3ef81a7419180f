use proptest::prelude::*;
use rappel_nn::autodiff::{Param, Rng, Tape, Tensor};
use rappel_nn::{Layer, LayerExt, PRelu};
use rappel_testkit::strategies::{MARGIN, config};
use rappel_testkit::{check_module, check_module_second, gradcheck, gradgradcheck};

use crate::names;
use crate::panics::panic_here;

fn with_slopes(slopes: &[f64]) -> PRelu<f64> {
    PRelu { weight: Param::new(Tensor::new(slopes, &[slopes.len()])) }
}

#[test]
fn each_channel_has_its_slope() {
    let cases: [(&[f64], &[usize], &[f64]); 6] = [
        (&[0.5], &[], &[-0.5]),
        (&[0.5], &[3], &[-0.5, -0.5, -0.5]),
        (&[0.5, 2.0], &[2, 2], &[-0.5, -2.0, -0.5, -2.0]),
        (&[0.5, 2.0], &[1, 2, 2], &[-0.5, -0.5, -2.0, -2.0]),
        (&[0.5, 2.0], &[2, 2, 1, 1], &[-0.5, -2.0, -0.5, -2.0]),
        (&[0.5], &[1, 2, 1, 1], &[-0.5, -0.5]),
    ];
    for (slopes, shape, expected) in cases {
        let tape = Tape::default();
        let relu = with_slopes(slopes);
        assert_eq!(relu.forward(tape.input(&Tensor::full(shape, -1.0))).value().data(), expected, "{shape:?}");
        assert_eq!(relu.forward(tape.input(&Tensor::full(shape, 3.0))).value(), Tensor::full(shape, 3.0));
    }
}

#[test]
fn begins_as_pytorch_does() {
    let (one, three): (PRelu, PRelu) = (PRelu::new(), PRelu::per_channel(3).init(0.1));
    assert_eq!((names(&one), &one.weight.value), (vec!["weight".to_owned()], &Tensor::from([0.25])));
    assert_eq!(three.weight.value, Tensor::from([0.1; 3]));
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let tape = Tape::default();
    let three = with_slopes(&[0.1, 0.2, 0.3]);
    for shape in [&[][..], &[3], &[4, 2], &[4, 2, 3]] {
        let x = tape.input(&Tensor::zeros(shape));
        let expected = format!("PRelu(3): input of shape {shape:?} does not fit: expected [n, 3, ..]");
        assert_eq!(panic_here!(three.forward(x)), expected);
        assert_eq!(three.check(shape).unwrap_err().to_string(), expected);
    }
    let x = tape.input(&Tensor::zeros(&[4, 2]));
    let replaced = PRelu { weight: Param::new(Tensor::ones(&[2, 1])) };
    assert!(panic_here!(replaced.forward(x)).contains("of shape [2, 1]"));
    assert_eq!(three.forward(tape.input(&Tensor::zeros(&[0, 3, 2]))).shape()[..], [0, 3, 2]);
}

proptest! {
    #![proptest_config(config(8, file!()))]

    #[test]
    fn gradients_are_right(n in 0..3_usize, channels in 1..4_usize, behind in prop::collection::vec(1..3_usize, 0..3), seed: u64) {
        let mut rng = Rng::seed(seed);
        let slopes = Tensor::<f64>::normal(&[channels], 0.2, 0.3, &mut rng);
        let mut relu = with_slopes(slopes.data());
        let shape = [&[n, channels][..], &behind].concat();
        let x = Tensor::normal(&shape, 0.0, 1.0, &mut rng).map(|x: &f64| x + MARGIN.copysign(*x));
        let fail = |e: rappel_testkit::GradError| TestCaseError::fail(e.to_string());
        gradcheck(|x| relu.forward(x).tanh(), &x).map_err(fail)?;
        gradgradcheck(|x| relu.forward(x).tanh(), &x).map_err(fail)?;
        check_module(&mut relu, |relu, tape| relu.forward(tape.input(&x)).tanh()).map_err(fail)?;
        check_module_second(&mut relu, |relu, tape| relu.forward(tape.input(&x)).tanh()).map_err(fail)?;
    }
}
