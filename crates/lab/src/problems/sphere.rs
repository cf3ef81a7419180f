//! The round bowl.

use rappel_autodiff::{Float, Tape, Tensor, Var};
use rappel_nn::Layer;

use super::Point;
use crate::{Cursor, LabError, Optimum, Problem};

/// `sphere`: `f(x) = sum of x_i^2`, from `x = (1, 2, .., n)`: the same curvature 2 in every direction.
///
/// The minimum is 0, at the origin. Gradient descent of rate `lr` multiplies the point by `1 - 2 lr`, so that 1/2 is there in one step.
/// From (1, 2, 3), where the loss is 14, it is what the examples of optax's optimizers descend.
///
/// ```
/// use rappel_lab::Trial;
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::problems::Sphere;
///
/// let bowl = Sphere::new(3)?;
/// let mut run = Trial::<f64>::new(&bowl, Box::new(Sgd::new(0.5)), 0, 1);
/// assert_eq!(run.step(&bowl)?, 14.0);
/// assert_eq!(run.whole(&bowl), 0.0);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sphere {
    n: usize,
}

impl Sphere {
    /// In `n` dimensions.
    ///
    /// # Errors
    /// [`LabError::Setting`] for none.
    pub fn new(n: usize) -> Result<Sphere, LabError> {
        match n {
            0 => {
                let why = "a bowl has one dimension at least";
                Err(LabError::Setting { what: "the number of dimensions", value: "0".into(), why })
            }
            n => Ok(Sphere { n }),
        }
    }
}

impl<T: Float> Problem<T> for Sphere {
    fn name(&self) -> &str {
        "sphere"
    }

    fn net(&self, _seed: u64) -> Box<dyn Layer<T>> {
        Box::new(Point::new(Tensor::from_fn(&[self.n], |i| T::of((i + 1) as f64))))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        net.forward(tape.constant(0.0)).square().sum()
    }

    fn optimum(&self) -> Option<Optimum> {
        Some(Optimum { loss: 0.0 })
    }

    fn steps(&self) -> u64 {
        100
    }
}
