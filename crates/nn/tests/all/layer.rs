use rappel_nn::autodiff::{Param, Rng, Tape, Tensor};
use rappel_nn::{Layer, Linear, Module, Sequential, Tanh};

use crate::names;
use crate::panics::panic_here;

fn send_and_sync<T: Send + Sync + ?Sized>() {}

#[test]
fn nets_go_between_threads() {
    send_and_sync::<dyn Layer>();
    send_and_sync::<Sequential<f64>>();
    send_and_sync::<Linear>();
    let net = Linear::new(2, 1, &mut Rng::seed(1));
    let value = |net: &Linear| net.forward(Tape::new().input(&Tensor::ones(&[1, 2]))).item();
    let here = value(&net);
    let there = std::thread::scope(|s| s.spawn(|| value(&net)).join().unwrap());
    assert_eq!(here, there);
}

#[test]
fn tuples_apply_their_parts_in_turn() {
    let by = |w: f32| Linear { weight: Param::new(Tensor::from([[w]])), bias: Some(Param::new(Tensor::from([1.0]))) };
    let tape = Tape::new();
    let x = tape.input(&Tensor::from([[5.0]]));
    assert_eq!((by(2.0),).forward(x).item(), 11.0);
    let net = (by(2.0), Box::new(by(3.0)) as Box<dyn Layer>, (by(-1.0), Tanh));
    assert_eq!(net.forward(x).item(), (1.0 - 34.0_f32).tanh());
    assert_eq!(names(&net).join(" "), "0.weight 0.bias 1.weight 1.bias 2.0.weight 2.0.bias");
}

#[test]
fn misfits_in_tuples_and_boxes_stand_at_the_users_line() {
    let mut rng = Rng::seed(0);
    let tape = Tape::new();
    let x = tape.input(&Tensor::zeros(&[4, 5]));
    let net = (Linear::new(5, 3, &mut rng), Tanh, Linear::new(2, 1, &mut rng));
    let message = panic_here!(net.forward(x));
    assert_eq!(message, "Linear(2 -> 1): input of shape [4, 3] does not fit: the last axis must be 2");
    let boxed = Box::new(Linear::new(7, 3, &mut rng));
    let message = panic_here!(boxed.forward(x));
    assert_eq!(message, "Linear(7 -> 3): input of shape [4, 5] does not fit: the last axis must be 7");
}

/// A user's own layer, whose `forward` has no `#[track_caller]`: the line is the one inside it.
#[derive(Module)]
struct Own {
    fc: Linear,
}

impl Layer for Own {
    fn forward<'t>(&self, x: rappel_nn::autodiff::Var<'t>) -> rappel_nn::autodiff::Var<'t> {
        self.fc.forward(x)
    }
}

#[test]
fn misfits_in_a_users_layer_stand_inside_it() {
    let net = Own { fc: Linear::new(3, 1, &mut Rng::seed(0)) };
    let inside = include_str!("layer.rs").lines().position(|l| l.contains("self.fc.forward(x)")).unwrap() as u32 + 1;
    for net in [&net as &dyn Layer, &(Sequential::new().push(Own { fc: Linear::new(3, 1, &mut Rng::seed(0)) }))] {
        let message = crate::panics::message(file!(), inside, || {
            let tape = Tape::new();
            net.forward(tape.input(&Tensor::zeros(&[3])).reshape(&[3, 1]));
        });
        assert_eq!(message, "Linear(3 -> 1): input of shape [3, 1] does not fit: the last axis must be 3");
    }
}
