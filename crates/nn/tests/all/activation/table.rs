use rappel_nn::autodiff::{Tape, Tensor, Var};
use rappel_nn::{Layer, Relu, Sigmoid, Softplus, Tanh};

type Case = (Box<dyn Layer<f64>>, fn(f64) -> f64);

/// The layer is the function, for both number types.
#[test]
fn layers_apply_their_functions() {
    let layers: [Case; 4] = [
        (Box::new(Relu), |x| x.max(0.0)),
        (Box::new(Tanh), f64::tanh),
        (Box::new(Sigmoid), |x| 1.0 / (1.0 + (-x).exp())),
        (Box::new(Softplus), |x| x.exp().ln_1p()),
    ];
    let x = Tensor::from([-2.0, -0.1, 0.0, 0.3, 4.0]);
    for (i, (layer, f)) in layers.iter().enumerate() {
        let tape = Tape::<f64>::default();
        let y = layer.forward(tape.input(&x)).value();
        for (&x, &y) in x.data().iter().zip(y.data()) {
            assert!((y - f(x)).abs() < 1e-14, "layer {i} at {x}: {y}");
        }
    }
    let tape = Tape::new();
    let single: Var<'_, f32> = Relu.forward(tape.input(&Tensor::from([-1.0, 2.0])));
    assert_eq!(single.value().data(), [0.0, 2.0]);
}
