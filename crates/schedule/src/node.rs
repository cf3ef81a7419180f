//! The tree both a written schedule and a bound plan are.

use crate::{Segment, Sequence, Span};
use rappel_elem::Scalar;

/// A node of a schedule's tree, over values `V` and durations `D`.
///
/// Written, in a [`Schedule`](crate::Schedule), it is a `Node<f64, Dur>`; bound, in a [`Plan<K>`](crate::Plan), a
/// `Node<K, Span<K>>`. Trees are built by constructors and methods and can be read by anyone, so a fold of your own needs
/// nothing but a `match`:
///
/// ```
/// use rappel_schedule::{Node, cosine, warmup};
///
/// fn pieces<V, D>(node: &Node<V, D>) -> usize {
///     match node {
///         Node::Then(sequence) => sequence.pieces().iter().map(pieces).sum(),
///         _ => 1,
///     }
/// }
///
/// let lr = warmup(1.0, 10).then(cosine(1.0, 0.1, 90)).then(0.1);
/// assert_eq!(pieces(lr.node()), 3);
/// assert_eq!(pieces(lr.bind(&Default::default()).unwrap().node()), 3);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Node<V, D> {
    /// One value, without end.
    Constant(V),
    /// A shape drawn over a length of time.
    Segment(Segment<V, D>),
    /// One after the other.
    Then(Sequence<V, D>),
}

impl<K: Scalar> Node<K, Span<K>> {
    /// The value at local time `t`.
    pub(crate) fn at(&self, t: K) -> K {
        match self {
            Node::Constant(v) => *v,
            Node::Segment(segment) => segment.at(t),
            Node::Then(sequence) => sequence.at(t),
        }
    }

    /// The value that holds after the end.
    pub(crate) fn end(&self) -> K {
        match self {
            Node::Constant(v) => *v,
            Node::Segment(segment) => segment.end(),
            Node::Then(sequence) => sequence.end(),
        }
    }

    /// The length in steps; `None` if it never ends.
    pub(crate) fn length(&self) -> Option<K> {
        match self {
            Node::Constant(_) => None,
            Node::Segment(segment) => Some(segment.length().steps()),
            Node::Then(sequence) => sequence.length(),
        }
    }

    /// Some number of this tree, to make constants from.
    pub(crate) fn witness(&self) -> K {
        match self {
            Node::Constant(v) => *v,
            Node::Segment(segment) => segment.length().steps(),
            Node::Then(sequence) => sequence.pieces()[0].witness(),
        }
    }

    /// The tree with every knob read through `f`.
    pub(crate) fn lift<L: Scalar>(&self, f: &mut dyn FnMut(K) -> L) -> Node<L, Span<L>> {
        match self {
            Node::Constant(v) => Node::Constant(f(*v)),
            Node::Segment(segment) => Node::Segment(segment.lift(f)),
            Node::Then(sequence) => Node::Then(sequence.lift(f)),
        }
    }

    /// The tree whose piece for the rest of the run, if it has one, is shorter by `steps`.
    pub(crate) fn shorten_rest(self, steps: K) -> Node<K, Span<K>> {
        match self {
            Node::Segment(segment) if segment.length().is_rest() => Node::Segment(segment.shortened(steps)),
            other => other,
        }
    }
}
