//! What convolutions and their transposes begin with, and what they are for PyTorch.

use rappel_nn::autodiff::random::Mersenne;
use rappel_nn::autodiff::{PadMode, Param, Rng};
use rappel_nn::{Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d};

use crate::golden::{Case, cases_of};

/// A layer of a case: channels, kernel, groups and bias, stride and dilation.
macro_rules! made {
    ($name:ident, $axes:literal, $case:ident) => {{
        let (inputs, outputs) = ($case.usize("in_channels"), $case.usize("out_channels"));
        let (kernel, groups) = ($case.sizes::<$axes>("kernel_size"), $case.usize("groups"));
        let mut layer = $name::<f64>::grouped(inputs, outputs, kernel, groups, &mut Rng::seed(0));
        layer.bias = layer.bias.filter(|_| $case.bool("bias"));
        layer.stride($case.sizes::<$axes>("stride")).dilation($case.sizes::<$axes>("dilation"))
    }};
}

fn mode(case: &Case) -> PadMode {
    match case.text("padding_mode") {
        "zeros" => PadMode::Constant(0.0),
        "reflect" => PadMode::Reflect,
        "replicate" => PadMode::Replicate,
        "circular" => PadMode::Circular,
        other => panic!("{}: padding_mode {other}", case.name),
    }
}

macro_rules! holds_convolutions {
    ($($test:ident $name:ident $axes:literal;)*) => { $(
        #[test]
        fn $test() {
            for case in cases_of("conv.jsonl", stringify!($name)) {
                let layer = made!($name, $axes, case).padding_mode(mode(&case));
                let mut layer = match case.arg("padding").as_str() {
                    Some("same") => layer.same(),
                    Some("valid") => layer,
                    _ => layer.padding(case.sizes::<$axes>("padding")),
                };
                case.hold_layer(&mut layer);
            }
        }
    )* };
}
holds_convolutions! {
    conv1d_is_that_of_pytorch Conv1d 1;
    conv2d_is_that_of_pytorch Conv2d 2;
}

macro_rules! holds_transposed {
    ($($test:ident $name:ident $axes:literal;)*) => { $(
        #[test]
        fn $test() {
            for case in cases_of("conv.jsonl", stringify!($name)) {
                let layer = made!($name, $axes, case).padding(case.sizes::<$axes>("padding"));
                let mut layer = layer.output_padding(case.sizes::<$axes>("output_padding"));
                if case.name.contains("output_size") {
                    let size = case.more("output_size").as_array().expect("sizes");
                    let size: [usize; $axes] = std::array::from_fn(|i| size[i].as_u64().expect("a size") as usize);
                    case.hold(&mut layer, |layer, _, inputs| vec![layer.forward_to(inputs.get("x"), size)]);
                } else {
                    case.hold_layer(&mut layer);
                }
            }
        }
    )* };
}
holds_transposed! {
    conv_transpose1d_is_that_of_pytorch ConvTranspose1d 1;
    conv_transpose2d_is_that_of_pytorch ConvTranspose2d 2;
}

/// The FNV-1a hash of a layer's bits, the weight's and then the bias's, words as the symbols.
fn hash(weight: &Param, bias: &Option<Param>) -> u32 {
    let bias = bias.iter().flat_map(|bias| bias.value.data());
    let bits = weight.value.data().iter().chain(bias).map(|x| x.to_bits());
    bits.fold(0x811c_9dc5, |h, bits| (h ^ bits).wrapping_mul(0x0100_0193))
}

/// Made with PyTorch 2.15 after `torch.manual_seed(42)`, one layer after the other:
///
/// ```python
/// h = 0x811c9dc5
/// for p in layer.parameters():
///     for bits in p.detach().numpy().view(np.uint32).ravel().tolist():
///         h = (h ^ bits) * 0x01000193 & 0xFFFFFFFF
/// ```
#[test]
fn begins_with_the_bits_of_pytorch() {
    let rng = &mut Mersenne::seed(42);
    let a: Conv1d = Conv1d::new(1, 25, 5, rng);
    let b: Conv2d = Conv2d::new(1, 32, 3, rng);
    let c: Conv2d = Conv2d::grouped(4, 8, [3, 5], 2, rng);
    let d: Conv2d = Conv2d::grouped_without_bias(8, 8, 3, 8, rng);
    let e: ConvTranspose1d = ConvTranspose1d::grouped(6, 4, 3, 2, rng);
    let f: ConvTranspose2d = ConvTranspose2d::new(16, 3, [4, 2], rng);
    let g: Conv2d = Conv2d::new(64, 64, 3, rng);
    assert_eq!(hash(&a.weight, &a.bias), 0x77bf_099e, "{a}");
    assert_eq!(hash(&b.weight, &b.bias), 0x2182_0f82, "{b}");
    assert_eq!(hash(&c.weight, &c.bias), 0xad6b_e753, "{c}");
    assert_eq!(hash(&d.weight, &d.bias), 0x75a9_0434, "{d}");
    assert_eq!(hash(&e.weight, &e.bias), 0xb63d_bbcd, "{e}");
    assert_eq!(hash(&f.weight, &f.bias), 0x855e_76b5, "{f}");
    assert_eq!(hash(&g.weight, &g.bias), 0x47d6_ddde, "{g}");
}

/// Uniform on `[-b, b)` with `b = 1/sqrt(fan_in)`, the fan being all sizes of the weight but the first, transposed or not.
#[test]
fn starts_within_the_bound_of_its_fan() {
    let rng = &mut Rng::seed(7);
    let conv: Conv2d<f64> = Conv2d::grouped(32, 400, [3, 1], 2, rng);
    let back: ConvTranspose2d<f64> = ConvTranspose2d::grouped(400, 96, [1, 3], 2, rng);
    let (conv_bias, back_bias) = (conv.bias.unwrap(), back.bias.unwrap());
    for (values, fan) in [(&conv.weight, 48), (&conv_bias, 48), (&back.weight, 144), (&back_bias, 144)] {
        let bound = f64::from(fan).sqrt().recip();
        let largest = values.value.data().iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        assert!(largest <= bound && largest > 0.95 * bound, "{largest} with fan {fan}");
    }
}

#[test]
fn the_weight_does_not_depend_on_the_bias() {
    let with: Conv2d = Conv2d::new(3, 2, 3, &mut Rng::seed(1));
    let without = Conv2d::without_bias(3, 2, 3, &mut Rng::seed(1));
    assert_eq!(with.weight.value, without.weight.value);
}
