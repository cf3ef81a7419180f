//! A plateau with steep edges.

use rappel_autodiff::{Float, Tape, Tensor, Var};
use rappel_nn::Layer;

use super::Point;
use crate::{Cursor, Optimum, Problem};

/// `beale`: `f(x, y) = (1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2`, from (1, 1).
///
/// The minimum is 0, at (3, 1/2), at the end of a long flat valley; towards the corners the sixth power of `y` makes walls on which
/// a step that is right in the valley is far too long.
///
/// E. Beale, "On an iterative method for finding a local minimum of a function of more than one variable", 1958; the start is that of
/// J. Moré, B. Garbow and K. Hillstrom, "Testing unconstrained optimization software", 1981, where `f` is 14.203125.
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::problems::Beale;
/// use rappel_lab::Problem;
///
/// let plateau: &dyn Problem<f64> = &Beale;
/// assert_eq!(plateau.whole(&*plateau.net(0), &Tape::default()).item(), 14.203125);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Beale;

impl<T: Float> Problem<T> for Beale {
    fn name(&self) -> &str {
        "beale"
    }

    fn net(&self, _seed: u64) -> Box<dyn Layer<T>> {
        Box::new(Point::new(Tensor::ones(&[2])))
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, _cursor: &mut Cursor) -> Var<'t, T> {
        self.whole(net, tape)
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        let point = net.forward(tape.constant(0.0));
        let (x, y) = (point.at(0), point.at(1));
        let term = |sum: f64, power: i32| (sum - x + x * y.powi(power)).square();
        term(1.5, 1) + term(2.25, 2) + term(2.625, 3)
    }

    fn optimum(&self) -> Option<Optimum> {
        Some(Optimum { loss: 0.0 })
    }

    fn steps(&self) -> u64 {
        2_000
    }
}
