//! What a net owns: parameters, which are trained, and buffers, which are only kept.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use rappel_tensor::{Data, Float, Tensor};

/// Which parameter or buffer this is, in this process.
///
/// A tape, gradients and an optimizer's state find a parameter by its id, however often the net moves. Ids come from one counter,
/// the only global there is; no number and no order of a computation depends on them, and they are never saved: in a file a
/// parameter is its path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(u64);

impl ParamId {
    fn fresh() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        ParamId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl fmt::Debug for ParamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A tensor that is trained: a value and an identity.
///
/// A clone is *another* parameter: it has an id of its own and starts from the same value, shared until one of the two is
/// written. So a teacher and a student, or a net and its running average, never meet on one tape. The *same* parameter in a
/// second place is made by [`tie`](Param::tie).
///
/// ```
/// use rappel_autodiff::{Param, Tensor};
///
/// let weight: Param = Param::new(Tensor::zeros(&[2, 3]));
/// let mut teacher = weight.clone();
/// teacher.value.data_mut()[0] = 1.0;
/// assert_ne!(teacher.id(), weight.id());
/// assert_eq!(weight.value.data()[0], 0.0);
/// ```
#[derive(Debug)]
pub struct Param<T: Float = f32> {
    id: ParamId,
    /// Whether a step changes it. Starts as true; false freezes it: no gradient is computed for it.
    pub trainable: bool,
    /// The current value. Cloning it is cheap and keeps it: a step never changes a tensor that someone else holds.
    pub value: Tensor<T>,
}

impl<T: Float> Param<T> {
    /// A new parameter that starts from `value`.
    pub fn new(value: Tensor<T>) -> Self {
        Param { id: ParamId::fresh(), trainable: true, value }
    }

    /// A new parameter that keeps `value` until [`trainable`](Param::trainable) is set.
    pub fn frozen(value: Tensor<T>) -> Self {
        Param { trainable: false, ..Param::new(value) }
    }

    /// Which parameter this is.
    pub fn id(&self) -> ParamId {
        self.id
    }

    /// The same parameter for a second place in the net, such as an output layer that uses the embedding's weight.
    ///
    /// Both have one id and one buffer; their gradients add up. A step updates the one it meets first, in the order of the
    /// module's fields, and hands its value on to the other. Writing to `value` by hand reaches only the one written to, until
    /// the next step.
    ///
    /// ```
    /// use rappel_autodiff::{Param, Tensor};
    ///
    /// let embedding: Param = Param::new(Tensor::zeros(&[10, 4]));
    /// let output = embedding.tie();
    /// assert_eq!(output.id(), embedding.id());
    /// assert!(output.value.shares_buffer(&embedding.value));
    /// ```
    pub fn tie(&self) -> Self {
        Param { id: self.id, trainable: self.trainable, value: self.value.clone() }
    }
}

/// A new parameter with a fresh id, the same value and the same [`trainable`](Param::trainable).
impl<T: Float> Clone for Param<T> {
    fn clone(&self) -> Self {
        Param { id: ParamId::fresh(), ..self.tie() }
    }
}

/// A tensor that is saved with the net but never trained, such as the running mean of a normalisation.
///
/// It holds `f32`, `f64` ([`Buffer::new`]) or `i64` ([`Buffer::integers`]). As with [`Param`], a clone is another buffer with
/// an id of its own.
///
/// ```
/// use rappel_autodiff::{Buffer, Tensor};
///
/// let mean: Buffer = Buffer::new(Tensor::zeros(&[16]));
/// let batches = Buffer::integers(Tensor::scalar(0));
/// assert_ne!(mean.id(), batches.id());
/// ```
#[derive(Debug)]
pub struct Buffer<T: Data = f32> {
    id: ParamId,
    /// The current value.
    pub value: Tensor<T>,
}

impl<T: Float> Buffer<T> {
    /// A new buffer of real numbers.
    pub fn new(value: Tensor<T>) -> Self {
        Buffer { id: ParamId::fresh(), value }
    }
}

impl Buffer<i64> {
    /// A new buffer of integers, such as counts or positions.
    pub fn integers(value: Tensor<i64>) -> Self {
        Buffer { id: ParamId::fresh(), value }
    }
}

impl<T: Data> Buffer<T> {
    /// Which buffer this is.
    pub fn id(&self) -> ParamId {
        self.id
    }
}

/// A new buffer with a fresh id and the same value.
impl<T: Data> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        Buffer { id: ParamId::fresh(), value: self.value.clone() }
    }
}
