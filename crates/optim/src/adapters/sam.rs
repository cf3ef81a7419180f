//! Sharpness-aware minimization: the gradient from a little uphill.
//!
//! ```text
//! e  = rho g / (|g| + 1e-12)              |g| the Euclidean norm over all parameters that are stepped
//! g <- the gradient at p + e
//! ```
//!
//! Adaptive, with `|p| g` in the place of the first `g` and `e` times `|p|`: `e = rho p^2 g / (| |p| g | + 1e-12)`, each value alone.
//!
//! Foret et al., "Sharpness-Aware Minimization for Efficiently Improving Generalization" (2021); adaptive: Kwon et al., "ASAM" (2021).
//! As in the PyTorch program of David Samuel, and equal to `optax.contrib.sam` with a normalized step of `rho`.

use rappel_autodiff::{Gradients, Leaf, ParamId, ParamMut, VisitorMut};
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Tensor};

use crate::adapter::{Adapted, Adapter, Stage};
use crate::eval::Back;
use crate::evaluate::Evaluate;
use crate::knob::Knob;

/// The adapter of [`sam`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Sam;

/// Takes the gradient for a step at the weights that lie `rho` uphill, a number or a schedule: the rule goes down where the loss is
/// high around the weights, and not only at them. A step costs two evaluations and needs
/// [`step_with`](crate::Optimizer::step_with); the second draws the same dropout masks as the first.
///
/// `adaptive`, off unless [`knob`](Adapted::knob) sets it, measures uphill in units of each weight, so that the scale of the weights
/// does not matter; its authors use a larger `rho` then, 0.5 to 2.
///
/// The loss in the report is that of the weights themselves, and so is the loss for a rule that follows it. All that works on
/// gradients works on those of the second evaluation. Parameters that are not stepped do not move uphill. With
/// [`accumulate`](super::accumulate) each part climbs alone. After a panic in the loss the weights are where they were.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::sam;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([3.0, 4.0]));
/// let mut sgd = Sgd::new(0.5) | sam(1.0);
/// let report = sgd.step_with(&mut w, &mut Tape::new(), |w, tape| tape.param(w).square().sum() * 0.5)?;
/// assert!((w.value.data()[0] - (3.0 - 0.5 * 3.6)).abs() < 1e-6);
/// assert_eq!((report.loss, report.evaluations), (Some(12.5), 2));
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn sam<T: Float>(rho: impl Into<Schedule>) -> Adapted<T> {
    Adapted::new(Sam).knob("rho", rho)
}

impl<T: Float> Adapter<T> for Sam {
    fn name(&self) -> &'static str {
        "sam"
    }

    fn knobs(&self) -> &'static [Knob] {
        const { &[Knob::new("rho", 0.05, 0.0..=f64::MAX), Knob::flag("adaptive", false)] }
    }

    fn stage(&self) -> Stage {
        Stage::Gradient
    }

    fn of_net(&self) -> bool {
        true
    }

    fn reevaluates(&self) -> bool {
        true
    }

    fn evaluate(&mut self, values: &[f64], first: Gradients<T>, at: &mut dyn Evaluate<T>) -> Gradients<T> {
        let [rho, adaptive] = [values[0], values[1]];
        let (loss, mut uphill) = (first.loss(), first.clone());
        if adaptive == 1.0 {
            at.net().visit_mut(&mut Weigh { first: &first, uphill: &mut uphill });
        }
        let by = rho / (uphill.norm() + 1e-12);
        let mut climb = Climb { uphill: &uphill, by, adaptive: adaptive == 1.0, before: Vec::new() };
        at.net().visit_mut(&mut climb);
        let returns = Returns { before: climb.before, at };
        let mut second = returns.at.gradients();
        drop(returns);
        second.set_loss(loss);
        second
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}

/// Multiplies each gradient by the size of its weight.
struct Weigh<'a, T: Float> {
    first: &'a Gradients<T>,
    uphill: &'a mut Gradients<T>,
}

impl<T: Float> VisitorMut for Weigh<'_, T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p).filter(|p| p.trainable) else { return };
        if let Some(g) = self.first.by_id(p.id()) {
            self.uphill.set_by_id(p.id(), sized(g, &p.value));
        }
    }
}

/// The product with the sizes of weights.
fn sized<T: Float>(x: &Tensor<T>, p: &Tensor<T>) -> Tensor<T> {
    let mut new = x.scaled(1.0);
    new.data_mut().iter_mut().zip(p.data()).for_each(|(x, p)| *x = *x * p.abs());
    new
}

/// Moves the weights uphill.
struct Climb<'a, T: Float> {
    uphill: &'a Gradients<T>,
    by: f64,
    adaptive: bool,
    /// What was at every place.
    before: Vec<(ParamId, Tensor<T>)>,
}

impl<T: Float> VisitorMut for Climb<'_, T> {
    fn param(&mut self, p: ParamMut<'_>) {
        let Some(p) = T::open_mut(p) else { return };
        let mut value = p.value.clone();
        if let Some(up) = self.uphill.by_id(p.id()).filter(|_| p.trainable) {
            match self.adaptive {
                true => value.blend(1.0, self.by, &sized(up, &p.value)),
                false => value.blend(1.0, self.by, up),
            }
        }
        self.before.push((p.id(), std::mem::replace(&mut p.value, value)));
    }
}

/// Puts the weights back when it is dropped, after a panic too.
struct Returns<'a, 'b, T: Float> {
    at: &'a mut (dyn Evaluate<T> + 'b),
    before: Vec<(ParamId, Tensor<T>)>,
}

impl<T: Float> Drop for Returns<'_, '_, T> {
    fn drop(&mut self) {
        self.at.net().visit_mut(&mut Back::new(std::mem::take(&mut self.before)));
    }
}
