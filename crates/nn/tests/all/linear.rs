use proptest::prelude::*;
use rappel_nn::autodiff::random::Mersenne;
use rappel_nn::autodiff::{Param, Rng, Tape, Tensor};
use rappel_nn::{Layer, Linear, ModuleExt};
use rappel_testkit::{check_module, gradcheck};

use crate::names;
use crate::panics::panic_here;

fn by_hand(bias: bool) -> Linear {
    Linear {
        weight: Param::new(Tensor::from([[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]])),
        bias: bias.then(|| Param::new(Tensor::from([10.0, -20.0]))),
    }
}

#[test]
fn computes_what_is_computed_by_hand() {
    let x = Tensor::from([[1.0, 2.0, 4.0], [-1.0, 0.0, 2.0]]);
    let tape = Tape::new();
    assert_eq!(by_hand(false).forward(tape.input(&x)).value(), Tensor::from([[-1.0, 2.0], [0.0, -2.0]]));
    assert_eq!(by_hand(true).forward(tape.input(&x)).value(), Tensor::from([[9.0, -18.0], [10.0, -22.0]]));
}

#[test]
fn maps_the_last_axis_of_any_rank() {
    let (fc, tape) = (by_hand(true), Tape::new());
    for (from, to) in [(&[3][..], &[2][..]), (&[1, 3], &[1, 2]), (&[2, 4, 3], &[2, 4, 2]), (&[0, 3], &[0, 2])] {
        let x = Tensor::from_fn(from, |i| i as f32);
        let y = fc.forward(tape.input(&x)).value();
        assert_eq!(y.shape(), to);
        for (x, y) in x.data().chunks(3).zip(y.data().chunks(2)) {
            assert_eq!(y, [10.0 + x[0] - 2.0 * x[1] + 0.5 * x[2], -20.0 + 3.0 * x[1] - x[2]]);
        }
    }
}

#[test]
fn has_the_names_and_layout_of_pytorch() {
    let fc: Linear = Linear::new(784, 128, &mut Rng::seed(0));
    assert_eq!(names(&fc), ["weight", "bias"]);
    assert_eq!((fc.weight.value.shape(), fc.bias.as_ref().unwrap().value.shape()), (&[128, 784][..], &[128][..]));
    assert_eq!((fc.inputs(), fc.outputs(), fc.count_parameters()), (784, 128, 128 * 785));
    assert_eq!(names(&Linear::<f64>::without_bias(2, 3, &mut Rng::seed(0))), ["weight"]);
}

/// Inputs, outputs, and the hash of the layer that PyTorch makes.
type Made = (usize, usize, u32);

/// Made with PyTorch 2.15: of a whole layer's bits, the weight's and then the bias's, the FNV-1a hash, words as the symbols.
///
/// ```python
/// torch.manual_seed(seed)
/// for inputs, outputs in layers:
///     h = 0x811c9dc5
///     for p in torch.nn.Linear(inputs, outputs).parameters():
///         for bits in p.detach().numpy().view(np.uint32).ravel().tolist():
///             h = (h ^ bits) * 0x01000193 & 0xFFFFFFFF
///     print(h)
/// ```
#[test]
fn begins_with_the_bits_of_pytorch() {
    let made: [(u32, &[Made]); 4] = [
        (0, &[(40, 50, 0x2a9d8e34), (50, 10, 0x61cde48e)]),
        (1, &[(40, 100, 0x322b91dc), (100, 100, 0xc9cdf5b2), (100, 10, 0x1ec6a079)]),
        (42, &[(784, 128, 0x832f2dfc), (128, 10, 0x1a154731)]),
        (
            2147483647,
            &[(0, 3, 0x4ab0f7b7), (1, 1, 0x7d1ebe63), (3, 2, 0x3e240bdd), (7, 13, 0xb1218f23), (1000, 37, 0xefead7e0)],
        ),
    ];
    for (seed, layers) in made {
        let mut random = Mersenne::seed(seed);
        let mut wide = random.clone();
        for &(inputs, outputs, hash) in layers {
            let fc: Linear = Linear::new(inputs, outputs, &mut random);
            let bias = fc.bias.as_ref().unwrap();
            let bits = fc.weight.value.data().iter().chain(bias.value.data()).map(|x| x.to_bits());
            assert_eq!(bits.fold(0x811c_9dc5_u32, |h, bits| (h ^ bits).wrapping_mul(0x0100_0193)), hash, "{seed} {fc}");
            assert_eq!(Linear::<f64>::new(inputs, outputs, &mut wide).weight.value, fc.weight.value.cast());
        }
    }
}

