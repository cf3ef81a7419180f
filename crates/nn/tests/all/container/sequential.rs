use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Dropout, Layer, Linear, ModuleExt, Relu, Sequential, Softplus, Tanh, from_fn};
use rappel_testkit::{GradCheck, check_module, gradcheck};

use crate::names;
use crate::panics::panic_here;

#[test]
fn applies_layers_in_turn_under_pytorchs_names() {
    let mut rng = Rng::seed(4);
    let (a, b) = (Linear::new(3, 4, &mut rng), Linear::without_bias(4, 2, &mut rng));
    let x = Tensor::normal(&[5, 3], 0.0, 1.0, &mut rng);
    let tape = Tape::new();
    let by_hand = b.forward(a.forward(tape.input(&x)).relu()).value();
    let net = Sequential::new().push(a).push(Relu).push(b);
    assert_eq!(net.forward(tape.input(&x)).value(), by_hand);
    assert_eq!(names(&net), ["0.weight", "0.bias", "2.weight"]);
    assert_eq!(format!("{net:?}"), "Sequential { layers: 3, parameters: 24 }");
}

#[test]
fn without_layers_it_is_the_identity() {
    let tape = Tape::new();
    let x = tape.input(&Tensor::from([1.0, 2.0]));
    assert_eq!(Sequential::default().forward(x).value(), x.value());
    assert_eq!(Sequential::<f32>::new().count_parameters(), 0);
}

#[test]
fn is_built_from_boxes_too() {
    let layers = || vec![Box::new(Relu) as Box<dyn Layer>, Box::new(from_fn(|x| x + 1.0))];
    let tape = Tape::new();
    let x = tape.input(&Tensor::from([-5.0, 5.0]));
    let mut from_vec = Sequential::from(layers());
    let collected: Sequential = layers().into_iter().collect();
    assert_eq!(from_vec.forward(x).value().data(), [1.0, 6.0]);
    assert_eq!(collected.forward(x).value().data(), [1.0, 6.0]);
    from_vec.layers_mut().swap(0, 1);
    assert_eq!(from_vec.forward(x).value().data(), [0.0, 6.0]);
    assert_eq!(from_vec.layers().len(), 2);
}

#[test]
fn misfits_name_the_place_at_the_users_line() {
    let mut rng = Rng::seed(0);
    let net = Sequential::new().push(Linear::new(2, 16, &mut rng)).push(Tanh).push(Linear::new(8, 1, &mut rng));
    let tape = Tape::new();
    let (good, bad) = (tape.input(&Tensor::zeros(&[4, 2])), tape.input(&Tensor::zeros(&[4, 3])));
    let message = panic_here!(net.forward(good));
    assert_eq!(message, "Sequential[2]: Linear(8 -> 1): input of shape [4, 16] does not fit: the last axis must be 8");
    let message = panic_here!(net.forward(bad));
    assert_eq!(message, "Sequential[0]: Linear(2 -> 16): input of shape [4, 3] does not fit: the last axis must be 2");
    let outer = Sequential::new().push(Relu).push(net);
    let message = panic_here!(outer.forward(bad));
    assert_eq!(
        message,
        "Sequential[1]: Sequential[0]: Linear(2 -> 16): input of shape [4, 3] does not fit: the last axis must be 2"
    );
}

#[test]
fn gradients_are_right() {
    let mut rng = Rng::seed(9);
    let mut net = Sequential::<f64>::new()
        .push(Linear::new(3, 5, &mut rng))
        .push(Tanh)
        .push(Dropout::new(0.4))
        .push(Linear::new(5, 4, &mut rng))
        .push(Softplus::default())
        .push((Linear::without_bias(4, 2, &mut rng), from_fn(|x| x.sin())));
    let x = Tensor::normal(&[4, 3], 0.0, 1.0, &mut rng);
    let report = check_module(&mut net, |net, tape| net.forward(tape.input(&x))).unwrap();
    assert_eq!(report.checked, 15 + 5 + 20 + 4 + 8);
    gradcheck(|x| net.forward(x), &x).unwrap();
    let training = GradCheck { training: Some(3), ..GradCheck::default() };
    training.module(&mut net, |net, tape| net.forward(tape.input(&x))).unwrap();
}
