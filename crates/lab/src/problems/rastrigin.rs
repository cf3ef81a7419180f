//! A bowl full of pits.

use std::f64::consts::TAU;

use rappel_autodiff::{Float, Tape, Tensor, Var};
use rappel_nn::Layer;

use super::Point;
use crate::{Cursor, LabError, Optimum, Problem};

/// `rastrigin`: `f(x) = 10 n + sum of x_i^2 - 10 cos(2 pi x_i)`, from `(2.3, -1.4, 2.3, -1.4, ..)`.
///
/// The minimum is 0, at the origin. Around every point of whole numbers there is another one, deeper the nearer to the origin: those of
/// one dimension are near 1, 4, 9, ... Descent ends in the pit it begins in, unless its steps are long enough to leave it.
///
/// L. Rastrigin, "Systems of extremal control", 1974; in `n` dimensions H. Mühlenbein, M. Schomisch and J. Born, "The parallel genetic
/// algorithm as function optimizer", 1991.
///
/// ```
/// use rappel_lab::Trial;
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::problems::Rastrigin;
///
/// let pits = Rastrigin::new(2)?;
/// let mut run = Trial::<f64>::new(&pits, Box::new(Sgd::new(1e-3)), 0, 200);
/// for _ in 0..200 {
///     run.step(&pits)?;
/// }
/// assert_eq!(format!("{:.4}", run.whole(&pits)), "4.9748"); // near (2, -1)
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Rastrigin {
    n: usize,
}

impl Rastrigin {
    /// In `n` dimensions.
    ///
    /// # Errors
    /// [`LabError::Setting`] for none.
    pub fn new(n: usize) -> Result<Rastrigin, LabError> {
        match n {
            0 => {
                let why = "a bowl has one dimension at least";
                Err(LabError::Setting { what: "the number of dimensions", value: "0".into(), why })
            }
            n => Ok(Rastrigin { n }),
        }
    }
}

impl<T: Float> Problem<T> for Rastrigin {
    fn name(&self) -> &str {
        "rastrigin"
    }

    fn net(&self, _seed: u64) -> Box<dyn Layer<T>> {
        let start = [2.3, -1.4];
        Box::new(Point::new(Tensor::from_fn(&[self.n], |i| T::of(start[i % 2]))))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        let x = net.forward(tape.constant(0.0));
        (x.square() - 10.0 * (TAU * x).cos()).sum() + 10.0 * self.n as f64
    }

    fn optimum(&self) -> Option<Optimum> {
        Some(Optimum { loss: 0.0 })
    }

    fn steps(&self) -> u64 {
        1_000
    }
}
