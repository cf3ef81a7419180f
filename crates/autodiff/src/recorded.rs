//! The second reading: `Var` records, so a gradient can be differentiated again.

use rappel_elem::{Consts, Elem, Scalar, rows};
use rappel_tensor::{Comparison, Float, Reduction, Shape, Side, Soft, Tensor};
use smallvec::SmallVec;

use crate::array::{Array, Axes};
use crate::op::Op;
use crate::row::{self, BinaryRow, Pair, UnaryRow};
use crate::rule::{Saved, Sink, vjp};
use crate::tape::Ids;
use crate::var::Var;

impl<'t, T: Float> Array<T> for Var<'t, T> {
    fn dims(&self) -> Shape {
        self.shape()
    }

    fn constant(&self, c: f64) -> Self {
        self.tape.input(&Tensor::full_in(&self.tape.workspace, &self.shape(), T::of(c)))
    }

    fn unary(&self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        self.apply1(Op::Unary(row, k))
    }

    fn unary_chain(g: &Self, x: &Self, y: &Self, row: &'static dyn UnaryRow<T>, k: Consts) -> Self {
        full(row.record(*g, *x, *y, k), y)
    }

    fn binary(&self, other: &Self, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        self.apply2(*other, Op::Binary(row, k))
    }

    fn binary_chain(side: Side, v: &Pair<'_, Self>, row: &'static dyn BinaryRow<T>, k: Consts) -> Self {
        full(row.record(side, v, k), v.y)
    }

    fn select(mask: &Self, a: &Self, b: &Self) -> Self {
        mask.apply3(*a, *b, Op::Select)
    }

    fn compare(&self, by: Comparison, other: &Self) -> Self {
        self.apply2(*other, Op::Compare(by))
    }

    fn tie_weights(&self, top: &Self, axes: &Axes) -> Self {
        self.apply2(*top, Op::TieWeights(axes.clone()))
    }

    fn matmul(&self, ta: bool, other: &Self, tb: bool) -> Self {
        self.apply2(*other, Op::MatMul(ta, tb))
    }

    fn linear(&self, weight: &Self, bias: Option<&Self>) -> Self {
        match bias {
            Some(bias) => self.apply3(*weight, *bias, Op::Linear),
            None => self.apply2(*weight, Op::Linear),
        }
    }

    fn reduce(&self, by: Reduction, axes: &Axes, keep: bool) -> Self {
        self.apply1(Op::Reduce(by, axes.clone(), keep))
    }

    fn logsumexp(&self, axis: usize, keep: bool) -> Self {
        self.apply1(Op::LogSumExp(axis, keep))
    }

    fn soft(&self, soft: Soft, axis: usize) -> Self {
        self.apply1(Op::Soft(soft, axis))
    }

    fn cross_entropy(&self, labels: &Tensor<u32>) -> (Self, Option<Self>) {
        (self.apply1(Op::CrossEntropy(labels.clone())), None)
    }

    fn reshape(&self, shape: &[usize]) -> Self {
        if self.shape()[..] == *shape { *self } else { self.apply1(Op::Reshape(shape.into())) }
    }

    fn expand(&self, shape: &[usize]) -> Self {
        if self.shape()[..] == *shape { *self } else { self.apply1(Op::Expand(shape.into())) }
    }

    fn sum_to(&self, shape: &[usize]) -> Self {
        if self.shape()[..] == *shape { *self } else { self.apply1(Op::SumTo(shape.into())) }
    }

    fn permute(&self, order: &Axes) -> Self {
        self.apply1(Op::Permute(order.clone()))
    }

    fn slice(&self, start: &Shape, size: &Shape) -> Self {
        self.apply1(Op::Slice(start.clone(), size.clone()))
    }

    fn embed(&self, shape: &Shape, start: &Shape) -> Self {
        self.apply1(Op::Embed(shape.clone(), start.clone()))
    }

    fn concat(parts: &[&Self], axis: usize) -> Self {
        let ids: Ids = parts.iter().map(|p| p.id).collect();
        parts[0].tape.record(Op::Concat(axis), ids)
    }

    fn gather(&self, axis: usize, indices: &Tensor<u32>) -> Self {
        self.apply1(Op::Gather(axis, indices.clone()))
    }

    fn scatter(&self, shape: &Shape, axis: usize, indices: &Tensor<u32>) -> Self {
        self.apply1(Op::Scatter(shape.clone(), axis, indices.clone()))
    }

    fn dropout(&self, key: u64, p: f64) -> Self {
        self.apply1(Op::Dropout(key, p))
    }
}

