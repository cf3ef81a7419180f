mod cell;
mod lengths;
mod misfit;
mod names;
mod stack;
mod state;

use rappel_nn::autodiff::Tensor;

/// Values that differ from place to place, between -1 and 1.
fn waves(shape: &[usize]) -> Tensor<f64> {
    Tensor::from_fn(shape, |i| (1.3 * i as f64 + 0.4).sin())
}

/// The largest difference of two tensors of one shape.
#[track_caller]
fn apart(a: &Tensor<f64>, b: &Tensor<f64>) -> f64 {
    assert_eq!(a.shape(), b.shape());
    a.data().iter().zip(b.data()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// No state, of the type of this one.
fn nothing<S>(_: S) -> Option<S> {
    None
}

/// Runs the block for each layer, of `f64`, made by `with` with these sizes and options.
macro_rules! each_layer {
    (($inputs:expr, $hidden:expr, $options:expr), |$layer:ident| $body:block) => {{
        use rappel_nn::autodiff::Rng;
        let rng = &mut Rng::seed(7);
        {
            let $layer: rappel_nn::Rnn<f64> = rappel_nn::Rnn::with($inputs, $hidden, $options, rng);
            $body
        }
        {
            let $layer: rappel_nn::Rnn<f64> = rappel_nn::Rnn::with($inputs, $hidden, $options, rng).relu();
            $body
        }
        {
            let $layer: rappel_nn::Gru<f64> = rappel_nn::Gru::with($inputs, $hidden, $options, rng);
            $body
        }
        {
            let $layer: rappel_nn::Lstm<f64> = rappel_nn::Lstm::with($inputs, $hidden, $options, rng);
            $body
        }
        {
            let $layer: rappel_nn::Lstm<f64> = rappel_nn::Lstm::projected($inputs, $hidden, $hidden - 1, $options, rng);
            $body
        }
    }};
}
use each_layer;
