//! Picking by index along an axis, value by value or whole rows, and the adjoints.

use crate::kernels::index;
use crate::number::{Data, Float};
use crate::shape::{Shape, count, count_or_panic, resolve_axis};
use crate::tensor::Tensor;

/// Panics when an index is out of range for an axis.
#[track_caller]
fn check_range(op: &str, shape: &[usize], axis: usize, indices: &Tensor<u32>) {
    if indices.is_empty() || (index::largest(indices.data()) as usize) < shape[axis] {
        return;
    }
    if let Some((at, i)) = indices.data().iter().enumerate().find(|&(_, &i)| i as usize >= shape[axis]) {
        panic!("{op}: index {i} at position {at} is out of range for axis {axis} of shape {shape:?}");
    }
}

/// The axis counted from the front, after checking that the index array fits and every index is in range.
#[track_caller]
fn checked(op: &str, shape: &[usize], indices: &Tensor<u32>, axis: isize) -> usize {
    let axis = resolve_axis(op, axis, shape.len());
    let fits = indices.rank() == shape.len() && (0..shape.len()).all(|i| i == axis || indices.shape()[i] <= shape[i]);
    assert!(
        fits,
        "{op}: indices of shape {:?} do not fit shape {shape:?} along axis {axis}: as many axes, and no other size larger",
        indices.shape()
    );
    check_range(op, shape, axis, indices);
    axis
}

/// [`checked`], and that there is a value for each index.
#[track_caller]
fn checked_values(op: &str, shape: &[usize], indices: &Tensor<u32>, axis: isize, values: &[usize]) -> usize {
    let axis = checked(op, shape, indices, axis);
    assert!(
        values == indices.shape(),
        "{op}: values of shape {values:?} and indices of shape {:?} must agree",
        indices.shape()
    );
    axis
}

/// Rows of an operand, picked along an axis by a list of indices, whose axes take the axis's place.
///
/// [`Tensor::take`] makes the result, [`Tensor::put`] is the adjoint.
///
/// ```
/// use rappel_tensor::{Rows, Tensor};
/// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
/// let rows = Rows::new("twice the last", x.shape(), 0, &Tensor::from([1_u32, 1]));
/// assert_eq!(x.take(&rows).data(), [3.0, 4.0, 3.0, 4.0]);
/// assert_eq!(x.put(&rows).data(), [0.0, 0.0, 4.0, 6.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Rows {
    op: &'static str,
    operand: Shape,
    shape: Shape,
    axis: usize,
    indices: Tensor<u32>,
    skip: Option<u32>,
}

impl Rows {
    /// The rows at `indices` along an axis of an operand of the given shape, in the name of an operation.
    ///
    /// # Panics
    /// At the caller's line, when there is no such axis, an index is out of range, or the result has more values than can be counted.
    #[track_caller]
    pub fn new(op: &'static str, operand: &[usize], axis: isize, indices: &Tensor<u32>) -> Self {
        let axis = resolve_axis(op, axis, operand.len());
        check_range(op, operand, axis, indices);
        let mut shape: Shape = operand[..axis].into();
        shape.extend_from_slice(indices.shape());
        shape.extend_from_slice(&operand[axis + 1..]);
        count_or_panic(op, &shape);
        Rows { op, operand: operand.into(), shape, axis, indices: indices.clone(), skip: None }
    }

    /// The rows of a table `[n, ..]`; with a `padding_idx`, the rows at that index are zeros. See [`Tensor::embedding`].
    ///
    /// # Panics
    /// At the caller's line, when the table has no axes, or an index or `padding_idx` is out of range.
    #[track_caller]
    pub fn embedding(table: &[usize], indices: &Tensor<u32>, padding_idx: Option<usize>) -> Self {
        assert!(!table.is_empty(), "embedding: the table must have an axis of rows, shape {table:?} has none");
        if let Some(i) = padding_idx {
            assert!(
                i < table[0],
                "embedding: padding_idx {i} is out of range for a table of shape {table:?}, which has {} rows",
                table[0]
            );
        }
        Rows { skip: padding_idx.map(|i| i as u32), ..Rows::new("embedding", table, 0, indices) }
    }

    /// The rows at a list of indices; see [`Tensor::index_select`].
    ///
    /// # Panics
    /// At the caller's line, when the list has more or fewer axes than one, there is no such axis, or an index is out of range.
    #[track_caller]
    pub fn list(op: &'static str, operand: &[usize], axis: isize, indices: &Tensor<u32>) -> Self {
        assert!(
            indices.rank() == 1,
            "{op}: the indices must be a list, not of shape {:?} (for one index per value, use the operations `gather` and \
             `scatter_add`)",
            indices.shape()
        );
        Rows::new(op, operand, axis, indices)
    }

