//! A polynomial for a small net: the edge of stability in little.

use rappel_autodiff::{Float, Param, Tape, Tensor, Var};
use rappel_nn::{Layer, Linear, Tanh};

use super::Mulberry32;
use crate::{Cursor, Problem};

/// 1-30-20-1 with tanh: 701 parameters.
pub type ChebyshevNet<T = f32> = (Linear<T>, Tanh, Linear<T>, Tanh, Linear<T>);

/// `chebyshev`: half the mean square error of a 1-30-20-1 net on 20 points of the Chebyshev polynomial T6, all at once.
///
/// `T6(x) = 32 x^6 - 48 x^4 + 18 x^2 - 1` at 20 even steps from -1 to 1. There is no noise, so that what a rate does is seen
/// bare: at rate 0.2 the sharpness rises to the edge of stability 2/0.2 and hovers there, at 0.4169 the run begins beyond the
/// edge and finds a flatter place, at 0.5495 it diverges. The loss starts at 0.307125; nothing is known of the lowest.
///
/// Net, weights and points are those of <https://github.com/rfangit/edge-of-stability-browser>, whose recorded losses are
/// reproduced with seed 0 to all their six digits.
///
/// ```
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::problems::Chebyshev;
/// use rappel_lab::Trial;
///
/// let problem = Chebyshev::<f64>::new();
/// let mut run = Trial::new(&problem, Box::new(Sgd::new(0.2)), 0, 10);
/// let losses = (0..=10).map(|_| run.step(&problem)).collect::<Result<Vec<f64>, _>>()?;
/// assert_eq!([losses[0], losses[10]].map(|loss| format!("{loss:.6}")), ["0.307125", "0.281245"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Chebyshev<T: Float = f32> {
    x: Tensor<T>,
    y: Tensor<T>,
}

impl<T: Float> Chebyshev<T> {
    /// The 20 points.
    #[expect(clippy::new_without_default, reason = "there is nothing default about a polynomial")]
    pub fn new() -> Self {
        let x = Tensor::<f64>::from_fn(&[20, 1], |i| -1.0 + 2.0 * i as f64 / 19.0);
        let y = x.map(|x| 32.0 * x.powi(6) - 48.0 * x.powi(4) + 18.0 * x.powi(2) - 1.0);
        Chebyshev { x: x.cast(), y: y.cast() }
    }

    /// The net as [`Problem::net`] gives it, with its type: weights N(0, 1/fan_in), drawn row by row and layer by layer from
    /// [`Mulberry32`], and biases of 0. Seed 0 is the published one.
    ///
    /// The generator's seed has 32 bits: it is the lower half of the seed, exclusive-or its upper.
    pub fn start(seed: u64) -> ChebyshevNet<T> {
        let mut random = Mulberry32::new((seed ^ seed >> 32) as u32);
        let mut layer = |inputs: usize, outputs: usize| {
            let scale = (inputs as f64).sqrt().recip();
            let weight = Tensor::from_fn(&[outputs, inputs], |_| T::of(random.normal() * scale));
            Linear { weight: Param::new(weight), bias: Some(Param::new(Tensor::zeros(&[outputs]))) }
        };
        (layer(1, 30), Tanh, layer(30, 20), Tanh, layer(20, 1))
    }
}

impl<T: Float> Problem<T> for Chebyshev<T> {
    fn name(&self) -> &str {
        "chebyshev"
    }

    fn net(&self, seed: u64) -> Box<dyn Layer<T>> {
        Box::new(Chebyshev::<T>::start(seed))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        net.forward(tape.input(&self.x)).mse(tape.input(&self.y)) * 0.5
    }

    fn steps(&self) -> u64 {
        500
    }
}
