use proptest::prelude::*;
use rappel_nn::autodiff::{Float, Rng, Tape, Tensor, Var};
use rappel_nn::{AvgPool1d, AvgPool2d, Layer, LayerExt, MaxPool1d, MaxPool2d};
use rappel_testkit::strategies::distinct;
use rappel_testkit::{gradcheck_all, gradgradcheck_all};

use crate::golden::cases_of;
use crate::names;
use crate::panics::panic_here;

/// A pooling of a case: what both kinds have.
macro_rules! made {
    ($name:ident, $axes:literal, $case:ident) => {{
        let pool = $name::new($case.sizes::<$axes>("kernel_size")).padding($case.sizes::<$axes>("padding"));
        let pool = pool.ceil_mode($case.bool("ceil_mode"));
        match $case.opt_sizes::<$axes>("stride") {
            Some(stride) => pool.stride(stride),
            None => pool,
        }
    }};
}

#[test]
fn maxima_are_those_of_pytorch() {
    for case in cases_of("pool.jsonl", "MaxPool1d") {
        case.hold_layer(&mut made!(MaxPool1d, 1, case).dilation(case.sizes::<1>("dilation")));
    }
    for case in cases_of("pool.jsonl", "MaxPool2d") {
        case.hold_layer(&mut made!(MaxPool2d, 2, case).dilation(case.pair("dilation")));
    }
}

#[test]
fn averages_are_those_of_pytorch() {
    for case in cases_of("pool.jsonl", "AvgPool1d") {
        case.hold_layer(&mut made!(AvgPool1d, 1, case).count_include_pad(case.bool("count_include_pad")));
    }
    let mut divided = Vec::new();
    for case in cases_of("pool.jsonl", "AvgPool2d") {
        let pool = made!(AvgPool2d, 2, case).count_include_pad(case.bool("count_include_pad"));
        // Another divisor than the window's size is not offered.
        if case.opt_usize("divisor_override").is_none() {
            case.hold_layer(&mut { pool });
        } else {
            divided.push(case.name);
        }
    }
    assert_eq!(divided, ["AvgPool2d.divisor", "AvgPool2d.divisor_padded_ceil"]);
}

#[test]
fn computes_what_is_computed_by_hand() {
    let cases: [(&dyn Layer, &[f32]); 10] = [
        (&MaxPool1d::new(2), &[3.0, 5.0]),
        (&MaxPool1d::new(2).stride(1), &[3.0, 3.0, 5.0, 5.0]),
        (&MaxPool1d::new(2).ceil_mode(true), &[3.0, 5.0, 4.0]),
        (&MaxPool1d::new(2).padding(1), &[1.0, 3.0, 5.0]),
        (&MaxPool1d::new(2).stride(1).dilation(2), &[2.0, 5.0, 4.0]),
        (&AvgPool1d::new(2), &[2.0, 3.5]),
        (&AvgPool1d::new(3).stride(1), &[2.0, 10.0 / 3.0, 11.0 / 3.0]),
        (&AvgPool1d::new(2).padding(1), &[0.5, 2.5, 4.5]),
        (&AvgPool1d::new(2).padding(1).count_include_pad(false), &[1.0, 2.5, 4.5]),
        (&AvgPool1d::new(2).ceil_mode(true), &[2.0, 3.5, 4.0]),
    ];
    let x = Tensor::new([1.0, 3.0, 2.0, 5.0, 4.0], &[1, 1, 5]);
    for (pool, y) in cases {
        let got = pool.forward(Tape::new().input(&x)).value();
        assert_eq!(got.shape(), [1, 1, y.len()], "{}", pool.kind());
        let same = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-6;
        assert!(got.data().iter().zip(y).all(same), "{}: {got:?}", pool.kind());
    }
}

