//! Variances and standard deviations.

use rappel_elem::rows;
use rappel_tensor::shape::resolve_axes;
use rappel_tensor::{Float, Reduction, Tensor, degrees_of_freedom};

use super::Number;
use crate::array::{Array, Axes, Tangent, kept};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The variance over axes: the sum of squared deviations from the mean, over `n - correction`. NaN unless `correction` is below
    /// the number n of values.
    ///
    /// A correction of 1 estimates the variance of what the values were drawn from, 0 gives that of the values themselves. Taken in two
    /// passes, so nothing cancels; equal values give exactly 0.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([1.0, 2.0, 3.0]));
    /// assert_eq!(x.var_axes(&[0], 1, false).item(), 1.0);
    /// assert_eq!(x.var().backward().wrt(x).unwrap().data(), [-1.0, 0.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when an axis does not exist or is named twice.
    #[track_caller]
    pub fn var_axes(self, axes: &[isize], correction: impl Number, keep: bool) -> Self {
        let axes = resolve_axes("var", axes, self.rank());
        self.apply1(Variance { axes, correction: correction.to_f64(), keep })
    }

    /// The variance of all values with a correction of 1, a scalar; see [`var_axes`](Self::var_axes).
    #[track_caller]
    pub fn var(self) -> Self {
        self.apply1(Variance { axes: (0..self.rank()).collect(), correction: 1.0, keep: false })
    }

    /// The standard deviation over axes: the root of [`var_axes`](Self::var_axes). Where it is 0, so is its derivative.
    #[track_caller]
    pub fn std_axes(self, axes: &[isize], correction: impl Number, keep: bool) -> Self {
        let axes = resolve_axes("std", axes, self.rank());
        self.apply1(Variance { axes, correction: correction.to_f64(), keep }).row::<rows::SafeSqrt>()
    }

    /// The standard deviation of all values with a correction of 1, a scalar.
    #[track_caller]
    pub fn std(self) -> Self {
        self.var().row::<rows::SafeSqrt>()
    }
}

/// A variance over axes, which stay with size 1 or go.
#[derive(Clone, Debug)]
pub(crate) struct Variance {
    pub(crate) axes: Axes,
    pub(crate) correction: f64,
    pub(crate) keep: bool,
}

impl Variance {
    /// The gradient times g, whose axes are kept: `2 (x - mean) / (n - correction)`.
    fn chain<T: Float, V: Array<T>>(&self, g: &V, x: &V) -> V {
        let n: usize = self.axes.iter().map(|&k| x.dims()[k]).product();
        let share = g.times(2.0 / degrees_of_freedom(n, self.correction));
        x.sub(&x.reduce(Reduction::Mean, &self.axes, true)).mul(&share)
    }
}

impl Primitive for Variance {
    fn name(&self) -> &'static str {
        "var"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].variance(&self.axes, self.correction, self.keep), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let (v, d) = (&x[0].v, x[0].d.as_ref()?);
        let one = Array::constant(&y.reshape(&kept(v.shape(), &self.axes)), 1.0);
        Some((self.chain(&one, v) * d).reduce(Reduction::Sum, &self.axes, self.keep))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let g = g.reshape(&kept(&c.x(0).dims(), &self.axes));
        s.add(0, self.chain(&g, c.x(0)));
    }
}
