//! Seeing an operand by a view, and the adjoint: what slices, permutations, flips and diagonals are recorded as.

use rappel_tensor::{Float, Tensor, View};

use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};

/// What a view sees. The operation that the view was begun for gives the name.
#[derive(Clone, Debug)]
pub(crate) struct Strided(pub(crate) View);

impl Primitive for Strided {
    fn name(&self) -> &'static str {
        self.0.op()
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].read(&self.0), None)
    }

    fn add_to<T: Float>(&self, to: &mut Tensor<T>, x: &[&Tensor<T>]) {
        to.add_read(x[0], &self.0);
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        match self.0.inverse() {
            Some(back) => s.add_op(0, Strided(back), &[&g]),
            None => s.add_op(0, Embed { name: "embed", view: self.0.clone(), fill: 0.0 }, &[&g]),
        }
    }
}

/// The array where a view looks, and a number elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Embed {
    pub(crate) name: &'static str,
    pub(crate) view: View,
    pub(crate) fill: f64,
}

impl Primitive for Embed {
    fn name(&self) -> &'static str {
        self.name
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].embed_at(&self.view, T::of(self.fill)), None)
    }

    fn add_to<T: Float>(&self, to: &mut Tensor<T>, x: &[&Tensor<T>]) {
        if self.fill == 0.0 {
            to.add_embedded_at(x[0], &self.view);
        } else {
            to.add_assign(&self.eval(x).0);
        }
    }

    /// The number does not move.
    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        x[0].d.as_ref().map(|d| d.embed_at(&self.view, T::ZERO))
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, Strided(self.view.clone()), &[&g]);
    }
}
