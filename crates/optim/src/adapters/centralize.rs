//! Gradient centralization.
//!
//! ```text
//! g <- g - mean(g)        over all axes but the first, of parameters with two axes or more
//! ```
//!
//! Yong et al., "Gradient Centralization: A New Optimization Technique for Deep Neural Networks" (2020), and `optax.centralize`.

use rappel_tensor::Float;

use crate::adapter::{Adapted, Adapter, Flow, Stage};
use crate::error::StepError;
use crate::incoming::Incoming;

/// The adapter of [`centralize`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Centralize;

/// Takes from the gradient of each output, which is a row of a matrix, its mean; vectors and numbers stay as they are.
///
/// ```
/// use rappel_optim::Sgd;
/// use rappel_optim::adapters::centralize;
/// use rappel_optim::autodiff::{Param, Tape, Tensor};
///
/// let mut w = Param::new(Tensor::from([[1.0, 3.0], [0.0, 1.0]]));
/// let mut sgd = Sgd::new(1.0) | centralize();
/// let tape = Tape::new();
/// let gradients = (tape.param(&w).square() * 0.5).sum().backward();
/// sgd.step(&mut w, &gradients)?;
/// assert_eq!(w.value.data(), [2.0, 2.0, 0.5, 0.5]);
/// # Ok::<(), rappel_optim::StepError>(())
/// ```
pub fn centralize<T: Float>() -> Adapted<T> {
    Adapted::new(Centralize)
}

impl<T: Float> Adapter<T> for Centralize {
    fn name(&self) -> &'static str {
        "centralize"
    }

    fn stage(&self) -> Stage {
        Stage::Gradient
    }

    fn gradient(&mut self, incoming: &mut Incoming<'_, T>) -> Result<Flow, StepError> {
        incoming.map(|_, g| {
            if g.rank() < 2 || g.is_empty() {
                return g.clone();
            }
            let (size, mut new) = (g.len() / g.shape()[0], g.scaled(1.0));
            for row in new.data_mut().chunks_mut(size) {
                let mean = T::of(row.iter().map(|g| g.re()).sum::<f64>() / size as f64);
                row.iter_mut().for_each(|g| *g = *g - mean);
            }
            new
        });
        Ok(Flow::Go)
    }

    fn boxed(&self) -> Box<dyn Adapter<T>> {
        Box::new(*self)
    }
}
