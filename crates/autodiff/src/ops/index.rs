//! Picking by index.

use rappel_tensor::shape::resolve_axis;
use rappel_tensor::{Float, Shape, Tensor};

use crate::array::Array;
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// Picks along an axis: `out[i, j] = self[index[i, j], j]` for axis 0, and so on, as `torch.gather` does. An index that occurs
    /// several times gathers the gradient of all its uses.
    ///
    /// # Panics
    /// At the caller's line, when the index array has another rank, is larger in another axis, or an index is out of range.
    #[track_caller]
    pub fn gather(self, axis: isize, indices: &Tensor<u32>) -> Self {
        let axis = resolve_axis("gather", axis, self.rank());
        self.apply1(Gather { axis, indices: indices.clone() })
    }
}

/// Picks along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Gather {
    pub(crate) axis: usize,
    pub(crate) indices: Tensor<u32>,
}

impl Primitive for Gather {
    fn name(&self) -> &'static str {
        "gather"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].gather(self.axis as isize, &self.indices), None)
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let op = Scatter { shape: c.x(0).dims(), axis: self.axis, indices: self.indices.clone() };
        s.add_op(0, op, &[&g]);
    }
}

/// Zeros with the array added at indices along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Scatter {
    pub(crate) shape: Shape,
    pub(crate) axis: usize,
    pub(crate) indices: Tensor<u32>,
}

impl Primitive for Scatter {
    fn name(&self) -> &'static str {
        "scatter"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].scatter(&self.shape, self.axis as isize, &self.indices), None)
    }

    fn add_to<T: Float>(&self, to: &mut Tensor<T>, x: &[&Tensor<T>]) {
        to.scatter_add(self.axis as isize, &self.indices, x[0]);
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        s.add_op(0, Gather { axis: self.axis, indices: self.indices.clone() }, &[&g]);
    }
}