    /// The operation they are picked for.
    #[inline]
    pub fn op(&self) -> &'static str {
        self.op
    }

    /// The shape of the operand.
    #[inline]
    pub fn operand(&self) -> &[usize] {
        &self.operand
    }

    /// The shape of what is picked.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn places(&self) -> index::Rows<'_> {
        index::Rows {
            n: self.operand[self.axis],
            inner: count(&self.operand[self.axis + 1..]),
            index: self.indices.data(),
            skip: self.skip,
        }
    }

    #[track_caller]
    fn check(&self, own: &[usize], shape: &[usize]) {
        let op = self.op;
        assert!(own == shape, "{op}: values of shape {shape:?} for rows of shape {own:?}: they must be equal");
    }
}

impl<T: Data> Tensor<T> {
    /// Picks along an axis: `out[i, j] = self[index[i, j], j]` for axis 0, and so on, as `torch.gather` does.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// let index = Tensor::from([[1_u32], [0]]);
    /// assert_eq!(x.gather(1, &index).data(), [2.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the index array has another rank, is larger in another axis, or an index is out of range.
    #[doc(alias = "take_along_dim")]
    #[track_caller]
    pub fn gather(&self, axis: isize, indices: &Tensor<u32>) -> Self {
        let axis = checked("gather", self.shape(), indices, axis);
        Self::make(self.workspace(), indices.shape().into(), |to| {
            index::gather(self.data(), self.shape(), axis, indices.data(), indices.shape(), to)
        })
    }

    /// `values` written over a copy at the indices along an axis: `out[index[i, j], j] = values[i, j]` for axis 0, and so on, as
    /// `torch.scatter` does. Of several values for one place the last, in row-major order, stays.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([1.0_f32, 2.0, 3.0]);
    /// let y = x.scatter(0, &Tensor::from([0_u32, 0]), &Tensor::from([10.0, 20.0]));
    /// assert_eq!(y.data(), [20.0, 2.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the index array has another rank, is larger in another axis, an index is out of range, or `values`
    /// has another shape than `indices`.
    #[track_caller]
    pub fn scatter(&self, axis: isize, indices: &Tensor<u32>, values: &Self) -> Self {
        let axis = checked_values("scatter", self.shape(), indices, axis, values.shape());
        Self::make(super::place(self, values), self.shape().into(), |to| {
            to.copy_from_slice(self.data());
            let places = (indices.data(), indices.shape());
            index::scatter(values.data(), places, axis, (to, self.shape()), |to, x| *to = x);
        })
    }

    /// The rows at a list of indices along an axis, in that order, as `torch.index_select` does.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// assert_eq!(x.index_select(0, &Tensor::from([1_u32, 1, 0])).data(), [3.0, 4.0, 3.0, 4.0, 1.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the indices are not a list, there is no such axis, or an index is out of range.
    #[track_caller]
    pub fn index_select(&self, axis: isize, indices: &Tensor<u32>) -> Self {
        self.take(&Rows::list("index_select", self.shape(), axis, indices))
    }

    /// What rows pick.
    ///
    /// # Panics
    /// At the caller's line, when the rows are of another shape.
    #[track_caller]
    pub fn take(&self, rows: &Rows) -> Self {
        rows.check(rows.operand(), self.shape());
        Self::make(self.workspace(), rows.shape.clone(), |to| index::take(self.data(), rows.places(), to))
    }
}

impl<T: Float> Tensor<T> {
    /// The rows of this table `[n, dim]` at indices of any shape: `[.., dim]`. With a `padding_idx` the rows at that index are zeros,
    /// whatever the table holds there.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let table = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// let words = Tensor::from([[1_u32, 0], [1, 1]]);
    /// assert_eq!(table.embedding(&words, None).shape(), [2, 2, 2]);
    /// assert_eq!(table.embedding(&words, Some(1)).data(), [0.0, 0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the table has no axes, or an index or `padding_idx` is out of range.
    #[track_caller]
    pub fn embedding(&self, indices: &Tensor<u32>, padding_idx: Option<usize>) -> Self {
        self.take(&Rows::embedding(self.shape(), indices, padding_idx))
    }

    /// `values` added to a copy at the indices along an axis, as `torch.scatter_add` does. Repeated indices accumulate in order.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let y = Tensor::from([1.0_f32, 2.0]).scatter_add(0, &Tensor::from([0_u32, 0]), &Tensor::from([10.0, 20.0]));
    /// assert_eq!(y.data(), [31.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the index array has another rank, is larger in another axis, an index is out of range, or `values`
    /// has another shape than `indices`.
    #[track_caller]
    pub fn scatter_add(&self, axis: isize, indices: &Tensor<u32>, values: &Self) -> Self {
        let mut out = self.within_any(values);
        out.add_scattered(axis, indices, values);
        out
    }

