use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Layer, LayerExt, PixelShuffle, PixelUnshuffle};
use rappel_testkit::gradcheck;

use crate::golden::cases_of;
use crate::panics::panic_here;

#[test]
fn are_those_of_pytorch() {
    for case in cases_of("shape.jsonl", "PixelShuffle") {
        case.hold_layer(&mut PixelShuffle::new(case.usize("upscale_factor")));
    }
    for case in cases_of("shape.jsonl", "PixelUnshuffle") {
        case.hold_layer(&mut PixelUnshuffle::new(case.usize("downscale_factor")));
    }
}

/// `out[c, y r + i, x r + j] = in[c r^2 + i r + j, y, x]`.
#[test]
fn lays_channels_out_in_squares() {
    let (c, r, h, w) = (2, 3, 2, 4);
    let x = Tensor::from_fn(&[c * r * r, h, w], |i| i as f32);
    let y = PixelShuffle::new(r).forward(Tape::new().input(&x)).value();
    assert_eq!(y.shape(), [c, h * r, w * r]);
    for (at, &value) in y.data().iter().enumerate() {
        let (c, row, column) = (at / (h * r * w * r), at / (w * r) % (h * r), at % (w * r));
        let channel = c * r * r + row % r * r + column % r;
        assert_eq!(value, x.data()[(channel * h + row / r) * w + column / r]);
    }
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let tape = Tape::new();
    let (image, row) = (tape.input(&Tensor::zeros(&[6, 4, 5])), tape.input(&Tensor::zeros(&[4, 5])));
    let cases = [
        (
            panic_here!(PixelShuffle::new(2).forward(image)),
            "PixelShuffle(2): input of shape [6, 4, 5] does not fit: 6 channels are no multiple of 4",
        ),
        (
            panic_here!(PixelUnshuffle::new(2).forward(image)),
            "PixelUnshuffle(2): input of shape [6, 4, 5] does not fit: the sizes 4x5 are no multiples of 2",
        ),
        (
            panic_here!(PixelShuffle::new(1).forward(row)),
            "PixelShuffle(1): input of shape [4, 5] does not fit: expected [.., channels, h, w]",
        ),
        (
            panic_here!(PixelUnshuffle::new(1).forward(row)),
            "PixelUnshuffle(1): input of shape [4, 5] does not fit: expected [.., channels, h, w]",
        ),
        (panic_here!(PixelShuffle::new(0)), "PixelShuffle: the factor must be at least 1"),
        (panic_here!(PixelUnshuffle::new(0)), "PixelUnshuffle: the factor must be at least 1"),
    ];
    for (message, expected) in cases {
        assert_eq!(message, expected);
    }
    assert_eq!(LayerExt::<f32>::check(&PixelShuffle::new(2), &[0, 4, 1, 2]).unwrap().output[..], [0, 1, 2, 4]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Each undoes the other, and their gradients are right.
    #[test]
    fn are_inverse(front in prop::collection::vec(0..3_usize, 0..3), sizes in [1..3_usize, 0..3_usize, 1..3_usize], r in 1..4_usize) {
        let [c, h, w] = sizes;
        let x = Tensor::<f64>::normal(&[&front[..], &[c * r * r, h, w]].concat(), 0.0, 1.0, &mut Rng::seed(0));
        let (shuffle, unshuffle) = (PixelShuffle::new(r), PixelUnshuffle::new(r));
        let tape = Tape::default();
        let y = shuffle.forward(tape.input(&x));
        prop_assert_eq!(&y.shape()[..], &[&front[..], &[c, h * r, w * r]].concat());
        prop_assert_eq!(unshuffle.forward(y).value(), x.clone());
        let failed = |e: rappel_testkit::GradError| TestCaseError::fail(e.to_string());
        gradcheck(|x| shuffle.forward(x).tanh(), &x).map_err(failed)?;
        gradcheck(|y| unshuffle.forward(y).tanh(), &y.value()).map_err(failed)?;
    }
}
