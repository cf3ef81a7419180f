//! Random expression graphs.

use proptest::collection::vec;
use proptest::prelude::*;
use rappel_autodiff::{Tensor, Var};

use crate::strategies::tensor;

/// The sizes of every value in a program but some leaves, which broadcast to it.
const SIDE: usize = 3;

/// What a step does to earlier values.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Average,
    Difference,
    Product,
    Quotient,
    Tanh,
    Sin,
    Sigmoid,
    Softplus,
    Exp,
    Log,
    Root,
    Power,
    MatMul(bool, bool),
    Linear,
    Softmax(isize),
    LogSoftmax(isize),
    LogSumExp(isize),
    Sum(isize),
    Mean,
    Transpose,
    Rotate,
    Gather,
    Select,
    Stack,
}

/// A random expression graph: leaves, and steps that each take earlier values, with reuse.
///
/// Every function in it is smooth and keeps moderate values moderate, so differences of it can be trusted.
///
/// ```
/// use proptest::prelude::*;
/// use rappel_testkit::{gradcheck_all, programs, strategies::config};
///
/// proptest! {
///     #![proptest_config(config(4, file!()))]
///     # #[allow(unused)]
///     fn gradients_of_anything_are_right(program in programs(5..15)) {
///         gradcheck_all(|x| program.run(x), program.leaves())?;
///     }
/// }
/// # gradients_of_anything_are_right();
/// ```
#[derive(Clone, Debug)]
pub struct Program {
    leaves: Vec<Tensor<f64>>,
    steps: Vec<(Step, usize, usize)>,
}

/// Programs of so many steps.
pub fn programs(steps: std::ops::Range<usize>) -> BoxedStrategy<Program> {
    let axis = -2_isize..2;
    let step = prop_oneof![
        Just(Step::Average),
        Just(Step::Difference),
        Just(Step::Product),
        Just(Step::Quotient),
        Just(Step::Tanh),
        Just(Step::Sin),
        Just(Step::Sigmoid),
        Just(Step::Softplus),
        Just(Step::Exp),
        Just(Step::Log),
        Just(Step::Root),
        Just(Step::Power),
        (any::<bool>(), any::<bool>()).prop_map(|(a, b)| Step::MatMul(a, b)),
        Just(Step::Linear),
        axis.clone().prop_map(Step::Softmax),
        axis.clone().prop_map(Step::LogSoftmax),
        axis.clone().prop_map(Step::LogSumExp),
        axis.prop_map(Step::Sum),
        Just(Step::Mean),
        Just(Step::Transpose),
        Just(Step::Rotate),
        Just(Step::Gather),
        Just(Step::Select),
        Just(Step::Stack),
    ];
    let leaves: Vec<_> =
        [&[SIDE, SIDE][..], &[SIDE], &[SIDE, 1], &[]].iter().map(|shape| tensor(shape, -1.5..1.5)).collect();
    (leaves, vec((step, any::<prop::sample::Index>(), any::<prop::sample::Index>()), steps))
        .prop_map(|(leaves, steps)| {
            // An operand is any leaf or the value of an earlier step, recent ones as likely as old ones.
            let resolve = |(k, (step, a, b)): (usize, (Step, prop::sample::Index, prop::sample::Index))| {
                (step, a.index(leaves.len() + k), b.index(leaves.len() + k))
            };
            let steps = steps.into_iter().enumerate().map(resolve).collect();
            Program { leaves, steps }
        })
        .boxed()
}

impl Program {
    /// The values it starts from.
    pub fn leaves(&self) -> &[Tensor<f64>] {
        &self.leaves
    }

    /// Runs it on variables in the place of the leaves; the result is the sum of all values that nothing used.
    pub fn run<'t>(&self, leaves: &[Var<'t, f64>]) -> Var<'t, f64> {
        let square = [SIDE, SIDE];
        let mut values = leaves.to_vec();
        let mut used = vec![false; leaves.len()];
        for &(step, a, b) in &self.steps {
            (used[a], used[b]) = (true, true);
            // Leaves broadcast where two values meet; other steps get them stretched.
            let (x, y) = (values[a], values[b]);
            let next = match step {
                Step::Average => (x + y) * 0.5,
                Step::Difference => x - y * 0.7,
                Step::Product => x * y.tanh(),
                Step::Quotient => x / (1.0 + y.square()),
                _ => step.of_squares(wide(x, &square), wide(y, &square)),
            };
            values.push(wide(next, &square));
            used.push(false);
        }
        let loose = values.iter().zip(&used).filter(|(_, used)| !**used).map(|(v, _)| wide(*v, &square));
        loose.reduce(|a, b| a + b).expect("the last value is used by nothing")
    }
}

fn wide<'t>(x: Var<'t, f64>, shape: &[usize]) -> Var<'t, f64> {
    if x.shape()[..] == *shape { x } else { x.expand(shape) }
}

impl Step {
    /// The step on two square matrices; many look at the first only.
    fn of_squares<'t>(self, x: Var<'t, f64>, y: Var<'t, f64>) -> Var<'t, f64> {
        match self {
            Step::Average | Step::Difference | Step::Product | Step::Quotient => unreachable!("they broadcast"),
            Step::Tanh => x.tanh(),
            Step::Sin => x.sin() + y.cos() * 0.3,
            Step::Sigmoid => x.sigmoid() - 0.5,
            Step::Softplus => x.softplus() * 0.8,
            Step::Exp => (x * 0.5).tanh().exp() - 1,
            Step::Log => x.square().ln_1p(),
            Step::Root => (1.0 + x.square()).sqrt() - 1.0,
            Step::Power => (1.5 + x.tanh()).pow(y.tanh()),
            Step::MatMul(ta, tb) => x.matmul_with(y.tanh(), ta, tb) * 0.5,
            Step::Linear => x.linear(y.tanh() * 0.5, Some(y.mean_axes(&[0], false))),
            Step::Softmax(axis) => x.softmax(axis) * y,
            Step::LogSoftmax(axis) => x.log_softmax(axis) * 0.5,
            Step::LogSumExp(axis) => x.logsumexp(axis, true) - y,
            Step::Sum(axis) => x.sum_axes(&[axis], true) * y.sigmoid(),
            Step::Mean => x - x.mean() + y.mean_axes(&[0, 1], true),
            Step::Transpose => x.transpose() - y.permute(&[1, 0]) * 0.2,
            Step::Rotate => Var::concat(&[x.slice(&[1..SIDE, 0..SIDE]), y.slice(&[0..1, 0..SIDE])], 0),
            Step::Gather => x.gather(1, &Tensor::from([[0_u32, 2, 2], [1, 1, 0], [2, 0, 2]])),
            Step::Select => {
                let mask = Tensor::from([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]);
                x.tape().input(&mask).where_cond(x, y)
            }
            Step::Stack => Var::stack(&[x, y], 1).reshape(&[SIDE, 2 * SIDE]).slice(&[0..SIDE, 1..1 + SIDE]),
        }
    }
}
