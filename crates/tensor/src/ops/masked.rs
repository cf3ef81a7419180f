//! Filling and taking by mask. A mask is a tensor of 0 and other numbers, of the same number type.

use super::index::Rows;
use crate::number::Float;
use crate::shape::broadcast;
use crate::tensor::Tensor;

/// Panics unless a mask stretches to a shape.
#[track_caller]
pub fn check_mask(op: &str, mask: &[usize], shape: &[usize]) {
    assert!(
        broadcast(mask, shape).is_some_and(|s| s[..] == *shape),
        "{op}: a mask of shape {mask:?} does not stretch to shape {shape:?}: aligned at the last axis, sizes must be equal or 1"
    );
}

impl<T: Float> Tensor<T> {
    /// `value` where the mask is not 0, elsewhere the values of `self`. The mask is stretched.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([1.0_f32, 2.0, 3.0]);
    /// assert_eq!(x.masked_fill(&Tensor::from([0.0, 1.0, 0.0]), -9.0).data(), [1.0, -9.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the mask does not stretch to the shape of `self`.
    #[track_caller]
    pub fn masked_fill(&self, mask: &Self, value: f64) -> Self {
        check_mask("masked_fill", mask.shape(), self.shape());
        mask.where_cond(&Self::scalar(T::of(value)), self)
    }

    /// The values where the mask is not 0, in row-major order. The mask is stretched.
    ///
    /// ```
    /// use rappel_tensor::Tensor;
    /// let x = Tensor::from([1.0_f32, 2.0, 3.0]);
    /// assert_eq!(x.masked_select(&Tensor::from([1.0, 0.0, 1.0])).data(), [1.0, 3.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the mask does not stretch to the shape of `self`, or there are more than 2^32 values.
    #[track_caller]
    pub fn masked_select(&self, mask: &Self) -> Self {
        let rows = self.masked_rows(mask);
        self.reshape(rows.operand()).take(&rows)
    }

    /// What [`masked_select`](Self::masked_select) takes of the values laid out in one axis.
    #[doc(hidden)]
    #[track_caller]
    pub fn masked_rows(&self, mask: &Self) -> Rows {
        check_mask("masked_select", mask.shape(), self.shape());
        assert!(
            u32::try_from(self.len().saturating_sub(1)).is_ok(),
            "masked_select: shape {:?} has more values than indices of 32 bits can name",
            self.shape()
        );
        let wide = mask.expand(self.shape());
        let chosen = wide.data().iter().enumerate().filter(|m| *m.1 != T::ZERO);
        let indices: Vec<u32> = chosen.map(|(i, _)| i as u32).collect();
        Rows::list("masked_select", &[self.len()], 0, &Tensor::from(indices))
    }
}
