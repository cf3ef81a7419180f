use rappel_nn::autodiff::random::Mersenne;
use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{
    Dropout, Gelu, Layer, LayerExt, LayerNorm, Linear, Mlp, MlpOptions, PRelu, Relu, Residual, Sequential, Tanh,
};
use rappel_testkit::{GradCheck, check_module, check_module_second, gradcheck};

use crate::names;
use crate::panics::panic_here;

#[test]
fn is_the_sequential_one_would_write() {
    let x = Tensor::normal(&[5, 4], 0.0, 1.0, &mut Rng::seed(9));
    let tape = Tape::new();
    let x = tape.input(&x);
    let rng = &mut Mersenne::seed(3);
    let by_hand = Sequential::new()
        .push(Linear::new(4, 6, rng))
        .push(Relu)
        .push(Linear::new(6, 6, rng))
        .push(Relu)
        .push(Linear::new(6, 2, rng));
    let net: Mlp = Mlp::new(&[4, 6, 6, 2], Relu, &mut Mersenne::seed(3));
    assert_eq!((names(&net), net.forward(x).value()), (names(&by_hand), by_hand.forward(x).value()));

    let rng = &mut Mersenne::seed(3);
    let by_hand = Sequential::new()
        .push(Linear::without_bias(4, 6, rng))
        .push(LayerNorm::new(&[6]))
        .push(Gelu)
        .push(Dropout::new(0.5))
        .push(Residual::new(
            Sequential::new()
                .push(Linear::without_bias(6, 6, rng))
                .push(LayerNorm::new(&[6]))
                .push(Gelu)
                .push(Dropout::new(0.5)),
        ))
        .push(Linear::without_bias(6, 2, rng));
    let options = MlpOptions::new().without_bias().layer_norm().dropout(0.5).residual();
    let net: Mlp = Mlp::with(&[4, 6, 6, 2], Gelu, options, &mut Mersenne::seed(3));
    assert_eq!((names(&net), net.forward(x).value()), (names(&by_hand), by_hand.forward(x).value()));
    let train = |net: &dyn Layer| {
        let tape = Tape::training(7);
        net.forward(tape.input(&x.value())).value()
    };
    assert_eq!(train(&net), train(&by_hand));
    assert_ne!(train(&net), net.forward(x).value());
    assert_eq!((net.layers().len(), net.into_sequential().layers().len()), (6, 6));
}

/// The multi-layer net of MNIST-1D's paper: `h + relu(linear2 h)` in its middle.
#[test]
fn residuals_go_around_what_keeps_the_size() {
    let net: Mlp = Mlp::with(&[40, 100, 100, 10], Relu, MlpOptions::new().residual(), &mut Rng::seed(0));
    assert_eq!(names(&net), ["0.weight", "0.bias", "2.body.0.weight", "2.body.0.bias", "3.weight", "3.bias"]);
    // The last map is never inside one.
    let flat: Mlp = Mlp::with(&[4, 4], Relu, MlpOptions::new().residual(), &mut Rng::seed(0));
    assert_eq!(names(&flat), ["0.weight", "0.bias"]);
}

#[test]
fn every_hidden_layer_has_its_own_activation() {
    let net: Mlp = Mlp::new(&[2, 3, 3, 1], PRelu::new(), &mut Rng::seed(0));
    assert_eq!(names(&net)[2], "1.weight");
    assert_eq!(names(&net).len(), 8);
    let mut ids: Vec<_> = rappel_nn::ModuleExt::named_parameters(&net).iter().map(|(_, p)| p.id()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8);
}

#[test]
fn what_does_not_fit_is_told_at_the_users_line() {
    let net: Mlp = Mlp::new(&[4, 3, 2], Tanh, &mut Rng::seed(0));
    assert_eq!(format!("{net} {net:?}"), "Mlp(4 -> 3 -> 2) Mlp { sizes: [4, 3, 2], .. }");
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[2, 5]));
    let why = "Linear(4 -> 3): input of shape [2, 5] does not fit: the last axis must be 4";
    assert_eq!(panic_here!(net.forward(x)), format!("Mlp[0]: {why}"));
    let deep = Sequential::new().push(net);
    assert_eq!(panic_here!(deep.forward(x)), format!("Sequential[0]: Mlp[0]: {why}"));
    assert_eq!(deep.check(&[2, 5]).unwrap_err().to_string(), format!("0.0: {why}"));
    assert_eq!(deep.check(&[0, 4]).unwrap().output[..], [0, 2]);
    for sizes in [&[][..], &[4]] {
        assert!(panic_here!(Mlp::<f32>::new(sizes, Relu, &mut Rng::seed(0))).contains("input and output"));
    }
}

#[test]
fn gradients_are_right() {
    let options = MlpOptions::new().layer_norm().dropout(0.3).residual();
    let mut net: Mlp<f64> = Mlp::with(&[2, 3, 3, 1], Tanh, options, &mut Rng::seed(2));
    let x = Tensor::normal(&[2, 2], 0.0, 1.0, &mut Rng::seed(3));
    check_module(&mut net, |net, tape| net.forward(tape.input(&x))).unwrap();
    check_module_second(&mut net, |net, tape| net.forward(tape.input(&x))).unwrap();
    gradcheck(|x| net.forward(x), &x).unwrap();
    let training = GradCheck { training: Some(3), ..GradCheck::default() };
    training.module(&mut net, |net, tape| net.forward(tape.input(&x))).unwrap();
}
