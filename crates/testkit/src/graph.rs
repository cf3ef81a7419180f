//! Random expression graphs.

use proptest::collection::vec;
use proptest::prelude::*;
use rappel_autodiff::{Tensor, Var};

use crate::strategies::{size, tensor};

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
    MatMul(bool),
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
/// Values are matrices of one shape, whose sizes may be 0 and 1; some leaves have fewer values and broadcast to it. As often as not a
/// step continues from the one before, so that graphs are deep. Every function in them is smooth and keeps moderate values moderate, so
/// differences can be trusted.
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
    shape: [usize; 2],
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
        any::<bool>().prop_map(Step::MatMul),
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
    // An operand is the value of the step before, or any earlier one, leaves included.
    let operand = || (any::<bool>(), any::<prop::sample::Index>());
    let steps = vec((step, operand(), operand()), steps);
    (size(), size(), steps)
        .prop_flat_map(|(m, n, steps)| {
            let shapes = [&[m, n][..], &[n], &[m, 1], &[]];
            (Just([m, n]), shapes.map(|shape| tensor(shape, -1.5..1.5)), Just(steps))
        })
        .prop_map(|(shape, leaves, steps)| {
            let resolve = |(k, (step, a, b)): (usize, (Step, Operand, Operand))| {
                let place =
                    |(last, index): Operand| if last { leaves.len() + k - 1 } else { index.index(leaves.len() + k) };
                (step, place(a), place(b))
            };
            let steps = steps.into_iter().enumerate().map(resolve).collect();
            Program { shape, leaves: leaves.to_vec(), steps }
        })
        .boxed()
}

/// Whether it is the value before, and which it is otherwise.
type Operand = (bool, prop::sample::Index);

impl Program {
    /// The shape of its result.
    pub fn shape(&self) -> [usize; 2] {
        self.shape
    }

    /// The values it starts from.
    pub fn leaves(&self) -> &[Tensor<f64>] {
        &self.leaves
    }

    /// Runs it on variables in the place of the leaves; the result is the sum of all values that nothing used.
    pub fn run<'t>(&self, leaves: &[Var<'t, f64>]) -> Var<'t, f64> {
        let shape = self.shape;
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
                _ => step.of_matrices(wide(x, &shape), wide(y, &shape)),
            };
            values.push(wide(next, &shape));
            used.push(false);
        }
        let loose = values.iter().zip(&used).filter(|(_, used)| !**used).map(|(v, _)| wide(*v, &shape));
        loose.reduce(|a, b| a + b).expect("the last value is used by nothing")
    }
}

fn wide<'t>(x: Var<'t, f64>, shape: &[usize]) -> Var<'t, f64> {
    if x.shape()[..] == *shape { x } else { x.expand(shape) }
}

impl Step {
    /// The step on two matrices of one shape; many look at the first only.
    fn of_matrices<'t>(self, x: Var<'t, f64>, y: Var<'t, f64>) -> Var<'t, f64> {
        let (m, n) = (x.shape()[0], x.shape()[1]);
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
            Step::MatMul(false) => x.matmul_with(y.tanh(), false, true).matmul(x.tanh()) * 0.1,
            Step::MatMul(true) => x.matmul(y.tanh().matmul_with(x.tanh(), true, false)) * 0.1,
            Step::Linear => x.linear(y.tanh(), Some(y.mean_axes(&[1], false))).matmul(y.tanh()) * 0.1,
            Step::Softmax(axis) => x.softmax(axis) * y,
            Step::LogSoftmax(axis) => x.log_softmax(axis) * 0.5,
            Step::LogSumExp(axis) => x.logsumexp(axis, true) - y,
            Step::Sum(axis) => x.sum_axes(&[axis], true) * y.sigmoid(),
            Step::Mean => x - x.mean() + y.mean_axes(&[0, 1], true),
            Step::Transpose => (x.transpose() - y.permute(&[1, 0]) * 0.2).transpose(),
            Step::Rotate => Var::concat(&[x.slice_axis(0, m.min(1)..m), y.slice_axis(0, 0..m.min(1))], 0),
            Step::Gather => x.gather(1, &Tensor::from_fn(&[m, n], |i| (7 * i % 5 % n) as u32)),
            Step::Select => {
                let mask = Tensor::from_fn(&[m, n], |i| if i * i % 7 % 2 == 1 { 1.0 } else { 0.0 });
                x.tape().input(&mask).where_cond(x, y)
            }
            Step::Stack => Var::stack(&[x, y], 1).reshape(&[m, 2 * n]).slice(&[0..m, n.min(1)..n.min(1) + n]),
        }
    }
}
