//! Random expression graphs.

use proptest::collection::vec;
use proptest::prelude::*;
use rappel_autodiff::{Tensor, Var};

use self::step::{Step, wide};
use crate::strategies::{size, tensor};

mod step;

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
    // An operand is the value of the step before, or any earlier one, leaves included.
    let operand = || (any::<bool>(), any::<prop::sample::Index>());
    let steps = vec((Step::any(), operand(), operand()), steps);
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
        let mut values = leaves.to_vec();
        let mut used = vec![false; leaves.len()];
        for &(step, a, b) in &self.steps {
            (used[a], used[b]) = (true, true);
            // Leaves broadcast where two values meet; other steps get them stretched.
            values.push(step.run(values[a], values[b], &self.shape));
            used.push(false);
        }
        let loose = values.iter().zip(&used).filter(|(_, used)| !**used).map(|(v, _)| wide(*v, &self.shape));
        loose.reduce(|a, b| a + b).expect("the last value is used by nothing")
    }
}
