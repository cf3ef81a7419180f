//! Reductions over any axes. Negative axes count from the back.

use rappel_tensor::shape::{Run, resolve_axes};
use rappel_tensor::{Direction, Float, Reduction, Scan, Tensor};

use super::Cumulate;
use crate::array::{Array, Axes, Tangent, kept};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The sum of all values, a scalar.
    #[track_caller]
    pub fn sum(self) -> Self {
        self.reduce_all(Reduction::Sum)
    }

    /// The mean of all values, a scalar; NaN when there are none.
    #[track_caller]
    pub fn mean(self) -> Self {
        self.reduce_all(Reduction::Mean)
    }

    /// The product of all values, a scalar; 1 when there are none. Its derivatives are exact where values are 0, to any order.
    #[track_caller]
    pub fn prod(self) -> Self {
        self.reduce_all(Reduction::Prod)
    }

    /// The largest of all values, a scalar; NaN if any is NaN, and equals share the gradient evenly.
    #[track_caller]
    pub fn max(self) -> Self {
        self.reduce_all(Reduction::Max)
    }

    /// The smallest of all values, a scalar; see [`max`](Self::max).
    #[track_caller]
    pub fn min(self) -> Self {
        self.reduce_all(Reduction::Min)
    }

    /// The sum over axes, which stay with size 1 when `keep`.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::ones(&[2, 3]));
    /// assert_eq!(x.sum_axes(&[-1], false).value().data(), [3.0, 3.0]);
    /// assert_eq!(x.sum_axes(&[0], true).shape()[..], [1, 3]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when an axis does not exist or is named twice.
    #[track_caller]
    pub fn sum_axes(self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Sum, axes, keep)
    }

    /// The mean over axes; NaN when there are no values along them.
    #[track_caller]
    pub fn mean_axes(self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Mean, axes, keep)
    }

    /// The product over axes; 1 where there are no values along them. Its derivatives are exact where values are 0, to any order.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([2.0, 0.0, 3.0]));
    /// assert_eq!(x.prod().backward().wrt(x).unwrap().data(), [0.0, 6.0, 0.0]);
    /// ```
    #[track_caller]
    pub fn prod_axes(self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Prod, axes, keep)
    }

    /// The largest over axes; NaN propagates, equals share the gradient evenly. There must be values along the axes.
    #[track_caller]
    pub fn max_axes(self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Max, axes, keep)
    }

    /// The smallest over axes; see [`max_axes`](Self::max_axes).
    #[track_caller]
    pub fn min_axes(self, axes: &[isize], keep: bool) -> Self {
        self.reduce(Reduction::Min, axes, keep)
    }

    #[track_caller]
    fn reduce(self, by: Reduction, axes: &[isize], keep: bool) -> Self {
        let axes = resolve_axes(by.name(), axes, self.rank());
        self.apply1(Reduce { by, axes, keep })
    }

    #[track_caller]
    fn reduce_all(self, by: Reduction) -> Self {
        let axes: Axes = (0..self.rank()).collect();
        self.apply1(Reduce { by, axes, keep: false })
    }
}

/// A reduction over axes, which stay with size 1 or go.
#[derive(Clone, Debug)]
pub(crate) struct Reduce {
    pub(crate) by: Reduction,
    pub(crate) axes: Axes,
    pub(crate) keep: bool,
}

impl Primitive for Reduce {
    fn name(&self) -> &'static str {
        self.by.name()
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].reduce(self.by, &self.axes, self.keep), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let (v, d) = (&x[0].v, x[0].d.as_ref()?);
        Some(match self.by {
            Reduction::Sum | Reduction::Mean => d.reduce(self.by, &self.axes, self.keep),
            Reduction::Prod => {
                let others = Tensor::prod_chain(&Array::constant(y, 1.0), v, &self.axes);
                (others * d).reduce(Reduction::Sum, &self.axes, self.keep)
            }
            Reduction::Max | Reduction::Min => {
                let weights = v.tie_weights(&y.reshape(&kept(v.shape(), &self.axes)), &self.axes);
                let share = weights.where_cond(&(&weights * d), &Array::constant(d, 0.0));
                share.reduce(Reduction::Sum, &self.axes, self.keep)
            }
        })
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let dims = c.x(0).dims();
        let kept = kept(&dims, &self.axes);
        let g = g.reshape(&kept);
        match self.by {
            Reduction::Sum => s.add(0, g.expand(&dims)),
            Reduction::Mean => {
                let n: usize = self.axes.iter().map(|&k| dims[k]).product();
                s.add(0, g.over(n as f64).expand(&dims));
            }
            // The others are those before times those after: no division, and text that is right to any order.
            Reduction::Prod => {
                let run = Run::new(&dims, &self.axes);
                let [outer, _, inner] = run.dims;
                let x = together(c.x(0), &run);
                let [before, after] = [false, true].map(|reverse| {
                    let to = Direction { reverse, exclusive: true };
                    V::apply(Cumulate { by: Scan::Prod, axis: 1, to }, &[&x])
                });
                let others = before.mul(&after);
                s.add(0, apart(&g.reshape(&[outer, 1, inner]).mul(&others), &run, &dims));
            }
            // Shared among equals.
            Reduction::Max | Reduction::Min => {
                let weights = V::apply(TieWeights(self.axes.clone()), &[c.x(0), &c.y().reshape(&kept)]);
                s.add(0, V::select(&weights, &g.mul(&weights), &c.y().reshape(&kept).constant(0.0)));
            }
        }
    }

    fn vjp_fast<T: Float>(&self, c: &impl Saved<Tensor<T>>, g: Tensor<T>, s: &mut impl Sink<T, Tensor<T>>) {
        match self.by {
            Reduction::Prod => s.add(0, Tensor::prod_chain(&g, c.x(0), &self.axes)),
            _ => self.vjp(c, g, s),
        }
    }
}

/// The array as `[outer, middle, inner]`, the axes of the run in the middle.
pub(super) fn together<T: Float, V: Array<T>>(x: &V, run: &Run) -> V {
    match run.order() {
        Some(order) => x.permute(&order.into()).reshape(&run.dims),
        None => x.reshape(&run.dims),
    }
}

/// Undoes [`together`] for an array of the given shape.
pub(super) fn apart<T: Float, V: Array<T>>(x: &V, run: &Run, shape: &[usize]) -> V {
    match run.back() {
        Some((back, moved)) => x.reshape(moved).permute(&back.into()),
        None => x.reshape(shape),
    }
}

/// How a maximum (or minimum) is shared among equals. Inputs: values, maxima with the axes kept. It has no gradient.
#[derive(Clone, Debug)]
pub(crate) struct TieWeights(pub(crate) Axes);

impl Primitive for TieWeights {
    fn name(&self) -> &'static str {
        "tie_weights"
    }

    fn has_gradient(&self) -> bool {
        false
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].tie_weights(x[1], &self.0), None)
    }

    fn jvp<T: Float>(&self, _: &[&Tangent<T>], _: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        None
    }

    fn vjp<T: Float, V: Array<T>>(&self, _: &impl Saved<V>, _: V, _: &mut impl Sink<T, V>) {}
}
