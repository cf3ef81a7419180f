//! The tape: an arena of plain data, in the order of creation.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::panic::Location;

use rappel_tensor::random::philox;
use rappel_tensor::{Float, Tensor, Threads, Workspace};
use smallvec::SmallVec;

use crate::anomaly::Anomalies;
use crate::checkpoint::Segment;
use crate::module::cast;
use crate::once::{same, same_ref};
use crate::op::Op;
use crate::param::{Param, ParamId};
use crate::scope::Running;
use crate::update::Update;
use crate::var::Var;

/// Ids of a node's inputs.
pub(crate) type Ids = SmallVec<[u32; 4]>;

/// A value and how it came about.
pub(crate) struct Node<T: Float> {
    pub(crate) op: Op<T>,
    pub(crate) inputs: Ids,
    pub(crate) value: Tensor<T>,
    /// What the evaluation kept for the backward pass besides its value.
    pub(crate) kept: Option<Tensor<T>>,
    /// Whether a leaf that wants a gradient lies upstream, on a path of operations that have one.
    pub(crate) needs: bool,
    /// Whether a checkpoint has dropped the value.
    pub(crate) dropped: bool,
    /// The user's line.
    pub(crate) at: &'static Location<'static>,
}

/// Records what is computed, so that it can be differentiated.
///
/// Values are computed as they are written. `tape.input`, `tape.var` and `tape.param` put values on the tape and give [`Var`]s;
/// everything computed from them is recorded in the order of creation, and [`Var::backward`] walks it back once. A tape is used
/// step after step: [`reset`](Self::reset) clears it and keeps its memory, and cannot compile while a `Var` lives.
///
/// The tape carries the mode (training or evaluation), the random key of the step, and the threads to compute on. It is `Send`;
/// a `Var` is not: one tape per thread.
///
/// ```
/// use rappel_autodiff::Tape;
/// use rappel_tensor::Tensor;
///
/// let mut tape = Tape::new();
/// let x = tape.var(&Tensor::from([1.0, 2.0, 3.0]));
/// let y = (x * x).sum();
/// assert_eq!(y.item(), 14.0);
/// assert_eq!(y.backward().wrt(x).unwrap().data(), [2.0, 4.0, 6.0]);
/// tape.reset();
/// ```
pub struct Tape<T: Float = f32> {
    pub(crate) nodes: RefCell<Vec<Node<T>>>,
    pub(crate) params: RefCell<Params>,
    pub(crate) workspace: Workspace<T>,
    pub(crate) generation: Cell<u32>,
    /// Where `backward` was called, once it was.
    pub(crate) spent: Cell<Option<&'static Location<'static>>>,
    /// The cotangents of a backward scan; empty between scans, kept for its memory.
    pub(crate) cotangents: RefCell<Vec<Option<Tensor<T>>>>,
    /// The buffer in the place of a parameter's once the tape has let go of it.
    pub(crate) nothing: Tensor<T>,
    /// The checkpoints, each after those inside it.
    pub(crate) segments: RefCell<Vec<Segment>>,
    /// The most bytes that the last backward pass held replayed at one time.
    pub(crate) replayed: Cell<usize>,
    pub(crate) running: Running,
    pub(crate) anomalies: Anomalies,
    /// Changes of buffers for the step to make.
    pub(crate) updates: RefCell<Vec<Update<T>>>,
    seed: Option<u64>,
    step: u64,
    shard: u64,
    draws: Cell<u64>,
}

/// The parameters on a tape, in order, and where each is.
#[derive(Default)]
pub(crate) struct Params {
    pub(crate) order: Vec<(ParamId, u32)>,
    at: HashMap<ParamId, u32, BuildHasherDefault<IdHasher>>,
    /// Nodes in the place of parameters, the innermost scope last.
    pub(crate) bound: Vec<(ParamId, u32)>,
}

/// Ids count up from one: they are their own hash, spread over the table by one multiplication.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0 ^ id).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Tape<f32> {
    /// A tape of `f32` in evaluation mode, on one thread.
    pub fn new() -> Self {
        Self::default()
    }

    /// A tape of `f32` in training mode: dropout drops, by a key made of this seed and the step. It starts at step 0.
    pub fn training(seed: u64) -> Self {
        Self::training_in(seed)
    }
}

