//! A valley of a given spectrum.

use rappel_autodiff::{Float, Tape, Tensor, Var};
use rappel_nn::Layer;

use super::Point;
use crate::{Cursor, Optimum, Problem};

/// `f(x) = 1/2 sum of lambda_i x_i^2`, from `x = (1, .., 1)`: every direction with a curvature of its own.
///
/// Its minimum is 0, at the origin. Gradient descent of rate `lr` multiplies `x_i` by `1 - lr lambda_i`, so it is stable below
/// `2 / max lambda`.
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::problems::Quadratic;
/// use rappel_lab::{Optimum, Problem};
///
/// let valley: &dyn Problem<f64> = &Quadratic::new(&[1.0, 25.0]);
/// assert_eq!(valley.whole(&*valley.net(0), &Tape::default()).item(), 13.0);
/// assert_eq!(valley.optimum(), Some(Optimum { loss: 0.0 }));
/// ```
#[derive(Debug, Clone)]
pub struct Quadratic {
    spectrum: Vec<f64>,
}

impl Quadratic {
    /// The valley of these curvatures, one per coordinate.
    pub fn new(spectrum: &[f64]) -> Quadratic {
        Quadratic { spectrum: spectrum.into() }
    }
}

impl<T: Float> Problem<T> for Quadratic {
    fn name(&self) -> &str {
        "quadratic"
    }

    fn net(&self, _seed: u64) -> Box<dyn Layer<T>> {
        Box::new(Point::new(Tensor::ones(&[self.spectrum.len()])))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        let spectrum = Tensor::from_fn(&[self.spectrum.len()], |i| T::of(self.spectrum[i]));
        (net.forward(tape.constant(0.0)).square() * tape.input(&spectrum)).sum() * 0.5
    }

    fn optimum(&self) -> Option<Optimum> {
        Some(Optimum { loss: 0.0 })
    }

    fn steps(&self) -> u64 {
        200
    }
}
