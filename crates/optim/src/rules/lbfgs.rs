//! L-BFGS: Newton's direction, as far as the last steps and what they did to the gradient tell it.
//!
//! ```text
//! s_i = p_i+1 - p_i          y_i = g_i+1 - g_i          kept where <y_i, s_i> > 1e-10, the last history_size of them
//! q <- -g;  from the last pair to the first:  a_i = <s_i, q> / <y_i, s_i>,  q <- q - a_i y_i
//! d <- q <y, s> / <y, y>;  from the first pair to the last:  d <- d + (a_i - <y_i, d> / <y_i, s_i>) s_i
//! p <- p + t d                        t = lr; in the very first iteration d = -g and t = lr min(1, 1 / |g|_1)
//! ```
//!
//! A step makes up to `max_iter` such iterations, all on one batch, and evaluates up to `max_eval` times, 0 standing for
//! `1.25 max_iter`. It ends early where no gradient is above `tolerance_grad`, the slope along d is not below `-tolerance_change`, or
//! an iteration changes neither the loss nor any weight by more than `tolerance_change`. With `line_search_fn="strong_wolfe"` t is
//! searched, lr being the first tried. All of the net is one vector, so hyperparameters are the same for all parameters. It keeps
//! `2 history_size + 2` tensors of each parameter's size, and begins anew where other parameters are moved than in the step before.
//!
//! A loss or gradient that is not finite ends the step with an error, the weights being those before it, and what is remembered too.
//!
//! Liu and Nocedal, "On the limited memory BFGS method for large scale optimization" (1989). Names, defaults and rules for ending are
//! those of `torch.optim.LBFGS`.

use std::iter;

use rappel_autodiff::Gradients;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::wolfe::{Limits, Point, strong_wolfe};
use crate::aliases::Lbfgs;
use crate::error::StepError;
use crate::evaluate::Evaluate;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::origin::Origin;
use crate::search::Search;
use crate::shadow::{Kept, Shadow};
use crate::staged::Now;

/// The search of [`Lbfgs`](crate::Lbfgs).
#[derive(Debug, Clone)]
pub struct LbfgsSearch<T: Float> {
    history: Vec<Pair<T>>,
    /// The last `<y, s> / <y, y>`.
    h_diag: f64,
    last: Option<Last<T>>,
}

/// A step, and what it did to the gradient.
#[derive(Debug, Clone)]
struct Pair<T: Float> {
    y: Gradients<T>,
    s: Gradients<T>,
    /// `1 / <y, s>`.
    ro: f64,
}

/// The last iteration.
#[derive(Debug, Clone)]
struct Last<T: Float> {
    gradients: Gradients<T>,
    d: Gradients<T>,
    t: f64,
}

impl<T: Float> Default for LbfgsSearch<T> {
    fn default() -> Self {
        LbfgsSearch { history: Vec::new(), h_diag: 1.0, last: None }
    }
}

/// What is not more curved than this is not kept.
const LEAST_CURVATURE: f64 = 1e-10;

const NAME: &str = "lbfgs";

impl<T: Float> LbfgsSearch<T> {
    /// Takes the last iteration into the history, and gives the direction of the next.
    fn direction(&mut self, gradients: &Gradients<T>, history_size: usize) -> Gradients<T> {
        let mut d = gradients.clone();
        d.scale(-1.0);
        let Some(last) = &self.last else { return d };
        let (mut y, mut s) = (gradients.clone(), last.d.clone());
        y.axpy(-1.0, &last.gradients);
        s.scale(last.t);
        let curvature = y.dot(&s);
        if curvature > LEAST_CURVATURE {
            self.h_diag = curvature / y.dot(&y);
            self.history.push(Pair { y, s, ro: 1.0 / curvature });
        }
        self.history.drain(..self.history.len().saturating_sub(history_size));
        let mut parts = vec![0.0; self.history.len()];
        for (pair, part) in self.history.iter().zip(&mut parts).rev() {
            *part = pair.s.dot(&d) * pair.ro;
            d.axpy(-*part, &pair.y);
        }
        d.scale(self.h_diag);
        for (pair, part) in self.history.iter().zip(parts) {
            d.axpy(part - pair.y.dot(&d) * pair.ro, &pair.s);
        }
        d
    }

