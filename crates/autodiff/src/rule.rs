//! What a backward rule reads from, and where it puts its results.

use rappel_elem::Consts;
use rappel_tensor::{Float, Side};

use crate::array::Array;
use crate::primitive::Primitive;
use crate::row::{BinaryRow, Pair, UnaryRow};

/// What a rule may look at.
pub(crate) trait Saved<V> {
    /// How many inputs the node has.
    fn inputs(&self) -> usize;
    /// An input.
    fn x(&self, i: usize) -> &V;
    /// The output.
    fn y(&self) -> &V;
    /// What the evaluation kept besides its output, where it is at hand.
    fn kept(&self) -> Option<&V>;
}

/// Where a rule puts its results: the cotangent of input i. The defaults say what each method means; the eager sink overrides
/// them with kernels that accumulate in place.
pub(crate) trait Sink<T: Float, V: Array<T>>: Sized {
    /// Whether anybody wants the cotangent of input i.
    fn needs(&self, i: usize) -> bool;

    /// Adds `g` to the cotangent of input i, summing over axes that broadcasting stretched.
    fn add(&mut self, i: usize, g: V);

    /// Adds the value of an operation, which has the shape of input i, if anybody wants it. The operation is linear in each of its
    /// inputs while the others stay.
    fn add_op(&mut self, i: usize, op: impl Primitive, x: &[&V]) {
        if self.needs(i) {
            self.add(i, V::apply(op, x));
        }
    }

    fn add_unary_chain(&mut self, i: usize, g: V, x: &V, y: &V, row: &'static dyn UnaryRow<T>, k: Consts) {
        if self.needs(i) {
            self.add(i, V::unary_chain(&g, x, y, row, k));
        }
    }

    fn add_binary_chain(&mut self, i: usize, side: Side, v: &Pair<'_, V>, row: &'static dyn BinaryRow<T>, k: Consts) {
        if self.needs(i) {
            self.add(i, V::binary_chain(side, v, row, k));
        }
    }

    /// Runs the rule of a structural operation into this sink.
    fn pull(&mut self, op: &impl Primitive, c: &impl Saved<V>, g: V) {
        op.vjp(c, g, self);
    }
}
