//! An activation with a random slope.

use rappel_autodiff::{Float, Rng, Tensor, Var};

use crate::layer::enter;
use crate::{Layer, Module};

/// `x` where positive, else a random slope times `x`. On a tape in training mode each value draws its slope, uniform between two
/// bounds; in evaluation mode all have their mean.
///
/// The slopes are a function of the tape's seed, its step and the number of draws so far, as the masks of
/// [`Dropout`](crate::Dropout) are.
///
/// Xu et al., [Empirical evaluation of rectified activations](https://arxiv.org/abs/1505.00853), 2015.
///
/// ```
/// use rappel_nn::autodiff::{Tape, Tensor};
/// use rappel_nn::{Layer, RRelu};
///
/// let (relu, x) = (RRelu::new(0.25, 0.75), Tensor::from([-1.0, 2.0]));
/// let (train, eval) = (Tape::training(1), Tape::new());
/// assert_eq!(relu.forward(eval.input(&x)).value(), Tensor::from([-0.5, 2.0]));
/// let y = relu.forward(train.input(&x)).value();
/// assert!((-0.75..=-0.25).contains(&y.data()[0]) && y.data()[1] == 2.0);
/// ```
#[derive(Module, Debug, Clone, Copy, PartialEq)]
pub struct RRelu {
    #[module(skip)]
    lower: f64,
    #[module(skip)]
    upper: f64,
}

impl RRelu {
    /// With slopes between these bounds; PyTorch's default is 1/8 and 1/3.
    ///
    /// # Panics
    /// At the caller's line, unless `lower <= upper` and both are finite.
    #[track_caller]
    pub fn new(lower: f64, upper: f64) -> Self {
        assert!(
            lower <= upper && lower.is_finite() && upper.is_finite(),
            "RRelu::new({lower}, {upper}): the bounds must be finite, and the lower one not above the upper one"
        );
        RRelu { lower, upper }
    }
}

/// Between 1/8 and 1/3.
impl Default for RRelu {
    fn default() -> Self {
        RRelu { lower: 1.0 / 8.0, upper: 1.0 / 3.0 }
    }
}

impl<T: Float> Layer<T> for RRelu {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let layer = enter(self, x);
        let Some(key) = x.tape().draw() else {
            return layer.leave(x.leaky_relu((self.lower + self.upper) / 2.0));
        };
        let slopes = Tensor::uniform(&x.shape(), self.lower, self.upper, &mut Rng::seed(key));
        layer.leave(x.prelu(x.tape().input(&slopes)))
    }

    fn kind(&self) -> String {
        format!("RRelu({}, {})", self.lower, self.upper)
    }
}
