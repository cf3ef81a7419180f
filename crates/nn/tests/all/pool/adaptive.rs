use proptest::prelude::*;
use rappel_nn::autodiff::{Tape, Tensor};
use rappel_nn::{AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool1d, AdaptiveMaxPool2d, Layer, LayerExt};
use rappel_testkit::strategies::distinct;
use rappel_testkit::{gradcheck_all, gradgradcheck_all};

use crate::golden::{Case, cases_of};
use crate::panics::panic_here;

/// The sizes of a case; those that it leaves open are the input's.
fn sizes<const N: usize>(case: &Case) -> [usize; N] {
    let (x, size) = (case.tensor("x"), case.arg("output_size"));
    let from = x.shape().last_chunk::<N>().expect("axes enough");
    std::array::from_fn(|i| {
        let one = size.as_array().map_or(size, |all| &all[i]);
        one.as_u64().map_or(from[i], |n| n as usize)
    })
}

#[test]
fn is_that_of_pytorch() {
    for case in cases_of("pool.jsonl", "AdaptiveAvgPool1d") {
        case.hold_layer(&mut AdaptiveAvgPool1d::new(sizes::<1>(&case)));
    }
    for case in cases_of("pool.jsonl", "AdaptiveAvgPool2d") {
        case.hold_layer(&mut AdaptiveAvgPool2d::new(sizes::<2>(&case)));
    }
    for case in cases_of("pool.jsonl", "AdaptiveMaxPool1d") {
        case.hold_layer(&mut AdaptiveMaxPool1d::new(sizes::<1>(&case)));
    }
    for case in cases_of("pool.jsonl", "AdaptiveMaxPool2d") {
        case.hold_layer(&mut AdaptiveMaxPool2d::new(sizes::<2>(&case)));
    }
}

#[test]
fn computes_what_is_computed_by_hand() {
    let cases: [(&dyn Layer, &[f32]); 6] = [
        (&AdaptiveAvgPool1d::new(1), &[3.0]),
        (&AdaptiveAvgPool1d::new(2), &[2.0, 11.0 / 3.0]),
        (&AdaptiveAvgPool1d::new(5), &[1.0, 3.0, 2.0, 5.0, 4.0]),
        (&AdaptiveMaxPool1d::new(1), &[5.0]),
        (&AdaptiveMaxPool1d::new(2), &[3.0, 5.0]),
        (&AdaptiveMaxPool1d::new(0), &[]),
    ];
    let x = Tensor::new([1.0, 3.0, 2.0, 5.0, 4.0], &[1, 5]);
    for (pool, y) in cases {
        let got = pool.forward(Tape::new().input(&x)).value();
        assert_eq!(got.shape(), [1, y.len()], "{}", pool.kind());
        assert!(got.data().iter().zip(y).all(|(a, b)| (a - b).abs() < 1e-6), "{}: {got:?}", pool.kind());
    }
}

#[test]
fn gives_its_size_whatever_comes_in() {
    let (mean, max) = (AdaptiveAvgPool2d::new([2, 3]), AdaptiveMaxPool2d::new(2));
    for from in [&[4, 5, 6][..], &[1, 1, 1], &[8, 4, 2, 2], &[0, 4, 9, 7], &[2, 8, 4, 2, 2]] {
        let front = &from[..from.len() - 2];
        assert_eq!(LayerExt::<f32>::check(&mean, from).unwrap().output[..], [front, &[2, 3]].concat());
        assert_eq!(LayerExt::<f32>::check(&max, from).unwrap().output[..], [front, &[2, 2]].concat());
    }
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let tape = Tape::new();
    let (flat, empty) = (tape.input(&Tensor::zeros(&[64])), tape.input(&Tensor::zeros(&[3, 0, 2])));
    let cases = [
        (
            panic_here!(AdaptiveAvgPool1d::new(2).forward(flat)),
            "AdaptiveAvgPool1d(to 2): input of shape [64] does not fit: expected [n, channels, w] or [channels, w]; split an axis by \
             an `Unflatten`",
        ),
        (
            panic_here!(AdaptiveMaxPool2d::new([2, 3]).forward(flat)),
            "AdaptiveMaxPool2d(to 2x3): input of shape [64] does not fit: expected [n, channels, h, w] or [channels, h, w]; split an \
             axis by an `Unflatten`",
        ),
        (
            panic_here!(AdaptiveAvgPool2d::new(1).forward(empty)),
            "AdaptiveAvgPool2d(to 1x1): input of shape [3, 0, 2] does not fit: there are no values along the last axes",
        ),
        (
            panic_here!(AdaptiveMaxPool1d::new(1).forward(tape.input(&Tensor::zeros(&[3, 0])))),
            "AdaptiveMaxPool1d(to 1): input of shape [3, 0] does not fit: there are no values along the last axes",
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(message, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn gradients_are_right(
        (x, size) in ([1..4_usize, 1..4_usize], [1..4_usize, 1..4_usize])
            .prop_flat_map(|(sizes, size)| (distinct(&[2, sizes[0], sizes[1]]), Just(size))),
    ) {
        let (mean, max) = (AdaptiveAvgPool2d::new(size), AdaptiveMaxPool2d::new(size));
        let (mean1, max1) = (AdaptiveAvgPool1d::new(size[0]), AdaptiveMaxPool1d::new(size[0]));
        let pools: [&dyn Layer<f64>; 4] = [&mean, &max, &mean1, &max1];
        for pool in pools {
            let failed = |error: String| TestCaseError::fail(format!("{}: {error}", pool.kind()));
            gradcheck_all(|x| pool.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(|e| failed(e.to_string()))?;
            gradgradcheck_all(|x| pool.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(|e| failed(e.to_string()))?;
        }
    }
}
