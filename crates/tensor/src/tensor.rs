//! The array: contiguous, row-major, shared until written.

use std::fmt;

use crate::Rng;
use crate::buffer::{Shared, Workspace};
use crate::number::{Data, Float};
use crate::shape::{Shape, ShapeError, checked_count, count, count_or_panic};

/// An n-dimensional array: contiguous, row-major, with shared buffers that are copied when written while shared.
///
/// `clone` costs a reference count. Every operation returns a new tensor; operators that take their left side by value
/// reuse its buffer when nobody else holds it.
///
/// ```
/// use rappel_tensor::Tensor;
/// let x = Tensor::new([1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 3]);
/// let y = &x * 2.0 + &Tensor::from([10.0, 20.0, 30.0]);
/// assert_eq!(y.data(), [12.0, 24.0, 36.0, 18.0, 30.0, 42.0]);
/// assert_eq!(y.sum_axes(&[0], false).data(), [30.0, 54.0, 78.0]);
/// ```
#[derive(Clone)]
pub struct Tensor<T: Data = f32> {
    buffer: Shared<T>,
    shape: Shape,
    len: usize,
    /// Set on tensors that came from outside a workspace, so that what is computed from them lands in it.
    workspace: Option<Workspace<T>>,
}

impl<T: Data> Tensor<T> {
    /// A tensor of the given shape from its values in row-major order.
    ///
    /// # Panics
    /// At the caller's line, when the number of values is not the product of the shape. See [`try_new`](Self::try_new).
    #[track_caller]
    pub fn new(data: impl Into<Vec<T>>, shape: &[usize]) -> Self {
        match Self::try_new(data, shape) {
            Ok(t) => t,
            Err(e) => panic!("Tensor::new: {e}"),
        }
    }

    /// A tensor of the given shape from its values in row-major order.
    ///
    /// # Errors
    /// When the number of values is not the product of the shape, or that product overflows.
    pub fn try_new(data: impl Into<Vec<T>>, shape: &[usize]) -> Result<Self, ShapeError> {
        let data = data.into();
        match checked_count(shape) {
            Some(n) if n == data.len() => {
                Ok(Tensor { buffer: Shared::from_vec(data), shape: shape.into(), len: n, workspace: None })
            }
            Some(n) => {
                Err(ShapeError::new(format!("a tensor of shape {shape:?} holds {n} values, {} were given", data.len())))
            }
            None => Err(ShapeError::new(format!("a tensor of shape {shape:?} has more values than can be counted"))),
        }
    }

    /// A tensor without axes: one value.
    #[inline]
    pub fn scalar(value: T) -> Self {
        Self::full(&[], value)
    }

    /// Every value the same.
    ///
    /// # Panics
    /// At the caller's line, when the shape has more values than can be counted.
    #[track_caller]
    pub fn full(shape: &[usize], value: T) -> Self {
        Self::new(vec![value; count_or_panic("full", shape)], shape)
    }

    /// Each value from its index in row-major order.
    ///
    /// # Panics
    /// At the caller's line, when the shape has more values than can be counted.
    #[track_caller]
    pub fn from_fn(shape: &[usize], f: impl FnMut(usize) -> T) -> Self {
        let n = count_or_panic("from_fn", shape);
        Self::new((0..n).map(f).collect::<Vec<T>>(), shape)
    }

    /// Sizes per axis; empty for a scalar.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Whether another tensor has the same shape.
    #[inline]
    pub fn same_shape(&self, other: &Self) -> bool {
        // Not `==` on the slices, which calls out to compare bytes: this runs several times per operation.
        self.shape.len() == other.shape.len() && self.shape.iter().zip(&other.shape).all(|(a, b)| a == b)
    }

    /// Number of axes.
    #[inline]
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// Number of values: the product of the shape, 1 for a scalar.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether some axis has size 0.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The values in row-major order.
    #[inline]
    pub fn data(&self) -> &[T] {
        &self.buffer.data()[..self.len]
    }

    /// The values, to be written. A buffer that other handles share is copied first.
    #[inline]
    pub fn data_mut(&mut self) -> &mut [T] {
        if !self.buffer.is_unique() {
            self.buffer = Shared::make(self.workspace(), self.len, |to| to.copy_from_slice(self.data()));
        }
        match self.buffer.unique() {
            Some(data) => &mut data[..self.len],
            None => unreachable!("this is the only handle"),
        }
    }

    /// The only value of a one-element tensor.
    ///
    /// # Panics
    /// At the caller's line, when there are more or fewer values than one.
    #[track_caller]
    pub fn item(&self) -> T {
        assert!(
            self.len == 1,
            "item: shape {:?} holds {} values, not one (reduce it first, or use `data`)",
            self.shape,
            self.len
        );
        self.data()[0]
    }

    /// Whether this is the only handle on its buffer, so that writing does not copy.
    #[inline]
    pub fn is_unique(&self) -> bool {
        self.buffer.is_unique()
    }

    /// Whether two tensors share one buffer.
    pub fn shares_buffer(&self, other: &Self) -> bool {
        self.buffer.same(&other.buffer)
    }

    /// The same tensor, with results computed from it placed in `workspace`.
    pub fn within(&self, workspace: &Workspace<T>) -> Self {
        Tensor { workspace: Some(workspace.clone()), ..self.clone() }
    }

    /// Where results computed from this tensor are placed, if in a workspace.
    #[inline]
    pub fn workspace(&self) -> Option<&Workspace<T>> {
        self.workspace.as_ref().or_else(|| self.buffer.home())
    }

    /// A tensor in a workspace, whose values `fill` writes, all of them; it finds arbitrary ones.
    #[inline]
    pub(crate) fn make(workspace: Option<&Workspace<T>>, shape: Shape, fill: impl FnOnce(&mut [T])) -> Self {
        let len = count(&shape);
        Tensor { buffer: Shared::make(workspace, len, fill), shape, len, workspace: None }
    }