    /// The iterations of a step, from a loss and gradients that are finite.
    fn run(
        &mut self,
        now: &Now<'_, f64>,
        at: &mut dyn Evaluate<T>,
        mut gradients: Gradients<T>,
    ) -> Result<(), StepError> {
        let &[iterations, most, tolerance_grad, tolerance_change, history_size, line_search] = now.knobs else {
            unreachable!("as many as knobs")
        };
        let (iterations, history_size) = (iterations as usize, history_size as usize);
        let most = if most == 0.0 { iterations.saturating_mul(5) / 4 } else { most as usize };
        if self.last.as_ref().is_some_and(|last| !alike(&last.gradients, &gradients)) {
            *self = Self::default();
        }
        let mut evaluations = 1;
        let mut greatest = largest(&gradients);
        let mut loss = gradients.loss().unwrap_or(f64::NAN);
        for iteration in 1..=iterations {
            if greatest <= tolerance_grad {
                break;
            }
            let first = self.last.is_none();
            let d = self.direction(&gradients, history_size);
            let mut t = if first { now.lr * (1.0 / total(&gradients)).min(1.0) } else { now.lr };
            let start = Point::new(0.0, gradients.clone(), &d);
            self.last = Some(Last { gradients: gradients.clone(), d: d.clone(), t });
            if start.slope > -tolerance_change {
                break;
            }
            let (before, reach) = (loss, largest(&d));
            let here = Origin::of(at.net(), &d);
            if line_search > 0.0 {
                let limits = Limits { trials: most.saturating_sub(evaluations), change: tolerance_change, reach };
                let mut tried = 0.0;
                let found = strong_wolfe(&start, t, &limits, |t| {
                    here.go(at.net(), t, &d);
                    (evaluations, tried) = (evaluations + 1, t);
                    Point::new(t, at.gradients(), &d)
                });
                (t, gradients) = (found.t, found.gradients);
                if t == 0.0 {
                    here.back(at.net());
                } else if t != tried {
                    here.go(at.net(), t, &d);
                }
            } else {
                here.go(at.net(), t, &d);
                if iteration == iterations {
                    break;
                }
                gradients = at.gradients();
                evaluations += 1;
            }
            if let Some(last) = &mut self.last {
                last.t = t;
            }
            (greatest, loss) = finite(&gradients)?;
            if evaluations >= most || reach * t <= tolerance_change || (loss - before).abs() < tolerance_change {
                break;
            }
        }
        Ok(())
    }
}

/// The greatest value of gradients, and their loss, if all are finite.
fn finite<T: Float>(gradients: &Gradients<T>) -> Result<(f64, f64), StepError> {
    let (greatest, loss) = (largest(gradients), gradients.loss().unwrap_or(f64::NAN));
    match (loss.is_finite(), greatest.is_finite()) {
        (true, true) => Ok((greatest, loss)),
        (false, _) => Err(StepError::NotFinite { rule: NAME, what: "the loss" }),
        (true, false) => Err(StepError::NotFinite { rule: NAME, what: "a gradient" }),
    }
}

fn sizes<T: Float>(x: &Gradients<T>) -> impl Iterator<Item = f64> {
    x.iter().flat_map(|(_, x)| x.data()).map(|x| x.re().abs())
}

/// The greatest absolute value; NaN where one is.
fn largest<T: Float>(x: &Gradients<T>) -> f64 {
    sizes(x).fold(0.0, |most, x| if x <= most { most } else { x })
}

/// The sum of the absolute values.
fn total<T: Float>(x: &Gradients<T>) -> f64 {
    sizes(x).sum()
}

/// Whether both are of the same parameters, in the same shapes.
fn alike<T: Float>(a: &Gradients<T>, b: &Gradients<T>) -> bool {
    a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.0 == b.0 && a.1.shape() == b.1.shape())
}

