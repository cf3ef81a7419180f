//! Several values made one.

use rappel_tensor::shape::resolve_axis;
use rappel_tensor::{Float, Shape, Tensor};

use crate::array::{Array, Tangent};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<'t, T: Float> Var<'t, T> {
    /// Joins values along an axis; all other sizes must agree.
    ///
    /// # Panics
    /// At the caller's line, when there is nothing to join or the shapes do not fit.
    #[doc(alias = "cat")]
    #[track_caller]
    pub fn concat(parts: &[Var<'t, T>], axis: isize) -> Self {
        let Some(&first) = parts.first() else { panic!("concat: there is nothing to join") };
        let axis = resolve_axis("concat", axis, first.rank());
        let parts: smallvec::SmallVec<[&Self; 4]> = parts.iter().collect();
        Array::apply(Concat(axis), &parts)
    }

    /// Places values of one shape side by side along a new axis.
    ///
    /// # Panics
    /// At the caller's line, when there is nothing to join, the shapes differ, or the result has no such axis.
    #[track_caller]
    pub fn stack(parts: &[Var<'t, T>], axis: isize) -> Self {
        let Some(&first) = parts.first() else { panic!("stack: there is nothing to join") };
        let at = resolve_axis("stack", axis, first.rank() + 1);
        let mut wide = Vec::with_capacity(parts.len());
        for part in parts {
            first.check_same("stack", *part);
            let shape = part.shape();
            assert!(
                shape == first.shape(),
                "stack: shapes {:?} and {:?} differ: all must be equal (to join along an axis they have, use `concat`)",
                &first.shape()[..],
                &shape[..]
            );
            wide.push(part.unsqueeze(at as isize));
        }
        Self::concat(&wide, at as isize)
    }
}

/// Joins along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Concat(pub(crate) usize);

impl Primitive for Concat {
    fn name(&self) -> &'static str {
        "concat"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (Tensor::concat(x, self.0 as isize), None)
    }

    /// Linear in all parts at once.
    fn jvp<T: Float>(&self, x: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let parts: Vec<Tensor<T>> = x.iter().map(|x| x.moved()).collect();
        Some(Tensor::concat(&parts.iter().collect::<Vec<_>>(), self.0 as isize))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let mut start: Shape = smallvec::smallvec![0; c.y().dims().len()];
        for i in 0..c.inputs() {
            let size = c.x(i).dims();
            if s.needs(i) {
                s.add(i, g.slice(&start, &size));
            }
            start[self.0] += size[self.0];
        }
    }
}
