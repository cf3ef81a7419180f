//! Derivatives of runs: two modes, differences, and the rules of one step.

mod forward;
mod modes;
mod objective;
mod reverse;
mod unrolled;

use rappel_autodiff::{Rng, Tape, Tensor, Var};
use rappel_nn::{Layer, Linear};

/// A small net of tanh layers, and a batch for each step.
pub(crate) struct Task {
    pub(crate) net: Vec<Linear<f64>>,
    pub(crate) batches: Vec<(Tensor<f64>, Tensor<f64>)>,
}

impl Task {
    /// Of these sizes, with so many batches.
    pub(crate) fn new(sizes: &[usize], batches: usize, seed: u64) -> Task {
        let mut rng = Rng::seed(seed);
        let net = sizes.windows(2).map(|w| Linear::new(w[0], w[1], &mut rng)).collect();
        let mut normal = |n: usize| Tensor::normal(&[5, n], 0.0, 1.0, &mut rng);
        let batches = (0..batches).map(|_| (normal(sizes[0]), normal(sizes[sizes.len() - 1]))).collect();
        Task { net, batches }
    }

    /// The mean square error on the batch of the tape's step.
    pub(crate) fn loss<'t>(&self, net: &[Linear<f64>], tape: &'t Tape<f64>) -> Var<'t, f64> {
        let (x, y) = &self.batches[tape.step() as usize % self.batches.len()];
        let y = tape.input(y);
        net.iter().fold(tape.input(x), |x, layer| layer.forward(x).tanh()).mse(y)
    }
}