#[test]
fn whatever_is_in_front_is_channels_and_batches() {
    let (max, mean) = (MaxPool2d::new(2), AvgPool2d::new([2, 3]).stride(1));
    for (from, to, narrow) in [
        (&[3, 4, 6][..], &[3, 2, 3][..], &[3, 3, 4][..]),
        (&[5, 3, 4, 6], &[5, 3, 2, 3], &[5, 3, 3, 4]),
        (&[0, 3, 4, 6], &[0, 3, 2, 3], &[0, 3, 3, 4]),
        (&[1, 2, 5, 3, 4, 6], &[1, 2, 5, 3, 2, 3], &[1, 2, 5, 3, 3, 4]),
    ] {
        assert_eq!(LayerExt::<f32>::check(&max, from).unwrap().output[..], *to);
        assert_eq!(LayerExt::<f32>::check(&mean, from).unwrap().output[..], *narrow);
    }
    assert!(names(&max).is_empty());
}

#[test]
fn kinds_say_what_is_not_usual() {
    let cases: [(&dyn Layer, &str); 7] = [
        (&MaxPool2d::new(2), "MaxPool2d(kernel 2x2)"),
        (&MaxPool2d::new(2).stride(2), "MaxPool2d(kernel 2x2)"),
        (&MaxPool2d::new([3, 2]).stride(2).padding([1, 0]), "MaxPool2d(kernel 3x2, stride 2, padding 1x0)"),
        (&MaxPool1d::new(3).dilation(2).ceil_mode(true), "MaxPool1d(kernel 3, dilation 2, ceil mode)"),
        (&AvgPool2d::new(3).stride([1, 2]), "AvgPool2d(kernel 3x3, stride 1x2)"),
        (&AvgPool1d::new(3).padding(1).count_include_pad(false), "AvgPool1d(kernel 3, padding 1, padding not counted)"),
        (&AvgPool1d::new(4), "AvgPool1d(kernel 4)"),
    ];
    for (pool, kind) in cases {
        assert_eq!(pool.kind(), kind);
    }
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let few = "expected [n, channels, h, w] or [channels, h, w]; split an axis by an `Unflatten`";
    let cases: [(MaxPool2d, &[usize], &str); 6] = [
        (MaxPool2d::new(2), &[64, 784], few),
        (MaxPool2d::new(2), &[], few),
        (MaxPool2d::new(2), &[1, 4, 0], "there are no values along the last axes"),
        (MaxPool2d::new([2, 4]), &[1, 4, 3], "a window takes 4 places, the padded input has 3 along axis -1"),
        (MaxPool2d::new(3).dilation(2), &[1, 4, 9], "a window takes 5 places, the padded input has 4 along axis -2"),
        (
            MaxPool2d::new(3).padding(2),
            &[1, 4, 9],
            "padding 2 must be at most half of a window of 3 places along axis -2",
        ),
    ];
    for (pool, shape, why) in cases {
        let tape = Tape::new();
        let x = tape.input(&Tensor::zeros(shape));
        assert_eq!(panic_here!(pool.forward(x)), format!("{pool}: input of shape {shape:?} does not fit: {why}"));
    }
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[3]));
    let expected = "expected [n, channels, w] or [channels, w]; split an axis by an `Unflatten`";
    assert!(panic_here!(AvgPool1d::new(2).forward(x)).ends_with(expected));
    assert!(panic_here!(MaxPool1d::new(2).forward(x)).ends_with(expected));
    assert!(panic_here!(AvgPool2d::new(2).forward(x)).ends_with(few));
}

#[test]
fn sizes_are_checked_at_the_users_line() {
    let cases = [
        (panic_here!(MaxPool2d::new([2, 0])), "MaxPool2d: kernel 2x0 must be at least 1"),
        (panic_here!(AvgPool1d::new(0)), "AvgPool1d: kernel 0 must be at least 1"),
        (panic_here!(AvgPool2d::new(2).stride(0)), "AvgPool2d: stride 0 must be at least 1"),
        (panic_here!(MaxPool1d::new(2).dilation(0)), "MaxPool1d: dilation 0 must be at least 1"),
        (panic_here!(MaxPool2d::new(2).dilation([0, 1])), "MaxPool2d: dilation 0x1 must be at least 1"),
    ];
    for (message, expected) in cases {
        assert_eq!(message, expected);
    }
}

