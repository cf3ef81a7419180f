//! The rate at which the step to come would raise the loss.

use rappel_autodiff::{Float, Gradients, Module, Tape, Var};
use rappel_optim::Stepper;

use super::ahead::Ahead;
use super::hessian::finite;
use crate::LabError;

/// The rate at which a step would raise the loss: what [`critical_rate`] finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Critical {
    /// The smallest rate found at which the loss after the step is above the loss before it. 0 where the loss rises from the start,
    /// because the update leads uphill; infinite where it rises nowhere along the update.
    pub rate: f64,
    /// The number of forward passes that it took.
    pub passes: u32,
}

impl Critical {
    /// The *critical sharpness*, 2 / rate: on a quadratic, the curvature along a step of gradient descent.
    pub fn sharpness(&self) -> f64 {
        2.0 / self.rate
    }
}

/// The smallest rate at which the step that the optimizer would make next raises the loss, to a relative tolerance: of any rule, with
/// its momentum and everything, by forward passes alone.
///
/// The update is that of a copy of the optimizer; the rate along it is doubled from the coming step's (or halved) until the loss before
/// the step is crossed, then bisected: about 6 passes for a tolerance of 0.1, 20 for 1e-5. Neither net nor optimizer changes. Kalra et
/// al., arXiv 2601.16979 (2026).
///
/// It says whether *one* longer step would hurt now. Whether steps of this size become unstable in time is another question, which the
/// largest eigenvalue answers ([`Monitor`](super::Monitor)): while the gradient stands at right angles to the sharpest direction, this
/// rate can be a hundred times higher.
///
/// ```
/// use rappel_lab::autodiff::transform::value_and_grad_of;
/// use rappel_lab::autodiff::{Param, Tape, Tensor, Var};
/// use rappel_lab::optim::Sgd;
/// use rappel_lab::stability::critical_rate;
///
/// fn loss<'t>(w: &Param<f64>, tape: &'t Tape<f64>) -> Var<'t, f64> {
///     (tape.param(w).square() * tape.input(&Tensor::from([1.0, 4.0]))).sum() * 0.5
/// }
///
/// let w = Param::new(Tensor::from([0.0, 3.0]));
/// let (_, gradients) = value_and_grad_of(&w, loss);
/// let critical = critical_rate(&w, &Sgd::new(0.1), &gradients, 1e-6, loss)?;
/// assert!((critical.rate - 2.0 / 4.0).abs() < 1e-6 && critical.passes < 30);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// When the loss before the step is no number (after it, such a loss counts as above); when the update is zero; when the optimizer
/// refuses the step; when the tolerance is not above 0 and below 1.
///
/// # Panics
/// When the loss has more or fewer elements than one.
pub fn critical_rate<M: Module + ?Sized, T: Float>(
    net: &M,
    optimizer: &dyn Stepper<T>,
    gradients: &Gradients<T>,
    tolerance: f64,
    loss: impl for<'t> Fn(&M, &'t Tape<T>) -> Var<'t, T>,
) -> Result<Critical, LabError> {
    if !(tolerance > 0.0 && tolerance < 1.0) {
        let value = tolerance.to_string();
        return Err(LabError::Setting { what: "the tolerance", value, why: "it lies above 0 and below 1" });
    }
    let step = Ahead::of(net, optimizer, gradients)?.or_at_one(net, optimizer, gradients)?;
    if !step.moves() {
        return Err(LabError::Setting {
            what: "the update",
            value: "zero".to_owned(),
            why: "where the gradient is zero no step leads anywhere, and no rate is critical",
        });
    }
    let before = finite(loss(net, &Tape::default()).item().re())?;
    let mut passes = 1;
    let mut above = |times: f64| {
        passes += 1;
        let tape = Tape::default();
        let moved: Vec<_> = step.at(times).iter().map(|value| tape.input(value)).collect();
        let after = tape.bind(net, &moved, || loss(net, &tape)).item().re();
        after > before || after.is_nan()
    };
    let (mut low, mut high) = (1.0, 1.0);
    if above(1.0) {
        low /= 2.0;
        while above(low) {
            (low, high) = (low / 2.0, low);
            if low < 1.0 / FARTHEST {
                return Ok(Critical { rate: 0.0, passes });
            }
        }
    } else {
        high *= 2.0;
        while !above(high) {
            (low, high) = (high, high * 2.0);
            if high > FARTHEST {
                return Ok(Critical { rate: f64::INFINITY, passes });
            }
        }
    }
    while high - low > tolerance * high {
        let middle = low.midpoint(high);
        if above(middle) { high = middle } else { low = middle }
    }
    Ok(Critical { rate: high * step.applied().rate(), passes })
}

/// How many times as far as the step to come is looked at most, and to what share of it.
const FARTHEST: f64 = 1e12;