/// Uniform on ±1/sqrt(in): within the bound, near it, mean and variance within five standard errors.
#[test]
fn starts_where_pytorch_does() {
    let fc: Linear<f64> = Linear::new(400, 5000, &mut Rng::seed(7));
    let bound = 0.05;
    for values in [&fc.weight.value, &fc.bias.as_ref().unwrap().value] {
        let n = values.len() as f64;
        let largest = values.data().iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        assert!(largest <= bound && largest > 0.99 * bound, "{largest}");
        let mean = values.data().iter().sum::<f64>() / n;
        let variance = values.data().iter().map(|x| x * x).sum::<f64>() / n;
        let expected: f64 = bound * bound / 3.0;
        assert!(mean.abs() < 5.0 * (expected / n).sqrt(), "mean {mean}");
        assert!((variance / expected - 1.0).abs() < 5.0 * (0.8 / n).sqrt(), "variance {variance}");
    }
    assert_ne!(fc.weight.value.data()[..100], fc.bias.unwrap().value.data()[..100]);
}

#[test]
fn the_weight_does_not_depend_on_the_bias() {
    let with: Linear = Linear::new(3, 2, &mut Rng::seed(1));
    let without = Linear::without_bias(3, 2, &mut Rng::seed(1));
    assert_eq!(with.weight.value, without.weight.value);
}

#[test]
fn sizes_of_zero() {
    let (none_in, none_out) = (Linear::<f32>::new(0, 2, &mut Rng::seed(1)), Linear::new(2, 0, &mut Rng::seed(1)));
    let tape = Tape::new();
    assert_eq!(none_in.forward(tape.input(&Tensor::zeros(&[3, 0]))).value(), Tensor::zeros(&[3, 2]));
    assert_eq!(none_out.forward(tape.input(&Tensor::zeros(&[3, 2]))).value().shape(), [3, 0]);
}

#[test]
fn misfits_are_told_at_the_users_line() {
    let fc: Linear = Linear::new(784, 128, &mut Rng::seed(0));
    let cases: [(&[usize], &str); 4] = [
        (&[64, 100], "input of shape [64, 100] does not fit: the last axis must be 784"),
        (
            &[64, 28, 28],
            "input of shape [64, 28, 28] does not fit: the last axis must be 784; put a `Flatten` before it",
        ),
        (&[784, 64], "input of shape [784, 64] does not fit: the last axis must be 784"),
        (&[], "input of shape [] does not fit: the last axis must be 784"),
    ];
    let tape = Tape::new();
    for (shape, expected) in cases {
        let x = tape.input(&Tensor::zeros(shape));
        let message = panic_here!(fc.forward(x));
        assert_eq!(message, format!("Linear(784 -> 128): {expected}"));
    }
}

#[test]
fn replaced_fields_that_do_not_fit_are_told_at_the_users_line() {
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[4, 3]));
    let mut fc = by_hand(true);
    fc.bias = Some(Param::new(Tensor::zeros(&[3])));
    let message = panic_here!(fc.forward(x));
    assert_eq!(message, "Linear(3 -> 2): a bias has shape [2]; this one was replaced by another");
    fc.weight.value = Tensor::zeros(&[6]);
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[4, 3]));
    let message = panic_here!(fc.forward(x));
    assert!(message.contains("[6]"), "{message}");
    assert_eq!(panic_here!(fc.inputs()), "Linear: the weight has shape [6]; expected [outputs, inputs]");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn gradients_are_right(rows in 0..4_usize, inputs in 0..5_usize, outputs in 0..4_usize, bias: bool, seed: u64) {
        let mut rng = Rng::seed(seed);
        let mut fc = if bias { Linear::new(inputs, outputs, &mut rng) } else { Linear::without_bias(inputs, outputs, &mut rng) };
        let x = Tensor::normal(&[rows, inputs], 0.0, 1.0, &mut rng);
        check_module(&mut fc, |fc, tape| fc.forward(tape.input(&x)).tanh()).map_err(|e| TestCaseError::fail(e.to_string()))?;
        gradcheck(|x| fc.forward(x).tanh(), &x).map_err(|e| TestCaseError::fail(e.to_string()))?;
    }

    /// The layer is the sum it stands for.
    #[test]
    fn agrees_with_the_sum(rows in 0..4_usize, inputs in 0..6_usize, outputs in 0..5_usize, seed: u64) {
        let mut rng = Rng::seed(seed);
        let fc: Linear<f64> = Linear::new(inputs, outputs, &mut rng);
        let x = Tensor::normal(&[rows, inputs], 0.0, 1.0, &mut rng);
        let tape = Tape::default();
        let y = fc.forward(tape.input(&x)).value();
        let (w, b) = (fc.weight.value.data(), fc.bias.as_ref().unwrap().value.data());
        for r in 0..rows {
            for o in 0..outputs {
                let sum: f64 = (0..inputs).map(|i| x.data()[r * inputs + i] * w[o * inputs + i]).sum();
                prop_assert!((y.data()[r * outputs + o] - (sum + b[o])).abs() < 1e-13);
            }
        }
    }
}