/// A tape in evaluation mode, on one thread.
impl<T: Float> Default for Tape<T> {
    fn default() -> Self {
        Tape {
            nodes: RefCell::default(),
            params: RefCell::default(),
            workspace: Workspace::new(Threads::serial()),
            generation: Cell::new(0),
            spent: Cell::new(None),
            cotangents: RefCell::default(),
            nothing: Tensor::full(&[0], T::ZERO),
            segments: RefCell::default(),
            replayed: Cell::new(0),
            running: Running::default(),
            anomalies: Anomalies::default(),
            updates: RefCell::default(),
            seed: None,
            step: 0,
            shard: 0,
            draws: Cell::new(0),
        }
    }
}

impl<T: Float> Tape<T> {
    /// [`Tape::training`] for any number type: `Tape::<f64>::training_in(seed)`.
    pub fn training_in(seed: u64) -> Self {
        Tape { seed: Some(seed), ..Self::default() }
    }

    /// Computes on the given threads from now on; results have the same bits on any number of them.
    pub fn set_threads(&mut self, threads: &Threads) {
        self.workspace = Workspace::new(threads.clone());
    }

    /// The threads it computes on.
    pub fn threads(&self) -> &Threads {
        self.workspace.threads()
    }

    /// Sets which of several tapes of one step this is, so that shards of a batch draw different masks. 0 at first.
    pub fn set_shard(&mut self, shard: u64) {
        self.shard = shard;
    }

    /// Clears the tape for the next step. Clearing an empty tape does not count as a step, so a loop may begin with it.
    pub fn reset(&mut self) {
        let used = !self.nodes.get_mut().is_empty();
        self.rewind();
        self.step += u64::from(used);
    }

    /// Clears the tape for another evaluation at the same step: random masks repeat.
    pub fn rewind(&mut self) {
        self.nodes.get_mut().clear();
        let params = self.params.get_mut();
        params.order.clear();
        params.at.clear();
        self.segments.get_mut().clear();
        self.replayed.set(0);
        self.draws.set(0);
        self.spent.set(None);
        self.running.watch.get_mut().clear();
        self.anomalies.clear();
        self.updates.get_mut().clear();
        self.generation.set(self.generation.get().wrapping_add(1));
    }

    /// Clears the tape and goes to step `k`: for resuming a run.
    pub fn at_step(&mut self, k: u64) {
        self.rewind();
        self.step = k;
    }

    /// The step, counted from 0 by [`reset`](Self::reset).
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Whether the tape trains: layers such as dropout ask.
    pub fn is_training(&self) -> bool {
        self.seed.is_some()
    }

    /// The key of the next random draw, a function of seed, step, shard and the number of draws so far; none in evaluation mode.
    pub fn draw(&self) -> Option<u64> {
        let seed = self.seed?;
        let n = self.draws.get();
        self.draws.set(n + 1);
        let words = |x: u64| [x as u32, (x >> 32) as u32];
        let ([s0, s1], [k0, k1]) = (words(seed), words(self.step));
        // Shards are few and draws per step fewer than 2^32; the counter has room for both.
        let [a, b, _, _] = philox([s0, s1], [k0, k1, n as u32, self.shard as u32]);
        Some(u64::from(a) | u64::from(b) << 32)
    }

    /// The number of recorded nodes.
    pub fn len(&self) -> usize {
        self.nodes.borrow().len()
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names of the recorded operations, in order: what the laws are checked to cover.
    #[doc(hidden)]
    pub fn recorded(&self) -> Vec<&'static str> {
        self.nodes.borrow().iter().map(|n| n.op.name()).collect()
    }

    /// The recorded operations with the lines they were recorded for, in order.
    #[doc(hidden)]
    pub fn recorded_at(&self) -> Vec<(&'static str, &'static Location<'static>)> {
        self.nodes.borrow().iter().map(|n| (n.op.name(), n.at)).collect()
    }

    /// Bytes that wait in the tape's pool for the next step.
    pub fn pooled_bytes(&self) -> usize {
        self.workspace.pooled_bytes()
    }

