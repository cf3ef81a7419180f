//! The edges of stability that are known.

use std::fmt;
use std::sync::Arc;

use rappel_autodiff::{Float, Tensor};
use rappel_optim::{ParamState, Rule, rules};

use super::{Applied, Edge};
use crate::LabError;

/// The rules whose edge of stability is known.
///
/// | rule | stable while `rate * eigenvalue` is below | of |
/// |---|---|---|
/// | `sgd` | 2 | H |
/// | with momentum b | 2 + 2b | H |
/// | and dampening d | (2 + 2b) / (1 - d) | H |
/// | with Nesterov's look-ahead | (2 + 2b) / (1 + 2b) | H |
/// | `adam` | (2 + 2 beta1) / (1 - beta1) | P^-1/2 H P^-1/2 |
///
/// What is around a rule, as clipping or an adapter's decay, is not looked at. H is the Hessian of the loss; L2 decay adds its strength to each of its eigenvalues. P is what Adam divides its running mean by in
/// the step to come, `(1 - beta1^t) (sqrt(v / (1 - beta2^t)) + eps)`, taken as if it stood still. At momentum and beta1 0.9 the
/// limits are 2, 3.8, 1.357 with the look-ahead, 38 with a dampening of 0.9, and 38 for Adam.
///
/// Cohen et al., "Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability" (2021), and "Adaptive Gradient Methods
/// at the Edge of Stability" (2022).
pub struct Edges<T: Float = f32>(Vec<Arc<dyn Edge<T>>>);

impl<T: Float> Edges<T> {
    /// Of the rules in the table.
    pub fn new() -> Edges<T> {
        Edges(vec![Arc::new(SgdEdge), Arc::new(AdamEdge)])
    }

    /// With one more, which replaces that of the same rule.
    #[must_use]
    pub fn with(mut self, edge: impl Edge<T> + 'static) -> Self {
        self.0.retain(|known| known.rule() != edge.rule());
        self.0.push(Arc::new(edge));
        self
    }

    /// The edge of the rule of that name.
    ///
    /// # Errors
    /// [`LabError::Unknown`] where none is known.
    pub fn of(&self, rule: &str) -> Result<&dyn Edge<T>, LabError> {
        let found = self.0.iter().find(|edge| edge.rule() == rule);
        found.map(|edge| &**edge).ok_or_else(|| LabError::Unknown {
            what: "edge of stability for the rule",
            name: rule.to_owned(),
            known: self.0.iter().map(|edge| edge.rule().to_owned()).collect(),
        })
    }
}

impl<T: Float> Default for Edges<T> {
    fn default() -> Self {
        Edges::new()
    }
}

impl<T: Float> Clone for Edges<T> {
    fn clone(&self) -> Self {
        Edges(self.0.clone())
    }
}

impl<T: Float> fmt::Debug for Edges<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|edge| edge.rule())).finish()
    }
}

/// Of gradient descent and its momenta.
struct SgdEdge;

impl<T: Float> Edge<T> for SgdEdge {
    fn rule(&self) -> &str {
        rules::SgdRule::NAME
    }

    fn limit(&self, applied: &Applied) -> f64 {
        let momentum = applied["momentum"];
        // Without momentum nothing is damped.
        let fresh = if momentum > 0.0 { 1.0 - applied["dampening"] } else { 1.0 };
        let ahead = if applied["nesterov"] == 0.0 { 1.0 } else { 1.0 + 2.0 * momentum };
        ((2.0 + 2.0 * momentum) / (fresh * ahead)).min(f64::MAX)
    }

    fn decay(&self, applied: &Applied) -> f64 {
        applied["weight_decay"]
    }
}

/// Of Adam.
struct AdamEdge;

impl<T: Float> Edge<T> for AdamEdge {
    fn rule(&self) -> &str {
        rules::AdamRule::NAME
    }

    fn limit(&self, applied: &Applied) -> f64 {
        let beta1 = applied["beta1"];
        (2.0 + 2.0 * beta1) / (1.0 - beta1)
    }

    fn decay(&self, applied: &Applied) -> f64 {
        applied["weight_decay"]
    }

    fn preconditioner(&self, applied: &Applied, state: &ParamState<'_, T>) -> Option<Tensor<T>> {
        let (steps, eps) = (state.steps as f64, applied["eps"]);
        let correction = |beta: f64| 1.0 - beta.powf(steps);
        let (first, second) = (correction(applied["beta1"]), correction(applied["beta2"]));
        let square = state.slot("exp_avg_sq")?;
        Some(square.map(|v| T::of(first * ((v.re() / second).sqrt() + eps))))
    }
}
