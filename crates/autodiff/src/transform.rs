//! Derivatives as closed functions: forward mode and Hessian-vector products.
//!
//! A direction never leaves these functions, so two of them cannot be confused with each other.

use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::array::{Array, Tangent, each_moved, values};
use crate::backward::Accumulate;
use crate::primitive::Primitive;
use crate::rule::{Saved, Sink};
use crate::tape::{Node, Tape};
use crate::var::Var;

/// The value of `f` at `x`, and its derivative along `v`: the Jacobian times `v`, in one forward sweep.
///
/// ```
/// use rappel_autodiff::transform::jvp;
/// use rappel_tensor::Tensor;
///
/// let x = Tensor::from([1.0, 2.0]);
/// let (y, dy) = jvp(|x| x * x, &x, &Tensor::from([1.0, 10.0]));
/// assert_eq!((y.data(), dy.data()), (&[1.0, 4.0][..], &[2.0, 40.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when `v` has another shape than `x`.
#[track_caller]
pub fn jvp<T: Float>(
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    v: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    jvp_on(&Tape::default(), f, x, v)
}

/// [`jvp`] on a tape of one's own: in training mode, with its random draws, on its threads.
#[track_caller]
pub fn jvp_on<T: Float>(
    tape: &Tape<T>,
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    v: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    check(x, v, "jvp");
    let at = tape.var(x);
    let y = f(at);
    let end = sweep(tape, at.id, v).swap_remove(y.id as usize);
    let d = end.d.unwrap_or_else(|| Array::constant(&end.v, 0.0));
    (y.value(), d)
}

/// The gradient of a one-element function at `x` and its Hessian times `v`: the backward rules read with a tangent, about twice
/// the cost of a gradient and no second tape.
///
/// ```
/// use rappel_autodiff::transform::hvp;
/// use rappel_tensor::Tensor;
///
/// let x = Tensor::from([1.0, 2.0]);
/// let (g, hv) = hvp(|x| x.powi(3).sum(), &x, &Tensor::from([1.0, 1.0]));
/// assert_eq!((g.data(), hv.data()), (&[3.0, 12.0][..], &[6.0, 12.0][..]));
/// ```
///
/// # Panics
/// At the caller's line, when `v` has another shape than `x`, or the function gives more or fewer values than one.
#[track_caller]
pub fn hvp<T: Float>(
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    v: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    hvp_on(&Tape::default(), f, x, v)
}

/// [`hvp`] on a tape of one's own: in training mode, with its random draws, on its threads.
#[track_caller]
pub fn hvp_on<T: Float>(
    tape: &Tape<T>,
    f: impl for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    x: &Tensor<T>,
    v: &Tensor<T>,
) -> (Tensor<T>, Tensor<T>) {
    check(x, v, "hvp");
    let at = tape.var(x);
    let y = f(at);
    let shape = y.shape();
    assert!(
        shape.iter().product::<usize>() == 1,
        "hvp: the function gives shape {:?}; a Hessian needs one element (`sum`, `mean`)",
        &shape[..]
    );
    let tangents = sweep(tape, at.id, v);
    let nodes = tape.nodes.borrow();
    let last = y.id as usize;
    let mut cotangents: Vec<Option<Tensor<T>>> = (0..=last).map(|_| None).collect();
    let mut along = cotangents.clone();
    cotangents[last] = Some(Tensor::full_in(&tape.workspace, &shape, T::ONE));
    for id in (at.id as usize + 1..=last).rev() {
        let node = &nodes[id];
        if node.inputs.is_empty() || !node.needs {
            continue;
        }
        let Some(v) = cotangents[id].take() else { continue };
        let g = Tangent { v, d: along[id].take() };
        let x: SmallVec<[&Tangent<T>; 4]> = node.inputs.iter().map(|&i| &tangents[i as usize]).collect();
        let mut sink = Carry {
            v: Accumulate { nodes: &nodes, node, cotangents: &mut cotangents },
            d: Accumulate { nodes: &nodes, node, cotangents: &mut along },
        };
        node.op.vjp(&At { x: &x, y: &tangents[id] }, g, &mut sink);
    }
    let [g, hv] = [&mut cotangents, &mut along].map(|c| c[at.id as usize].take());
    let zero = || Array::constant(x, 0.0);
    (g.unwrap_or_else(zero), hv.unwrap_or_else(zero))
}

#[track_caller]
fn check<T: Float>(x: &Tensor<T>, v: &Tensor<T>, op: &str) {
    assert!(
        x.shape() == v.shape(),
        "{op}: a direction of shape {:?} at a point of shape {:?}: they must be equal",
        v.shape(),
        x.shape()
    );
}

/// Every node's value with its derivative along `v` in the leaf `from`.
fn sweep<T: Float>(tape: &Tape<T>, from: u32, v: &Tensor<T>) -> Vec<Tangent<T>> {
    let nodes = tape.nodes.borrow();
    let v = v.within(&tape.workspace);
    let mut out: Vec<Tangent<T>> = Vec::with_capacity(nodes.len());
    for (id, node) in nodes.iter().enumerate() {
        let next = {
            let x: SmallVec<[&Tangent<T>; 4]> = node.inputs.iter().map(|&i| &out[i as usize]).collect();
            follow(node, &x, (id == from as usize).then_some(&v))
        };
        out.push(next);
    }
    out
}

/// A node's value with its derivative, from those of its inputs; `seed` is the direction of the leaf that moves.
fn follow<T: Float>(node: &Node<T>, x: &[&Tangent<T>], seed: Option<&Tensor<T>>) -> Tangent<T> {
    let moves = x.iter().any(|x| x.d.is_some());
    let d = if moves { node.op.jvp(x, &node.value, node.kept.as_ref()) } else { seed.cloned() };
    Tangent { v: node.value.clone(), d }
}

struct At<'a, T: Float> {
    x: &'a [&'a Tangent<T>],
    y: &'a Tangent<T>,
}

impl<T: Float> Saved<Tangent<T>> for At<'_, T> {
    fn inputs(&self) -> usize {
        self.x.len()
    }

    fn x(&self, i: usize) -> &Tangent<T> {
        self.x[i]
    }

    fn y(&self) -> &Tangent<T> {
        self.y
    }

    /// What was kept has no tangent.
    fn kept(&self) -> Option<&Tangent<T>> {
        None
    }
}

/// Value and tangent of each cotangent, accumulated in place.
struct Carry<'a, T: Float> {
    v: Accumulate<'a, T>,
    d: Accumulate<'a, T>,
}

impl<T: Float> Sink<T, Tangent<T>> for Carry<'_, T> {
    fn needs(&self, i: usize) -> bool {
        self.v.needs(i)
    }

    fn add(&mut self, i: usize, g: Tangent<T>) {
        self.v.add(i, g.v);
        if let Some(d) = g.d {
            self.d.add(i, d);
        }
    }

    fn add_op(&mut self, i: usize, op: impl Primitive, x: &[&Tangent<T>]) {
        each_moved(x, |inputs| self.d.add_op(i, op.clone(), inputs));
        self.v.add_op(i, op, &values(x));
    }
}
