//! Norms.

use rappel_elem::rows;
use rappel_tensor::shape::{reduced, resolve_axes};
use rappel_tensor::{Comparison, Float, Reduction, Tensor, check_norm_order};

use super::{Number, Reduce};
use crate::array::{Array, Axes, Tangent, kept};
use crate::primitive::{Primitive, Value};
use crate::row;
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The norm of order p over axes: `(sum |x|^p)^(1/p)`, and the largest magnitude for `p = inf`. 0 where there are no values.
    ///
    /// Nothing overflows or vanishes on the way: sums out of range are scaled by the largest magnitude. Where the norm is 0, so are its
    /// derivatives, of any order; where a value is 0, what it adds to them counts as 0 also for `p < 2`, whose slope or curvature is
    /// infinite there. For `p = inf` equals share the gradient evenly.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([[3.0, -4.0], [0.0, 0.0]]));
    /// let norms = x.norm_axes(2, &[1], false);
    /// assert_eq!(norms.value().data(), [5.0, 0.0]);
    /// assert_eq!(norms.sum().backward().wrt(x).unwrap().data(), [0.6, -0.8, 0.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, unless `p > 0`; when an axis does not exist or is named twice; for `p = inf` over no values.
    #[track_caller]
    pub fn norm_axes(self, p: impl Number, axes: &[isize], keep: bool) -> Self {
        let p = p.to_f64();
        check_norm_order(p);
        let axes = resolve_axes("norm", axes, self.rank());
        if p == 1.0 {
            self.abs().apply1(Reduce { by: Reduction::Sum, axes, keep })
        } else if p == f64::INFINITY {
            let shape = self.shape();
            assert!(
                !shape.contains(&0) || reduced(&shape, &axes, keep).contains(&0),
                "norm: shape {:?} has no values along axes {axes:?}, and nothing has no largest magnitude",
                &shape[..]
            );
            self.abs().apply1(Reduce { by: Reduction::Max, axes, keep })
        } else {
            self.apply1(Norm { p, axes, keep })
        }
    }

    /// The Euclidean norm of all values, a scalar; see [`norm_axes`](Self::norm_axes).
    #[track_caller]
    pub fn norm(self) -> Self {
        self.apply1(Norm { p: 2.0, axes: (0..self.rank()).collect(), keep: false })
    }
}

/// The norm of a finite order p over axes, which stay with size 1 or go.
#[derive(Clone, Debug)]
pub(crate) struct Norm {
    pub(crate) p: f64,
    pub(crate) axes: Axes,
    pub(crate) keep: bool,
}

impl Norm {
    /// The gradient times g: the signed power `p - 1` of `x / y`, a quotient that is at most 1. The axes of g and y are kept.
    fn chain<T: Float, V: Array<T>>(&self, g: &V, x: &V, y: &V) -> V {
        let zero = y.constant(0.0);
        let still = y.compare(Comparison::Eq, &zero);
        // Replaced before the quotient, so that the derivatives of this text are finite at 0 too.
        let ratio = x.div(&V::select(&still, &y.constant(1.0), y));
        let g = V::select(&still, &zero, g);
        let slope =
            if self.p == 2.0 { ratio } else { ratio.unary(row::unary::<rows::SignedPow, T>(), [self.p - 1.0, 0.0]) };
        slope.mul(&g)
    }
}

impl Primitive for Norm {
    fn name(&self) -> &'static str {
        "norm"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].norm_over(self.p, &self.axes, self.keep), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let (v, d) = (&x[0].v, x[0].d.as_ref()?);
        let y = y.reshape(&kept(v.shape(), &self.axes));
        let weights = self.chain(&Array::constant(&y, 1.0), v, &y);
        Some((weights * d).reduce(Reduction::Sum, &self.axes, self.keep))
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let kept = kept(&c.x(0).dims(), &self.axes);
        s.add(0, self.chain(&g.reshape(&kept), c.x(0), &c.y().reshape(&kept)));
    }
}
