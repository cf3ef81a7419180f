//! What a net owns: parameters, which are trained, and buffers, which are only kept.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use rappel_tensor::{Data, Float, Tensor};

use crate::module::{ParamMut, ParamRef, cast, cast_mut};

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

/// A number a parameter can have: erasing it, and asking for it again.
///
/// Every [`Float`] is one, so `T: Float` is the only bound that generic layers and nets need.
///
/// ```
/// use rappel_autodiff::{Leaf, Param, Tensor};
///
/// let param = Param::new(Tensor::<f64>::zeros(&[2]));
/// let erased = Leaf::wrap(&param);
/// assert!(f64::open(erased).is_some());
/// assert!(f32::open(erased).is_none());
/// ```
pub trait Leaf: Float {
    /// Forgets the number type.
    fn wrap(param: &Param<Self>) -> ParamRef<'_>;

    /// Forgets the number type.
    fn wrap_mut(param: &mut Param<Self>) -> ParamMut<'_>;

    /// The parameter, if its numbers are of this type.
    fn open(param: ParamRef<'_>) -> Option<&Param<Self>>;

    /// The parameter, if its numbers are of this type.
    fn open_mut(param: ParamMut<'_>) -> Option<&mut Param<Self>>;
}

impl<T: Float> Leaf for T {
    fn wrap(param: &Param<T>) -> ParamRef<'_> {
        match cast(param) {
            Some(param) => ParamRef::F32(param),
            None => ParamRef::F64(cast(param).expect("a Float is f32 or f64")),
        }
    }

    fn wrap_mut(param: &mut Param<T>) -> ParamMut<'_> {
        match cast_mut(param) {
            Ok(param) => ParamMut::F32(param),
            Err(param) => ParamMut::F64(cast_mut(param).expect("a Float is f32 or f64")),
        }
    }

    fn open(param: ParamRef<'_>) -> Option<&Param<T>> {
        match param {
            ParamRef::F32(param) => cast(param),
            ParamRef::F64(param) => cast(param),
        }
    }

    fn open_mut(param: ParamMut<'_>) -> Option<&mut Param<T>> {
        match param {
            ParamMut::F32(param) => cast_mut(param).ok(),
            ParamMut::F64(param) => cast_mut(param).ok(),
        }
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
