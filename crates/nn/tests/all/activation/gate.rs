use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Glu, Layer, LayerExt, SwiGlu};
use rappel_testkit::strategies::config;
use rappel_testkit::{gradcheck, gradgradcheck};

use crate::panics::panic_here;

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[test]
fn one_half_lets_the_other_through() {
    let x = Tensor::<f64>::normal(&[2, 4, 6], 0.0, 1.0, &mut Rng::seed(1));
    let tape = Tape::default();
    let v = tape.input(&x);
    for axis in [1, 2, -1, -2] {
        let [a, b] = v.chunk(2, axis).try_into().expect("two halves");
        let by = |f: fn(f64, f64) -> f64| -> Vec<f64> {
            a.value().data().iter().zip(b.value().data()).map(|(&a, &b)| f(a, b)).collect()
        };
        for (layer, expected) in [
            (&Glu::new(axis) as &dyn Layer<f64>, by(|a, b| a * sigmoid(b))),
            (&SwiGlu::new(axis), by(|a, b| a * sigmoid(a) * b)),
        ] {
            let y = layer.forward(v).value();
            assert_eq!(y.shape(), &a.shape()[..]);
            assert!(y.data().iter().zip(&expected).all(|(y, e)| (y - e).abs() < 1e-14), "{}", layer.kind());
        }
    }
    assert_eq!((Glu::default(), SwiGlu::default()), (Glu::new(-1), SwiGlu::new(-1)));
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let tape = Tape::new();
    let cases: [(&dyn Layer, &[usize], &str); 4] = [
        (&Glu::default(), &[], "Glu(-1): input of shape [] does not fit: it has no axis -1"),
        (&Glu::new(2), &[4, 4], "Glu(2): input of shape [4, 4] does not fit: it has no axis 2"),
        (
            &SwiGlu::default(),
            &[4, 3],
            "SwiGlu(-1): input of shape [4, 3] does not fit: axis -1 is cut in halves, but its size 3 is odd",
        ),
        (
            &Glu::new(0),
            &[5, 2],
            "Glu(0): input of shape [5, 2] does not fit: axis 0 is cut in halves, but its size 5 is odd",
        ),
    ];
    for (layer, shape, expected) in cases {
        assert_eq!(layer.check(shape).unwrap_err().to_string(), expected);
    }
    let x = tape.input(&Tensor::zeros(&[4, 3]));
    assert_eq!(panic_here!(Glu::new(2).forward(x)), "Glu(2): input of shape [4, 3] does not fit: it has no axis 2");
    assert!(panic_here!(SwiGlu::default().forward(x)).contains("is odd"));
    assert_eq!(Glu::default().forward(tape.input(&Tensor::zeros(&[3, 0]))).shape()[..], [3, 0]);
}

proptest! {
    #![proptest_config(config(6, file!()))]

    #[test]
    fn gradients_are_right(rows in 0..3_usize, half in 1..3_usize, seed: u64) {
        let x = Tensor::normal(&[rows, 2 * half], 0.0, 1.0, &mut Rng::seed(seed));
        for layer in [&Glu::default() as &dyn Layer<f64>, &SwiGlu::default()] {
            gradcheck(|x| layer.forward(x), &x).map_err(|e| TestCaseError::fail(e.to_string()))?;
            gradgradcheck(|x| layer.forward(x), &x).map_err(|e| TestCaseError::fail(e.to_string()))?;
        }
    }
}
