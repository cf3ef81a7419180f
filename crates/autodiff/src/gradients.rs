//! What a backward pass gives: a tensor per parameter.

use rappel_tensor::{Float, Tensor};

use crate::array::Array;
use crate::bind::trained;
use crate::module::Module;
use crate::op::Op;
use crate::param::{Param, ParamId};
use crate::tape::Tape;
use crate::update::Update;
use crate::var::Var;

/// The gradients of one backward pass, owned and addressed by parameter (or by the `tape.var` they belong to).
///
/// A parameter the value does not depend on has none: absence is not zeros.
///
/// The same type holds any other tensor per parameter: directions and products with the Hessian ([`transform`](crate::transform)), which
/// [`dot`](Self::dot), [`norm`](Self::norm), [`scale`](Self::scale) and [`axpy`](Self::axpy) compute with; there an absent tensor counts as
/// zeros. An optimizer takes any of them.
///
/// ```
/// use rappel_autodiff::{Gradients, Param, Tensor};
///
/// let net = vec![Param::new(Tensor::from([3.0, 4.0])), Param::new(Tensor::scalar(1.0))];
/// let mut v = Gradients::from_fn(&net, |_, p| p.value.clone());
/// let w = Gradients::from_fn(&net, |path, p| Tensor::full(p.value.shape(), if path == "1" { 2.0 } else { 0.0 }));
/// v.axpy(-0.5, &w);
/// assert_eq!((v.norm(), v.dot(&w)), (5.0, 0.0));
/// ```
#[derive(Debug, Clone)]
pub struct Gradients<T: Float = f32> {
    /// Where the tape was, which cannot move while its variables live, and what it held then.
    tape: usize,
    generation: u32,
    /// Sorted by parameter id: a lookup is a binary search, the order says nothing.
    params: Vec<(ParamId, u32, Tensor<T>)>,
    leaves: Vec<(u32, Tensor<T>)>,
    /// The value they are the gradients of, if it was one number.
    loss: Option<f64>,
    /// What the forward pass asked to change, in order.
    updates: Vec<Update<T>>,
}

impl<T: Float> Gradients<T> {
    pub(crate) fn of(y: Var<'_, T>, params: usize) -> Self {
        Gradients {
            tape: std::ptr::from_ref(y.tape).addr(),
            generation: y.generation,
            params: Vec::with_capacity(params),
            leaves: Vec::new(),
            loss: None,
            updates: Vec::new(),
        }
    }

    /// Of no parameters, and no tape.
    pub(crate) fn empty() -> Self {
        Gradients { tape: 0, generation: 0, params: Vec::new(), leaves: Vec::new(), loss: None, updates: Vec::new() }
    }

