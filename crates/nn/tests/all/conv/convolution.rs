use proptest::prelude::*;
use rappel_nn::autodiff::{PadMode, Param, Rng, Tape, Tensor};
use rappel_nn::{Conv1d, Conv2d, Layer, LayerExt, ModuleExt};
use rappel_testkit::{check_module, check_module_second, gradcheck_all, gradgradcheck_all};

use crate::names;
use crate::panics::panic_here;

fn run(layer: &dyn Layer, x: &Tensor) -> Tensor {
    layer.forward(Tape::new().input(x)).value()
}

/// The kernel as its only weight, without a bias.
fn differences() -> Conv1d {
    let mut conv: Conv1d = Conv1d::without_bias(1, 1, 2, &mut Rng::seed(0));
    conv.weight.value = Tensor::new([-1.0, 1.0], &[1, 1, 2]);
    conv
}

#[test]
fn computes_what_is_computed_by_hand() {
    let x = Tensor::new([1.0, 3.0, 6.0, 10.0, 15.0], &[1, 1, 5]);
    let cases: [(Conv1d, &[f32]); 8] = [
        (differences(), &[2.0, 3.0, 4.0, 5.0]),
        (differences().stride(2), &[2.0, 4.0]),
        (differences().dilation(2), &[5.0, 7.0, 9.0]),
        (differences().padding(1), &[1.0, 2.0, 3.0, 4.0, 5.0, -15.0]),
        (differences().same(), &[2.0, 3.0, 4.0, 5.0, -15.0]),
        (differences().same().padding_mode(PadMode::Replicate), &[2.0, 3.0, 4.0, 5.0, 0.0]),
        (differences().padding(1).padding_mode(PadMode::Circular), &[-14.0, 2.0, 3.0, 4.0, 5.0, -14.0]),
        (differences().padding(1).padding_mode(0.5), &[0.5, 2.0, 3.0, 4.0, 5.0, -14.5]),
    ];
    for (conv, y) in cases {
        assert_eq!(run(&conv, &x), Tensor::new(y.to_vec(), &[1, 1, y.len()]), "{conv}");
    }
    let mut biased = differences();
    biased.bias = Some(Param::new(Tensor::from([100.0])));
    assert_eq!(run(&biased, &x).data(), [102.0, 103.0, 104.0, 105.0]);
}

#[test]
fn has_the_names_and_layout_of_pytorch() {
    let rng = &mut Rng::seed(0);
    let plain: Conv2d = Conv2d::new(4, 6, [3, 5], rng);
    assert_eq!(names(&plain), ["weight", "bias"]);
    assert_eq!((plain.weight.value.shape(), plain.count_parameters()), (&[6, 4, 3, 5][..], 6 * 4 * 15 + 6));
    let depthwise: Conv2d = Conv2d::grouped(4, 8, 3, 4, rng);
    assert_eq!(
        (depthwise.weight.value.shape(), names(&depthwise)),
        (&[8, 1, 3, 3][..], vec!["weight".into(), "bias".into()])
    );
    assert_eq!(names(&Conv1d::<f64>::grouped_without_bias(4, 8, 3, 2, rng)), ["weight"]);
    assert_eq!(Conv1d::<f64>::without_bias(4, 8, 3, rng).weight.value.shape(), [8, 4, 3]);
}

#[test]
fn kinds_say_what_is_not_usual() {
    let rng = &mut Rng::seed(0);
    let mut conv = || Conv2d::<f32>::grouped(2, 4, 3, 1, rng);
    let cases = [
        (conv(), "Conv2d(2 -> 4, kernel 3x3)"),
        (conv().stride([2, 1]).padding(1), "Conv2d(2 -> 4, kernel 3x3, stride 2x1, padding 1)"),
        (conv().same().dilation(2), "Conv2d(2 -> 4, kernel 3x3, same padding, dilation 2)"),
        (conv().padding(1).padding_mode(PadMode::Reflect), "Conv2d(2 -> 4, kernel 3x3, padding 1 by reflection)"),
        (conv().padding(1).padding_mode(PadMode::Replicate), "Conv2d(2 -> 4, kernel 3x3, padding 1 by replication)"),
        (conv().padding(1).padding_mode(PadMode::Circular), "Conv2d(2 -> 4, kernel 3x3, padding 1 in a circle)"),
        (conv().padding(1).padding_mode(0.5), "Conv2d(2 -> 4, kernel 3x3, padding 1 of 0.5)"),
        (Conv2d::grouped(2, 4, [1, 3], 2, &mut Rng::seed(0)), "Conv2d(2 -> 4, kernel 1x3, groups 2)"),
    ];
    for (conv, kind) in cases {
        assert_eq!((conv.kind(), conv.to_string()), (kind.to_owned(), kind.to_owned()));
    }
}