    /// Puts a value on the tape that wants no gradient: data, targets, constants.
    #[track_caller]
    pub fn input(&self, x: &Tensor<T>) -> Var<'_, T> {
        self.look_at_arrival("input", x, false);
        self.leaf(Op::Leaf, x, false)
    }

    /// Puts a value on the tape that wants a gradient: `backward().wrt(var)`.
    #[track_caller]
    pub fn var(&self, x: &Tensor<T>) -> Var<'_, T> {
        self.look_at_arrival("var", x, true);
        self.leaf(Op::Leaf, x, true)
    }

    /// A number on the tape, without gradient.
    #[track_caller]
    pub fn constant(&self, c: f64) -> Var<'_, T> {
        self.assert_fresh();
        self.push(Op::Leaf, Ids::new(), Tensor::full_in(&self.workspace, &[], T::of(c)), None, false)
    }

    /// Lifts a parameter onto the tape. Lifting it again gives the same node, so its uses accumulate in one gradient, and so do
    /// those of parameters that are tied. In a scope of [`with`](Self::with) or [`bind`](Self::bind) it may be another variable.
    ///
    /// # Panics
    /// At the caller's line, when another variable is bound in its place and has another shape.
    #[track_caller]
    pub fn param(&self, p: &Param<T>) -> Var<'_, T> {
        if let Some(v) = self.bound(p) {
            return v;
        }
        if let Some(&id) = self.params.borrow().at.get(&p.id()) {
            self.assert_fresh();
            return self.handle(id);
        }
        self.look_at_param(p);
        let v = self.leaf(Op::Param, &p.value, p.trainable);
        let mut params = self.params.borrow_mut();
        params.order.push((p.id(), v.id));
        params.at.insert(p.id(), v.id);
        v
    }

    /// Whether a parameter is on the tape.
    pub fn holds(&self, param: ParamId) -> bool {
        self.params.borrow().at.contains_key(&param)
    }

    #[track_caller]
    fn leaf(&self, op: Op<T>, x: &Tensor<T>, needs: bool) -> Var<'_, T> {
        self.assert_fresh();
        self.push(op, Ids::new(), x.within(&self.workspace), None, needs)
    }

    pub(crate) fn handle(&self, id: u32) -> Var<'_, T> {
        Var { tape: self, id, generation: self.generation.get() }
    }

    #[track_caller]
    pub(crate) fn push(
        &self,
        op: Op<T>,
        inputs: Ids,
        value: Tensor<T>,
        kept: Option<Tensor<T>>,
        needs: bool,
    ) -> Var<'_, T> {
        let mut nodes = self.nodes.borrow_mut();
        let id = u32::try_from(nodes.len()).expect("a tape holds at most 2^32 nodes");
        nodes.push(Node { op, inputs, value, kept, needs, dropped: false, at: self.running.line() });
        self.handle(id)
    }

    /// Evaluates an operation on nodes of this tape and records it.
    #[track_caller]
    pub(crate) fn record(&self, op: Op<T>, inputs: Ids) -> Var<'_, T> {
        #[track_caller]
        #[inline(never)]
        fn single(tape: &Tape<f32>, op: Op<f32>, inputs: Ids) -> u32 {
            tape.evaluate(op, inputs)
        }
        #[track_caller]
        #[inline(never)]
        fn double(tape: &Tape<f64>, op: Op<f64>, inputs: Ids) -> u32 {
            tape.evaluate(op, inputs)
        }
        let id = match cast(self) {
            Some(tape) => single(tape, same(op), inputs),
            None => double(same_ref(self), same(op), inputs),
        };
        self.handle(id)
    }

    #[track_caller]
    fn evaluate(&self, op: Op<T>, inputs: Ids) -> u32 {
        self.assert_fresh();
        let (value, kept, needs) = {
            let nodes = self.nodes.borrow();
            let (mut x, mut needs) = (SmallVec::<[&Tensor<T>; 4]>::new(), false);
            for &i in &inputs {
                let node = &nodes[i as usize];
                node.assert_held(op.name());
                needs |= node.needs;
                x.push(&node.value);
            }
            let (value, kept) = op.eval(&x);
            if self.anomalies.looking() {
                self.look_at_output(&op, &x, &value);
            }
            (value, kept, needs && op.has_gradient())
        };
        self.push(op, inputs, value, kept, needs).id
    }

    /// Panics when `backward` has spent the tape.
    #[track_caller]
    pub(crate) fn assert_fresh(&self) {
        if let Some(at) = self.spent.get() {
            panic!(
                "this tape was spent by `backward` at {}:{}: it has let go of the parameters, so nothing more can be computed on it \
                 (use `backward_retain` there, or `tape.reset()` first)",
                at.file(),
                at.line()
            );
        }
    }
}

impl<T: Float> fmt::Debug for Tape<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes = self.nodes.borrow();
        f.debug_struct("Tape")
            .field("nodes", &nodes.len())
            .field("training", &self.is_training())
            .field("step", &self.step)
            .field("spent", &self.spent.get().is_some())
            .finish_non_exhaustive()
    }
}