    /// Another buffer of the same shape, placed where results computed from this tensor are; its contents are arbitrary and meant to
    /// be overwritten.
    pub fn room(&self) -> Self {
        Self::make(self.workspace(), self.shape.clone(), |_| {})
    }

    /// A filled tensor that lives in a workspace.
    pub fn full_in(workspace: &Workspace<T>, shape: &[usize], value: T) -> Self {
        Self::make(Some(workspace), shape.into(), |to| to.fill(value))
    }

    /// The shape without the values: what a tape keeps of a parameter it has let go of. It holds on to the buffer of `stand_in`.
    #[doc(hidden)]
    pub fn hollow(&self, stand_in: &Self) -> Self {
        Tensor { buffer: stand_in.buffer.clone(), shape: self.shape.clone(), len: 0, workspace: None }
    }

    /// The same buffer under another shape of the same count.
    #[inline]
    pub(crate) fn with_shape(&self, shape: Shape) -> Self {
        debug_assert_eq!(count(&shape), self.len);
        Tensor { shape, ..self.clone() }
    }

    /// Applies a function to every value.
    pub fn map<U: Data>(&self, f: impl FnMut(&T) -> U) -> Tensor<U> {
        Tensor::new(self.data().iter().map(f).collect::<Vec<U>>(), &self.shape)
    }
}

impl<T: Float> Tensor<T> {
    /// All zeros.
    #[track_caller]
    pub fn zeros(shape: &[usize]) -> Self {
        Self::full(shape, T::ZERO)
    }

    /// All ones.
    #[track_caller]
    pub fn ones(shape: &[usize]) -> Self {
        Self::full(shape, T::ONE)
    }

    /// The identity matrix of size n.
    #[track_caller]
    pub fn eye(n: usize) -> Self {
        Self::from_fn(&[n, n], |i| if i % (n + 1) == 0 { T::ONE } else { T::ZERO })
    }

    /// `n` values evenly from `start` to `end`, both included; one value is `start`.
    ///
    /// Value i is `start + i (end - start) / (n - 1)`, computed in f64; the last is exactly `end`.
    #[track_caller]
    pub fn linspace(start: f64, end: f64, n: usize) -> Self {
        Self::from_fn(&[n], |i| {
            if i + 1 == n && n > 1 {
                T::of(end)
            } else {
                T::of(start + i as f64 * (end - start) / (n.max(2) - 1) as f64)
            }
        })
    }

    /// From `start` on in steps of `step`, up to `end`, which is excluded: value i is `start + i step`, computed in f64.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::<f32>::arange(0.0, 1.0, 0.25).data(), [0.0, 0.25, 0.5, 0.75]);
    /// assert_eq!(Tensor::<f32>::arange(3.0, 0.0, -1.0).data(), [3.0, 2.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when `step` is 0 or leads away from `end`, a number is not finite, or there are more values than can be
    /// counted.
    #[track_caller]
    pub fn arange(start: f64, end: f64, step: f64) -> Self {
        let steps = (end - start) / step;
        assert!(steps.is_finite() && steps >= 0.0, "arange: no number of steps of {step} leads from {start} to {end}");
        Self::from_fn(&[steps.ceil() as usize], |i| T::of(start + i as f64 * step))
    }

    /// Independent draws, uniform on `[low, high)`, in row-major order; a draw just below `high` may round to it.
    #[track_caller]
    pub fn uniform(shape: &[usize], low: f64, high: f64, rng: &mut Rng) -> Self {
        Self::from_fn(shape, |_| T::of(low + (high - low) * rng.uniform()))
    }

    /// Independent normal draws in row-major order.
    #[track_caller]
    pub fn normal(shape: &[usize], mean: f64, std: f64, rng: &mut Rng) -> Self {
        Self::from_fn(shape, |_| T::of(mean + std * rng.normal()))
    }

    /// The nearest numbers of another type.
    pub fn cast<U: Float>(&self) -> Tensor<U> {
        self.map(|x| U::of(x.re()))
    }

    /// The index of the first value that is infinite or NaN.
    pub fn first_non_finite(&self) -> Option<usize> {
        // Whole chunks without a branch in them, which is vector code.
        let finite = |chunk: &[T]| chunk.iter().fold(true, |all, x| all & x.finite());
        let chunk = self.data().chunks(64).position(|chunk| !finite(chunk))?;
        let within = self.data()[64 * chunk..].iter().position(|x| !x.finite())?;
        Some(64 * chunk + within)
    }
}

impl<T: Data> From<T> for Tensor<T> {
    fn from(value: T) -> Self {
        Tensor::scalar(value)
    }
}

impl<T: Data> From<Vec<T>> for Tensor<T> {
    fn from(data: Vec<T>) -> Self {
        let n = data.len();
        Tensor::new(data, &[n])
    }
}

impl<T: Data, const N: usize> From<[T; N]> for Tensor<T> {
    fn from(data: [T; N]) -> Self {
        Tensor::new(data, &[N])
    }
}

impl<T: Data, const M: usize, const N: usize> From<[[T; N]; M]> for Tensor<T> {
    fn from(rows: [[T; N]; M]) -> Self {
        Tensor::new(rows.as_flattened(), &[M, N])
    }
}

/// Equal shapes and equal values; NaN differs from itself, as in the values.
impl<T: Data> PartialEq for Tensor<T> {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape && self.data() == other.data()
    }
}

impl<T: Data> fmt::Debug for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor<{}>{:?} ", T::NAME, &self.shape[..])?;
        fmt::Display::fmt(self, f)
    }
}
