//! Checkpoints: parts of the tape whose values are dropped and computed again in the backward pass.

use std::collections::BTreeMap;

use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::module::cast_mut;
use crate::once::same_mut;
use crate::tape::{Node, Tape};
use crate::var::Var;

/// What one call of `checkpoint` recorded: the nodes `first..end`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    first: usize,
    end: usize,
    /// The node that keeps its value.
    result: usize,
    state: State,
}

/// Whether the values inside are there.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Dropped,
    /// For as long as a backward scan is inside.
    Replayed,
    /// Because something needed all of them.
    Kept,
}

impl<T: Float> Tape<T> {
    /// Runs `f` and drops the values it computed, all but its result; the backward pass computes them again, segment by segment.
    /// A net in segments holds the results of the segments and the inside of one, for one more forward pass.
    ///
    /// The recorded operations are replayed, not `f`: random masks are the same, and so are the bits of every gradient. Parameters and
    /// inputs that `f` puts on the tape stay. Checkpoints may be nested. [`Var::grad`] and forward mode compute all that was dropped
    /// and keep it.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::full(&[100], 0.5));
    /// let y = tape.checkpoint(|| x.sin().exp().tanh());
    /// let held = tape.live_bytes();
    /// assert_eq!(held, 400, "the result alone");
    /// assert!(y.sum().backward().wrt(x).is_some());
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when a value from inside is read or computed with after the end, unless it is the result; and when the
    /// result is of another tape.
    #[track_caller]
    pub fn checkpoint<'t>(&'t self, f: impl FnOnce() -> Var<'t, T>) -> Var<'t, T> {
        let first = self.len();
        let y = f();
        y.check();
        assert!(
            std::ptr::eq(y.tape, self),
            "checkpoint: the result is on another tape than the one that was to record it"
        );
        let mut nodes = self.nodes.borrow_mut();
        nodes[y.id as usize].assert_held("checkpoint");
        let mut segments = self.segments.borrow_mut();
        let segment = Segment { first, end: nodes.len(), result: y.id as usize, state: State::Dropped };
        segments.iter_mut().rev().take_while(|s| s.first >= first).for_each(|s| s.state = State::Dropped);
        segments.push(segment);
        segment.release(&mut nodes, &self.nothing);
        y
    }

    /// Bytes of the results of operations that the tape holds, shared buffers counted once: the memory that a
    /// [`checkpoint`](Self::checkpoint) saves. Inputs and parameters are not counted.
    pub fn live_bytes(&self) -> usize {
        let nodes = self.nodes.borrow();
        let mut buffers = BTreeMap::new();
        for node in nodes.iter().filter(|n| !n.inputs.is_empty()) {
            for held in [Some(&node.value), node.kept.as_ref()].into_iter().flatten() {
                buffers.insert(held.data().as_ptr().addr(), bytes(held));
            }
        }
        for node in nodes.iter().filter(|n| n.inputs.is_empty()) {
            buffers.remove(&node.value.data().as_ptr().addr());
        }
        buffers.values().sum()
    }

    /// The most bytes that the last backward pass held at one time besides [`live_bytes`](Self::live_bytes), because it computed them
    /// again for a [`checkpoint`](Self::checkpoint).
    pub fn replayed_bytes(&self) -> usize {
        self.replayed.get()
    }

    /// Computes all that was dropped, and keeps it.
    pub(crate) fn materialise(&self) {
        let mut segments = self.segments.borrow_mut();
        if segments.iter().all(|s| s.state == State::Kept) {
            return;
        }
        let mut nodes = self.nodes.borrow_mut();
        for id in 0..nodes.len() {
            restore(&mut nodes, id);
        }
        segments.iter_mut().for_each(|s| s.state = State::Kept);
    }
}

impl Segment {
    /// Drops the values inside, and says how many bytes those were.
    fn release<T: Float>(self, nodes: &mut [Node<T>], nothing: &Tensor<T>) -> usize {
        let mut freed = 0;
        for id in (self.first..self.end).filter(|&id| id != self.result) {
            let node = &mut nodes[id];
            if node.inputs.is_empty() || node.dropped {
                continue;
            }
            freed += node.bytes();
            node.value = node.value.hollow(nothing);
            node.kept = None;
            node.dropped = true;
        }
        freed
    }
}

impl<T: Float> Node<T> {
    fn bytes(&self) -> usize {
        bytes(&self.value) + self.kept.as_ref().map_or(0, bytes)
    }

    /// Panics when a checkpoint has dropped the value.
    #[track_caller]
    #[inline]
    pub(crate) fn assert_held(&self, op: &str) {
        assert!(
            !self.dropped,
            "{op}: this value ({}, recorded at {}:{}) is inside a checkpoint that has ended, and was dropped: outside, only the result \
             of `checkpoint` can be used (return it from there, or compute it before)",
            self.op.name(),
            self.at.file(),
            self.at.line()
        );
    }
}

