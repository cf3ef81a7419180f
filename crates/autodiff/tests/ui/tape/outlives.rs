use rappel_autodiff::{Tape, Tensor};

fn main() {
    let y = {
        let tape = Tape::new();
        tape.var(&Tensor::scalar(1.0)).exp()
    };
    println!("{y:?}");
}