#[test]
fn checks_know_what_it_costs() {
    let conv: Conv2d = Conv2d::new(3, 16, 3, &mut Rng::seed(0)).stride(2).padding(1);
    let report = conv.check(&[8, 3, 32, 32]).unwrap();
    assert_eq!((&report.output[..], report.trainable), (&[8, 16, 16, 16][..], 448));
    assert_eq!(report.summary.multiply_adds, 8 * 16 * 16 * 16 * 27);
    let alone = conv.check(&[3, 32, 32]).unwrap();
    assert_eq!((&alone.output[..], alone.summary.multiply_adds), (&[16, 16, 16][..], 16 * 16 * 16 * 27));
    assert_eq!(conv.check(&[0, 3, 32, 32]).unwrap().output[..], [0, 16, 16, 16]);
}

#[test]
fn options_that_do_not_fit_the_input_are_told() {
    let rng = &mut Rng::seed(0);
    let mut conv = |kernel| Conv2d::<f32>::new(1, 1, kernel, rng);
    let shape = [1, 1, 4, 3];
    let cases = [
        (conv(5), "the kernel takes 5 places, the padded input has 4 along axis -2"),
        (conv(2).dilation([1, 4]), "the kernel takes 5 places, the padded input has 3 along axis -1"),
        (conv(5).padding([1, 0]), "the kernel takes 5 places, the padded input has 3 along axis -1"),
        (conv(3).same().stride(2), "padding that keeps the sizes is for stride 1, not 2"),
        (
            conv(3).padding([1, 3]).padding_mode(PadMode::Reflect),
            "reflection takes a padding below the size, not 3 of 3 along axis -1",
        ),
    ];
    for (conv, why) in cases {
        let expected = format!("{conv}: input of shape {shape:?} does not fit: {why}");
        assert_eq!(Layer::misfit(&conv, &shape), Some(expected.clone()));
        let tape = Tape::new();
        let x = tape.input(&Tensor::zeros(&shape));
        assert_eq!(panic_here!(conv.forward(x)), expected);
    }
    let circular = conv(1).padding(1).padding_mode(PadMode::Circular);
    let why = Layer::misfit(&circular, &[1, 1, 4, 0]).unwrap();
    assert!(why.ends_with("there is nothing to pad with along axis -1"), "{why}");
    assert_eq!(Layer::misfit(&conv(1).padding(1), &[1, 1, 4, 0]), None, "zeros can be put around nothing");
}

#[test]
fn sizes_and_options_are_checked_at_the_users_line() {
    let rng = &mut Rng::seed(0);
    let conv: Conv2d = Conv2d::new(1, 1, 2, rng);
    let cases = [
        (panic_here!(Conv2d::<f32>::new(1, 1, [3, 0], rng)), "Conv2d: kernel 3x0 must be at least 1"),
        (panic_here!(Conv1d::<f32>::without_bias(1, 1, 0, rng)), "Conv1d: kernel 0 must be at least 1"),
        (panic_here!(conv.clone().stride(0)), "Conv2d: stride 0 must be at least 1"),
        (panic_here!(conv.clone().dilation([1, 0])), "Conv2d: dilation 1x0 must be at least 1"),
        (
            panic_here!(Conv1d::<f32>::grouped(4, 6, 1, 4, rng)),
            "Conv1d: 4 groups must be at least 1 and divide 4 inputs and 6 outputs",
        ),
        (
            panic_here!(Conv1d::<f32>::grouped_without_bias(4, 6, 1, 0, rng)),
            "Conv1d: 0 groups must be at least 1 and divide 4 inputs and 6 outputs",
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(message, expected);
    }
}

#[test]
fn replaced_fields_that_do_not_fit_are_told_at_the_users_line() {
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[4, 2, 5]));
    let mut conv: Conv1d = Conv1d::new(2, 3, 2, &mut Rng::seed(0));
    conv.bias = Some(Param::new(Tensor::zeros(&[2])));
    assert_eq!(
        panic_here!(conv.forward(x)),
        "Conv1d(2 -> 3, kernel 2): a bias has shape [3]; this one was replaced by another"
    );
    for shape in [&[3, 2][..], &[3, 2, 2, 2], &[3, 2, 0]] {
        conv.weight = Param::new(Tensor::zeros(shape));
        assert_eq!(
            panic_here!(conv.forward(x)),
            format!(
                "Conv1d(weight {shape:?}): a weight has shape [outputs, inputs / groups, w]; this one was replaced by another"
            )
        );
    }
    // The sizes are those of the weight.
    (conv.weight, conv.bias) = (Param::new(Tensor::zeros(&[7, 2, 5])), None);
    assert_eq!(
        (conv.to_string(), conv.forward(x).shape()[..].to_vec()),
        ("Conv1d(2 -> 7, kernel 5)".into(), vec![4, 7, 1])
    );
}

