//! The fast backward: one scan over the tape, in which cotangents accumulate in place.

use std::ops::Range;
use std::panic::Location;

use rappel_elem::Consts;
use rappel_tensor::{Float, Side, Tensor};

use crate::checkpoint::Replay;
use crate::gradients::Gradients;
use crate::hook::Hooks;
use crate::module::cast;
use crate::once::{same_mut, same_ref};
use crate::op::Op;
use crate::primitive::Primitive;
use crate::row::{BinaryRow, Pair, UnaryRow};
use crate::rule::{Saved, Sink};
use crate::tape::{Node, Tape};
use crate::var::Var;

/// A node as its rule sees it.
struct At<'a, T: Float> {
    nodes: &'a [Node<T>],
    node: &'a Node<T>,
}

impl<T: Float> Saved<Tensor<T>> for At<'_, T> {
    fn inputs(&self) -> usize {
        self.node.inputs.len()
    }

    fn x(&self, i: usize) -> &Tensor<T> {
        &self.nodes[self.node.inputs[i] as usize].value
    }

    fn y(&self) -> &Tensor<T> {
        &self.node.value
    }

    fn kept(&self) -> Option<&Tensor<T>> {
        self.node.kept.as_ref()
    }
}

/// Cotangents by node. The first contribution is moved in, later ones are added in place.
pub(crate) struct Accumulate<'a, T: Float> {
    pub(crate) nodes: &'a [Node<T>],
    pub(crate) node: &'a Node<T>,
    pub(crate) cotangents: &'a mut [Option<Tensor<T>>],
}

impl<T: Float> Accumulate<'_, T> {
    /// The cotangent of input i so far, if there is one and it can be written without a copy.
    fn writable(&mut self, i: usize) -> Option<&mut Tensor<T>> {
        let sum = self.cotangents[self.node.inputs[i] as usize].as_mut()?;
        if sum.is_unique() { Some(sum) } else { None }
    }
}

impl<T: Float> Sink<T, Tensor<T>> for Accumulate<'_, T> {
    fn needs(&self, i: usize) -> bool {
        self.nodes[self.node.inputs[i] as usize].needs
    }

    fn add(&mut self, i: usize, g: Tensor<T>) {
        let id = self.node.inputs[i] as usize;
        let target = &self.nodes[id];
        if !target.needs {
            return;
        }
        let (shape, fits) = (target.value.shape(), g.same_shape(&target.value));
        let slot = &mut self.cotangents[id];
        let Some(sum) = slot else {
            *slot = Some(if fits { g } else { g.sum_to(shape) });
            return;
        };
        if !fits {
            if g.shape().ends_with(shape) {
                sum.add_leading_sum(&g);
            } else {
                sum.add_assign(&g.sum_to(shape));
            }
            return;
        }
        // A cotangent that another slot shares would be copied before it is written; the newcomer may be ours alone.
        let mut g = g;
        if !sum.is_unique() && g.is_unique() {
            std::mem::swap(sum, &mut g);
        }
        sum.add_assign(&g);
    }

    fn add_unary_chain(
        &mut self,
        i: usize,
        g: Tensor<T>,
        x: &Tensor<T>,
        y: &Tensor<T>,
        row: &'static dyn UnaryRow<T>,
        k: Consts,
    ) {
        if !self.needs(i) {
            return;
        }
        match self.writable(i) {
            Some(to) => row.add_chain(to, &g, x, y, k),
            None => self.add(i, row.chain(&g, x, y, k)),
        }
    }

    fn add_binary_chain(
        &mut self,
        i: usize,
        side: Side,
        v: &Pair<'_, Tensor<T>>,
        row: &'static dyn BinaryRow<T>,
        k: Consts,
    ) {
        if !self.needs(i) {
            return;
        }
        let full = v.a.same_shape(v.y) && v.b.same_shape(v.y);
        match self.writable(i) {
            Some(to) if full => row.add_chain(side, to, v, k),
            _ => self.add(i, row.chain(side, v, k)),
        }
    }

    fn add_op(&mut self, i: usize, op: impl Primitive, x: &[&Tensor<T>]) {
        if !self.needs(i) {
            return;
        }
        match self.writable(i) {
            Some(to) => op.add_to(to, x),
            None => self.add(i, op.eval(x).0),
        }
    }

    fn pull(&mut self, op: &impl Primitive, c: &impl Saved<Tensor<T>>, g: Tensor<T>) {
        op.vjp_fast(c, g, self);
    }
}

