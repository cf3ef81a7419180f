use rappel_nn::autodiff::{Rng, Tensor};
use rappel_nn::init::{
    Fan::{In, Out},
    Gain, fans, kaiming_normal, kaiming_uniform, xavier_normal, xavier_uniform,
};

use crate::panics::panic_here;

/// `torch.nn.init.calculate_gain` of PyTorch 2.
#[test]
fn gains_are_those_of_pytorch() {
    let gains = [
        (Gain::Linear, 1.0),
        (Gain::Sigmoid, 1.0),
        (Gain::Tanh, 1.6666666666666667),
        (Gain::Relu, std::f64::consts::SQRT_2),
        (Gain::LeakyRelu(0.01), 1.4141428569978354),
        (Gain::LeakyRelu(5_f64.sqrt()), 0.5773502691896257),
        (Gain::Selu, 0.75),
        (Gain::Factor(0.3), 0.3),
    ];
    for (gain, value) in gains {
        assert!((gain.value() - value).abs() < 1e-15, "{gain:?}: {}", gain.value());
    }
}

#[test]
fn fans_count_the_window() {
    for (shape, expected) in
        [(&[10, 20][..], (20, 10)), (&[8, 4, 3, 3], (36, 72)), (&[0, 5], (5, 0)), (&[5, 0], (0, 5))]
    {
        assert_eq!(fans(shape), expected, "{shape:?}");
    }
    let message = panic_here!(kaiming_normal::<f32>(&[7], In, Gain::Relu, &mut Rng::seed(0)));
    assert!(message.contains("[outputs, inputs, ..], this one [7]"), "{message}");
}

/// Mean, variance and range of 128,000 draws are within five standard errors of what the definition says.
#[test]
fn draws_have_the_defined_spread() {
    type Draw = fn(&[usize], &mut Rng) -> Tensor<f64>;
    let (shape, n) = ([400, 80, 2, 2], 128_000.0_f64);
    let (fan_in, fan_out) = (320.0_f64, 1600.0_f64);
    let cases: [(&str, Draw, f64, bool); 6] = [
        ("kaiming_uniform in", |s, r| kaiming_uniform(s, In, Gain::Relu, r), (2.0 / fan_in).sqrt(), true),
        ("kaiming_uniform out", |s, r| kaiming_uniform(s, Out, Gain::Linear, r), (1.0 / fan_out).sqrt(), true),
        ("kaiming_normal in", |s, r| kaiming_normal(s, In, Gain::Tanh, r), 5.0 / 3.0 / fan_in.sqrt(), false),
        ("kaiming_normal out", |s, r| kaiming_normal(s, Out, Gain::Selu, r), 0.75 / fan_out.sqrt(), false),
        ("xavier_uniform", |s, r| xavier_uniform(s, Gain::Linear, r), (2.0 / (fan_in + fan_out)).sqrt(), true),
        (
            "xavier_normal",
            |s, r| xavier_normal(s, Gain::Factor(3.0), r),
            3.0 * (2.0 / (fan_in + fan_out)).sqrt(),
            false,
        ),
    ];
    for (name, draw, std, uniform) in cases {
        let x = draw(&shape, &mut Rng::seed(11));
        assert_eq!(x.shape(), shape);
        let mean = x.data().iter().sum::<f64>() / n;
        let variance = x.data().iter().map(|x| x * x).sum::<f64>() / n;
        assert!(mean.abs() < 5.0 * std / n.sqrt(), "{name}: mean {mean}");
        // The fourth moment is 3 sigma^4 for a normal and 9/5 sigma^4 for a uniform variable.
        let error = ((if uniform { 0.8 } else { 2.0 }) / n).sqrt();
        assert!((variance / (std * std) - 1.0).abs() < 5.0 * error, "{name}: variance {variance}, not {}", std * std);
        let (bound, largest) = (3_f64.sqrt() * std, x.data().iter().fold(0.0_f64, |m, x| m.max(x.abs())));
        assert_eq!(largest <= bound, uniform, "{name}: largest {largest}, bound {bound}");
        assert!(largest > 0.999 * bound, "{name}: largest {largest}, bound {bound}");
    }
}

#[test]
fn draws_repeat_with_the_generator() {
    let draw = |seed| kaiming_uniform::<f32>(&[3, 4], In, Gain::Relu, &mut Rng::seed(seed));
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}
