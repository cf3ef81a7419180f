use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Dropout, Layer, LayerExt, Linear, Relu, Residual, Sequential, Tanh, from_fn};
use rappel_testkit::{GradCheck, check_module, check_module_second, gradcheck, gradgradcheck};

use crate::names;
use crate::panics::panic_here;

#[test]
fn adds_what_goes_around() {
    let rng = &mut Rng::seed(1);
    let (body, projection) = (Linear::new(3, 2, rng), Linear::without_bias(3, 2, rng));
    let x = Tensor::normal(&[4, 3], 0.0, 1.0, rng);
    let tape = Tape::new();
    let x = tape.input(&x);
    let by_hand = projection.forward(x) + body.forward(x).relu();
    let net = Residual::with_projection((body, Relu), projection);
    assert_eq!(net.forward(x).value(), by_hand.value());
    assert_eq!(names(&net), ["body.0.weight", "body.0.bias", "projection.weight"]);
    let plain = Residual::new(from_fn(|x| x * 2.0));
    assert_eq!(plain.forward(x).value(), (x + x * 2.0).value());
    assert!(names(&plain).is_empty());
    assert_eq!(Residual::new(Tanh).forward(tape.input(&Tensor::zeros(&[0, 3]))).shape()[..], [0, 3]);
}

#[test]
fn misfits_name_the_place_at_the_users_line() {
    let rng = &mut Rng::seed(0);
    let tape = Tape::new();
    let (x, wide) = (tape.input(&Tensor::zeros(&[4, 3])), tape.input(&Tensor::zeros(&[4, 5])));
    let net = Residual::new((Linear::new(3, 3, rng), Relu));
    let why = "Linear(3 -> 3): input of shape [4, 5] does not fit: the last axis must be 3";
    assert_eq!(panic_here!(net.forward(wide)), format!("Residual.body: {why}"));
    let deep = Sequential::new().push(Relu).push(net);
    assert_eq!(panic_here!(deep.forward(wide)), format!("Sequential[1]: Residual.body: {why}"));
    assert_eq!(deep.check(&[4, 5]).unwrap_err().to_string(), format!("1.body.0: {why}"));

    let net: Residual<Linear> = Residual::new(Linear::new(3, 2, rng));
    let message = panic_here!(net.forward(x));
    assert_eq!(
        message,
        "Residual(Linear(3 -> 2)): the body makes [4, 2] of [4, 3], to which [4, 3] cannot be added: give it a projection"
    );
    // Sizes of 1 are not stretched.
    let net = Residual::with_projection(Linear::new(3, 1, rng), Linear::new(3, 2, rng));
    let message = panic_here!(net.forward(x));
    assert!(message.contains("makes [4, 1] of [4, 3], to which [4, 2] cannot be added"), "{message}");
    let net = Residual::with_projection(from_fn(|x| x), Linear::new(3, 2, rng));
    assert!(panic_here!(net.forward(wide)).starts_with("Residual.projection: Linear(3 -> 2)"));
    assert!(Layer::<f32>::misfit(&net, &[4, 5]).is_some() && Layer::<f32>::misfit(&net, &[4, 3]).is_none());
}

#[test]
fn is_known_to_a_check() {
    let rng = &mut Rng::seed(0);
    let net: Sequential = Sequential::new()
        .push(Residual::new((Linear::new(3, 3, rng), Relu)))
        .push(Residual::with_projection(Linear::new(3, 2, rng), Linear::new(3, 2, rng)));
    let report = net.check(&[5, 3]).unwrap();
    let places: Vec<_> = report.summary.layers.iter().filter_map(|l| Some(l.place.as_ref()?.to_string())).collect();
    assert_eq!(
        places,
        [
            "Sequential(2 layers)",
            "0: Residual((Linear(3 -> 3), Relu))",
            "0.body: (Linear(3 -> 3), Relu)",
            "0.body.0: Linear(3 -> 3)",
            "0.body.1: Relu",
            "1: Residual(Linear(3 -> 2), around it Linear(3 -> 2))",
            "1.body: Linear(3 -> 2)",
            "1.projection: Linear(3 -> 2)",
        ]
    );
}

#[test]
fn gradients_are_right() {
    let rng = &mut Rng::seed(5);
    let mut net = Residual::with_projection(
        (Linear::<f64>::new(3, 2, rng), Tanh, Dropout::new(0.4)),
        Residual::new(Linear::<f64>::new(3, 3, rng)).body,
    );
    net.projection = Some(Linear::without_bias(3, 2, rng));
    let x = Tensor::normal(&[2, 3], 0.0, 1.0, rng);
    check_module(&mut net, |net, tape| net.forward(tape.input(&x)).tanh()).unwrap();
    check_module_second(&mut net, |net, tape| net.forward(tape.input(&x)).tanh()).unwrap();
    gradcheck(|x| net.forward(x), &x).unwrap();
    gradgradcheck(|x| net.forward(x), &x).unwrap();
    let training = GradCheck { training: Some(3), ..GradCheck::default() };
    training.module(&mut net, |net, tape| net.forward(tape.input(&x))).unwrap();
}
