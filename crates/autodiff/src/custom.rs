//! Operations that users write.

use std::fmt;
use std::sync::Arc;

use rappel_tensor::{Float, Tensor, Workspace};
use smallvec::SmallVec;

use crate::array::{Array, Tangent};
use crate::op::Op;
use crate::tape::{Ids, Node, Tape};
use crate::transform;
use crate::var::Var;

/// An operation with a backward rule on variables: it can be differentiated to any order, and forward mode is derived from the
/// rule.
///
/// ```
/// use rappel_autodiff::{Custom, CustomOp, Float, Tape, Tensor, Var};
///
/// struct Cube;
///
/// impl<T: Float> CustomOp<T> for Cube {
///     fn name(&self) -> &'static str {
///         "cube"
///     }
///
///     fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
///         x[0].powi(3)
///     }
///
///     fn backward<'t>(&self, x: &[Var<'t, T>], _: Var<'t, T>, g: Var<'t, T>) -> Vec<Option<Var<'t, T>>> {
///         vec![Some(g * x[0].square() * 3.0)]
///     }
/// }
///
/// let cube = Custom::new(Cube);
/// let tape = Tape::new();
/// let x = tape.var(&Tensor::scalar(2.0));
/// let dx = cube.apply(&[x]).grad(&[x])[0];
/// assert_eq!((dx.item(), dx.grad(&[x])[0].item()), (12.0, 12.0));
/// ```
pub trait CustomOp<T: Float>: Send + Sync + 'static {
    /// The name in messages.
    fn name(&self) -> &'static str;

    /// The value: a function of the operands alone, as it may be computed again.
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T>;

    /// The cotangent of each operand, in its shape, from the operands, the value `y` and its cotangent `g`; linear in `g`. None where no
    /// gradient flows.
    ///
    /// It runs on the tape where the backward pass is recorded, and otherwise on one of its own, in evaluation mode.
    fn backward<'t>(&self, x: &[Var<'t, T>], y: Var<'t, T>, g: Var<'t, T>) -> Vec<Option<Var<'t, T>>>;
}

/// An operation whose backward rule is a kernel too: fast, and differentiable once. A second derivative through it panics by its
/// name.
pub trait CustomKernel<T: Float>: Send + Sync + 'static {
    /// The name in messages.
    fn name(&self) -> &'static str;

    /// The value: a function of the operands alone, as it may be computed again.
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T>;

    /// The cotangent of each operand, in its shape, from the operands, the value `y` and its cotangent `g`. None where no gradient
    /// flows.
    fn backward(&self, x: &[&Tensor<T>], y: &Tensor<T>, g: &Tensor<T>) -> Vec<Option<Tensor<T>>>;

    /// The derivative of the value along directions of the operands, of which an absent one is zero. None, and as it stands, when
    /// the operation has no forward mode.
    fn jvp(&self, x: &[&Tensor<T>], y: &Tensor<T>, d: &[Option<&Tensor<T>>]) -> Option<Tensor<T>> {
        let _ = (x, y, d);
        None
    }
}

/// An operation of one's own, to be applied to variables. Cheap to clone.
pub struct Custom<T: Float = f32>(Rule<T>);

#[derive(Clone)]
enum Rule<T: Float> {
    AnyOrder(Arc<dyn CustomOp<T>>),
    Once(Arc<dyn CustomKernel<T>>),
}

impl<T: Float> Clone for Custom<T> {
    fn clone(&self) -> Self {
        Custom(self.0.clone())
    }
}

/// A [`CustomOp`] from two functions.
struct FromFns<F, B> {
    name: &'static str,
    forward: F,
    backward: B,
}

impl<T, F, B> CustomOp<T> for FromFns<F, B>
where
    T: Float,
    F: Fn(&[&Tensor<T>]) -> Tensor<T> + Send + Sync + 'static,
    B: for<'t> Fn(&[Var<'t, T>], Var<'t, T>, Var<'t, T>) -> Vec<Option<Var<'t, T>>> + Send + Sync + 'static,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        (self.forward)(x)
    }

    fn backward<'t>(&self, x: &[Var<'t, T>], y: Var<'t, T>, g: Var<'t, T>) -> Vec<Option<Var<'t, T>>> {
        (self.backward)(x, y, g)
    }
}

