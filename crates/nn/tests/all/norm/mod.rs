mod batch;
mod group;
mod instance;
mod layer_norm;
mod rms;
mod weight;

use rappel_nn::autodiff::{Module, ModuleExt, Tape, Tensor, Var};
use rappel_nn::{Layer, Sequential};
use rappel_testkit::GradCheck;

/// The paths of parameters and buffers, in order.
fn keys(module: &dyn Module) -> [Vec<String>; 2] {
    let buffers = module.named_buffers().into_iter().map(|(name, _)| name).collect();
    [crate::names(module), buffers]
}

/// First and second derivatives in the input and in the parameters, on tapes that train or do not.
fn check_gradients<L: Layer<f64>>(layer: &mut L, x: &Tensor<f64>, training: bool) -> Result<(), String> {
    fn bent<'t>(y: Var<'t, f64>) -> Var<'t, f64> {
        y.tanh() * (y + 0.5)
    }
    let check = GradCheck { training: training.then_some(1), ..GradCheck::default() };
    let x1 = std::slice::from_ref(x);
    check.first(|x| bent(layer.forward(x[0])), x1).map_err(|e| e.to_string())?;
    check.second(|x| bent(layer.forward(x[0])), x1).map_err(|e| e.to_string())?;
    check.module(layer, |layer, tape| bent(layer.forward(tape.input(x)))).map_err(|e| e.to_string())?;
    check.module_second(layer, |layer, tape| bent(layer.forward(tape.input(x)))).map_err(|e| e.to_string())?;
    Ok(())
}

/// The message of a misfit in a container.
fn in_a_list(layer: impl Layer + 'static, tape: &Tape, shape: &[usize]) -> String {
    let net = Sequential::new().push(layer);
    net.try_forward(tape.input(&Tensor::ones(shape))).unwrap_err().to_string()
}

fn assert_close(got: &Tensor<f64>, expected: &Tensor<f64>, allowed: f64) {
    assert_eq!(got.shape(), expected.shape());
    for (got, expected) in got.data().iter().zip(expected.data()) {
        assert!((got - expected).abs() <= allowed, "{got} is not {expected} within {allowed:e}");
    }
}
