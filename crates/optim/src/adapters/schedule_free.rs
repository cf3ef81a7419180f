//! Schedule-free steps: averaging and interpolation in the place of momentum and of a decreasing rate.
//!
//! ```text
//! z <- z - rate d                         d the rule's direction, decay included, at y
//! x <- (1 - c) x + c z                    c = w / (sum of all w), w = (the highest lr so far)^weight_lr_power
//! y  = b1 x + (1 - b1) z
//! ```
//!
//! y is trained, where gradients are taken; x is evaluated; both and z begin as the weights. Defazio et al., "The Road Less Scheduled"
//! (2024), and `optax.contrib.schedule_free`.

use rappel_autodiff::ParamId;
use rappel_tensor::{Float, Tensor};

use crate::adapter::{Adapted, Adapter, Place, Stage};
use crate::knob::Knob;
use crate::shadow::{Kept, Shadow};

/// What is counted for each parameter: the sum of the weights of its average, the highest rate, and `b1` at the last step.
const COUNTS: [&str; 3] = ["sum", "highest", "b1"];

/// The adapter of [`schedule_free`].
#[derive(Debug, Clone)]
pub struct ScheduleFree<T: Float> {
    x: Shadow<T>,
    z: Shadow<T>,
    /// Of each parameter the sum of its weights, the highest rate so far, and the `b1` that its y was made with.
    counts: Shadow<f64>,
}

impl<T: Float> Default for ScheduleFree<T> {
    fn default() -> Self {
        ScheduleFree { x: Shadow::default(), z: Shadow::default(), counts: Shadow::default() }
    }
}

/// Makes a rule schedule-free: a constant rate, after a warm-up where one is wanted, does what one that decreases to 0 does, and the
/// length of the run need not be known. [`eval`](crate::Optimizer::eval) lends the weights to evaluate and to save.
///
/// It stands for the momentum, so the rule should have none: `sgd(lr=1) | schedule_free()`,
/// `adam(lr=0.0025, betas=[0, 0.999]) | schedule_free()`. [`knob`](Adapted::knob) sets `b1`, 0.9 unless set, in `[0, 1]` (0 is plain
/// averaging of the rule's steps, 1 takes gradients at the average), and `weight_lr_power`, 2 unless set. Groups may have their own.
///
/// What moves the weights besides the rule, [`lookahead`](super::lookahead) or a hand that sets them, moves x and z by as much.
/// Averages beside it are of y, and to its right are what `eval` lends: leave them out. A parameter that joins late has sums of its own.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::schedule_free;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([4.0]));
/// let mut sgd = Sgd::new(1.0) | schedule_free().knob("b1", 0.5);
/// for _ in 0..2 {
///     let tape = Tape::new();
///     let gradients = tape.param(&w).sum().backward();
///     sgd.step(&mut w, &gradients)?;
/// }
/// assert_eq!(sgd.eval(&mut w).value.data(), [2.5]); // x, of the z that were 3 and 2
/// assert_eq!(w.value.data(), [2.25]); // y, between x and z
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn schedule_free<T: Float>() -> Adapted<T> {
    Adapted::new(ScheduleFree::default())
}

/// y.
fn between<T: Float>(b1: T, x: T, z: T) -> T {
    b1 * x + (T::ONE - b1) * z
}

impl<T: Float> Adapter<T> for ScheduleFree<T> {
    fn name(&self) -> &'static str {
        "schedule_free"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("b1", 0.9, 0.0..=1.0), Knob::new("weight_lr_power", 2.0, 0.0..=f64::MAX)] }
    }

    fn stage(&self) -> Stage {
        Stage::Weights
    }

    fn advances(&self) -> bool {
        true
    }

    fn advance(&mut self, at: &Place<'_, T>, d: &Tensor<T>) -> Tensor<T> {
        let (id, shape, b1) = (at.id, at.p.shape(), at.values[0]);
        let mut fresh = false;
        let x = self.x.get_or(id, shape, || {
            fresh = true;
            at.p.scaled(1.0)
        });
        let begin = || Tensor::from([0.0, 0.0, b1]);
        if fresh {
            self.z.set(id, at.p.scaled(1.0));
            self.counts.set(id, begin());
        }
        let (z, counts) = (self.z.get_or(id, shape, || at.p.scaled(1.0)), self.counts.get_or(id, &[3], begin));
        let [sum, highest, before] = [0, 1, 2].map(|i| counts.data()[i]);
        let highest = highest.max(at.lr);
        let weight = highest.powf(at.values[1]);
        let sum = sum + weight;
        counts.data_mut().copy_from_slice(&[sum, highest, b1]);
        // Nothing has a weight as long as the rate is 0.
        let share = T::of(if sum > 0.0 { weight / sum } else { 0.0 });
        let (rate, before, b1) = (T::of(at.rate), T::of(before), T::of(b1));
        let mut y = d.room();
        let (x, z) = (x.data_mut().iter_mut(), z.data_mut().iter_mut());
        for (((x, z), (y, d)), p) in x.zip(z).zip(y.data_mut().iter_mut().zip(d.data())).zip(at.p.data()) {
            let moved = *p - between(before, *x, *z);
            *z = *z + moved - rate * *d;
            *x = (T::ONE - share) * (*x + moved) + share * *z;
            *y = between(b1, *x, *z);
        }
        y
    }

    fn evaluated(&self, id: ParamId, value: &Tensor<T>) -> Option<Tensor<T>> {
        let (x, z, counts) = (self.x.get(id)?, self.z.get(id)?, self.counts.get(id)?);
        if x.shape() != value.shape() {
            return None;
        }
        let (b1, mut new) = (T::of(counts.data()[2]), x.scaled(1.0));
        for ((x, z), p) in new.data_mut().iter_mut().zip(z.data()).zip(value.data()) {
            *x = *x + (*p - between(b1, *x, *z));
        }
        Some(new)
    }

    fn kept(&self) -> Kept<T> {
        let mut kept = Kept::default().with_tensor("x", &self.x).with_tensor("z", &self.z);
        for (i, name) in COUNTS.into_iter().enumerate() {
            let mut of = Shadow::default();
            self.counts.iter().for_each(|(id, counts)| of.set(id, Tensor::scalar(counts.data()[i])));
            kept = kept.with_count(name, &of);
        }
        kept
    }

    fn recall(&mut self, kept: &Kept<T>) {
        (self.x, self.z, self.counts) = (kept.tensor("x"), kept.tensor("z"), Shadow::default());
        let of = COUNTS.map(|name| kept.count(name));
        for (id, _) in of[0].iter() {
            if let [Some(sum), Some(highest), Some(b1)] = [0, 1, 2].map(|i| of[i].get(id)) {
                self.counts.set(id, Tensor::from([sum.item(), highest.item(), b1.item()]));
            }
        }
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(self.clone())
    }
}
