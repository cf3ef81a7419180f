use rappel_autodiff::Tensor;
use rappel_autodiff::transform::{grad, jvp};

fn main() {
    let one = Tensor::scalar(1.0);
    grad(
        |x| {
            let inner = jvp(|y| x + y, &one, &one).1;
            x * x.tape().input(&inner)
        },
        &one,
    );
}