    /// Adds `values` at the indices along an axis, in place; see [`scatter_add`](Self::scatter_add).
    #[track_caller]
    pub fn add_scattered(&mut self, axis: isize, indices: &Tensor<u32>, values: &Self) {
        let axis = checked_values("scatter_add", self.shape(), indices, axis, values.shape());
        let (shape, places) = (Shape::from(self.shape()), (indices.data(), indices.shape()));
        index::scatter(values.data(), places, axis, (self.data_mut(), &shape), |to, x| *to = *to + x);
    }

    /// Zeros of the given shape with `self` added at the indices along an axis: the adjoint of [`gather`](Self::gather).
    #[track_caller]
    pub fn scattered(&self, shape: &[usize], axis: isize, indices: &Tensor<u32>) -> Self {
        let mut out = Self::make(self.workspace(), shape.into(), |to| to.fill(T::ZERO));
        out.add_scattered(axis, indices, self);
        out
    }

    /// For each index, whether the value that [`scatter`](Self::scatter) writes from there into a tensor of the given shape stays (1),
    /// or is replaced by a later one (0).
    #[track_caller]
    pub fn scatter_winners(shape: &[usize], axis: isize, indices: &Tensor<u32>) -> Self {
        let axis = checked("scatter", shape, indices, axis);
        Self::make(None, indices.shape().into(), |to| {
            index::winners(indices.data(), indices.shape(), axis, shape, to);
        })
    }

    /// The rows of `values` added to a copy at a list of indices along an axis, as `torch.index_add` does. Repeated indices accumulate
    /// in order.
    ///
    /// # Panics
    /// At the caller's line, when the indices are not a list, there is no such axis, an index is out of range, or `values` does not
    /// have a row per index.
    #[track_caller]
    pub fn index_add(&self, axis: isize, indices: &Tensor<u32>, values: &Self) -> Self {
        self.plus_put(values, &Rows::list("index_add", self.shape(), axis, indices))
    }

    /// A copy with `values` added at rows.
    ///
    /// # Panics
    /// At the caller's line, when `values` is not of the shape that the rows pick, or `self` not of the one they pick from.
    #[track_caller]
    pub fn plus_put(&self, values: &Self, rows: &Rows) -> Self {
        let mut out = self.within_any(values);
        out.add_put(values, rows);
        out
    }

    /// Zeros with `self` added at rows: the adjoint of [`take`](Self::take).
    ///
    /// # Panics
    /// At the caller's line, when `self` is not of the shape that the rows pick.
    #[track_caller]
    pub fn put(&self, rows: &Rows) -> Self {
        let mut out = Self::make(self.workspace(), rows.operand.clone(), |to| to.fill(T::ZERO));
        out.add_put(self, rows);
        out
    }

    /// Adds `values` at rows.
    ///
    /// # Panics
    /// At the caller's line, when `values` is not of the shape that the rows pick, or `self` not of the one they pick from.
    #[track_caller]
    pub fn add_put(&mut self, values: &Self, rows: &Rows) {
        rows.check(rows.operand(), self.shape());
        rows.check(rows.shape(), values.shape());
        index::add_rows(values.data(), rows.places(), self.data_mut());
    }

    /// This tensor, to be written where results of both operands are placed.
    fn within_any(&self, other: &Self) -> Self {
        match super::place(self, other) {
            Some(w) => self.within(w),
            None => self.clone(),
        }
    }
}

impl Tensor<u32> {
    /// One more axis of `classes` values: 1 at the index, 0 elsewhere, as `torch.nn.functional.one_hot` does.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// assert_eq!(Tensor::from([2_u32, 0]).one_hot::<f32>(3).data(), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when an index is not below `classes`, or the result has more values than can be counted.
    #[track_caller]
    pub fn one_hot<T: Float>(&self, classes: usize) -> Tensor<T> {
        let mut shape: Shape = self.shape().into();
        shape.push(classes);
        count_or_panic("one_hot", &shape);
        if let Some((at, i)) = self.data().iter().enumerate().find(|&(_, &i)| i as usize >= classes) {
            panic!("one_hot: index {i} at position {at} is not below {classes} classes");
        }
        Tensor::make(None, shape, |to| {
            to.fill(T::ZERO);
            for (row, &i) in to.chunks_exact_mut(classes.max(1)).zip(self.data()) {
                row[i as usize] = T::ONE;
            }
        })
    }
}