/// A cotangent in the shape of the output: a formula whose value is the same everywhere may give fewer axes.
fn full<'t, T: Float>(g: Var<'t, T>, y: &Var<'t, T>) -> Var<'t, T> {
    Array::expand(&g, &y.shape())
}

/// The vocabulary of formulas, recorded: a row or an update rule written on `Elem` gives nodes.
///
/// A literal is a scalar node; broadcasting stretches it. A mask is a node of 0 and 1.
impl<'t, T: Float> Elem for Var<'t, T> {
    type Mask = Var<'t, T>;

    fn lit(self, c: f64) -> Self {
        self.tape.constant(c)
    }

    fn exp(self) -> Self {
        self.row::<rows::Exp>()
    }

    fn expm1(self) -> Self {
        self.row::<rows::Expm1>()
    }

    fn ln(self) -> Self {
        self.row::<rows::Ln>()
    }

    fn ln_1p(self) -> Self {
        self.row::<rows::Ln1p>()
    }

    fn sqrt(self) -> Self {
        self.row::<rows::Sqrt>()
    }

    fn sin(self) -> Self {
        self.row::<rows::Sin>()
    }

    fn cos(self) -> Self {
        self.row::<rows::Cos>()
    }

    fn tanh(self) -> Self {
        self.row::<rows::Tanh>()
    }

    fn sigmoid(self) -> Self {
        self.row::<rows::Sigmoid>()
    }

    fn abs(self) -> Self {
        self.row::<rows::Abs>()
    }

    fn floor(self) -> Self {
        self.row::<rows::Floor>()
    }

    fn powf(self, e: Self) -> Self {
        self.pair::<rows::Pow>(e)
    }

    fn powi(self, n: i32) -> Self {
        self.row_with::<rows::Powi>([f64::from(n), 0.0])
    }

    fn min(self, o: Self) -> Self {
        self.pair::<rows::Min>(o)
    }

    fn max(self, o: Self) -> Self {
        self.pair::<rows::Max>(o)
    }

    fn below(self, o: Self) -> Self::Mask {
        self.apply2(o, Op::Compare(Comparison::Lt))
    }

    fn pick(m: Self::Mask, a: Self, b: Self) -> Self {
        m.apply3(a, b, Op::Select)
    }
}

/// A one-element variable may be branched on.
impl<T: Float> Scalar for Var<'_, T> {
    #[track_caller]
    fn re(self) -> f64 {
        self.item().re()
    }
}

/// A node as its rule sees it.
struct At<'a, 't, T: Float> {
    x: &'a [Var<'t, T>],
    y: Var<'t, T>,
}

impl<'t, T: Float> Saved<Var<'t, T>> for At<'_, 't, T> {
    fn inputs(&self) -> usize {
        self.x.len()
    }

    fn x(&self, i: usize) -> &Var<'t, T> {
        &self.x[i]
    }

    fn y(&self) -> &Var<'t, T> {
        &self.y
    }

    /// What was kept has no history; a rule that is to be differentiated computes it anew.
    fn kept(&self) -> Option<&Var<'t, T>> {
        None
    }
}

struct Record<'a, 't, T: Float> {
    x: &'a [Var<'t, T>],
    wanted: &'a [bool],
    cotangents: &'a mut [Option<Var<'t, T>>],
}

impl<'t, T: Float> Sink<T, Var<'t, T>> for Record<'_, 't, T> {
    fn needs(&self, i: usize) -> bool {
        self.wanted[self.x[i].id as usize]
    }

    fn add(&mut self, i: usize, g: Var<'t, T>) {
        if !self.needs(i) {
            return;
        }
        let g = Array::sum_to(&g, &self.x[i].shape());
        let sum = &mut self.cotangents[self.x[i].id as usize];
        *sum = Some(sum.map_or(g, |s| s + g));
    }
}

