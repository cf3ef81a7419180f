//! A net that is only a point.

use rappel_autodiff::{Float, Param, Tensor, Var};
use rappel_nn::{Layer, Module};

/// A vector of parameters, for functions of a point: as a layer it gives the point, whatever goes in.
///
/// ```
/// use rappel_lab::autodiff::{Tape, Tensor};
/// use rappel_lab::problems::Point;
/// use rappel_nn::Layer;
///
/// let point = Point::new(Tensor::from([3.0, 4.0]));
/// let tape = Tape::new();
/// assert_eq!(point.forward(tape.constant(0.0)).value().data(), [3.0, 4.0]);
/// ```
#[derive(Module, Debug, Clone)]
pub struct Point<T: Float = f32> {
    /// The point.
    pub x: Param<T>,
}

impl<T: Float> Point<T> {
    /// The point at a value of any shape.
    pub fn new(value: Tensor<T>) -> Point<T> {
        Point { x: Param::new(value) }
    }
}

impl<T: Float> Layer<T> for Point<T> {
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        x.tape().param(&self.x)
    }
}
