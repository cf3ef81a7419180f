//! Changes of buffers that a forward pass asks for and a step makes.

use std::fmt;

use rappel_tensor::{Data, Float, Tensor};
use smallvec::SmallVec;

use crate::module::{BufferMut, BufferRef, Module, ParamMut, ParamRef, Visitor, VisitorMut};
use crate::param::{Buffer, ParamId};
use crate::tape::Tape;

/// A change of a buffer that a layer asks for in training, such as a running mean that moves towards the batch's.
///
/// A layer changes nothing itself, so that a net can be shared between threads and evaluated again: it hands the change to the tape
/// ([`Tape::collect`]), the backward pass takes it along in its [`Gradients`](crate::Gradients), and the step makes it. So statistics
/// are collected once for each batch whose gradients are used: for every one of several that are accumulated, at the first of
/// several evaluations of one step, and not at all when a step is skipped.
///
/// It says how to change what is in the buffer *then*; several for one buffer are made in their order.
///
/// ```
/// use rappel_autodiff::{Buffer, Module, Param, Tape, Tensor, Update, Var};
///
/// /// Takes away the mean of all values so far.
/// #[derive(Module)]
/// struct Centre {
///     mean: Buffer,
///     scale: Param,
/// }
///
/// impl Centre {
///     fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
///         let tape = x.tape();
///         tape.collect(Update::blend(&self.mean, x.value().mean(), 0.1));
///         (x - tape.input(&self.mean.value)) * tape.param(&self.scale)
///     }
/// }
///
/// let mut net = Centre { mean: Buffer::new(Tensor::scalar(0.0)), scale: Param::new(Tensor::scalar(1.0)) };
/// let tape = Tape::training(1);
/// let gradients = net.forward(tape.input(&Tensor::from([5.0, 15.0]))).square().sum().backward();
/// assert_eq!(net.mean.value.item(), 0.0);
/// gradients.apply_updates(&mut net); // what a step of an optimizer does
/// assert_eq!(net.mean.value.item(), 1.0);
/// ```
#[derive(Clone)]
pub struct Update<T: Float = f32> {
    buffer: ParamId,
    change: Change<T>,
}

#[derive(Debug, Clone)]
enum Change<T: Float> {
    Blend { toward: Tensor<T>, weight: f64 },
    Average { toward: Tensor<T>, count: ParamId },
    Set(Tensor<T>),
    Count(i64),
}

impl<T: Float> Update<T> {
    /// The buffer moves towards a value of its shape by a share of the way: `(1 - weight) buffer + weight toward`.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn blend(buffer: &Buffer<T>, toward: Tensor<T>, weight: f64) -> Self {
        check("Update::blend", buffer, &toward);
        Update { buffer: buffer.id(), change: Change::Blend { toward, weight } }
    }

    /// The buffer becomes the mean of all it was ever moved towards: a blend by `1 / count`, where `count` has counted this one: ask for
    /// [`Update::count`] before it.
    ///
    /// # Panics
    /// At the caller's line, when the shapes differ.
    #[track_caller]
    pub fn average(buffer: &Buffer<T>, toward: Tensor<T>, count: &Buffer<i64>) -> Self {
        check("Update::average", buffer, &toward);
        Update { buffer: buffer.id(), change: Change::Average { toward, count: count.id() } }
    }

    /// The buffer becomes this value.
    pub fn set(buffer: &Buffer<T>, to: Tensor<T>) -> Self {
        Update { buffer: buffer.id(), change: Change::Set(to) }
    }

    /// Each number of a buffer of integers grows by so much.
    pub fn count(buffer: &Buffer<i64>, by: i64) -> Self {
        Update { buffer: buffer.id(), change: Change::Count(by) }
    }

    /// Which buffer changes.
    pub fn buffer(&self) -> ParamId {
        self.buffer
    }

    /// Makes changes of the buffers of a net, in their order. Those of buffers that are not in it are passed over.
    pub fn apply<M: Module + ?Sized>(updates: &[Self], net: &mut M) {
        if updates.is_empty() {
            return;
        }
        let mut counts = Counts { updates, known: SmallVec::new() };
        net.visit(&mut counts);
        let mut weights = SmallVec::<[f64; 16]>::new();
        for update in updates {
            weights.push(match &update.change {
                Change::Blend { weight, .. } => *weight,
                Change::Average { count, .. } => counts.of(*count).map_or(1.0, |n| 1.0 / n.max(1) as f64),
                Change::Set(_) => 1.0,
                Change::Count(by) => {
                    counts.grow(update.buffer, *by);
                    1.0
                }
            });
        }
        net.visit_mut(&mut Changes { updates, weights: &weights });
    }
}

