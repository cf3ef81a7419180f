use rappel_autodiff::{Tape, Tensor};

fn main() {
    let (single, double) = (Tape::new(), Tape::<f64>::default());
    let x = single.var(&Tensor::scalar(1.0_f32));
    let y = double.var(&Tensor::scalar(1.0_f64));
    let _ = x + y;
    let _ = single.var(&Tensor::scalar(1.0_f64));
}
