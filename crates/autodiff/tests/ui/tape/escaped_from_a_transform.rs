use rappel_autodiff::Tensor;
use rappel_autodiff::transform::grad;

fn main() {
    let one = Tensor::scalar(1.0);
    let mut leaked = None;
    grad(
        |x| {
            leaked = Some(x);
            x * x
        },
        &one,
    );
}
