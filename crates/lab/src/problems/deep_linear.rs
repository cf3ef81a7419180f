//! Layers with nothing between them.

use rappel_autodiff::{Float, Param, Rng, Tape, Tensor, Var};
use rappel_nn::{Layer, Linear};

use crate::{Cursor, Optimum, Problem};

/// Inputs, both hidden widths, and outputs.
const WIDTHS: [usize; 4] = [6, 6, 6, 3];

/// `deep_linear`: a linear map in three layers, 6-6-6-3 without biases, half its mean square error on 40 points, all at once.
///
/// What the net can express is a linear map and no more, so the optimum is that of least squares, 0.015068479113: there are no
/// worse minima (K. Kawaguchi, "Deep Learning without Poor Local Minima", 2016). Yet the loss is no parabola: directions are learnt one
/// after the other, strong ones first, with plateaus between them (A. Saxe, J. McClelland and S. Ganguli, "Exact solutions to the
/// nonlinear dynamics of learning in deep linear neural networks", 2014).
///
/// Points are normal; what is to be learnt is a linear map of theirs whose outputs are scaled by 4, 1 and 1/4, and noise of standard
/// deviation 0.2. Weights begin as N(0, 1/fan_in).
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::problems::DeepLinear;
/// use rappel_lab::Problem;
///
/// let problem = DeepLinear::<f64>::new();
/// let start = problem.whole(&*problem.net(0), &Tape::default()).item();
/// assert!(problem.optimum().unwrap().loss < 0.1 * start);
/// ```
#[derive(Debug, Clone)]
pub struct DeepLinear<T: Float = f32> {
    x: Tensor<T>,
    y: Tensor<T>,
}

impl<T: Float> DeepLinear<T> {
    /// The 40 points.
    #[expect(clippy::new_without_default, reason = "data are made, which a default does not tell")]
    pub fn new() -> Self {
        let mut random = Rng::seed(0);
        let (inputs, outputs) = (WIDTHS[0], WIDTHS[3]);
        let x = Tensor::<f64>::normal(&[40, inputs], 0.0, 1.0, &mut random);
        let map = Tensor::normal(&[inputs, outputs], 0.0, (inputs as f64).sqrt().recip(), &mut random);
        let noise = Tensor::normal(&[40, outputs], 0.0, 0.2, &mut random);
        let y = x.matmul(&map) * Tensor::from([4.0, 1.0, 0.25]) + noise;
        DeepLinear { x: x.cast(), y: y.cast() }
    }

    /// The points, `[40, 6]`, and what they map to, `[40, 3]`.
    pub fn points(&self) -> (&Tensor<T>, &Tensor<T>) {
        (&self.x, &self.y)
    }
}

impl<T: Float> Problem<T> for DeepLinear<T> {
    fn name(&self) -> &str {
        "deep_linear"
    }

    fn net(&self, seed: u64) -> Box<dyn Layer<T>> {
        let mut random = Rng::seed(seed);
        let mut layer = |i: usize| {
            let std = (WIDTHS[i] as f64).sqrt().recip();
            let weight = Tensor::normal(&[WIDTHS[i + 1], WIDTHS[i]], 0.0, std, &mut random);
            Linear { weight: Param::new(weight), bias: None }
        };
        Box::new((layer(0), layer(1), layer(2)))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        net.forward(tape.input(&self.x)).mse(tape.input(&self.y)) * 0.5
    }

    fn optimum(&self) -> Option<Optimum> {
        Some(Optimum { loss: 0.015068479113138 })
    }

    fn steps(&self) -> u64 {
        1_000
    }
}