impl<'t, T: Float> Var<'t, T> {
    /// The gradient of a one-element value in each of the given variables, recorded: it can be computed with and differentiated
    /// again, to any order.
    ///
    /// A variable the value does not depend on has a gradient of zeros, as the derivative of a constant.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::scalar(2.0));
    /// let dx = x.powi(3).grad(&[x])[0];
    /// let ddx = dx.grad(&[x])[0];
    /// assert_eq!((dx.item(), ddx.item()), (12.0, 12.0));
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the value has more or fewer elements than one (see [`grad_with`](Self::grad_with)).
    #[track_caller]
    pub fn grad(self, wrt: &[Var<'t, T>]) -> Vec<Var<'t, T>> {
        let shape = self.shape();
        assert!(
            shape.iter().product::<usize>() == 1,
            "grad: a value of shape {:?} has no gradient without a cotangent of that shape: reduce it to one element (`sum`, \
             `mean`), or use `grad_with`",
            &shape[..]
        );
        self.tape.assert_fresh();
        let one = self.tape.input(&Tensor::full_in(&self.tape.workspace, &shape, T::ONE));
        self.grad_with(one, wrt)
    }

    /// The gradient of the inner product with a cotangent of the value's shape, recorded. It can be differentiated in the
    /// cotangent too.
    #[track_caller]
    pub fn grad_with(self, cotangent: Var<'t, T>, wrt: &[Var<'t, T>]) -> Vec<Var<'t, T>> {
        self.check_same("grad", cotangent);
        for v in wrt {
            self.check_same("grad", *v);
        }
        assert!(
            cotangent.shape() == self.shape(),
            "grad: a cotangent of shape {:?} for a value of shape {:?}: they must be equal",
            &cotangent.shape()[..],
            &self.shape()[..]
        );
        let tape = self.tape;
        let last = self.id as usize;
        let wanted = self.on_the_way(wrt);
        let mut cotangents: Vec<Option<Var<'t, T>>> = vec![None; last + 1];
        if wanted[last] {
            cotangents[last] = Some(cotangent);
        }
        for id in (0..=last).rev() {
            let Some(g) = cotangents[id].filter(|_| wanted[id]) else { continue };
            // Taken out before the rule runs: it records on this very tape.
            let (op, inputs) = {
                let nodes = tape.nodes.borrow();
                (nodes[id].op.clone(), nodes[id].inputs.clone())
            };
            if inputs.is_empty() || !op.has_gradient() {
                continue;
            }
            let x: SmallVec<[Var<'t, T>; 4]> = inputs.iter().map(|&i| tape.handle(i)).collect();
            let mut sink = Record { x: &x, wanted: &wanted, cotangents: &mut cotangents };
            vjp(&op, &At { x: &x, y: tape.handle(id as u32) }, g, &mut sink);
        }
        wrt.iter()
            .map(|w| {
                let g = cotangents.get(w.id as usize).copied().flatten();
                g.unwrap_or_else(|| Array::constant(w, 0.0))
            })
            .collect()
    }

    /// Which nodes up to this one lead from the given variables to it.
    fn on_the_way(self, wrt: &[Var<'t, T>]) -> Vec<bool> {
        let nodes = self.tape.nodes.borrow();
        let mut on = vec![false; self.id as usize + 1];
        for w in wrt {
            if let Some(flag) = on.get_mut(w.id as usize) {
                *flag = true;
            }
        }
        for id in 0..on.len() {
            let node = &nodes[id];
            on[id] |= node.op.has_gradient() && node.inputs.iter().any(|&i| on[i as usize]);
        }
        on
    }

    /// Applies a row of the elementwise table, the user's own included: `x.row::<MyRow>()`.
    #[track_caller]
    pub fn row<O: rappel_elem::Unary>(self) -> Self {
        self.row_with::<O>([0.0; 2])
    }

    /// Applies a row with its constants.
    #[track_caller]
    pub fn row_with<O: rappel_elem::Unary>(self, k: Consts) -> Self {
        self.apply1(Op::Unary(row::unary::<O, T>(), k))
    }

    /// Applies a binary row of the elementwise table, the user's own included, under broadcasting.
    ///
    /// # Panics
    /// At the caller's line, when the shapes do not broadcast.
    #[track_caller]
    pub fn pair<O: rappel_elem::Binary>(self, other: Self) -> Self {
        self.pair_with::<O>(other, [0.0; 2])
    }

    /// Applies a binary row with its constants.
    #[track_caller]
    pub fn pair_with<O: rappel_elem::Binary>(self, other: Self, k: Consts) -> Self {
        self.check_same(O::NAME, other);
        let nodes = self.tape.nodes.borrow();
        let (a, b) = (&nodes[self.id as usize].value, &nodes[other.id as usize].value);
        if a.shape() != b.shape() {
            // Checked here because the row is reached through a pointer, behind which the caller's line is lost.
            let (a, b): (Shape, Shape) = (a.shape().into(), b.shape().into());
            drop(nodes);
            rappel_tensor::shape::broadcast_or_panic(O::NAME, &a, &b);
        } else {
            drop(nodes);
        }
        self.tape.record(Op::Binary(row::binary::<O, T>(), k), Ids::from_slice(&[self.id, other.id]))
    }
}