    /// A direction in variables made by `tape.var`: for [`Linearised`](crate::transform::Linearised). For parameters:
    /// [`from_fn`](Self::from_fn), [`set`](Self::set).
    ///
    /// # Panics
    /// At the caller's line, when the variables are of different tapes, or one is a parameter or computed from others.
    #[track_caller]
    pub fn along(parts: &[(Var<'_, T>, &Tensor<T>)]) -> Self {
        let mut out = parts.first().map_or_else(Self::empty, |p| Self::of(p.0, 0));
        for (x, v) in parts {
            out.assert_of(*x, "along");
            assert!(
                matches!(x.tape.nodes.borrow()[x.id as usize].op, Op::Leaf),
                "along: {x:?} is not a variable of its own, made by `tape.var`"
            );
            out.push_leaf(x.id, (*v).clone());
        }
        out
    }

    /// A tensor for every trainable parameter of a module, from its path and the parameter; tied ones have one.
    pub fn from_fn<M: Module + ?Sized>(net: &M, mut f: impl FnMut(&str, &Param<T>) -> Tensor<T>) -> Self {
        let mut out = Self::empty();
        for (path, p) in trained(net) {
            out.set(p, f(&path, p));
        }
        out
    }

    /// Sets the tensor of a parameter.
    pub fn set(&mut self, p: &Param<T>, to: Tensor<T>) {
        self.set_by_id(p.id(), to);
    }

    /// Sets the tensor of the parameter of that id.
    pub fn set_by_id(&mut self, id: ParamId, to: Tensor<T>) {
        match self.params.binary_search_by(|known| known.0.cmp(&id)) {
            Ok(i) => self.params[i].2 = to,
            Err(i) => self.params.insert(i, (id, NOWHERE, to)),
        }
    }

    /// The tensors by their nodes on the tape of `y`, in ascending order; those of parameters that are not there are left out.
    #[track_caller]
    pub(crate) fn by_node(&self, y: Var<'_, T>) -> Vec<(u32, Tensor<T>)> {
        if !self.leaves.is_empty() {
            self.assert_of(y, "direction");
        }
        let on_tape = y.tape.params.borrow();
        let params = on_tape.order.iter().filter_map(|(id, node)| Some((*node, self.by_id(*id)?.clone())));
        let mut all: Vec<_> = params.chain(self.leaves.iter().cloned()).filter(|x| x.0 <= y.id).collect();
        all.sort_by_key(|x| x.0);
        all
    }

    pub(crate) fn push_param(&mut self, id: ParamId, node: u32, g: Tensor<T>) {
        let at = self.params.partition_point(|p| p.0 < id);
        self.params.insert(at, (id, node, g));
    }

    pub(crate) fn push_leaf(&mut self, node: u32, g: Tensor<T>) {
        self.leaves.push((node, g));
    }

    /// The gradient in a parameter.
    pub fn param(&self, p: &Param<T>) -> Option<&Tensor<T>> {
        self.by_id(p.id())
    }

    /// The gradient in the parameter of that id.
    pub fn by_id(&self, id: ParamId) -> Option<&Tensor<T>> {
        self.params.binary_search_by(|p| p.0.cmp(&id)).ok().map(|i| &self.params[i].2)
    }

    /// The gradient in a variable made by `tape.var` or `tape.param`.
    ///
    /// # Panics
    /// At the caller's line, for a variable of another tape or step. A variable computed from others keeps no gradient, and gives
    /// `None`: use [`Var::grad`] for those.
    #[track_caller]
    pub fn wrt(&self, v: Var<'_, T>) -> Option<&Tensor<T>> {
        self.assert_of(v, "wrt");
        let leaf = self.leaves.iter().find(|l| l.0 == v.id).map(|l| &l.1);
        leaf.or_else(|| self.params.iter().find(|p| p.1 == v.id).map(|p| &p.2))
    }

    /// The loss they are the gradients of: of a [`backward`](Var::backward) from one number, which optimizers that follow the loss ask
    /// for. [`scale`](Self::scale) and [`axpy`](Self::axpy) do the same to it, so that gradients added over parts of a batch have the
    /// loss of the whole.
    ///
    /// ```
    /// use rappel_autodiff::{Param, Tape, Tensor};
    ///
    /// let w = Param::new(Tensor::from([3.0, 4.0]));
    /// let tape = Tape::new();
    /// let mut gradients = tape.param(&w).square().sum().backward();
    /// assert_eq!(gradients.loss(), Some(25.0));
    /// gradients.scale(0.5);
    /// assert_eq!(gradients.loss(), Some(12.5));
    /// ```
    pub fn loss(&self) -> Option<f64> {
        self.loss
    }

    /// Says what loss they belong to, where they were made by other means than a backward pass.
    pub fn set_loss(&mut self, loss: Option<f64>) {
        self.loss = loss;
    }

    /// The same with the changes of buffers that the tape has collected, which it gives away.
    pub(crate) fn with_updates_of(mut self, tape: &Tape<T>) -> Self {
        self.updates = std::mem::take(&mut *tape.updates.borrow_mut());
        self
    }

    /// What layers asked to change in their buffers, such as running statistics, in order: the first backward pass on a tape takes all
    /// that was collected on it. [`axpy`](Self::axpy) adds the other's behind them.
    pub fn updates(&self) -> &[Update<T>] {
        &self.updates
    }

    /// Replaces what is to be changed in buffers, and gives what was; for what steps nets by other means than an optimizer.
    pub fn set_updates(&mut self, updates: Vec<Update<T>>) -> Vec<Update<T>> {
        std::mem::replace(&mut self.updates, updates)
    }

    /// Changes the buffers of a net as its layers have asked; the step of an optimizer does. Those of layers that are not in the net
    /// are passed over, so that a net can be given to several in turn.
    pub fn apply_updates<M: Module + ?Sized>(&self, net: &mut M) {
        Update::apply(&self.updates, net);
    }

    /// Ids of the parameters that have a gradient, with it.
    pub fn iter(&self) -> impl Iterator<Item = (ParamId, &Tensor<T>)> {
        self.params.iter().map(|p| (p.0, &p.2))
    }

    /// The number of parameters that have a gradient.
    pub fn len(&self) -> usize {
        self.params.len()
    }

    /// Whether no parameter has a gradient.
    pub fn is_empty(&self) -> bool {
        self.params.is_empty()
    }

    /// Keeps only those of parameters that `keep` says, by identity; those in variables of a tape stay.
    ///
    /// With `allow_unused`, an optimizer then steps only these.
    ///
    /// ```
    /// use rappel_autodiff::{Param, Tape, Tensor};
    ///
    /// let (a, b) = (Param::new(Tensor::from([1.0])), Param::new(Tensor::from([2.0])));
    /// let tape = Tape::new();
    /// let mut gradients = (tape.param(&a) * tape.param(&b)).sum().backward();
    /// gradients.retain(|id| id == a.id());
    /// assert!(gradients.param(&a).is_some() && gradients.param(&b).is_none());
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(ParamId) -> bool) {
        self.params.retain(|p| keep(p.0));
    }

    /// Panics unless the variables of these gradients are of the tape and step of `v`.
    #[track_caller]
    fn assert_of(&self, v: Var<'_, T>, op: &str) {
        assert!(
            std::ptr::from_ref(v.tape).addr() == self.tape,
            "{op}: this variable is of another tape than these gradients (or its tape has moved since)"
        );
        assert!(v.generation == self.generation, "{op}: this variable is of another step than these gradients");
    }

    /// The inner product over all parameters and variables, in f64. Its bits do not depend on the order of the parameters.
    ///
    /// # Panics
    /// At the caller's line, when both have variables and these are of different tapes or steps, or two shapes differ.
    #[track_caller]
    pub fn dot(&self, other: &Self) -> f64 {
        self.assert_beside("dot", other);
        let mut sums = Vec::with_capacity(self.params.len() + self.leaves.len());
        for (id, _, a) in &self.params {
            if let Some(b) = other.by_id(*id) {
                sums.push(inner(a, b));
            }
        }
        for (node, a) in &self.leaves {
            if let Some((_, b)) = other.leaves.iter().find(|l| l.0 == *node) {
                sums.push(inner(a, b));
            }
        }
        sums.sort_by(f64::total_cmp);
        sums.iter().sum()
    }

    /// The Euclidean norm over all parameters and variables.
    #[track_caller]
    pub fn norm(&self) -> f64 {
        self.dot(self).sqrt()
    }

    /// Replaces the tensor of each parameter by another of the same shape; those in variables of a tape stay.
    ///
    /// # Panics
    /// At the caller's line, when a shape differs.
    #[track_caller]
    pub fn map(&mut self, mut to: impl FnMut(ParamId, &Tensor<T>) -> Tensor<T>) {
        for (id, _, g) in &mut self.params {
            let new = to(*id, g);
            assert_same("map", g, &new);
            *g = new;
        }
    }

    /// Multiplies everything by a number.
    pub fn scale(&mut self, c: f64) {
        self.loss = self.loss.map(|loss| loss * c);
        let params = self.params.iter_mut().map(|p| &mut p.2);
        for x in params.chain(self.leaves.iter_mut().map(|l| &mut l.1)) {
            *x = x.times(c);
        }
    }

    /// Adds `c` times the other; what only the other has is there then.
    ///
    /// # Panics
    /// At the caller's line, as [`dot`](Self::dot) does.
    #[track_caller]
    pub fn axpy(&mut self, c: f64, other: &Self) {
        self.assert_beside("axpy", other);
        self.loss = self.loss.zip(other.loss).map(|(loss, other)| loss + c * other);
        for (id, node, x) in &other.params {
            match self.params.binary_search_by(|p| p.0.cmp(id)) {
                Ok(i) => add(&mut self.params[i].2, x, c),
                Err(i) => self.params.insert(i, (*id, *node, x.times(c))),
            }
        }
        self.updates.extend_from_slice(&other.updates);
        if self.leaves.is_empty() && !other.leaves.is_empty() {
            (self.tape, self.generation) = (other.tape, other.generation);
        }
        for (node, x) in &other.leaves {
            match self.leaves.iter_mut().find(|l| l.0 == *node) {
                Some((_, sum)) => add(sum, x, c),
                None => self.leaves.push((*node, x.times(c))),
            }
        }
    }

    #[track_caller]
    fn assert_beside(&self, op: &str, other: &Self) {
        assert!(
            self.leaves.is_empty()
                || other.leaves.is_empty()
                || (self.tape, self.generation) == (other.tape, other.generation),
            "{op}: these are gradients in variables of two tapes, or of two steps"
        );
    }
}

/// A tensor per parameter, as [`iter`](Gradients::iter) gives them; of no loss. Of several for one parameter the last counts.
///
/// ```
/// use rappel_autodiff::{Gradients, Param, Tensor};
///
/// let w = Param::<f32>::new(Tensor::from([3.0, 4.0]));
/// let given = Gradients::from_fn(&w, |_, p| p.value.clone());
/// let negative: Gradients = given.iter().map(|(id, g)| (id, g * -1.0)).collect();
/// assert_eq!(negative.dot(&given), -25.0);
/// ```
impl<T: Float> FromIterator<(ParamId, Tensor<T>)> for Gradients<T> {
    fn from_iter<I: IntoIterator<Item = (ParamId, Tensor<T>)>>(all: I) -> Self {
        let mut out = Self::empty();
        for (id, x) in all {
            match out.params.binary_search_by(|known| known.0.cmp(&id)) {
                Ok(i) => out.params[i].2 = x,
                Err(i) => out.params.insert(i, (id, NOWHERE, x)),
            }
        }
        out
    }
}

/// The node of a parameter that is on no tape.
const NOWHERE: u32 = u32::MAX;

#[track_caller]
fn assert_same<T: Float>(op: &str, a: &Tensor<T>, b: &Tensor<T>) {
    assert!(a.shape() == b.shape(), "{op}: shapes {:?} and {:?} differ: they must be equal", a.shape(), b.shape());
}

#[track_caller]
fn inner<T: Float>(a: &Tensor<T>, b: &Tensor<T>) -> f64 {
    assert_same("dot", a, b);
    a.data().iter().zip(b.data()).map(|(a, b)| a.re() * b.re()).sum()
}

#[track_caller]
fn add<T: Float>(sum: &mut Tensor<T>, x: &Tensor<T>, c: f64) {
    assert_same("axpy", sum, x);
    sum.add_assign(&x.times(c));
}
