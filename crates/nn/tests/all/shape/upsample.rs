use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Layer, LayerExt, Upsample};
use rappel_testkit::{gradcheck_all, gradgradcheck_all};

use crate::golden::{Case, cases_of};
use crate::panics::panic_here;

/// The layer of a case. None for a factor that is no whole number and for `nearest-exact`, which are not offered.
fn made(case: &Case) -> Option<Upsample> {
    let x = case.tensor("x");
    let whole = |name| {
        let given = case.opt(name)?;
        let axes = x.shape().len() - 2;
        let each = |i: usize| given.as_array().map_or(given, |all| &all[i]).as_f64().expect("a number");
        // Of a sequence the last counts.
        let both = [each(0), each(axes - 1)];
        both.iter().all(|n| n.fract() == 0.0).then(|| both.map(|n| n as usize))
    };
    let up = match case.opt("size") {
        Some(_) => Upsample::size(whole("size")?),
        None => Upsample::scale(whole("scale_factor")?),
    };
    let (mode, aligned) = match &case.layer[..] {
        "Upsample" => (case.text("mode"), case.opt("align_corners").is_some_and(|_| case.bool("align_corners"))),
        "UpsamplingNearest2d" => ("nearest", false),
        // torch.nn.UpsamplingBilinear2d aligns the corners.
        "UpsamplingBilinear2d" => ("bilinear", true),
        other => panic!("{}: {other}", case.name),
    };
    match (mode, aligned) {
        ("nearest", false) => Some(up),
        ("linear" | "bilinear", false) => Some(up.linear()),
        ("linear" | "bilinear", true) => Some(up.align_corners()),
        _ => None,
    }
}

#[test]
fn is_that_of_pytorch() {
    let mut held = 0;
    for layer in ["Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"] {
        for case in cases_of("shape.jsonl", layer) {
            match made(&case) {
                Some(mut up) => {
                    case.hold_layer(&mut up);
                    held += 1;
                }
                None => {
                    let parts = ["real", "shrunk", "recompute", "nearest-exact"];
                    assert!(parts.iter().any(|part| case.name.contains(part)), "{} is left out", case.name);
                }
            }
        }
    }
    assert_eq!(held, 32);
}

fn run(up: Upsample, x: &Tensor) -> Tensor {
    up.forward(Tape::new().input(x)).value()
}

#[test]
fn computes_what_is_computed_by_hand() {
    let cases: [(Upsample, &[f32]); 9] = [
        (Upsample::scale(2), &[1.0, 1.0, 5.0, 5.0, 3.0, 3.0]),
        (Upsample::size(4), &[1.0, 1.0, 5.0, 3.0]),
        (Upsample::size(2), &[1.0, 5.0]),
        (Upsample::scale(2).linear(), &[1.0, 2.0, 4.0, 4.5, 3.5, 3.0]),
        (Upsample::size(1).linear(), &[5.0]),
        (Upsample::size(5).align_corners(), &[1.0, 3.0, 5.0, 4.0, 3.0]),
        (Upsample::size(1).align_corners(), &[1.0]),
        (Upsample::scale(1).linear(), &[1.0, 5.0, 3.0]),
        (Upsample::size([7, 3]).align_corners(), &[1.0, 5.0, 3.0]),
    ];
    let x = Tensor::new([1.0, 5.0, 3.0], &[1, 1, 3]);
    for (up, y) in cases {
        assert_eq!(run(up, &x), Tensor::new(y.to_vec(), &[1, 1, y.len()]), "{up}");
    }
}

