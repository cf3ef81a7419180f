//! Adafactor: the second moment of a matrix as a column times a row, and steps in proportion to the weights.
//!
//! ```text
//! w  = t^beta2_decay                                          t counts from 1
//! R <- R + w (mean of g^2 over each row - R)                  of what has two axes or more
//! C <- C + w (mean of g^2 over each column - C)
//! V  = R C / max(mean of R, eps1)                             else V <- V + w (g^2 - V)
//! u  = g / sqrt(max(V, eps1^2))
//! a  = max(eps2, rms(p)) min(1, 1 / (lr sqrt(t)))             so that the rate is at most 1 / sqrt(t)
//! d  = a u / max(1, rms(u) / d) + weight_decay p
//! p <- p - lr d
//! ```
//!
//! The factors take rows + columns numbers where Adam keeps rows times columns. Shazeer and Stern, "Adafactor: Adaptive Learning Rates
//! with Sublinear Memory Cost" (2018). Names, defaults and the places of both eps are those of `torch.optim.Adafactor`; `eps1`, when it
//! is 0, is the number type's own epsilon, as PyTorch's `None`. With more than two axes the last two are the matrix.

use rappel_autodiff::Var;
use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Shape};

use super::root;
use crate::aliases::Adafactor;
use crate::knob::Knob;
use crate::matrix::MatrixRule;
use crate::optimizer::Optimizer;

/// The formula of [`Adafactor`](crate::Adafactor).
#[derive(Debug, Clone, Copy)]
pub struct AdafactorRule;

/// The root of the mean square.
fn rms<T: Float>(x: Var<'_, T>) -> Var<'_, T> {
    root(x.square().mean())
}

impl MatrixRule for AdafactorRule {
    const NAME: &'static str = "adafactor";
    const KNOBS: &'static [Knob] = &[
        Knob::new("beta2_decay", -0.8, f64::MIN..=0.0),
        Knob::new("eps1", 0.0, 0.0..=f64::MAX).within("eps"),
        Knob::new("eps2", 1e-3, 0.0..=f64::MAX).within("eps"),
        Knob::new("d", 1.0, 1.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
    ];
    const STATE: &'static [&'static str] = &["row_var", "col_var", "variance"];
    type Hyper<E: Elem> = [E; 6];

    fn slots(shape: &[usize]) -> Vec<Shape> {
        let none: Shape = [0].into_iter().collect();
        let [.., rows, columns] = shape else { return vec![none.clone(), none, shape.into()] };
        let before = &shape[..shape.len() - 2];
        vec![[before, &[*rows, 1]].concat().into(), [before, &[1, *columns]].concat().into(), none]
    }

    fn hyper<E: Elem>(lr: E, knobs: &[E], step: u64) -> [E; 6] {
        let &[beta2_decay, eps1, eps2, d, decay] = knobs else { unreachable!("as many as KNOBS") };
        let t = step as f64 + 1.0;
        let fresh = (beta2_decay * lr.lit(t.ln())).exp();
        let one = lr.lit(1.0);
        [fresh, eps1, eps2, d, decay, one / (lr * lr.lit(t.sqrt())).max(one)]
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        Some(4)
    }

    fn direction<'t, T: Float>(
        h: &[Var<'t, T>; 6],
        _step: u64,
        p: Var<'t, T>,
        g: Var<'t, T>,
        s: &mut [Var<'t, T>],
    ) -> Var<'t, T> {
        let &[fresh, eps1, eps2, d, decay, capped] = h;
        let eps1 = match eps1.item().re() {
            0.0 => p.lit(if T::NAME == "f32" { f32::EPSILON.into() } else { f64::EPSILON }),
            _ => eps1,
        };
        let square = g.square();
        let v = if p.rank() > 1 {
            s[0] = s[0] + fresh * (square.mean_axes(&[-1], true) - s[0]);
            s[1] = s[1] + fresh * (square.mean_axes(&[-2], true) - s[1]);
            s[0] * s[1] / Elem::max(s[0].mean_axes(&[-2], true), eps1)
        } else {
            s[2] = s[2] + fresh * (square - s[2]);
            s[2]
        };
        let u = g / Elem::max(v, eps1 * eps1).sqrt();
        let size = Elem::max(rms(p), eps2) * capped / Elem::max(rms(u) / d, p.lit(1.0));
        size * u + decay * p
    }
}

impl<T: Float> Adafactor<T> {
    /// Adafactor at a rate that is the most a step moves, beside the weights' own size: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Adafactor;
    ///
    /// let adafactor: Adafactor = Adafactor::new(0.01).weight_decay(0.1);
    /// assert_eq!(adafactor.to_string(), "adafactor(lr=0.01, weight_decay=0.1)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_matrix_rule(lr)
    }

    /// By which power of the number of steps the weight of a new square falls; at most 0. -0.8 at first.
    pub fn beta2_decay(self, power: impl Into<Schedule>) -> Self {
        self.knob("beta2_decay", power)
    }

    /// The least root of a second moment, of which 0 is the number type's own, and the least size of the weights. 0 and 1e-3 at first.
    pub fn eps(self, eps1: impl Into<Schedule>, eps2: impl Into<Schedule>) -> Self {
        self.knob("eps1", eps1).knob("eps2", eps2)
    }

    /// The root mean square above which a step is shortened. 1 at first.
    pub fn d(self, threshold: impl Into<Schedule>) -> Self {
        self.knob("d", threshold)
    }

    /// Decoupled decay. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
