//! Scans along an axis: cumulative sums, products and their kin.
//!
//! The derivative of a scan is the linear recurrence `h = a h + b`, and the derivative of that is one in the other direction. So
//! products need no division, zeros are exact, and everything takes time in proportion to the length, to any order.

use rappel_tensor::shape::resolve_axis;
use rappel_tensor::{Comparison, Direction, Float, Scan, Tensor};

use crate::array::{Array, Tangent, plus};
use crate::primitive::{Primitive, Value};
use crate::rule::{Saved, Sink};
use crate::var::Var;

impl<T: Float> Var<'_, T> {
    /// The sums of the first 1, 2, ... values along an axis.
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist.
    #[track_caller]
    pub fn cumsum(self, axis: isize) -> Self {
        self.cumsum_with(axis, false, false)
    }

    /// [`cumsum`](Self::cumsum) from the last value to the first when `reverse`, and without the value itself when `exclusive`.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::from([1.0, 2.0, 3.0]));
    /// assert_eq!(x.cumsum(0).value().data(), [1.0, 3.0, 6.0]);
    /// assert_eq!(x.cumsum_with(0, true, true).value().data(), [5.0, 3.0, 0.0]);
    /// ```
    #[track_caller]
    pub fn cumsum_with(self, axis: isize, reverse: bool, exclusive: bool) -> Self {
        let axis = resolve_axis("cumsum", axis, self.rank());
        self.apply1(Cumulate { by: Scan::Sum, axis, to: Direction { reverse, exclusive } })
    }

    /// The products of the first 1, 2, ... values along an axis. Its derivatives are exact where values are 0, to any order.
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist.
    #[track_caller]
    pub fn cumprod(self, axis: isize) -> Self {
        self.cumprod_with(axis, false, false)
    }

    /// [`cumprod`](Self::cumprod) from the last value to the first when `reverse`, and without the value itself when `exclusive`.
    #[track_caller]
    pub fn cumprod_with(self, axis: isize, reverse: bool, exclusive: bool) -> Self {
        let axis = resolve_axis("cumprod", axis, self.rank());
        self.apply1(Cumulate { by: Scan::Prod, axis, to: Direction { reverse, exclusive } })
    }

    /// The logarithms of the cumulative sums of exponentials along an axis, without overflow. `-inf` as long as all values are, which
    /// get no gradient.
    ///
    /// # Panics
    /// At the caller's line, when the axis does not exist.
    #[track_caller]
    pub fn logcumsumexp(self, axis: isize) -> Self {
        let axis = resolve_axis("logcumsumexp", axis, self.rank());
        self.apply1(Cumulate { by: Scan::LogSumExp, axis, to: Direction::FORWARD })
    }
}

/// A scan along an axis.
#[derive(Clone, Debug)]
pub(crate) struct Cumulate {
    pub(crate) by: Scan,
    pub(crate) axis: usize,
    pub(crate) to: Direction,
}

impl Cumulate {
    /// The recurrence in the scan's own direction.
    fn along(&self) -> Recurrence {
        Recurrence { axis: self.axis, reverse: self.to.reverse }
    }

    /// The recurrence against the scan's direction.
    fn against(&self) -> Recurrence {
        Recurrence { axis: self.axis, reverse: !self.to.reverse }
    }

    /// The products before each value.
    fn before<T: Float, V: Array<T>>(&self, x: &V, y: &V) -> V {
        match self.to.exclusive {
            true => y.clone(),
            false => V::apply(Cumulate { to: Direction { exclusive: true, ..self.to }, ..self.clone() }, &[x]),
        }
    }

    /// The shares of each value and of all before it in the sum of exponentials so far: `exp(x - y)`, and the rest of 1. As long as
    /// all values are `-inf` the first is 0, and its derivatives are finite.
    fn shares<T: Float, V: Array<T>>(x: &V, y: &V) -> (V, V) {
        let dead = y.compare(Comparison::Eq, &y.constant(f64::NEG_INFINITY));
        let own = x.sub(&V::select(&dead, &y.constant(0.0), y)).exp();
        (own.clone(), own.constant(1.0).sub(&own))
    }
}

/// `g + h` with h the recurrence `h = a (h + g)` up to each place: what a place gets of its own g, and through the factors of all
/// that come after it.
fn gathered<T: Float, V: Array<T>>(op: Recurrence, a: &V, g: &V) -> V {
    g.add(&V::apply(op, &[a, &a.mul(g)]))
}

impl Primitive for Cumulate {
    fn name(&self) -> &'static str {
        self.by.name()
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (x[0].scan(self.by, self.axis, self.to), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let (v, d) = (&x[0].v, x[0].d.as_ref()?);
        let state = |a: &Tensor<T>, b: &Tensor<T>| self.along().eval(&[a, b]).0;
        Some(match self.by {
            Scan::Sum => self.eval(&[d]).0,
            Scan::Prod => {
                let moved = self.before(v, y) * d;
                let before = state(v, &moved);
                if self.to.exclusive { before } else { before * v + &moved }
            }
            Scan::LogSumExp => {
                let (own, rest) = Self::shares(v, y);
                let moved = own * d;
                state(&rest, &moved) * &rest + &moved
            }
        })
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        match self.by {
            Scan::Sum => {
                let to = Direction { reverse: !self.to.reverse, ..self.to };
                s.add(0, V::apply(Cumulate { to, ..self.clone() }, &[&g]));
            }
            // y_i / x_j is the product before j times that between j and i; the second, times g_i and summed over i, is a recurrence.
            Scan::Prod => {
                let (x, before) = (c.x(0), self.before(c.x(0), c.y()));
                let after = match self.to.exclusive {
                    true => V::apply(self.against(), &[x, &g]),
                    false => gathered(self.against(), x, &g),
                };
                s.add(0, before.mul(&after));
            }
            // exp(x_j - y_i) is the share of j at j times the shares that the rest keeps from j to i.
            Scan::LogSumExp => {
                let (own, rest) = Self::shares(c.x(0), c.y());
                s.add(0, own.mul(&gathered(self.against(), &rest, &g)));
            }
        }
    }
}

/// The states of `h = a h + b` from 0, each before the step of its place, along an axis. Inputs: a, b.
#[derive(Clone, Debug)]
pub(crate) struct Recurrence {
    pub(crate) axis: usize,
    pub(crate) reverse: bool,
}

impl Primitive for Recurrence {
    fn name(&self) -> &'static str {
        "recurrence"
    }

    fn eval<T: Float>(&self, x: &[&Tensor<T>]) -> Value<T> {
        (Tensor::recurrence(x[0], x[1], self.axis, self.reverse), None)
    }

    fn jvp<T: Float>(&self, x: &[&Tangent<T>], y: &Tensor<T>, _: Option<&Tensor<T>>) -> Option<Tensor<T>> {
        let term = plus(x[0].d.as_ref().map(|d| d * y), x[1].d.clone())?;
        Some(self.eval(&[&x[0].v, &term]).0)
    }

    fn vjp<T: Float, V: Array<T>>(&self, c: &impl Saved<V>, g: V, s: &mut impl Sink<T, V>) {
        let back = V::apply(Recurrence { axis: self.axis, reverse: !self.reverse }, &[c.x(0), &g]);
        if s.needs(0) {
            s.add(0, back.mul(c.y()));
        }
        if s.needs(1) {
            s.add(1, back);
        }
    }
}
