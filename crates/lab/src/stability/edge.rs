//! Where the edge of stability of a rule is.

use std::ops::Index;

use rappel_autodiff::{Float, Tensor};
use rappel_optim::ParamState;

/// Where the edge of stability of an update rule is: on a quadratic it is stable while `rate * eigenvalue` stays below a
/// [`limit`](Self::limit), for each eigenvalue of the Hessian, preconditioned where the rule divides its steps by something.
///
/// A rule of one's own gets an edge in a few lines:
///
/// ```
/// use rappel_lab::stability::{Applied, Edge, Edges};
///
/// /// Of gradient descent with every gradient doubled.
/// struct Doubled;
///
/// impl Edge<f32> for Doubled {
///     fn rule(&self) -> &str {
///         "doubled"
///     }
///
///     fn limit(&self, _: &Applied) -> f64 {
///         1.0
///     }
/// }
///
/// let edges = Edges::new().with(Doubled);
/// assert!(edges.of("doubled").is_ok() && edges.of("tripled").is_err());
/// ```
pub trait Edge<T: Float>: Send + Sync {
    /// The name of the rule, as [`Stepper::name`](rappel_optim::Stepper::name) says it.
    fn rule(&self) -> &str;

    /// The largest product of rate and eigenvalue at which the rule is stable: 2 for gradient descent. `f64::MAX` where there is none.
    fn limit(&self, applied: &Applied) -> f64;

    /// What L2 decay adds to every eigenvalue of the Hessian, before preconditioning.
    fn decay(&self, applied: &Applied) -> f64 {
        let _ = applied;
        0.0
    }

    /// What a parameter's step is divided by, in its shape and above 0: the diagonal of P, where it is the eigenvalues of
    /// `P^-1/2 H P^-1/2` that matter. `None` where it is divided by nothing.
    fn preconditioner(&self, applied: &Applied, state: &ParamState<'_, T>) -> Option<Tensor<T>> {
        let _ = (applied, state);
        None
    }
}

/// The hyperparameters of one step: `applied["momentum"]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied(Vec<(String, f64)>);

impl Applied {
    /// Names and values, the learning rate first: what [`Stepper::applied`](rappel_optim::Stepper::applied) gives.
    pub fn new(values: &[(&str, f64)]) -> Applied {
        Applied(values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect())
    }

    /// The learning rate.
    pub fn rate(&self) -> f64 {
        self["lr"]
    }
}

/// The value of a hyperparameter; it panics where the rule has none of that name, and says those it has.
impl Index<&str> for Applied {
    type Output = f64;

    fn index(&self, name: &str) -> &f64 {
        let known = || self.0.iter().map(|k| k.0.as_str()).collect::<Vec<_>>().join(", ");
        let found = self.0.iter().find(|k| k.0 == name);
        &found.unwrap_or_else(|| panic!("no hyperparameter `{name}`; there are {}", known())).1
    }
}
