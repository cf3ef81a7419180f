use proptest::prelude::*;
use rappel_nn::autodiff::{Param, Rng, Tape, Tensor};
use rappel_nn::{Conv2d, ConvTranspose1d, ConvTranspose2d, Layer, LayerExt, ModuleExt};
use rappel_testkit::{check_module, check_module_second, gradcheck_all, gradgradcheck_all};

use crate::names;
use crate::panics::panic_here;

#[test]
fn computes_what_is_computed_by_hand() {
    let mut up: ConvTranspose1d = ConvTranspose1d::without_bias(1, 1, 3, &mut Rng::seed(0));
    up.weight.value = Tensor::new([1.0, 2.0, 3.0], &[1, 1, 3]);
    let cases: [(ConvTranspose1d, &[f32]); 5] = [
        (up.clone(), &[1.0, 12.0, 23.0, 30.0]),
        (up.clone().stride(2), &[1.0, 2.0, 13.0, 20.0, 30.0]),
        (up.clone().stride(2).padding(1), &[2.0, 13.0, 20.0]),
        (up.clone().stride(2).padding(1).output_padding(1), &[2.0, 13.0, 20.0, 30.0]),
        (up.clone().dilation(2), &[1.0, 10.0, 2.0, 20.0, 3.0, 30.0]),
    ];
    let tape = Tape::new();
    let x = tape.input(&Tensor::new([1.0, 10.0], &[1, 1, 2]));
    for (layer, y) in cases {
        assert_eq!(layer.forward(x).value(), Tensor::new(y.to_vec(), &[1, 1, y.len()]), "{layer}");
    }
    up.bias = Some(Param::new(Tensor::from([100.0])));
    assert_eq!(up.forward(x).value().data(), [101.0, 112.0, 123.0, 130.0]);
}

#[test]
fn has_the_names_and_layout_of_pytorch() {
    let rng = &mut Rng::seed(0);
    let plain: ConvTranspose2d = ConvTranspose2d::new(4, 6, [3, 5], rng);
    assert_eq!(names(&plain), ["weight", "bias"]);
    assert_eq!((plain.weight.value.shape(), plain.count_parameters()), (&[4, 6, 3, 5][..], 6 * 4 * 15 + 6));
    let grouped: ConvTranspose1d<f64> = ConvTranspose1d::grouped_without_bias(4, 6, 2, 2, rng);
    assert_eq!((grouped.weight.value.shape(), names(&grouped)), (&[4, 3, 2][..], vec!["weight".to_owned()]));
    assert_eq!(grouped.to_string(), "ConvTranspose1d(4 -> 6, kernel 2, groups 2)");
    let kind = plain.stride(2).padding([0, 1]).output_padding(1).dilation(3).kind();
    assert_eq!(kind, "ConvTranspose2d(4 -> 6, kernel 3x5, stride 2, padding 0x1, output_padding 1, dilation 3)");
}

#[test]
fn checks_know_what_it_costs() {
    let up: ConvTranspose2d = ConvTranspose2d::new(8, 3, 3, &mut Rng::seed(0)).stride(2).padding(1).output_padding(1);
    let report = up.check(&[4, 8, 7, 7]).unwrap();
    assert_eq!((&report.output[..], report.trainable), (&[4, 3, 14, 14][..], 8 * 3 * 9 + 3));
    assert_eq!(report.summary.multiply_adds, 4 * 8 * 49 * 27);
}

#[test]
fn options_that_do_not_fit_the_input_are_told() {
    let up: ConvTranspose2d = ConvTranspose2d::new(1, 1, 2, &mut Rng::seed(0));
    let cases: [(ConvTranspose2d, [usize; 4], &str); 4] = [
        (
            up.clone().output_padding(2).stride([3, 2]),
            [1, 1, 2, 2],
            "output_padding 2 must be below the stride 3x2 or the dilation 1",
        ),
        (up.clone().output_padding(1), [1, 1, 2, 2], "output_padding 1 must be below the stride 1 or the dilation 1"),
        (up.clone(), [1, 1, 2, 0], "without values along axis -1 the output has no size"),
        (up.clone().padding(2), [1, 1, 4, 3], "the padding cuts 4 off an output of 4 along axis -1"),
    ];
    for (layer, shape, why) in cases {
        let expected = format!("{layer}: input of shape {shape:?} does not fit: {why}");
        assert_eq!(Layer::misfit(&layer, &shape), Some(expected.clone()));
        let tape = Tape::new();
        let x = tape.input(&Tensor::zeros(&shape));
        assert_eq!(panic_here!(layer.forward(x)), expected);
    }
}

