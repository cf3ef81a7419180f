//! A valley with noise: why a rate has to fall.

use rappel_autodiff::{Float, Rng, Tape, Tensor, Var};
use rappel_nn::Layer;

use super::Quadratic;
use crate::{Cursor, Optimum, Problem};

/// `noisy_quadratic`: a [`Quadratic`] whose gradient is seen with noise.
///
/// At step t the loss is `f(x) + noise xi_t . x`, and so its gradient is that of `f` plus `noise xi_t`, where `xi_t` has independent
/// standard normal numbers that are a pure function of the run's seed and of t. [`whole`](Problem::whole) is `f` itself, whose
/// minimum is 0; the loss of a step may be below that.
///
/// A constant rate does not get there. At rate `lr` with momentum `m` the point wanders around the minimum with the mean loss that
/// [`floor`](Self::floor) gives, and a smaller rate wanders lower but arrives later: the smallest model of what schedules are for
/// (G. Zhang et al., "Which Algorithmic Choices Matter at Which Batch Sizes? Insights From a Noisy Quadratic Model", 2019).
///
/// ```
/// use rappel_lab::problems::{NoisyQuadratic, Quadratic};
///
/// let problem = NoisyQuadratic::new(Quadratic::new(&[1.0, 10.0]), 0.5);
/// assert_eq!(problem.floor(0.1, 0.0), Some(0.25 * 0.1 / 2.0 * (1.0 / 1.9 + 1.0)));
/// assert_eq!(problem.floor(0.2, 0.0), None); // unstable
/// ```
#[derive(Debug, Clone)]
pub struct NoisyQuadratic {
    valley: Quadratic,
    noise: f64,
}

impl NoisyQuadratic {
    /// The valley, with noise of this standard deviation in each coordinate of its gradient.
    pub fn new(valley: Quadratic, noise: f64) -> NoisyQuadratic {
        NoisyQuadratic { valley, noise }
    }

    /// The mean of `f` once SGD of this rate has forgotten where it began; `None` where it never does: unless every curvature is above 0
    /// and below `2 (1 + momentum) / rate`.
    ///
    /// It is `sum of noise^2 lr (1 + m) / (2 (1 - m) (2 (1 + m) - lr lambda_i))` for heavy-ball momentum `m`, 0 for none: the
    /// stationary variance of `x_{t+1} = x_t - lr (lambda x_t + noise xi_t) + m (x_t - x_{t-1})`, a linear recurrence of second order,
    /// times half the curvature.
    pub fn floor(&self, rate: f64, momentum: f64) -> Option<f64> {
        let (least, most) = self.valley.ends();
        let edge = 2.0 * (1.0 + momentum);
        let stable = least > 0.0 && rate > 0.0 && rate * most < edge && (0.0..1.0).contains(&momentum);
        let wander = |curvature: &f64| (1.0 + momentum) / ((1.0 - momentum) * (edge - rate * curvature));
        let sum = self.valley.spectrum().iter().map(wander).sum::<f64>();
        stable.then_some(self.noise * self.noise * rate / 2.0 * sum)
    }

    /// The valley.
    pub fn valley(&self) -> &Quadratic {
        &self.valley
    }
}

impl<T: Float> Problem<T> for NoisyQuadratic {
    fn name(&self) -> &str {
        "noisy_quadratic"
    }

    fn net(&self, _seed: u64) -> Box<dyn Layer<T>> {
        self.valley.start()
    }

    fn loss<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>, cursor: &mut Cursor) -> Var<'t, T> {
        let (loss, point) = self.valley.at(net, tape);
        let mut random = Rng::seed(cursor.seed()).split(cursor.step());
        let noise = Tensor::normal(&point.shape(), 0.0, self.noise, &mut random);
        loss + (point * tape.input(&noise)).sum()
    }

    fn whole<'t>(&self, net: &dyn Layer<T>, tape: &'t Tape<T>) -> Var<'t, T> {
        self.valley.at(net, tape).0
    }

    fn optimum(&self) -> Option<Optimum> {
        Problem::<T>::optimum(&self.valley)
    }

    fn steps(&self) -> u64 {
        1_000
    }
}