fn bytes<T: Float>(x: &Tensor<T>) -> usize {
    size_of_val(x.data())
}

/// Computes a value that was dropped, and says how many bytes that took.
fn restore<T: Float>(nodes: &mut Vec<Node<T>>, id: usize) -> usize {
    #[inline(never)]
    fn single(nodes: &mut [Node<f32>], id: usize) -> usize {
        evaluate(nodes, id)
    }
    #[inline(never)]
    fn double(nodes: &mut [Node<f64>], id: usize) -> usize {
        evaluate(nodes, id)
    }
    match cast_mut::<_, Vec<Node<f32>>>(nodes) {
        Ok(nodes) => single(nodes, id),
        Err(nodes) => double(same_mut::<_, Vec<Node<f64>>>(nodes), id),
    }
}

fn evaluate<T: Float>(nodes: &mut [Node<T>], id: usize) -> usize {
    if !nodes[id].dropped {
        return 0;
    }
    let (value, kept) = {
        let node = &nodes[id];
        let x: SmallVec<[&Tensor<T>; 4]> = node.inputs.iter().map(|&i| &nodes[i as usize].value).collect();
        node.op.eval(&x)
    };
    let node = &mut nodes[id];
    (node.value, node.kept, node.dropped) = (value, kept, false);
    node.bytes()
}

/// The checkpoints as a backward scan meets them: computed again where it enters, dropped where it leaves.
pub(crate) struct Replay<'t, T: Float> {
    tape: &'t Tape<T>,
    /// Those the scan has not entered; the outer of two that end together is last.
    ahead: Vec<usize>,
    /// Those it is inside of, the innermost last.
    entered: Vec<usize>,
    held: usize,
}

impl<'t, T: Float> Replay<'t, T> {
    /// For a scan down from the node before `end`.
    pub(crate) fn new(tape: &'t Tape<T>, end: usize) -> Self {
        let segments = tape.segments.borrow();
        let is_ahead = |k: &usize| segments[*k].state == State::Dropped && segments[*k].first < end;
        let ahead = (0..segments.len()).filter(is_ahead).collect();
        tape.replayed.set(0);
        Replay { tape, ahead, entered: Vec::new(), held: 0 }
    }

    /// How far down from `end` the scan may go before it meets the border of a checkpoint.
    pub(crate) fn border(&self, end: usize) -> usize {
        let segments = self.tape.segments.borrow();
        let ends = self.ahead.last().map(|&k| segments[k].end);
        let firsts = self.entered.last().map(|&k| segments[k].first);
        [ends, firsts].into_iter().flatten().filter(|&b| b < end).max().unwrap_or(0)
    }

    /// Computes again what the node before `end` is inside of, unless no cotangent has reached it.
    pub(crate) fn enter(&mut self, end: usize, cotangents: &[Option<Tensor<T>>]) {
        let Replay { tape, ahead, entered, held } = self;
        if ahead.is_empty() {
            return;
        }
        let mut segments = tape.segments.borrow_mut();
        while let Some(&k) = ahead.last()
            && segments[k].end >= end
        {
            ahead.pop();
            if cotangents[segments[k].first..end].iter().any(Option::is_some) {
                let before = *held;
                let mut peak = |more| tape.replayed.set(tape.replayed.get().max(before + more));
                *held += replay(&mut tape.nodes.borrow_mut(), &segments[..=k], &tape.nothing, &mut peak);
                segments[k].state = State::Replayed;
                entered.push(k);
            }
        }
    }

    /// Drops the values of the checkpoints that begin at `first`, unless a hook needed all of them.
    pub(crate) fn leave(&mut self, first: usize) {
        let Replay { tape, entered, held, .. } = self;
        if entered.is_empty() {
            return;
        }
        let mut segments = tape.segments.borrow_mut();
        while let Some(k) = entered.pop_if(|k| segments[*k].first >= first) {
            if segments[k].state == State::Replayed {
                segments[k].state = State::Dropped;
                *held -= segments[k].release(&mut tape.nodes.borrow_mut(), &tape.nothing);
            }
        }
    }
}

/// Computes the last of the segments again; what is inside others within it is dropped as soon as their results are there. Says how
/// many bytes it holds then, and to `peak` how many it held on the way.
fn replay<T: Float>(
    nodes: &mut Vec<Node<T>>,
    segments: &[Segment],
    nothing: &Tensor<T>,
    peak: &mut dyn FnMut(usize),
) -> usize {
    let Some((outer, before)) = segments.split_last() else { return 0 };
    let nested = before.partition_point(|s| s.end <= outer.first);
    let mut within = before[nested..].iter().filter(|s| s.first >= outer.first).peekable();
    let mut held = 0;
    for id in outer.first..outer.end {
        held += restore(nodes, id);
        peak(held);
        while let Some(inner) = within.next_if(|s| s.end <= id + 1) {
            held -= inner.release(nodes, nothing);
        }
    }
    held
}