#[track_caller]
fn check<T: Float>(op: &str, buffer: &Buffer<T>, toward: &Tensor<T>) {
    let (to, from) = (buffer.value.shape(), toward.shape());
    assert!(to == from, "{op}: a buffer of shape {to:?} cannot move towards a value of shape {from:?}");
}

impl<T: Float> fmt::Debug for Update<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: ", self.buffer)?;
        match &self.change {
            Change::Blend { toward, weight } => write!(f, "by {weight} towards {:?}", toward.shape()),
            Change::Average { toward, .. } => write!(f, "mean with {:?}", toward.shape()),
            Change::Set(to) => write!(f, "becomes {:?}", to.shape()),
            Change::Count(by) => write!(f, "grows by {by}"),
        }
    }
}

impl<T: Float> Tape<T> {
    /// In training mode, asks the step to change a buffer; in evaluation mode nothing. See [`Update`].
    pub fn collect(&self, update: Update<T>) {
        if self.is_training() {
            self.updates.borrow_mut().push(update);
        }
    }
}

/// Buffers of integers that updates name, and the first number in each.
struct Counts<'u, T: Float> {
    updates: &'u [Update<T>],
    known: SmallVec<[(ParamId, i64); 8]>,
}

impl<T: Float> Counts<'_, T> {
    fn of(&self, id: ParamId) -> Option<i64> {
        self.known.iter().find(|known| known.0 == id).map(|known| known.1)
    }

    fn grow(&mut self, id: ParamId, by: i64) {
        if let Some(known) = self.known.iter_mut().find(|known| known.0 == id) {
            known.1 += by;
        }
    }
}

impl<'a, T: Float> Visitor<'a> for Counts<'_, T> {
    fn param(&mut self, _: ParamRef<'a>) {}

    fn buffer(&mut self, buffer: BufferRef<'a>) {
        let BufferRef::I64(buffer) = buffer else { return };
        let id = buffer.id();
        let named = |u: &Update<T>| matches!(u.change, Change::Average { count, .. } if count == id);
        if let Some(&n) = buffer.value.data().first().filter(|_| self.updates.iter().any(named)) {
            self.known.push((id, n));
        }
    }
}

/// Writes them.
struct Changes<'u, T: Float> {
    updates: &'u [Update<T>],
    weights: &'u [f64],
}

impl<T: Float> Changes<'_, T> {
    fn of(&self, id: ParamId) -> impl Iterator<Item = (&Change<T>, f64)> {
        let all = self.updates.iter().zip(self.weights);
        all.filter(move |(update, _)| update.buffer == id).map(|(update, weight)| (&update.change, *weight))
    }
}

impl<T: Float> VisitorMut for Changes<'_, T> {
    fn param(&mut self, _: ParamMut<'_>) {}

    fn buffer(&mut self, buffer: BufferMut<'_>) {
        let id = buffer.id();
        if let BufferMut::I64(buffer) = buffer {
            for (change, _) in self.of(id) {
                if let Change::Count(by) = change {
                    add(&mut buffer.value, *by);
                }
            }
        } else if let Some(buffer) = buffer.open::<T>() {
            for (change, weight) in self.of(id) {
                match change {
                    Change::Set(to) => buffer.value = to.clone(),
                    Change::Blend { toward, .. } | Change::Average { toward, .. } => {
                        buffer.value.blend(1.0 - weight, weight, toward);
                    }
                    Change::Count(_) => {}
                }
            }
        }
    }
}

fn add<N: Data + std::ops::AddAssign>(value: &mut Tensor<N>, by: N) {
    value.data_mut().iter_mut().for_each(|n| *n += by);
}
