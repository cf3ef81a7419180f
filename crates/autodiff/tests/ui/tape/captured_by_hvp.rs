use rappel_autodiff::transform::hvp;
use rappel_autodiff::{Tape, Tensor};

fn main() {
    let x = Tensor::scalar(2.0);
    let tape = Tape::new();
    let outer = tape.var(&x);
    hvp(|x| x * x * outer, &x, &x);
}