#[test]
fn axes_of_images_are_resized_apart() {
    let x = Tensor::new([1.0, 3.0, 5.0, 7.0], &[1, 1, 2, 2]);
    let y = run(Upsample::size([3, 2]).align_corners(), &x);
    assert_eq!(y, Tensor::new([1.0, 3.0, 3.0, 5.0, 5.0, 7.0], &[1, 1, 3, 2]));
    let y = run(Upsample::scale([1, 2]), &x);
    assert_eq!(y, Tensor::new([1.0, 1.0, 3.0, 3.0, 5.0, 5.0, 7.0, 7.0], &[1, 1, 2, 4]));
    // One value is as large as it is made.
    let one = Tensor::new([2.5], &[1, 1, 1, 1]);
    for up in [Upsample::scale(3), Upsample::scale(3).linear(), Upsample::scale(3).align_corners()] {
        assert_eq!(run(up, &one), Tensor::full(&[1, 1, 3, 3], 2.5), "{up}");
    }
}

#[test]
fn kinds_and_shapes() {
    let cases = [
        (Upsample::scale(2), "Upsample(scale 2, nearest)", [8, 10]),
        (Upsample::scale([1, 3]).linear(), "Upsample(scale 1x3, linear)", [4, 15]),
        (Upsample::size([7, 9]).align_corners(), "Upsample(size 7x9, linear, align_corners)", [7, 9]),
    ];
    for (up, kind, [h, w]) in cases {
        assert_eq!(Layer::<f32>::kind(&up), kind);
        for n in [0, 1, 2] {
            assert_eq!(LayerExt::<f32>::check(&up, &[n, 3, 4, 5]).unwrap().output[..], [n, 3, h, w]);
            assert_eq!(LayerExt::<f32>::check(&up, &[n, 0, 5]).unwrap().output[..], [n, 0, w]);
        }
    }
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let tape = Tape::new();
    for shape in [&[4, 5][..], &[], &[1, 2, 3, 4, 5]] {
        let x = tape.input(&Tensor::zeros(shape));
        assert_eq!(
            panic_here!(Upsample::scale(2).forward(x)),
            format!(
                "Upsample(scale 2, nearest): input of shape {shape:?} does not fit: expected [n, channels, w] or [n, channels, h, w]"
            )
        );
    }
    let (empty, x) = (tape.input(&Tensor::zeros(&[1, 2, 0])), tape.input(&Tensor::zeros(&[1, 2, 3])));
    assert!(
        panic_here!(Upsample::size(2).linear().forward(empty)).ends_with("there are no values along the last axes")
    );
    let uncounted = "the output has more values than can be counted";
    assert!(panic_here!(Upsample::scale(usize::MAX).forward(x)).ends_with(uncounted));
    assert_eq!(panic_here!(Upsample::scale([2, 0])), "Upsample: scale 2x0 must be at least 1");
    assert_eq!(panic_here!(Upsample::size(0)), "Upsample: size 0 must be at least 1");
}

fn modes(up: Upsample) -> [Upsample; 3] {
    [up, up.linear(), up.align_corners()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn gradients_are_right(n in 0..3_usize, from in [1..4_usize, 1..4_usize], to in [1..6_usize, 1..6_usize], seed: u64) {
        let x = Tensor::normal(&[n, 1, from[0], from[1]], 0.0, 1.0, &mut Rng::seed(seed));
        for up in modes(Upsample::size(to)) {
            let failed = |e: String| TestCaseError::fail(format!("{up}: {e}"));
            gradcheck_all(|x| up.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(|e| failed(e.to_string()))?;
            gradgradcheck_all(|x| up.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(|e| failed(e.to_string()))?;
        }
    }

    /// What is constant stays so, and straight lines stay straight between the corners.
    #[test]
    fn lines_stay_lines(n in 2..8_usize, m in 2..20_usize) {
        let x = Tensor::<f64>::from_fn(&[1, 1, n], |i| i as f64 / (n - 1) as f64);
        let y = Upsample::size(m).align_corners().forward(Tape::default().input(&x)).value();
        for (i, y) in y.data().iter().enumerate() {
            prop_assert!((y - i as f64 / (m - 1) as f64).abs() < 1e-15);
        }
        for up in modes(Upsample::size(m)) {
            let flat = up.forward(Tape::default().input(&Tensor::<f64>::ones(&[1, 1, n]))).value();
            prop_assert!(flat.data().iter().all(|&y| (y - 1.0).abs() < 1e-15));
        }
    }
}
