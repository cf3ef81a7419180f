//! A learned vector for each place.

use rappel_autodiff::{Float, Param, Var};

use super::misfit;
use crate::init::Generator;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// A learned vector for each place of a sequence, added to what is there: `[.., time, size]` plus the first rows of the weight.
///
/// It is what PyTorch's programs write as an `nn.Embedding` of `arange(time)`, and has its name, layout and initial values: `weight`
/// `[places, size]`, normal with standard deviation 1. GPT-2 begins with 0.02.
///
/// ```
/// use rappel_nn::autodiff::{Rng, Tape, Tensor};
/// use rappel_nn::{Layer, LearnedPositions};
///
/// let places = LearnedPositions::new(64, 8, &mut Rng::seed(0));
/// let tape = Tape::new();
/// let x = tape.input(&Tensor::zeros(&[2, 5, 8]));
/// assert_eq!(places.forward(x).value().at(1), places.weight.value.at(..5));
/// assert_eq!(places.forward_at(x, 10).value().at(0), places.weight.value.at(10..15));
/// ```
#[derive(Module, Debug, Clone)]
pub struct LearnedPositions<T: Float = f32> {
    /// `[places, size]`.
    pub weight: Param<T>,
}

impl<T: Float> LearnedPositions<T> {
    /// So many places and vectors of this size.
    pub fn new(places: usize, size: usize, rng: &mut impl Generator) -> Self {
        LearnedPositions { weight: Param::new(rng.draw_normal(&[places, size], 0.0, 1.0)) }
    }

    /// The same for a sequence that begins at a place: a continued one.
    ///
    /// # Panics
    /// At the caller's line, when the shape does not fit or the sequence goes beyond the last place.
    #[track_caller]
    pub fn forward_at<'t>(&self, x: Var<'t, T>, offset: usize) -> Var<'t, T> {
        let shape = x.shape();
        if let Some(why) = self.apart(&shape, offset) {
            panic!("{}", Misfit::of(self, x, why));
        }
        let (layer, time) = (enter(self, x), shape[shape.len() - 2]);
        let weight = x.tape().param(&self.weight);
        let rows = if time == self.weight.value.shape()[0] {
            weight
        } else {
            weight.slice_axis(0, offset as isize..(offset + time) as isize)
        };
        layer.leave(x + rows)
    }

    fn apart(&self, shape: &[usize], offset: usize) -> Option<String> {
        let kind = Layer::<T>::kind(self);
        match *self.weight.value.shape() {
            [places, size] => misfit(&kind, shape, offset, [places, size]),
            _ => Some(format!("{kind}: a weight has shape [places, size]; this one was replaced by another")),
        }
    }
}

/// The sequence begins at place 0.
impl<T: Float> Layer<T> for LearnedPositions<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.forward_at(x, 0)
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        self.apart(shape, 0)
    }

    fn kind(&self) -> String {
        match self.weight.value.shape() {
            [places, size] => format!("LearnedPositions({places} x {size})"),
            shape => format!("LearnedPositions(weight {shape:?})"),
        }
    }
}
