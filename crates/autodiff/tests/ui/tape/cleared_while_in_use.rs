use rappel_autodiff::{Tape, Tensor, Threads};

fn main() {
    let mut tape = Tape::new();
    let x = tape.var(&Tensor::scalar(1.0));
    tape.reset();
    x.exp();

    let x = tape.var(&Tensor::scalar(1.0));
    tape.rewind();
    x.exp();

    let x = tape.var(&Tensor::scalar(1.0));
    tape.at_step(3);
    x.exp();

    let x = tape.var(&Tensor::scalar(1.0));
    tape.set_threads(&Threads::serial());
    x.exp();
}
