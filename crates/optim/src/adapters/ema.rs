//! An exponential average of the weights.
//!
//! ```text
//! a <- decay a + (1 - decay) p        after each step; at the first a <- p
//! ```
//!
//! As `torch.optim.swa_utils.get_ema_multi_avg_fn`, whose first average is the first weights it sees.

use rappel_autodiff::ParamId;
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Tensor};

use crate::adapter::{Adapted, Adapter, Stage};
use crate::knob::Knob;
use crate::shadow::{Kept, Shadow};
use crate::stepped::Stepped;

/// The adapter of [`ema`].
#[derive(Debug, Clone)]
pub struct Ema<T: Float> {
    average: Shadow<T>,
}

impl<T: Float> Default for Ema<T> {
    fn default() -> Self {
        Ema { average: Shadow::default() }
    }
}

/// Keeps an exponential average of the weights, of which `decay`, in `[0, 1]`, stays at each step; a number or a schedule. The net is
/// trained as before; [`eval`](crate::Optimizer::eval) lends the average.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::ema;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([4.0]));
/// let mut sgd = Sgd::new(0.25) | ema(0.5);
/// for _ in 0..2 {
///     let tape = Tape::new();
///     let gradients = tape.param(&w).square().sum().backward();
///     sgd.step(&mut w, &gradients)?;
/// }
/// assert_eq!(w.value.data(), [1.0]);
/// assert_eq!(sgd.eval(&mut w).value.data(), [1.5]); // of 2 and 1
/// assert_eq!(w.value.data(), [1.0]);
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn ema<T: Float>(decay: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(Ema::default()).knob("decay", decay)
}

impl<T: Float> Adapter<T> for Ema<T> {
    fn name(&self) -> &'static str {
        "ema"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("decay", 0.999, 0.0..=1.0)] }
    }

    fn stage(&self) -> Stage {
        Stage::Weights
    }

    fn weights(&mut self, stepped: &mut Stepped<'_, T>) {
        stepped.for_each(|p, values| {
            let mut fresh = false;
            let average = self.average.get_or(p.id(), p.value.shape(), || {
                fresh = true;
                p.value.scaled(1.0)
            });
            if !fresh {
                average.blend(values[0], 1.0 - values[0], &p.value);
            }
        });
    }

    fn evaluated(&self, id: ParamId, _: &Tensor<T>) -> Option<Tensor<T>> {
        self.average.get(id).cloned()
    }

    fn kept(&self) -> Kept<T> {
        Kept::default().with_tensor("average", &self.average)
    }

    fn recall(&mut self, kept: &Kept<T>) {
        self.average = kept.tensor("average");
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(self.clone())
    }
}
