//! A row of the op table: what an operation is, apart from how it is computed.

use std::collections::BTreeSet;
use std::fmt::{self, Debug};
use std::rc::Rc;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rappel_autodiff::{Float, Tape, Tensor, Var};

use crate::plain::Plain;

/// An operation on variables of any number type, beside a reference on plain numbers. [`row!`](crate::row) writes one.
pub trait Operation: 'static {
    /// What the operation takes besides variables: axes, flags, indices. `()` for nothing.
    type Args: Clone + Debug + 'static;

    /// The operation.
    fn vars<'t, T: Float>(args: &Self::Args, x: &[Var<'t, T>]) -> Var<'t, T>;

    /// The same function by plain loops.
    fn numbers(args: &Self::Args, x: &[Plain]) -> Plain;

    /// The same function made of simpler operations, if this one is fused from them.
    fn composed<'t>(args: &Self::Args, x: &[Var<'t, f64>]) -> Option<Var<'t, f64>> {
        let _ = (args, x);
        None
    }
}

/// A number type an operation can be evaluated in: `f32` or `f64`.
pub trait Real: Float + sealed::Sealed {
    #[doc(hidden)]
    fn call<'t>(case: &Case, x: &[Var<'t, Self>]) -> Var<'t, Self>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

impl Real for f32 {
    fn call<'t>(case: &Case, x: &[Var<'t, f32>]) -> Var<'t, f32> {
        case.op.single(x)
    }
}

impl Real for f64 {
    fn call<'t>(case: &Case, x: &[Var<'t, f64>]) -> Var<'t, f64> {
        case.op.double(x)
    }
}

/// An operation with its arguments, behind a pointer.
trait Applied {
    fn single<'t>(&self, x: &[Var<'t, f32>]) -> Var<'t, f32>;
    fn double<'t>(&self, x: &[Var<'t, f64>]) -> Var<'t, f64>;
    fn numbers(&self, x: &[Plain]) -> Plain;
    fn composed<'t>(&self, x: &[Var<'t, f64>]) -> Option<Var<'t, f64>>;
    fn args(&self) -> &dyn Debug;
}

struct With<O: Operation>(O::Args);

impl<O: Operation> Applied for With<O> {
    fn single<'t>(&self, x: &[Var<'t, f32>]) -> Var<'t, f32> {
        O::vars(&self.0, x)
    }

    fn double<'t>(&self, x: &[Var<'t, f64>]) -> Var<'t, f64> {
        O::vars(&self.0, x)
    }

    fn numbers(&self, x: &[Plain]) -> Plain {
        O::numbers(&self.0, x)
    }

    fn composed<'t>(&self, x: &[Var<'t, f64>]) -> Option<Var<'t, f64>> {
        O::composed(&self.0, x)
    }

    fn args(&self) -> &dyn Debug {
        &self.0
    }
}

/// What a law has to know about a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) name: &'static str,
    pub(crate) constants: &'static [usize],
    pub(crate) fused: bool,
    pub(crate) f32_factor: f64,
}

/// A row of the op table: name, cases, the operation and its reference. Every [law](crate::laws) holds for every row.
///
/// [`row!`](crate::row) makes one; the methods here state what is special about it.
#[derive(Clone)]
pub struct Row {
    facts: Facts,
    cases: BoxedStrategy<Case>,
}

impl Row {
    /// A row from a strategy of arguments and inputs.
    pub fn new<O: Operation>(
        name: &'static str,
        cases: impl Strategy<Value = (O::Args, Vec<Tensor<f64>>)> + 'static,
    ) -> Self {
        let facts = Facts { name, constants: &[], fused: false, f32_factor: 1.0 };
        let case = move |(args, inputs)| Case { facts, inputs, op: Rc::new(With::<O>(args)) };
        Row { facts, cases: cases.prop_map(case).boxed() }
    }

    /// Inputs that are masks or the like: no gradient goes to them.
    pub fn constants(mut self, inputs: &'static [usize]) -> Self {
        self.facts.constants = inputs;
        self
    }

    /// The eager backward has kernels of its own: it agrees with the recorded one to rounding, not bit for bit.
    pub fn fused(mut self) -> Self {
        self.facts.fused = true;
        self
    }

    /// In `f32` errors may be larger by a factor than elsewhere; say why.
    pub fn single_precision(mut self, factor: f64, why: &str) -> Self {
        assert!(factor > 1.0 && !why.is_empty(), "an exception needs a factor above 1 and a reason");
        self.facts.f32_factor = factor;
        self
    }

    /// The row's name.
    pub fn name(&self) -> &'static str {
        self.facts.name
    }

    /// The strategy of its cases.
    pub fn cases(&self) -> BoxedStrategy<Case> {
        let facts = self.facts;
        self.cases.clone().prop_map(move |case| Case { facts, ..case }).boxed()
    }

    /// `n` cases from a fixed generator.
    pub fn samples(&self, n: usize) -> Vec<Case> {
        let (mut runner, cases) = (TestRunner::deterministic(), self.cases());
        let draw = |_| cases.new_tree(&mut runner).expect("no strategy of the table rejects").current();
        (0..n).map(draw).collect()
    }
}

