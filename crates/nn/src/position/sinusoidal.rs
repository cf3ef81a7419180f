//! Waves that tell places apart.

use rappel_autodiff::{Float, Tensor, Var};

use super::misfit;
use crate::layer::enter;
use crate::{Layer, Misfit, Module};

/// Waves of many lengths, added to a sequence `[.., time, size]`: at place p, number 2i is `sin(p / 10000^(2i / size))` and number
/// 2i + 1 is `cos(p / 10000^(2i / size))`. There is nothing to learn and nothing to save.
///
/// The table is computed once in `f64` and rounded. For an odd size the last number is a sine.
///
/// Vaswani et al., [Attention is all you need](https://arxiv.org/abs/1706.03762), 2017, section 3.5.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, SinusoidalPositions};
///
/// let tape = Tape::new();
/// let y = SinusoidalPositions::new(100, 4).forward(tape.input(&Tensor::zeros(&[3, 4])));
/// assert_eq!(y.value().at(0), Tensor::from([0.0, 1.0, 0.0, 1.0]));
/// assert_eq!(y.value().at((1, 0)).item(), 1_f32.sin());
/// ```
#[derive(Module, Debug, Clone)]
pub struct SinusoidalPositions<T: Float = f32> {
    #[module(skip)]
    table: Tensor<T>,
}

impl<T: Float> SinusoidalPositions<T> {
    /// So many places and vectors of this size.
    pub fn new(places: usize, size: usize) -> Self {
        let wave = |i: usize| {
            let (place, k) = (i / size, i % size);
            let angle = place as f64 * 10_000_f64.powf(-((k - k % 2) as f64) / size as f64);
            T::of(if k % 2 == 0 { angle.sin() } else { angle.cos() })
        };
        SinusoidalPositions { table: Tensor::from_fn(&[places, size], wave) }
    }

    /// The waves: `[places, size]`.
    pub fn table(&self) -> &Tensor<T> {
        &self.table
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
        let rows = self.table.slice_axis(0, offset as isize..(offset + time) as isize);
        layer.leave(x + x.tape().input(&rows))
    }

    fn apart(&self, shape: &[usize], offset: usize) -> Option<String> {
        misfit(&self.kind(), shape, offset, [self.table.shape()[0], self.table.shape()[1]])
    }
}

/// The sequence begins at place 0.
impl<T: Float> Layer<T> for SinusoidalPositions<T> {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        self.forward_at(x, 0)
    }

    fn misfit(&self, shape: &[usize]) -> Option<String> {
        self.apart(shape, 0)
    }

    fn kind(&self) -> String {
        format!("SinusoidalPositions({} x {})", self.table.shape()[0], self.table.shape()[1])
    }
}
