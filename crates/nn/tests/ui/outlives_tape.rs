use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::{Layer, Linear};

fn main() {
    let net = Linear::new(1, 1, &mut Rng::seed(0));
    let mut tape = Tape::new();
    let y = net.forward(tape.input(&Tensor::zeros(&[1, 1])));
    tape.reset();
    y.item();
}
