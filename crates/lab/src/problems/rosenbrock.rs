//! The banana valley.

use rappel_autodiff::{Float, Tape, Tensor, Var};
use rappel_nn::Layer;

use super::Point;
use crate::{Cursor, LabError, Optimum, Problem};

/// `rosenbrock`: `f(x) = sum over i of 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2`, from `(-1.2, 1, -1.2, 1, ..)`.
///
/// The way down leads along the floor of a bent valley, where the curvature across is 2,508 times that along in two dimensions. The
/// minimum is 0, at `(1, .., 1)`; from four dimensions on there is a second, local one near `(-1, 1, .., 1)`, of 3.7 to 4.
///
/// H. Rosenbrock, "An automatic method for finding the greatest or least value of a function", 1960; the start is that of
/// J. Moré, B. Garbow and K. Hillstrom, "Testing unconstrained optimization software", 1981, where `f` is 24.2 in two dimensions.
///
/// ```
/// use rappel_lab::Trial;
/// use rappel_lab::optim::Adam;
/// use rappel_lab::problems::Rosenbrock;
/// use rappel_lab::schedule::{linear, steps};
///
/// let valley = Rosenbrock::new(2)?;
/// let adam = Adam::new(linear(0.05, 0.0, steps(20_000)));
/// let mut run = Trial::<f64>::new(&valley, Box::new(adam), 0, 20_000);
/// assert_eq!(run.whole(&valley) as f32, 24.2);
/// for _ in 0..20_000 {
///     run.step(&valley)?;
/// }
/// assert!(run.whole(&valley) < 1e-20);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Rosenbrock {
    n: usize,
}

impl Rosenbrock {
    /// In `n` dimensions.
    ///
    /// # Errors
    /// [`LabError::Setting`] for fewer than two.
    pub fn new(n: usize) -> Result<Rosenbrock, LabError> {
        if n < 2 {
            let why = "the valley has two dimensions at least";
            return Err(LabError::Setting { what: "the number of dimensions", value: n.to_string(), why });
        }
        Ok(Rosenbrock { n })
    }
}

impl<T: Float> Problem<T> for Rosenbrock {
    fn name(&self) -> &str {
        "rosenbrock"
    }

    fn net(&self, _seed: u64) -> Box<dyn Layer<T>> {
        let start = [-1.2, 1.0];
        Box::new(Point::new(Tensor::from_fn(&[self.n], |i| T::of(start[i % 2]))))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        let x = net.forward(tape.constant(0.0));
        let (first, next) = (x.at(..-1), x.at(1..));
        (100.0 * (next - first.square()).square() + (1.0 - first).square()).sum()
    }

    fn optimum(&self) -> Option<Optimum> {
        Some(Optimum { loss: 0.0 })
    }

    fn steps(&self) -> u64 {
        5_000
    }
}