#[test]
fn a_gradient_goes_to_the_first_of_equals_or_in_equal_parts() {
    fn gradient<T: Float>(f: impl for<'t> Fn(Var<'t, T>) -> Var<'t, T>, x: &Tensor<T>) -> Tensor<T> {
        let tape = Tape::default();
        let x = tape.var(x);
        f(x).sum().backward().wrt(x).unwrap().clone()
    }
    let x = Tensor::<f64>::new([1.0, 1.0, 0.0, 2.0], &[1, 4]);
    assert_eq!(gradient(|x| MaxPool1d::new(2).forward(x), &x).data(), [1.0, 0.0, 0.0, 1.0]);
    assert_eq!(gradient(|x| AvgPool1d::new(2).forward(x), &x).data(), [0.5, 0.5, 0.5, 0.5]);
}

/// Images, and windows that fit them with their padding.
fn case() -> impl Strategy<Value = (Tensor<f64>, [usize; 2], [usize; 2], bool)> {
    ([1..4_usize, 1..4_usize], [1..3_usize, 1..3_usize], any::<bool>()).prop_flat_map(|(kernel, stride, flag)| {
        let sizes = kernel.map(|k| k..5);
        (sizes, Just((kernel, stride, flag))).prop_flat_map(|(sizes, (kernel, stride, flag))| {
            (distinct(&[2, sizes[0], sizes[1]]), Just(kernel), Just(stride), Just(flag))
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn gradients_are_right((x, kernel, stride, flag) in case()) {
        let padding = kernel.map(|k| k / 2);
        let max = MaxPool2d::new(kernel).stride(stride).padding(padding).ceil_mode(flag);
        let mean = AvgPool2d::new(kernel).stride(stride).padding(padding).count_include_pad(flag);
        let rows = x.reshape(&[x.shape()[0] * x.shape()[1], x.shape()[2]]);
        let (max1, mean1) = (MaxPool1d::new(kernel[1]).stride(stride[1]), AvgPool1d::new(kernel[1]).ceil_mode(flag));
        let pools: [(&dyn Layer<f64>, &Tensor<f64>); 4] = [(&max, &x), (&mean, &x), (&max1, &rows), (&mean1, &rows)];
        for (pool, x) in pools {
            let failed = |error: String| TestCaseError::fail(format!("{}: {error}", pool.kind()));
            gradcheck_all(|x| pool.forward(x[0]).tanh(), std::slice::from_ref(x)).map_err(|e| failed(e.to_string()))?;
            gradgradcheck_all(|x| pool.forward(x[0]).tanh(), std::slice::from_ref(x)).map_err(|e| failed(e.to_string()))?;
        }
    }

    /// Whatever does not fit is a misfit, and what is none runs.
    #[test]
    fn the_engine_takes_what_is_no_misfit(
        sizes in [0..5_usize, 0..5_usize], kernel in [1..4_usize, 1..4_usize], stride in 1..3_usize, dilation in 1..3_usize,
        padding in 0..3_usize, ceil_mode: bool,
    ) {
        let pool = MaxPool2d::new(kernel).stride(stride).dilation(dilation).padding(padding).ceil_mode(ceil_mode);
        let shape = [2, sizes[0], sizes[1]];
        let x = Tensor::<f32>::normal(&shape, 0.0, 1.0, &mut Rng::seed(0));
        let tape = Tape::new();
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pool.try_forward(tape.input(&x)).is_ok()));
        prop_assert_eq!(ran.ok(), Some(Layer::<f32>::misfit(&pool, &shape).is_none()), "{}", pool);
    }
}
