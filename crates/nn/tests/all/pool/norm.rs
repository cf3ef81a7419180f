use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Layer, LayerExt, LpPool1d, LpPool2d};
use rappel_testkit::{gradcheck_all, gradgradcheck_all};

use crate::golden::cases_of;
use crate::panics::panic_here;

#[test]
fn is_that_of_pytorch() {
    for case in cases_of("pool.jsonl", "LPPool1d") {
        let pool = LpPool1d::new(case.f64("norm_type"), case.sizes::<1>("kernel_size"));
        let pool = pool.ceil_mode(case.bool("ceil_mode"));
        case.hold_layer(&mut case.opt_sizes::<1>("stride").map_or(pool, |stride| pool.stride(stride)));
    }
    for case in cases_of("pool.jsonl", "LPPool2d") {
        let pool = LpPool2d::new(case.f64("norm_type"), case.pair("kernel_size")).ceil_mode(case.bool("ceil_mode"));
        case.hold_layer(&mut case.opt_sizes::<2>("stride").map_or(pool, |stride| pool.stride(stride)));
    }
}

/// PyTorch's gradient there is 0 too.
#[test]
fn a_window_of_zeros_has_no_gradient() {
    for p in [1.0, 2.0, 3.0] {
        let tape = Tape::new();
        let x = tape.var(&Tensor::new([0.0, 0.0, 3.0, 0.0], &[1, 4]));
        let y = LpPool1d::new(p, 2).forward(x);
        assert_eq!(y.value().data()[0], 0.0);
        let gradient = y.sum().backward().wrt(x).unwrap().clone();
        let last = if p == 1.0 { 1.0 } else { 0.0 };
        let expected = [0.0, 0.0, 1.0, last];
        assert!(gradient.data().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{p}: {gradient:?}");
    }
}

#[test]
fn kinds_shapes_and_misfits() {
    let pool = LpPool2d::new(2.0, 3).stride([1, 2]).ceil_mode(true);
    assert_eq!(pool.to_string(), "LpPool2d(norm 2, kernel 3x3, stride 1x2, ceil mode)");
    for n in [0, 1, 3] {
        assert_eq!(LayerExt::<f32>::check(&pool, &[n, 2, 5, 6]).unwrap().output[..], [n, 2, 3, 3]);
    }
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[1, 2, 6]));
    assert_eq!(
        panic_here!(pool.forward(x)),
        "LpPool2d(norm 2, kernel 3x3, stride 1x2, ceil mode): input of shape [1, 2, 6] does not fit: a window takes 3 places, the \
         padded input has 2 along axis -2"
    );
    assert_eq!(panic_here!(LpPool1d::new(0.0, 2)), "LpPool1d: the norm 0 must be finite and above 0");
    assert_eq!(panic_here!(LpPool2d::new(f64::NAN, 2)), "LpPool2d: the norm NaN must be finite and above 0");
    assert_eq!(panic_here!(LpPool1d::new(2.0, 0)), "LpPool1d: kernel 0 must be at least 1");
    assert_eq!(panic_here!(LpPool1d::new(2.0, 2).stride(0)), "LpPool1d: stride 0 must be at least 1");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn gradients_are_right(
        n in 0..3_usize, sizes in [2..5_usize, 2..5_usize], kernel in [1..3_usize, 1..3_usize], p in 1.0..4.0, flag: bool, seed: u64,
    ) {
        let x = Tensor::uniform(&[n, sizes[0], sizes[1]], 0.3, 2.0, &mut Rng::seed(seed));
        let pools: [Box<dyn Layer<f64>>; 2] = [
            Box::new(LpPool2d::new(p, kernel).ceil_mode(flag)),
            Box::new(LpPool1d::new(p, kernel[1]).stride(1)),
        ];
        for pool in pools {
            let failed = |error: String| TestCaseError::fail(format!("{}: {error}", pool.kind()));
            gradcheck_all(|x| pool.forward(x[0]), std::slice::from_ref(&x)).map_err(|e| failed(e.to_string()))?;
            gradgradcheck_all(|x| pool.forward(x[0]), std::slice::from_ref(&x)).map_err(|e| failed(e.to_string()))?;
        }
    }
}
