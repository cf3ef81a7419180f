//! Lookahead: fast weights that are pulled back to slow ones.
//!
//! ```text
//! s <- s + alpha (p - s)        after every k-th step; s begins as the weights before the first
//! p <- s
//! ```
//!
//! Zhang et al., "Lookahead Optimizer: k steps forward, 1 step back" (2019), and `optax.lookahead`. The rule's state is kept.

use rappel_autodiff::ParamId;
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Tensor};

use crate::adapter::{Adapted, Adapter, Stage};
use crate::knob::Knob;
use crate::shadow::{Kept, Shadow};
use crate::stepped::Stepped;

/// The adapter of [`lookahead`].
#[derive(Debug, Clone)]
pub struct Lookahead<T: Float> {
    slow: Shadow<T>,
    since: f64,
}

impl<T: Float> Default for Lookahead<T> {
    fn default() -> Self {
        Lookahead { slow: Shadow::default(), since: 0.0 }
    }
}

/// Puts the weights, after every `k` steps, back to a place between where they were `k` steps ago (`alpha` 0) and where they are
/// (`alpha` 1). `k` is a whole number, 1 or more, `alpha` in `[0, 1]`; each is a number or a schedule.
///
/// [`eval`](crate::Optimizer::eval) lends the slow weights, as the paper evaluates. Averages to its left see the fast weights, those to
/// its right the weights after it. A parameter that joins late begins with slow weights of its own.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::lookahead;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([4.0]));
/// let mut sgd = Sgd::new(1.0) | lookahead(2, 0.5);
/// for expected in [3.0, 3.0] {
///     let tape = Tape::new();
///     let gradients = tape.param(&w).sum().backward();
///     sgd.step(&mut w, &gradients)?;
///     assert_eq!(w.value.data(), [expected]); // the second was 2, half way back to 4
/// }
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn lookahead<T: Float>(k: impl Into<Schedule>, alpha: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(Lookahead::default()).knob("k", k).knob("alpha", alpha)
}

impl<T: Float> Adapter<T> for Lookahead<T> {
    fn name(&self) -> &'static str {
        "lookahead"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::whole("k", 5.0, 1.0..=f64::MAX), Knob::new("alpha", 0.5, 0.0..=1.0)] }
    }

    fn stage(&self) -> Stage {
        Stage::Weights
    }

    fn of_net(&self) -> bool {
        true
    }

    fn begins(&self) -> bool {
        true
    }

    fn begin(&mut self, before: &mut Stepped<'_, T>) {
        before.for_each(|p, _| {
            self.slow.get_or(p.id(), p.value.shape(), || p.value.scaled(1.0));
        });
    }

    fn weights(&mut self, after: &mut Stepped<'_, T>) {
        let (k, alpha) = (after.values()[0], after.values()[1]);
        self.since += 1.0;
        if self.since < k {
            return;
        }
        self.since = 0.0;
        after.for_each(|p, _| {
            let slow = self.slow.get_or(p.id(), p.value.shape(), || p.value.scaled(1.0));
            slow.blend(1.0 - alpha, alpha, &p.value);
            p.value = slow.scaled(1.0);
        });
    }

    fn evaluated(&self, id: ParamId, _: &Tensor<T>) -> Option<Tensor<T>> {
        self.slow.get(id).cloned()
    }

    fn kept(&self) -> Kept<T> {
        Kept::default().with_numbers([("since", self.since)]).with_tensor("slow", &self.slow)
    }

    fn recall(&mut self, kept: &Kept<T>) {
        (self.slow, self.since) = (kept.tensor("slow"), kept.number("since"));
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(self.clone())
    }
}
