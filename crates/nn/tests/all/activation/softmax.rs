use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Layer, LayerExt, LogSoftmax, Softmax, Softmax2d, Softmin};
use rappel_testkit::strategies::config;
use rappel_testkit::{gradcheck, gradgradcheck};

use crate::panics::panic_here;

#[test]
fn shares_along_an_axis() {
    let ln = |x: f64| x.ln();
    let tape = Tape::default();
    let x = tape.input(&Tensor::from([[ln(1.0), ln(2.0), ln(5.0)], [ln(3.0), ln(2.0), ln(15.0)]]));
    let cases: [(&dyn Layer<f64>, [[f64; 3]; 2]); 4] = [
        (&Softmax::new(-1), [[0.125, 0.25, 0.625], [0.15, 0.1, 0.75]]),
        (&Softmax::new(0), [[0.25, 0.5, 0.25], [0.75, 0.5, 0.75]]),
        (&Softmin::new(0), [[0.75, 0.5, 0.75], [0.25, 0.5, 0.25]]),
        (&LogSoftmax::new(1), [[ln(0.125), ln(0.25), ln(0.625)], [ln(0.15), ln(0.1), ln(0.75)]]),
    ];
    for (layer, expected) in cases {
        let y = layer.forward(x).value();
        assert!(y.data().iter().zip(expected.as_flattened()).all(|(y, e)| (y - e).abs() < 1e-15), "{}", layer.kind());
    }
}

#[test]
fn of_images_it_is_over_the_channels() {
    let x = Tensor::<f64>::normal(&[2, 3, 2, 2], 0.0, 1.0, &mut Rng::seed(1));
    let tape = Tape::default();
    let v = tape.input(&x);
    assert_eq!(Softmax2d.forward(v).value(), v.softmax(1).value());
    let one = v.slice_axis(0, 1..2).squeeze(0);
    assert_eq!(Softmax2d.forward(one).value(), one.softmax(0).value());
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let cases: [(&dyn Layer, &[usize], &str); 4] = [
        (&Softmax::new(2), &[4, 4], "Softmax(2): input of shape [4, 4] does not fit: it has no axis 2"),
        (&LogSoftmax::new(-1), &[], "LogSoftmax(-1): input of shape [] does not fit: it has no axis -1"),
        (&Softmin::new(-3), &[4, 4], "Softmin(-3): input of shape [4, 4] does not fit: it has no axis -3"),
        (
            &Softmax2d,
            &[4, 4],
            "Softmax2d: input of shape [4, 4] does not fit: expected [n, channels, height, width] or [channels, height, width]",
        ),
    ];
    for (layer, shape, expected) in cases {
        assert_eq!(layer.check(shape).unwrap_err().to_string(), expected);
    }
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[4, 4]));
    assert!(panic_here!(Softmax::new(2).forward(x)).starts_with("Softmax(2): "));
    assert!(panic_here!(Softmax2d.forward(x)).starts_with("Softmax2d: "));
    assert_eq!(Softmax::new(-1).forward(tape.input(&Tensor::zeros(&[0, 3]))).shape()[..], [0, 3]);
}

proptest! {
    #![proptest_config(config(6, file!()))]

    #[test]
    fn gradients_are_right(n in 1..3_usize, channels in 1..4_usize, axis in -3..3_isize, seed: u64) {
        let x = Tensor::normal(&[n, channels, 2], 0.0, 1.0, &mut Rng::seed(seed));
        for layer in [&Softmax::new(axis) as &dyn Layer<f64>, &Softmin::new(axis), &LogSoftmax::new(axis), &Softmax2d] {
            gradcheck(|x| layer.forward(x), &x).map_err(|e| TestCaseError::fail(e.to_string()))?;
            gradgradcheck(|x| layer.forward(x), &x).map_err(|e| TestCaseError::fail(e.to_string()))?;
        }
    }
}