impl<T: Float> Var<'_, T> {
    /// The gradient of a one-element value in every parameter and `var` it depends on.
    ///
    /// Spends the tape: it lets go of the parameters, so that a step can write them in place. Values can still be read; another
    /// operation or `backward` on this tape panics until [`reset`](crate::Tape::reset). See [`backward_retain`](Self::backward_retain).
    ///
    /// # Panics
    /// At the caller's line: when the value has more or fewer elements than one (see [`backward_with`](Self::backward_with)), or
    /// depends on nothing that wants a gradient.
    #[track_caller]
    pub fn backward(self) -> Gradients<T> {
        let g = self.backward_retain();
        self.spend();
        g
    }

    /// [`backward`](Self::backward) of the inner product with `seed`, which has the value's shape: the gradient for a cotangent that
    /// comes from outside. Spends the tape.
    #[track_caller]
    pub fn backward_with(self, seed: &Tensor<T>) -> Gradients<T> {
        let g = self.pass(Some(seed), &mut Hooks::none()).with_updates_of(self.tape);
        self.spend();
        g
    }

    /// [`backward`](Self::backward) that leaves the tape as it was, for further operations and passes. While the tape holds on
    /// to the parameters, a step writes into other buffers.
    #[track_caller]
    pub fn backward_retain(self) -> Gradients<T> {
        self.pass(None, &mut Hooks::none()).with_updates_of(self.tape)
    }

    /// The gradient from a seed, or of a one-element value.
    #[track_caller]
    pub(crate) fn pass(self, seed: Option<&Tensor<T>>, hooks: &mut Hooks<'_, T>) -> Gradients<T> {
        self.tape.assert_fresh();
        let shape = self.shape();
        let alone = seed.is_none();
        let seed = match seed {
            Some(seed) => {
                assert!(
                    seed.shape() == &shape[..],
                    "backward_with: a seed of shape {:?} for a value of shape {:?}: they must be equal",
                    seed.shape(),
                    &shape[..]
                );
                self.tape.look_at_arrival("seed", seed, true);
                seed.within(&self.tape.workspace)
            }
            None => {
                assert!(
                    shape.iter().product::<usize>() == 1,
                    "backward: a value of shape {:?} has no gradient without a cotangent of that shape: reduce it to one element \
                     (`sum`, `mean`), or use `backward_with`",
                    &shape[..]
                );
                Tensor::full_in(&self.tape.workspace, &shape, T::ONE)
            }
        };
        let mut gradients = self.scan(seed, hooks);
        if alone {
            gradients.set_loss(Some(self.item().re()));
        }
        gradients
    }

    #[track_caller]
    pub(crate) fn spend(self) {
        let tape = self.tape;
        tape.spent.set(Some(Location::caller()));
        let mut nodes = tape.nodes.borrow_mut();
        for &(_, id) in &tape.params.borrow().order {
            let node = &mut nodes[id as usize];
            node.value = node.value.hollow(&tape.nothing);
        }
    }

    /// In pieces: where a hook runs, or a checkpoint begins or ends, nothing of the tape is borrowed.
    #[track_caller]
    fn scan(self, seed: Tensor<T>, hooks: &mut Hooks<'_, T>) -> Gradients<T> {
        let tape = self.tape;
        let last = self.id as usize;
        {
            let node = &tape.nodes.borrow()[last];
            assert!(
                node.needs,
                "backward: this value ({}) depends on no parameter and no `tape.var` through operations that have a gradient \
                 (does all of it come from a `tape.input`, is it frozen, detached, or only compared?)",
                node.op.name()
            );
        }
        let mut cotangents = std::mem::take(&mut *tape.cotangents.borrow_mut());
        cotangents.clear();
        cotangents.resize_with(last + 1, || None);
        cotangents[last] = Some(seed);
        let mut replay = Replay::new(tape, last + 1);
        let mut end = last + 1;
        while end > 0 {
            hooks.run(end - 1, &mut cotangents[end - 1]);
            replay.enter(end, &cotangents);
            let start = replay.border(end).max(hooks.border());
            tape.pull_back(start..end, &mut cotangents);
            replay.leave(start);
            end = start;
        }
        let (nodes, params) = (tape.nodes.borrow(), tape.params.borrow());
        let mut out = Gradients::of(self, params.order.len());
        for &(param, id) in params.order.iter().filter(|p| p.1 as usize <= last) {
            if let Some(g) = cotangents[id as usize].take() {
                out.push_param(param, id, g);
            }
        }
        for (id, g) in cotangents.drain(..).enumerate() {
            if let (Some(g), Op::Leaf) = (g, &nodes[id].op) {
                out.push_leaf(id as u32, g);
            }
        }
        *tape.cotangents.borrow_mut() = cotangents;
        out
    }
}

impl<T: Float> Tape<T> {
    /// Runs the rules of some nodes from the last to the first.
    #[track_caller]
    fn pull_back(&self, range: Range<usize>, cotangents: &mut Vec<Option<Tensor<T>>>) {
        #[track_caller]
        #[inline(never)]
        fn single(tape: &Tape<f32>, range: Range<usize>, cotangents: &mut [Option<Tensor<f32>>]) {
            tape.accumulate(range, cotangents);
        }
        #[track_caller]
        #[inline(never)]
        fn double(tape: &Tape<f64>, range: Range<usize>, cotangents: &mut [Option<Tensor<f64>>]) {
            tape.accumulate(range, cotangents);
        }
        match cast(self) {
            Some(tape) => single(tape, range, same_mut::<_, Vec<_>>(cotangents)),
            None => double(same_ref(self), range, same_mut::<_, Vec<_>>(cotangents)),
        }
    }

    #[track_caller]
    fn accumulate(&self, range: Range<usize>, cotangents: &mut [Option<Tensor<T>>]) {
        let nodes = self.nodes.borrow();
        for id in range.rev() {
            let node = &nodes[id];
            if node.inputs.is_empty() || !node.needs {
                continue;
            }
            let Some(g) = cotangents[id].take() else { continue };
            let before = self.anomalies.looking().then(|| g.clone());
            let mut sink = Accumulate { nodes: &nodes, node, cotangents };
            node.op.vjp(&At { nodes: &nodes, node }, g, &mut sink);
            if let Some(g) = before {
                self.look_at_cotangents(id, &g, |i| cotangents[node.inputs[i] as usize].as_ref());
            }
        }
    }
}
