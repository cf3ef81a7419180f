//! Cautious updates: what points against the gradient is left out.
//!
//! ```text
//! mask = 1 where d g > 0, else 0
//! d   <- d mask / max(mean(mask), 1e-3)          of each parameter
//! ```
//!
//! Liang et al., "Cautious Optimizers: Improving Training with One Line of Code" (2024), and the authors' program.

use rappel_tensor::{Float, Tensor};

use crate::adapter::{Adapted, Adapter, Place, Stage};

/// The adapter of [`cautious`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Cautious;

/// Leaves out the values of a direction that do not agree in sign with the gradient, and scales the others up by their share.
///
/// ```
/// use rappel_optim::Adam;
/// use rappel_optim::adapters::cautious;
///
/// let adam: Adam = Adam::new(1e-3) | cautious();
/// assert_eq!(adam.to_string(), "adam(lr=0.001) | cautious()");
/// ```
pub fn cautious<T: Float>() -> Adapted<T> {
    Adapted::new(Cautious)
}

impl<T: Float> Adapter<T> for Cautious {
    fn name(&self) -> &'static str {
        "cautious"
    }

    fn stage(&self) -> Stage {
        Stage::Direction
    }

    fn direction(&mut self, at: &Place<'_, T>, d: &mut Tensor<T>) {
        let agree = |(d, g): (&T, &T)| *d * *g > T::ZERO;
        let agreeing = d.data().iter().zip(at.g.data()).filter(|x| agree((x.0, x.1))).count();
        let share = (agreeing as f64 / d.len().max(1) as f64).max(1e-3);
        let up = T::of(1.0 / share);
        for (d, g) in d.data_mut().iter_mut().zip(at.g.data()) {
            *d = if agree((d, g)) { *d * up } else { T::ZERO };
        }
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}
