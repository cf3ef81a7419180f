//! Muon: momentum whose singular values are all made 1, for matrices.
//!
//! ```text
//! b <- momentum b + (1 - momentum) g
//! u  = b                                     or, with Nesterov's look-ahead, momentum b + (1 - momentum) g
//! X  = u / max(|u|, eps)                     transposed where there are more rows than columns
//! X <- a X + (b' A + c A^2) X, A = X X^T     ns_steps times: Newton and Schulz's iteration of the fifth order
//! d  = X s + weight_decay p                  s as adjust_lr_fn says
//! p <- p - lr d
//! ```
//!
//! Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024); names and defaults are those of
//! `torch.optim.Muon`, but for `ns_steps` in double precision, where PyTorch's computes in half. Liu et al., "Muon is Scalable for LLM
//! Training" (2025) for the second size; Bernstein, "Deriving Muon" (2025) for the third.
//!
//! | `adjust_lr_fn` | s | |
//! | --- | --- | --- |
//! | `"original"` | `sqrt(max(1, rows / columns))` | the default |
//! | `"match_rms_adamw"` | `0.2 sqrt(max(rows, columns))` | steps of AdamW's size, for its rates |
//! | `"spectral_unclamped"` | `sqrt(rows / columns)` | one rate for any width |
//!
//! What is no matrix (biases, norms, convolutions) is stepped by AdamW with betas 0.9 and 0.999, eps 1e-8, and this rule's rate and
//! decay; [`Group`](crate::Group)s give it others.

use rappel_autodiff::Var;
use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Shape};

use super::{correction, root};
use crate::aliases::Muon;
use crate::knob::Knob;
use crate::matrix::MatrixRule;
use crate::optimizer::Optimizer;

/// The formula of [`Muon`](crate::Muon).
#[derive(Debug, Clone, Copy)]
pub struct MuonRule;

/// The betas of what is no matrix.
const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;

impl MatrixRule for MuonRule {
    const NAME: &'static str = "muon";
    const KNOBS: &'static [Knob] = &[
        Knob::new("weight_decay", 0.1, 0.0..=f64::MAX),
        Knob::below("momentum", 0.95, 0.0..=1.0),
        Knob::flag("nesterov", true),
        Knob::new("ns_a", 3.4445, f64::MIN..=f64::MAX).within("ns_coefficients"),
        Knob::new("ns_b", -4.775, f64::MIN..=f64::MAX).within("ns_coefficients"),
        Knob::new("ns_c", 2.0315, f64::MIN..=f64::MAX).within("ns_coefficients"),
        Knob::new("eps", 1e-7, 0.0..=f64::MAX),
        Knob::whole("ns_steps", 5.0, 0.0..=99.0),
        Knob::choice("adjust_lr_fn", &["original", "match_rms_adamw", "spectral_unclamped"]),
    ];
    const STATE: &'static [&'static str] = &["momentum_buffer", "exp_avg_sq"];
    type Hyper<E: Elem> = [E; 13];

    fn slots(shape: &[usize]) -> Vec<Shape> {
        let second: Shape = if shape.len() == 2 { [0].into_iter().collect() } else { shape.into() };
        vec![shape.into(), second]
    }

    fn hyper<E: Elem>(lr: E, knobs: &[E], step: u64) -> [E; 13] {
        let &[decay, momentum, nesterov, a, b, c, eps, ns_steps, adjust] = knobs else {
            unreachable!("as many as KNOBS")
        };
        let fresh = lr.lit(1.0) - momentum;
        let (c1, c2) = (correction(lr.lit(BETA1), step), correction(lr.lit(BETA2), step));
        [
            decay,
            momentum,
            fresh,
            lr.lit(1.0) - nesterov * fresh,
            nesterov * fresh,
            a,
            b,
            c,
            eps,
            ns_steps,
            adjust,
            c1,
            c2,
        ]
    }

    fn decoupled(_knobs: &[f64]) -> Option<usize> {
        Some(0)
    }

    fn direction<'t, T: Float>(
        h: &[Var<'t, T>; 13],
        _step: u64,
        p: Var<'t, T>,
        g: Var<'t, T>,
        s: &mut [Var<'t, T>],
    ) -> Var<'t, T> {
        let &[decay, momentum, fresh, of_mean, of_new, a, b, c, eps, ns_steps, adjust, c1, c2] = h;
        let &[rows, columns] = &p.shape()[..] else {
            return adamw([c1, c2], g, s) + decay * p;
        };
        s[0] = momentum * s[0] + fresh * g;
        let u = of_mean * s[0] + of_new * g;
        let tall = rows > columns;
        let mut x = if tall { u.transpose() } else { u };
        x = x / Elem::max(root(x.square().sum()), eps);
        for _ in 0..ns_steps.item().re() as usize {
            let gram = x.matmul(x.transpose());
            x = a * x + (b * gram + c * gram.matmul(gram)).matmul(x);
        }
        if tall {
            x = x.transpose();
        }
        let (rows, columns) = (rows as f64, columns as f64);
        let size = match adjust.item().re() {
            0.0 => (rows / columns).max(1.0).sqrt(),
            1.0 => 0.2 * rows.max(columns).sqrt(),
            _ => (rows / columns).sqrt(),
        };
        x * size + decay * p
    }
}

/// The direction of Adam, with its usual numbers.
fn adamw<'t, T: Float>([c1, c2]: [Var<'t, T>; 2], g: Var<'t, T>, s: &mut [Var<'t, T>]) -> Var<'t, T> {
    s[0] = s[0] * BETA1 + g * (1.0 - BETA1);
    s[1] = s[1] * BETA2 + g.square() * (1.0 - BETA2);
    s[0] * c1 / (root(s[1] * c2) + g.lit(1e-8))
}

impl<T: Float> Muon<T> {
    /// Muon at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Muon;
    ///
    /// let muon: Muon = Muon::new(0.02).momentum(0.9);
    /// assert_eq!(muon.to_string(), "muon(lr=0.02, momentum=0.9)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_matrix_rule(lr)
    }

    /// How much of the momentum stays, in `[0, 1)`. 0.95 at first.
    pub fn momentum(self, momentum: impl Into<Schedule>) -> Self {
        self.knob("momentum", momentum)
    }

    /// Decoupled decay. 0.1 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }
}