impl Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("facts", &self.facts).finish_non_exhaustive()
    }
}

/// An operation with arguments and inputs: what a law is checked on.
#[derive(Clone)]
pub struct Case {
    pub(crate) facts: Facts,
    inputs: Vec<Tensor<f64>>,
    op: Rc<dyn Applied>,
}

impl Case {
    /// The seed of the tapes that cases are recorded on.
    pub const SEED: u64 = 11;

    /// The inputs.
    pub fn inputs(&self) -> &[Tensor<f64>] {
        &self.inputs
    }

    /// The row's name.
    pub fn name(&self) -> &'static str {
        self.facts.name
    }

    /// The operation on variables.
    pub fn vars<'t, T: Real>(&self, x: &[Var<'t, T>]) -> Var<'t, T> {
        T::call(self, x)
    }

    /// The reference at the case's inputs.
    pub fn reference(&self) -> Plain {
        self.op.numbers(&self.inputs.iter().map(Plain::from).collect::<Vec<_>>())
    }

    /// The operation composed of simpler ones, where its row says how.
    pub fn composed<'t>(&self, x: &[Var<'t, f64>]) -> Option<Var<'t, f64>> {
        self.op.composed(x)
    }

    /// A tape to record it on: in training mode, so that random operations are random.
    pub fn tape<T: Real>() -> Tape<T> {
        Tape::training_in(Case::SEED)
    }

    /// The inputs that a gradient may go to.
    pub(crate) fn movable(&self) -> Vec<bool> {
        (0..self.inputs.len()).map(|i| !self.facts.constants.contains(&i)).collect()
    }

    /// Names of the operations that its value and its recorded gradient put on a tape.
    pub fn recorded(&self) -> BTreeSet<&'static str> {
        let tape = Case::tape::<f64>();
        let x: Vec<_> = self.inputs.iter().map(|x| tape.var(x)).collect();
        let y = self.vars(&x);
        y.grad_with(tape.input(&Tensor::ones(&y.shape())), &x);
        tape.recorded().into_iter().collect()
    }

    /// The same case with other inputs.
    pub(crate) fn at(&self, inputs: Vec<Tensor<f64>>) -> Self {
        Case { inputs, ..self.clone() }
    }
}

impl Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} on", self.facts.name, self.op.args())?;
        self.inputs.iter().try_for_each(|x| write!(f, " {:?} {:?}", x.shape(), x.data()))
    }
}

/// Writes a [`Row`]: a name, the type of its arguments, a strategy of `(arguments, inputs)`, the operation on variables, and the
/// reference on plain numbers. Adding an operation to the table is adding one of these. An operation that is fused from simpler ones
/// may say how, after the reference: `composed: |args, inputs| ..`.
///
/// ```
/// use proptest::prelude::*;
/// use rappel_testkit::{laws, row, strategies};
///
/// // A user's own function: the laws are checked on it as on the library's.
/// let swish = row! {
///     name: "swish",
///     args: f64,
///     cases: (0.5..2.0, strategies::one(-3.0..3.0)).prop_map(|(beta, x)| (beta, vec![x])),
///     vars: |beta, &[x]| x * (x * *beta).sigmoid(),
///     numbers: |beta, [x]| x.map(|x| x / (1.0 + (-beta * x).exp())),
/// };
/// laws::assert_all(&[swish], &strategies::config(8, file!()));
/// ```
#[macro_export]
macro_rules! row {
    (
        name: $name:expr,
        args: $args:ty,
        cases: $cases:expr,
        vars: |$a:pat_param, $x:pat_param| $vars:expr,
        numbers: |$ra:pat_param, $rx:pat_param| $numbers:expr
        $(, composed: |$ca:pat_param, $cx:pat_param| $composed:expr)? $(,)?
    ) => {{
        #[derive(Debug)]
        struct Op;
        impl $crate::Operation for Op {
            type Args = $args;

            #[allow(unreachable_patterns)]
            fn vars<'t, T: $crate::Float>(args: &$args, x: &[$crate::Var<'t, T>]) -> $crate::Var<'t, T> {
                match (args, x) {
                    ($a, $x) => $vars,
                    _ => panic!("{}: {} inputs do not match the row's pattern", $name, x.len()),
                }
            }

            #[allow(unreachable_patterns)]
            fn numbers(args: &$args, x: &[$crate::Plain]) -> $crate::Plain {
                match (args, x) {
                    ($ra, $rx) => $numbers,
                    _ => panic!("{}: {} inputs do not match the row's pattern", $name, x.len()),
                }
            }

            $(
                #[allow(unreachable_patterns)]
                fn composed<'t>(args: &$args, x: &[$crate::Var<'t, f64>]) -> Option<$crate::Var<'t, f64>> {
                    match (args, x) {
                        ($ca, $cx) => Some($composed),
                        _ => panic!("{}: {} inputs do not match the row's pattern", $name, x.len()),
                    }
                }
            )?
        }
        $crate::Row::new::<Op>($name, $cases)
    }};
}