/// Every size that a convolution with the stride maps to this one, and no other.
#[test]
fn gives_the_size_that_is_asked_for() {
    let rng = &mut Rng::seed(0);
    let up: ConvTranspose2d = ConvTranspose2d::new(2, 1, 3, rng).stride([2, 3]).padding(1);
    let x = Tensor::normal(&[1, 2, 4, 5], 0.0, 1.0, rng);
    let tape = Tape::new();
    let x = tape.input(&x);
    for (h, w) in [(7, 13), (8, 13), (7, 15)] {
        let set = up.clone().output_padding([h - 7, w - 13]);
        let asked = up.forward_to(x, [h, w]);
        assert_eq!((asked.shape()[..].to_vec(), asked.value()), (vec![1, 1, h, w], set.forward(x).value()));
        assert_eq!(set.forward_to(x, [h, w]).value(), asked.value(), "what was set counts for nothing");
    }
    let kind = "ConvTranspose2d(2 -> 1, kernel 3x3, stride 2x3, padding 1)";
    for (size, why) in [
        ([6, 13], "the output has size 7 to 8 along axis -2, not 6"),
        ([7, 16], "the output has size 13 to 15 along axis -1, not 16"),
    ] {
        let message = panic_here!(up.forward_to(x, size));
        assert_eq!(message, format!("{kind}: input of shape [1, 2, 4, 5]: {why}"));
    }
    let message = panic_here!(up.forward_to(tape.input(&Tensor::zeros(&[1, 2, 4, 0])), 7));
    assert!(message.ends_with("without values along axis -1 the output has no size"), "{message}");
    let message = panic_here!(up.forward_to(tape.input(&Tensor::zeros(&[4])), 7));
    assert!(message.contains("expected [n, 2, h, w]"), "{message}");
}

#[test]
fn replaced_fields_that_do_not_fit_are_told_at_the_users_line() {
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[4, 2, 5]));
    let mut up: ConvTranspose1d = ConvTranspose1d::grouped(2, 4, 3, 2, &mut Rng::seed(0));
    up.bias = Some(Param::new(Tensor::zeros(&[2])));
    let kind = "ConvTranspose1d(2 -> 4, kernel 3, groups 2)";
    assert_eq!(panic_here!(up.forward(x)), format!("{kind}: a bias has shape [4]; this one was replaced by another"));
    up.weight = Param::new(Tensor::zeros(&[3, 2, 3]));
    let message = panic_here!(up.forward(x));
    assert!(message.ends_with("a weight has shape [inputs, outputs / groups, w]; this one was replaced by another"));
}

fn failed(error: impl ToString) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn gradients_are_right(
        n in 0..3_usize, kernel in 1..4_usize, stride in 1..3_usize, dilation in 1..3_usize, more in 0..2_usize, groups in 1..3_usize,
        seed: u64,
    ) {
        let mut rng = Rng::seed(seed);
        let mut up = ConvTranspose1d::grouped(2, 2, kernel, groups, &mut rng).stride(stride).dilation(dilation);
        up = up.output_padding(more.min(stride.max(dilation) - 1));
        let x = Tensor::normal(&[n, 2, 2], 0.0, 1.0, &mut rng);
        check_module(&mut up, |up, tape| up.forward(tape.input(&x)).tanh()).map_err(failed)?;
        check_module_second(&mut up, |up, tape| up.forward(tape.input(&x)).tanh()).map_err(failed)?;
        gradcheck_all(|x| up.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(failed)?;
        gradgradcheck_all(|x| up.forward(x[0]).tanh(), &[x]).map_err(failed)?;
    }

    /// With the weight of a convolution it is that one's adjoint: `<down(x), g> = <x, up(g)>`.
    #[test]
    fn is_the_adjoint_of_a_convolution(
        sizes in [3..6_usize, 3..6_usize], kernel in [1..4_usize, 1..4_usize], stride in 1..3_usize, padding in 0..2_usize, seed: u64,
    ) {
        let mut rng = Rng::seed(seed);
        let down = Conv2d::<f64>::without_bias(3, 2, kernel, &mut rng).stride(stride).padding(padding);
        let x = Tensor::normal(&[2, 3, sizes[0], sizes[1]], 0.0, 1.0, &mut rng);
        let tape = Tape::default();
        let y = down.forward(tape.input(&x)).value();
        let g = Tensor::normal(y.shape(), 0.0, 1.0, &mut rng);
        // What the stride does not reach behind the last window.
        let more = [0, 1].map(|k| (sizes[k] + 2 * padding - kernel[k]) % stride);
        let mut up = ConvTranspose2d::<f64>::without_bias(2, 3, kernel, &mut rng).stride(stride).padding(padding).output_padding(more);
        up.weight = down.weight.clone();
        let back = up.forward(tape.input(&g)).value();
        prop_assert_eq!(back.shape(), x.shape());
        let dot = |a: &Tensor<f64>, b: &Tensor<f64>| a.data().iter().zip(b.data()).map(|(a, b)| a * b).sum::<f64>();
        prop_assert!((dot(&y, &g) - dot(&x, &back)).abs() < 1e-12);
    }

    /// Whatever does not fit is a misfit, and what is none runs.
    #[test]
    fn the_engine_takes_what_is_no_misfit(
        sizes in [0..4_usize, 0..4_usize], kernel in [1..4_usize, 1..4_usize], stride in 1..3_usize, dilation in 1..3_usize,
        padding in 0..4_usize, more in 0..3_usize,
    ) {
        let up = ConvTranspose2d::<f32>::new(1, 1, kernel, &mut Rng::seed(0));
        let up = up.stride(stride).dilation(dilation).padding(padding).output_padding(more);
        let shape = [1, 1, sizes[0], sizes[1]];
        let tape = Tape::new();
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| up.try_forward(tape.input(&Tensor::zeros(&shape))).is_ok()));
        prop_assert_eq!(ran.ok(), Some(Layer::misfit(&up, &shape).is_none()), "{}", up);
    }
}