impl<T: Float> Custom<T> {
    /// An operation that can be differentiated to any order.
    pub fn new(op: impl CustomOp<T>) -> Self {
        Custom(Rule::AnyOrder(Arc::new(op)))
    }

    /// An operation that can be differentiated once.
    pub fn once(kernel: impl CustomKernel<T>) -> Self {
        Custom(Rule::Once(Arc::new(kernel)))
    }

    /// [`new`](Self::new) from the two functions of a [`CustomOp`].
    ///
    /// ```
    /// use rappel_autodiff::{Custom, Tape, Tensor};
    ///
    /// let exp: Custom = Custom::from_fns("my_exp", |x| x[0].exp(), |_, y, g| vec![Some(g * y)]);
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::scalar(1.0));
    /// let y = exp.apply(&[x]);
    /// assert_eq!(y.backward().wrt(x).unwrap().item(), y.item());
    /// ```
    pub fn from_fns(
        name: &'static str,
        forward: impl Fn(&[&Tensor<T>]) -> Tensor<T> + Send + Sync + 'static,
        backward: impl for<'t> Fn(&[Var<'t, T>], Var<'t, T>, Var<'t, T>) -> Vec<Option<Var<'t, T>>> + Send + Sync + 'static,
    ) -> Self {
        Self::new(FromFns { name, forward, backward })
    }

    /// Computes the operation and records it.
    ///
    /// # Panics
    /// At the caller's line, when there are no operands or they are of different tapes. A backward pass panics at its caller's line
    /// when the rule gives more or fewer cotangents than there are operands, or one in another shape than its operand's.
    #[track_caller]
    pub fn apply<'t>(&self, x: &[Var<'t, T>]) -> Var<'t, T> {
        let Some((first, others)) = x.split_first() else {
            panic!("{}: a custom operation needs at least one operand", self.name())
        };
        first.check();
        for other in others {
            first.check_same(self.name(), *other);
        }
        first.tape.record(Op::Custom(self.clone()), x.iter().map(|x| x.id).collect::<Ids>())
    }

    pub(crate) fn name(&self) -> &'static str {
        match &self.0 {
            Rule::AnyOrder(op) => op.name(),
            Rule::Once(kernel) => kernel.name(),
        }
    }

    pub(crate) fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        match &self.0 {
            Rule::AnyOrder(op) => op.forward(x),
            Rule::Once(kernel) => kernel.forward(x),
        }
    }

    /// The rule on tensors: for variables, on a tape of its own.
    #[track_caller]
    pub(crate) fn pull(&self, x: &[&Tensor<T>], y: &Tensor<T>, g: &Tensor<T>) -> Vec<Option<Tensor<T>>> {
        let out = match &self.0 {
            Rule::Once(kernel) => kernel.backward(x, y, g),
            Rule::AnyOrder(op) => {
                let tape = scratch(y.workspace());
                let vars: Vec<_> = x.iter().map(|x| tape.input(x)).collect();
                let out = op.backward(&vars, tape.input(y), tape.input(g));
                out.into_iter().map(|g| g.map(Var::value)).collect()
            }
        };
        self.assert_fits(x, &out);
        out
    }

    /// The rule on the tape itself.
    #[track_caller]
    pub(crate) fn pull_recorded<'t>(
        &self,
        x: &[&Var<'t, T>],
        y: &Var<'t, T>,
        g: &Var<'t, T>,
    ) -> Vec<Option<Var<'t, T>>> {
        let vars: Vec<_> = x.iter().map(|x| **x).collect();
        let out = self.any_order("grad").backward(&vars, *y, *g);
        self.assert_fits(x, &out);
        out
    }

    /// The rule along a direction: recorded on a tape of its own, and swept with the tangents of operands, value and cotangent.
    #[track_caller]
    pub(crate) fn pull_along(&self, x: &[&Tangent<T>], y: &Tangent<T>, g: &Tangent<T>) -> Vec<Option<Tangent<T>>> {
        let leaves: SmallVec<[&Tangent<T>; 6]> = x.iter().copied().chain([y, g]).collect();
        if leaves.iter().all(|x| x.d.is_none()) {
            let values: SmallVec<[&Tensor<T>; 4]> = x.iter().map(|x| &x.v).collect();
            return self.pull(&values, &y.v, &g.v).into_iter().map(|g| g.map(Tangent::still)).collect();
        }
        let tape = scratch(y.v.workspace());
        let vars: Vec<_> = leaves.iter().map(|x| tape.input(&x.v)).collect();
        let (operands, [y, g]) = vars.split_at(x.len()) else { unreachable!("two more than operands") };
        let out = self.any_order("hvp").backward(operands, *y, *g);
        let moving: Vec<_> = (0..).zip(&leaves).filter_map(|(id, x)| Some((id, x.d.clone()?))).collect();
        let swept = transform::sweep("hvp", &tape, tape.len(), moving);
        let out: Vec<_> = out.into_iter().map(|g| g.map(|g| swept[g.id as usize].clone())).collect();
        self.assert_fits(x, &out);
        out
    }

    /// The derivative of the value along the directions of the operands; none when there is no forward mode.
    ///
    /// From a rule on variables by differentiating it: `g -> J^T g` is linear, and the gradient of `<J^T g, d>` in `g` is `J d`.
    #[track_caller]
    pub(crate) fn jvp(&self, x: &[&Tangent<T>], y: &Tensor<T>) -> Option<Tensor<T>> {
        let op = match &self.0 {
            Rule::AnyOrder(op) => op,
            Rule::Once(kernel) => {
                let values: SmallVec<[&Tensor<T>; 4]> = x.iter().map(|x| &x.v).collect();
                let directions: SmallVec<[Option<&Tensor<T>>; 4]> = x.iter().map(|x| x.d.as_ref()).collect();
                return kernel.jvp(&values, y, &directions);
            }
        };
        let tape = scratch(y.workspace());
        let vars: Vec<_> = x.iter().map(|x| tape.input(&x.v)).collect();
        let g = tape.var(&Array::constant(y, 0.0));
        let out = op.backward(&vars, tape.input(y), g);
        self.assert_fits(&vars.iter().collect::<Vec<_>>(), &out);
        let dots = out.into_iter().zip(x).filter_map(|(gx, x)| Some((gx? * tape.input(x.d.as_ref()?)).sum()));
        match dots.reduce(|a, b| a + b) {
            Some(dot) => Some(dot.grad(&[g])[0].value()),
            None => Some(Array::constant(y, 0.0)),
        }
    }

    #[track_caller]
    fn any_order(&self, by: &str) -> &dyn CustomOp<T> {
        match &self.0 {
            Rule::AnyOrder(op) => &**op,
            Rule::Once(kernel) => panic!("{by}: `{}` can be differentiated once only", kernel.name()),
        }
    }

    /// Panics unless the rule gave a cotangent, or none, for each operand, in its shape.
    #[track_caller]
    fn assert_fits<V: Array<T>>(&self, x: &[&V], cotangents: &[Option<V>]) {
        assert!(
            x.len() == cotangents.len(),
            "{}: the backward rule gives {} cotangents for {} operands: there must be one, or None, for each",
            self.name(),
            cotangents.len(),
            x.len()
        );
        for (i, (x, g)) in x.iter().zip(cotangents).enumerate() {
            let Some(g) = g else { continue };
            assert!(
                g.dims() == x.dims(),
                "{}: the backward rule gives shape {:?} for operand {i} of shape {:?}: they must be equal",
                self.name(),
                &g.dims()[..],
                &x.dims()[..]
            );
        }
    }
}

/// A tape for one evaluation of a rule.
fn scratch<T: Float>(workspace: Option<&Workspace<T>>) -> Tape<T> {
    let mut tape = Tape::default();
    if let Some(workspace) = workspace {
        tape.workspace = workspace.clone();
    }
    tape
}

impl<T: Float> Node<T> {
    /// Panics when the operation has no derivative of its gradient.
    #[track_caller]
    pub(crate) fn assert_any_order(&self, by: &str) {
        if let Op::Custom(Custom(Rule::Once(kernel))) = &self.op {
            panic!(
                "{by}: the custom operation `{}` (recorded at {}:{}) can be differentiated once, and this asks for a gradient that can \
                 be differentiated again: write its rule on variables (`CustomOp`), or use `backward`",
                kernel.name(),
                self.at.file(),
                self.at.line()
            );
        }
    }
}

impl<T: Float> fmt::Debug for Custom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custom({})", self.name())
    }
}
