//! The handle on a recorded value.

use std::fmt;

use rappel_tensor::{Float, Shape, Tensor};

use crate::array::Array;
use crate::op::Op;
use crate::primitive::Primitive;
use crate::tape::{Node, Tape};

/// A value on a tape: a 16-byte handle that is copied freely.
///
/// Arithmetic on handles is recorded. Operations check that their operands are of one tape, and shapes; a misfit panics at the
/// caller's line. A handle cannot outlive its tape nor the step it was made in.
#[derive(Clone, Copy)]
pub struct Var<'t, T: Float = f32> {
    pub(crate) tape: &'t Tape<T>,
    pub(crate) id: u32,
    pub(crate) generation: u32,
}

impl<'t, T: Float> Var<'t, T> {
    /// The tape it is recorded on.
    pub fn tape(self) -> &'t Tape<T> {
        self.tape
    }

    /// The value: a reference-counted handle, no copy of the data.
    ///
    /// # Panics
    /// At the caller's line, for a parameter after [`backward`](Self::backward): the tape has let go of it then. And for a value
    /// inside a [`checkpoint`](Tape::checkpoint) that has ended.
    #[track_caller]
    pub fn value(self) -> Tensor<T> {
        self.check();
        let nodes = self.tape.nodes.borrow();
        let node = &nodes[self.id as usize];
        assert!(
            !self.is_released(node),
            "value: `backward` has released the tape's hold on the parameters, so that a step can write them in place; read this \
             value from the module, or use `backward_retain`"
        );
        node.assert_held("value");
        node.value.clone()
    }

    /// Whether `backward` has let go of this value.
    fn is_released(self, node: &Node<T>) -> bool {
        matches!(node.op, Op::Param) && self.tape.spent.get().is_some()
    }

    /// Sizes per axis; empty for a scalar.
    #[track_caller]
    pub fn shape(self) -> Shape {
        self.check();
        self.tape.nodes.borrow()[self.id as usize].value.shape().into()
    }

    /// The number of axes.
    #[track_caller]
    pub fn rank(self) -> usize {
        self.shape().len()
    }

    /// The only value of a one-element variable.
    ///
    /// # Panics
    /// At the caller's line, when there are more or fewer values than one.
    #[track_caller]
    pub fn item(self) -> T {
        self.value().item()
    }

    /// The same value as a constant: no gradient flows through it.
    #[track_caller]
    pub fn detach(self) -> Self {
        let value = self.value();
        self.tape.input(&value)
    }

    /// Panics unless the handle belongs to what its tape holds now.
    #[track_caller]
    #[inline]
    pub(crate) fn check(self) {
        assert!(
            self.generation == self.tape.generation.get(),
            "this variable was made before its tape was cleared, and its value is gone"
        );
    }

    /// Panics unless both are of one tape.
    #[track_caller]
    #[inline]
    pub(crate) fn check_same(self, op: &str, other: Self) {
        self.check();
        other.check();
        assert!(
            std::ptr::eq(self.tape, other.tape),
            "{op}: the operands are on two different tapes; put the value of one on the other's tape with `tape.input(&x.value())`"
        );
    }

    /// Records an operation of this variable alone.
    #[track_caller]
    pub(crate) fn apply1(self, op: impl Primitive) -> Self {
        Array::apply(op, &[&self])
    }

    /// Records an operation of two variables.
    #[track_caller]
    pub(crate) fn apply2(self, other: Self, op: impl Primitive) -> Self {
        Array::apply(op, &[&self, &other])
    }

    /// Records an operation of three variables.
    #[track_caller]
    pub(crate) fn apply3(self, b: Self, c: Self, op: impl Primitive) -> Self {
        Array::apply(op, &[&self, &b, &c])
    }
}

impl<T: Float> fmt::Debug for Var<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes = self.tape.nodes.borrow();
        match nodes.get(self.id as usize).filter(|_| self.generation == self.tape.generation.get()) {
            None => write!(f, "Var#{} of a cleared tape", self.id),
            Some(n) if self.is_released(n) => {
                write!(f, "Var#{} {} {:?}, released", self.id, n.op.name(), n.value.shape())
            }
            Some(n) if n.dropped => write!(f, "Var#{} {} {:?}, dropped", self.id, n.op.name(), n.value.shape()),
            Some(n) => write!(f, "Var#{} {} {:?}", self.id, n.op.name(), n.value),
        }
    }
}
