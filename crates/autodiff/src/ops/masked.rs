//! Filling and taking by mask.

use rappel_tensor::{Float, check_mask};

use super::index::Take;
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// `value` where the mask is not 0, elsewhere the values of `self`. The mask is stretched.
    ///
    /// It selects: what is filled over does not show, in value or gradient, be it infinite or NaN.
    ///
    /// ```
    /// use rappel_autodiff::{Tape, Tensor};
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([1.0, 2.0, 3.0]));
    /// assert_eq!(x.masked_fill(x.gt(1.5), 0.0).value().data(), [1.0, 0.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the mask does not stretch to the shape of `self`.
    #[track_caller]
    pub fn masked_fill(self, mask: Self, value: f64) -> Self {
        check_mask("masked_fill", &mask.shape(), &self.shape());
        mask.where_cond(value, self)
    }

    /// The values where the mask is not 0, in row-major order. The mask is stretched.
    ///
    /// The shape of the result depends on the values of the mask.
    ///
    /// # Panics
    /// At the caller's line, when the mask does not stretch to the shape of `self`, or there are more than 2^32 values.
    #[track_caller]
    pub fn masked_select(self, mask: Self) -> Self {
        self.check_same("masked_select", mask);
        let rows = self.value().masked_rows(&mask.value());
        self.reshape(rows.operand()).apply1(Take(rows))
    }
}
