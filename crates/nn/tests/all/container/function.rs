use rappel_nn::autodiff::{Float, Tape, Tensor};
use rappel_nn::{Layer, Sequential, from_fn};

use crate::names;

fn doubled<T: Float>() -> impl Layer<T> {
    from_fn(|x| x + x)
}

#[test]
fn a_closure_is_a_layer_without_parameters() {
    let slope = 3.0;
    let net = Sequential::new().push(from_fn(move |x| slope * x)).push(doubled());
    assert!(names(&net).is_empty());
    let tape = Tape::<f64>::default();
    assert_eq!(net.forward(tape.input(&Tensor::from([1.0, -2.0]))).value().data(), [6.0, -12.0]);
    assert_eq!(format!("{:?}", from_fn(|x: rappel_nn::autodiff::Var<'_>| x)), "FromFn { .. }");
}
