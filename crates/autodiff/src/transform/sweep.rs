//! The two scans of forward mode: tangents up the tape, and cotangents with their tangents down.

use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::array::{Tangent, each_moved, values};
use crate::backward::Accumulate;
use crate::module::cast;
use crate::once::{same, same_ref};
use crate::op::Op;
use crate::primitive::Primitive;
use crate::rule::{Saved, Sink};
use crate::tape::{Node, Tape};

/// The values of the first `end` nodes with their derivatives along directions of leaves, given by node in ascending order. Messages
/// name what asks for it.
#[track_caller]
pub(crate) fn sweep<T: Float>(
    by: &str,
    tape: &Tape<T>,
    end: usize,
    directions: Vec<(u32, Tensor<T>)>,
) -> Vec<Tangent<T>> {
    #[track_caller]
    #[inline(never)]
    fn single(by: &str, tape: &Tape<f32>, end: usize, directions: Vec<(u32, Tensor<f32>)>) -> Vec<Tangent<f32>> {
        ascend(by, tape, end, directions)
    }
    #[track_caller]
    #[inline(never)]
    fn double(by: &str, tape: &Tape<f64>, end: usize, directions: Vec<(u32, Tensor<f64>)>) -> Vec<Tangent<f64>> {
        ascend(by, tape, end, directions)
    }
    match cast(tape) {
        Some(tape) => same(single(by, tape, end, same(directions))),
        None => same(double(by, same_ref(tape), end, same(directions))),
    }
}

#[track_caller]
fn ascend<T: Float>(by: &str, tape: &Tape<T>, end: usize, directions: Vec<(u32, Tensor<T>)>) -> Vec<Tangent<T>> {
    tape.materialise();
    let nodes = tape.nodes.borrow();
    let mut directions = directions.into_iter().peekable();
    let mut out: Vec<Tangent<T>> = Vec::with_capacity(end);
    for (id, node) in nodes[..end].iter().enumerate() {
        let next = {
            let x: SmallVec<[&Tangent<T>; 4]> = node.inputs.iter().map(|&i| &out[i as usize]).collect();
            let seed = directions.next_if(|d| d.0 as usize == id).map(|d| d.1.within(&tape.workspace));
            follow(by, node, &x, seed)
        };
        out.push(next);
    }
    out
}

/// A node's value with its derivative, from those of its inputs; `seed` is the direction of a leaf that moves.
#[track_caller]
fn follow<T: Float>(by: &str, node: &Node<T>, x: &[&Tangent<T>], seed: Option<Tensor<T>>) -> Tangent<T> {
    let moves = x.iter().any(|x| x.d.is_some());
    let d = if moves { node.op.jvp(x, &node.value, node.kept.as_ref()) } else { seed };
    if let (true, None, Op::Custom(op)) = (moves, &d, &node.op) {
        if by == "hvp" {
            node.assert_any_order(by);
        }
        panic!(
            "{by}: the custom operation `{}` (recorded at {}:{}) has no forward mode: give its `CustomKernel` a `jvp`, or write its rule \
             on variables (`CustomOp`)",
            op.name(),
            node.at.file(),
            node.at.line()
        );
    }
    Tangent { v: node.value.clone(), d }
}

/// The cotangents by node of the one-element node that the tangents of a [`sweep`] end with, and their derivatives along its
/// direction: those of leaves are left.
#[track_caller]
pub(crate) fn pull_back<T: Float>(tape: &Tape<T>, tangents: Vec<Tangent<T>>) -> [Vec<Option<Tensor<T>>>; 2] {
    #[track_caller]
    #[inline(never)]
    fn single(tape: &Tape<f32>, tangents: Vec<Tangent<f32>>) -> [Vec<Option<Tensor<f32>>>; 2] {
        descend(tape, &tangents)
    }
    #[track_caller]
    #[inline(never)]
    fn double(tape: &Tape<f64>, tangents: Vec<Tangent<f64>>) -> [Vec<Option<Tensor<f64>>>; 2] {
        descend(tape, &tangents)
    }
    match cast(tape) {
        Some(tape) => same(single(tape, same(tangents))),
        None => same(double(same_ref(tape), same(tangents))),
    }
}

#[track_caller]
fn descend<T: Float>(tape: &Tape<T>, tangents: &[Tangent<T>]) -> [Vec<Option<Tensor<T>>>; 2] {
    let nodes = tape.nodes.borrow();
    let n = tangents.len();
    let [mut cotangents, mut along] = [(); 2].map(|()| vec![None; n]);
    if let Some(y) = tangents.last() {
        cotangents[n - 1] = Some(Tensor::full_in(&tape.workspace, y.v.shape(), T::ONE));
    }
    for (id, node) in nodes[..n].iter().enumerate().rev() {
        if node.inputs.is_empty() || !node.needs {
            continue;
        }
        let Some(v) = cotangents[id].take() else { continue };
        let g = Tangent { v, d: along[id].take() };
        let x: SmallVec<[&Tangent<T>; 4]> = node.inputs.iter().map(|&i| &tangents[i as usize]).collect();
        if g.d.is_some() || x.iter().any(|x| x.d.is_some()) {
            node.assert_any_order("hvp");
        }
        let mut sink = Carry {
            v: Accumulate { nodes: &nodes, node, cotangents: &mut cotangents },
            d: Accumulate { nodes: &nodes, node, cotangents: &mut along },
        };
        node.op.vjp(&At { x: &x, y: &tangents[id] }, g, &mut sink);
    }
    [cotangents, along]
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