#[test]
fn channels_of_zero() {
    let tape = Tape::new();
    let (none_in, none_out) = (Conv1d::<f32>::new(0, 2, 3, &mut Rng::seed(1)), Conv1d::new(2, 0, 3, &mut Rng::seed(1)));
    assert_eq!(none_in.forward(tape.input(&Tensor::zeros(&[3, 0, 5]))).value(), Tensor::zeros(&[3, 2, 3]));
    assert_eq!(none_out.forward(tape.input(&Tensor::zeros(&[3, 2, 5]))).value().shape(), [3, 0, 3]);
}

fn mode() -> impl Strategy<Value = PadMode> + Clone {
    prop_oneof![
        2 => Just(PadMode::Constant(0.0)),
        1 => Just(PadMode::Constant(0.3)),
        1 => Just(PadMode::Reflect),
        1 => Just(PadMode::Replicate),
        1 => Just(PadMode::Circular),
    ]
}

fn failed(error: impl ToString) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn gradients_in_one_dimension_are_right(
        n in 0..3_usize, kernel in 1..3_usize, stride in 1..3_usize, dilation in 1..3_usize, padding in 0..2_usize, groups in 1..3_usize,
        same: bool, mode in mode(), seed: u64,
    ) {
        let mut rng = Rng::seed(seed);
        let conv = Conv1d::grouped(2, 2, kernel, groups, &mut rng).dilation(dilation).padding_mode(mode);
        let mut conv = if same { conv.same() } else { conv.padding(padding).stride(stride) };
        let x = Tensor::normal(&[n, 2, 4], 0.0, 1.0, &mut rng);
        check_module(&mut conv, |conv, tape| conv.forward(tape.input(&x)).tanh()).map_err(failed)?;
        check_module_second(&mut conv, |conv, tape| conv.forward(tape.input(&x)).tanh()).map_err(failed)?;
        gradcheck_all(|x| conv.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(failed)?;
        gradgradcheck_all(|x| conv.forward(x[0]).tanh(), &[x]).map_err(failed)?;
    }

    #[test]
    fn gradients_in_two_dimensions_are_right(
        kernel in [1..3_usize, 1..3_usize], stride in [1..3_usize, 1..3_usize], padding in [0..2_usize, 0..2_usize], groups in 1..3_usize,
        mode in mode(), bias: bool, seed: u64,
    ) {
        let mut rng = Rng::seed(seed);
        let mut conv = Conv2d::grouped(2, 2, kernel, groups, &mut rng).stride(stride).padding(padding).padding_mode(mode);
        conv.bias = conv.bias.filter(|_| bias);
        let x = Tensor::normal(&[2, 3, 2], 0.0, 1.0, &mut rng);
        check_module(&mut conv, |conv, tape| conv.forward(tape.input(&x)).tanh()).map_err(failed)?;
        check_module_second(&mut conv, |conv, tape| conv.forward(tape.input(&x)).tanh()).map_err(failed)?;
        gradcheck_all(|x| conv.forward(x[0]).tanh(), std::slice::from_ref(&x)).map_err(failed)?;
        gradgradcheck_all(|x| conv.forward(x[0]).tanh(), &[x]).map_err(failed)?;
    }

    /// Whatever does not fit is a misfit, and what is none runs.
    #[test]
    fn the_engine_takes_what_is_no_misfit(
        sizes in [0..5_usize, 0..5_usize], kernel in [1..4_usize, 1..4_usize], stride in 1..3_usize, dilation in 1..3_usize,
        padding in 0..4_usize, same: bool, mode in mode(),
    ) {
        let conv = Conv2d::<f32>::new(1, 1, kernel, &mut Rng::seed(0)).stride(stride).dilation(dilation).padding_mode(mode);
        let conv = if same { conv.same() } else { conv.padding(padding) };
        let shape = [1, 1, sizes[0], sizes[1]];
        let tape = Tape::new();
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| conv.try_forward(tape.input(&Tensor::zeros(&shape))).is_ok()));
        prop_assert_eq!(ran.ok(), Some(Layer::misfit(&conv, &shape).is_none()), "{}", conv);
    }
}