impl<T: Float> Search<T> for LbfgsSearch<T> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn knobs(&self) -> &'static [Knob] {
        const {
            &[
                Knob::whole("max_iter", 20.0, 1.0..=f64::MAX),
                Knob::whole("max_eval", 0.0, 0.0..=f64::MAX),
                Knob::new("tolerance_grad", 1e-7, 0.0..=f64::MAX),
                Knob::new("tolerance_change", 1e-9, 0.0..=f64::MAX),
                Knob::whole("history_size", 100.0, 1.0..=f64::MAX),
                Knob::choice("line_search_fn", &["none", "strong_wolfe"]),
            ]
        }
    }

    fn search(&mut self, now: &Now<'_, f64>, at: &mut dyn Evaluate<T>) -> Result<f64, StepError> {
        let gradients = at.gradients();
        let (_, loss) = finite(&gradients)?;
        let origin = Origin::of(at.net(), &gradients);
        let mut next = self.clone();
        match next.run(now, at, gradients) {
            Ok(()) => *self = next,
            Err(error) => {
                origin.back(at.net());
                return Err(error);
            }
        }
        Ok(loss)
    }

    fn memo(&self) -> Vec<(&'static str, f64)> {
        self.last.iter().flat_map(|last| [("t", last.t), ("h_diag", self.h_diag)]).collect()
    }

    fn kept(&self) -> Kept<T> {
        let shadow = |x: &Gradients<T>| {
            let mut shadow = Shadow::default();
            x.iter().for_each(|(id, x)| shadow.set(id, x.clone()));
            shadow
        };
        let mut kept = Kept::default();
        let Some(last) = &self.last else { return kept };
        kept.numbers = vec![("t".into(), last.t), ("h_diag".into(), self.h_diag)];
        kept.tensors = vec![("d".into(), shadow(&last.d)), ("prev_flat_grad".into(), shadow(&last.gradients))];
        for (i, pair) in self.history.iter().enumerate() {
            kept.numbers.push((format!("ro.{i}"), pair.ro));
            kept.tensors.push((format!("old_dirs.{i}"), shadow(&pair.y)));
            kept.tensors.push((format!("old_stps.{i}"), shadow(&pair.s)));
        }
        kept
    }

    fn recall(&mut self, kept: &Kept<T>) {
        let vector = |name: &str| {
            let tensors = kept.tensor(name);
            (!tensors.is_empty()).then(|| tensors.iter().map(|(id, x)| (id, x.clone())).collect::<Gradients<T>>())
        };
        *self = Self::default();
        let (Some(d), Some(gradients)) = (vector("d"), vector("prev_flat_grad")) else { return };
        self.h_diag = kept.number("h_diag");
        self.last = Some(Last { gradients, d, t: kept.number("t") });
        let pair = |i: usize| {
            let (y, s) = (vector(&format!("old_dirs.{i}"))?, vector(&format!("old_stps.{i}"))?);
            Some(Pair { y, s, ro: kept.number(&format!("ro.{i}")) })
        };
        let mut count = 0..;
        self.history = iter::from_fn(|| pair(count.next()?)).collect();
    }

    fn boxed(&self) -> Box<dyn Search<T>> {
        Box::new(self.clone())
    }
}

impl<T: Float> Lbfgs<T> {
    /// L-BFGS at a step size, 1 for Newton's: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Lbfgs;
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut w = Param::new(Tensor::from([-1.2, 1.0]));
    /// let (mut lbfgs, mut tape) = (Lbfgs::new(1.0).strong_wolfe(true), Tape::<f64>::default());
    /// let steepness = Tensor::from([1.0, 100.0]);
    /// lbfgs.step_with(&mut w, &mut tape, |w, tape| {
    ///     ((tape.param(w) - 1.0).square() * tape.input(&steepness)).sum()
    /// })?;
    /// assert!(w.value.data().iter().all(|x| (x - 1.0).abs() < 1e-6));
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_search(LbfgsSearch::default(), lr)
    }

    /// How many iterations a step makes at most. 20 at first.
    pub fn max_iter(self, most: impl Into<Schedule>) -> Self {
        self.knob("max_iter", most)
    }

    /// How often a step evaluates at most; 0, as at first, for 1.25 times `max_iter`.
    pub fn max_eval(self, most: impl Into<Schedule>) -> Self {
        self.knob("max_eval", most)
    }

    /// Where no gradient is above this the step ends. 1e-7 at first.
    pub fn tolerance_grad(self, least: impl Into<Schedule>) -> Self {
        self.knob("tolerance_grad", least)
    }

    /// Where loss or weights change by less the step ends. 1e-9 at first.
    pub fn tolerance_change(self, least: impl Into<Schedule>) -> Self {
        self.knob("tolerance_change", least)
    }

    /// How many of the last iterations are remembered. 100 at first.
    pub fn history_size(self, size: impl Into<Schedule>) -> Self {
        self.knob("history_size", size)
    }

    /// Whether the step size is searched. Off at first.
    pub fn strong_wolfe(self, on: bool) -> Self {
        self.knob("line_search_fn", f64::from(u8::from(on)))
    }
}
