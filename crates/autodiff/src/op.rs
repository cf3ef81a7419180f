//! What a node computes, as data: one evaluator serves recording, replay and forward mode.

use rappel_elem::Consts;
use rappel_tensor::{Float, Side, Tensor};
use smallvec::SmallVec;

use crate::array::{Array, Tangent, binary_jvp, unary_jvp};
use crate::custom::Custom;
use crate::ops::*;
use crate::primitive::{Primitive, Recorded, Value};
use crate::row::{BinaryRow, Pair, UnaryRow};
use crate::rule::{Saved, Sink};

/// Makes the operations' enum and what is asked of any of them.
macro_rules! operations {
    ($($name:ident,)*) => {
        /// An operation and what it needs besides its inputs.
        #[derive(Clone, Debug)]
        pub(crate) enum Op<T: Float> {
            /// A value from outside.
            Leaf,
            /// The value of a parameter.
            Param,
            Unary(&'static dyn UnaryRow<T>, Consts),
            Binary(&'static dyn BinaryRow<T>, Consts),
            Custom(Custom<T>),
            $($name($name),)*
        }

        $(impl Recorded for $name {
            fn op<T: Float>(self) -> Op<T> {
                Op::$name(self)
            }
        })*

        impl<T: Float> Op<T> {
            /// The name in messages.
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    Op::Leaf => "input",
                    Op::Param => "param",
                    Op::Unary(row, _) => row.name(),
                    Op::Binary(row, _) => row.name(),
                    Op::Custom(op) => op.name(),
                    $(Op::$name(op) => op.name(),)*
                }
            }

            /// Whether it has a gradient. Without one its output is piecewise constant and counts as a constant.
            pub(crate) fn has_gradient(&self) -> bool {
                match self {
                    Op::Leaf | Op::Param | Op::Binary(..) | Op::Custom(_) => true,
                    Op::Unary(row, _) => row.has_gradient(),
                    $(Op::$name(op) => op.has_gradient(),)*
                }
            }

            /// The value, and what is kept for the backward pass.
            #[track_caller]
            pub(crate) fn eval(&self, x: &[&Tensor<T>]) -> Value<T> {
                match self {
                    Op::Leaf | Op::Param => unreachable!("leaves hold their values"),
                    Op::Unary(row, k) => (row.map(x[0], *k), None),
                    Op::Binary(row, k) => (row.map(x[0], x[1], *k), None),
                    Op::Custom(op) => (op.forward(x), None),
                    $(Op::$name(op) => op.eval(x),)*
                }
            }

            /// How many products it adds up, from the shapes of its inputs and its output.
            pub(crate) fn multiply_adds(&self, x: &[&[usize]], y: &[usize]) -> u64 {
                match self {
                    Op::Leaf | Op::Param | Op::Unary(..) | Op::Binary(..) | Op::Custom(_) => 0,
                    $(Op::$name(op) => op.multiply_adds(x, y),)*
                }
            }

            /// The derivative of the value along the directions of the inputs, of which at least one moves.
            #[track_caller]
            pub(crate) fn jvp(&self, x: &[&Tangent<T>], y: &Tensor<T>, kept: Option<&Tensor<T>>) -> Option<Tensor<T>> {
                match self {
                    Op::Leaf | Op::Param => None,
                    Op::Unary(row, _) if !row.has_gradient() => None,
                    Op::Unary(row, k) => unary_jvp(x[0], y, *row, *k),
                    Op::Binary(row, k) => binary_jvp(x[0], x[1], y, *row, *k),
                    Op::Custom(op) => op.jvp(x, y),
                    $(Op::$name(op) => op.jvp(x, y, kept),)*
                }
            }

            /// Passes the cotangent `g` of the output on to the inputs.
            #[track_caller]
            pub(crate) fn vjp<V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
                match self {
                    Op::Leaf | Op::Param => {}
                    Op::Unary(row, k) => s.add_unary_chain(0, g, c.x(0), c.y(), *row, *k),
                    Op::Binary(row, k) => binary(*row, *k, c, g, s),
                    Op::Custom(op) => custom(op, c, g, s),
                    $(Op::$name(op) => s.pull(op, c, g),)*
                }
            }
        }
    };
}

operations! {
    Select,
    Compare,
    TieWeights,
    MatMul,
    Linear,
    Convolve,
    ConvolveTransposed,
    ConvolveWeight,
    MaxPool,
    MaxPick,
    MaxUnpool,
    AvgPool,
    AvgUnpool,
    LinearAct,
    Attention,
    Normalise,
    LstmPointwise,
    GruPointwise,
    LstmSequence,
    GruSequence,
    Reduce,
    Variance,
    Norm,
    Cumulate,
    Recurrence,
    LogSumExp,
    Softmax,
    MeanCrossEntropy,
    CrossEntropyRows,
    Reshape,
    Expand,
    SumTo,
    Strided,
    Embed,
    Concat,
    Roll,
    Tri,
    Gather,
    Scatter,
    ScatterAdd,
    Overwrite,
    Take,
    Put,
    IndexAdd,
    Dropout,
}

/// The rule of the operations that users write.
#[track_caller]
fn custom<T: Float, V: Array<T>>(op: &Custom<T>, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
    let x: SmallVec<[&V; 4]> = (0..c.inputs()).map(|i| c.x(i)).collect();
    for (i, g) in V::custom_chain(op, &x, c.y(), &g).into_iter().enumerate() {
        if let Some(g) = g {
            s.add(i, g);
        }
    }
}

/// The rule of the binary rows: a side that passes the cotangent on gets it moved.
fn binary<T: Float, V: Array<T>>(
    row: &'static dyn BinaryRow<T>,
    k: Consts,
    c: &impl Saved<V>,
    g: V,
    s: &mut impl Sink<T, V>,
) {
    for (i, side) in [Side::A, Side::B].into_iter().enumerate() {
        if !row.passes(side) {
            let v = Pair { g: &g, a: c.x(0), b: c.x(1), y: c.y() };
            s.add_binary_chain(i, side, &v, row, k);
        }
    }
    match (row.passes(Side::A), row.passes(Side::B)) {
        (true, true) => {
            if s.needs(1) {
                s.add(1, g.clone());
            }
            s.add(0, g);
        }
        (true, false) => s.add(0, g),
        (false, true) => s.add(1, g),
        (false, false) => {}
    }
}
