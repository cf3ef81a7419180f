//! What a structural operation is: plain data, with its value, its derivative along a direction and its backward rule, each written
//! once.
//!
//! An operation is a type in the file of its family in [`ops`](crate::ops); its line in the list of [`op`](crate::op) makes it a node
//! of the tape. The rule is text in the vocabulary of [`Array`], so it serves the fast backward, the recorded one and forward over
//! reverse.

use std::fmt::Debug;

use rappel_tensor::{Float, Tensor};

use crate::array::{Array, Tangent, each_moved};
use crate::op::Op;
use crate::rule::{Saved, Sink};

/// A structural operation that a tape can hold; implemented by the list in [`op`](crate::op).
pub(crate) trait Recorded: Sized {
    /// The operation as a node has it.
    fn op<T: Float>(self) -> Op<T>;
}

/// A structural operation. See the module's text.
pub(crate) trait Primitive: Recorded + Clone + Debug + Send + Sync + 'static {
    /// The name in messages.
    fn name(&self) -> &'static str;

    /// Whether it has a gradient. Without one its output is piecewise constant and counts as a constant.
    fn has_gradient(&self) -> bool {
        true
    }

    /// The value, and what is worth keeping for the backward pass.
    #[track_caller]
    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T>;

    /// Adds the value to a tensor of its shape: where a kernel can accumulate, without a second buffer.
    fn add_to<T: Float>(&self, to: &mut Tensor<T>, x: &[&Tensor<T>]) {
        to.add_assign(&self.eval(x).0);
    }

    /// How many products it adds up, from the shapes of its inputs and its output: 0 for what contracts nothing.
    fn multiply_adds(&self, x: &[&[usize]], y: &[usize]) -> u64 {
        let _ = (x, y);
        0
    }

    /// The derivative of the value along the directions of the inputs, of which at least one moves; none is zero.
    ///
    /// As it stands, for operations that are linear in each input while the others stay: the operation applied to the tangent.
    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, kept: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let _ = (y, kept);
        let mut sum: Option<Tensor<T>> = None;
        each_moved(x, |inputs| match &mut sum {
            Some(sum) => self.add_to(sum, inputs),
            None => sum = Some(self.eval(inputs).0),
        });
        sum
    }

    /// Passes the cotangent `g` of the output on to the inputs that are wanted.
    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>);

    /// The same by kernels of its own, where it has them; the laws hold the two equal.
    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        self.vjp(c, g, s);
    }
}

/// The value of an operation, and what it keeps besides.
pub(crate) type Value<T> = (Tensor<T>, Option<Tensor<T>>);
