use rappel_autodiff::transform::jvp;
use rappel_autodiff::{Tape, Tensor};

fn main() {
    let tape = Tape::new();
    let outer = tape.var(&Tensor::scalar(1.0));
    let x = Tensor::scalar(2.0);
    jvp(|x| x * outer, &x, &x);
}
