//! SOAP: Adam in the eigenbasis of Shampoo's preconditioner.
//!
//! ```text
//! m  <- beta1 m + (1 - beta1) g
//! g'  = g in the basis Q                       for a matrix Q_L^T g Q_R
//! v  <- beta2 v + (1 - beta2) g'^2
//! u   = m' / (sqrt(v) + eps)                   brought back from the basis
//! u   = u sqrt(1 - beta2^t) / (1 - beta1^t)    if correct_bias; t is 0 at the first step
//! d   = u + weight_decay (p - lr u)
//! p  <- p - lr d
//! GG <- b GG + (1 - b) g g^T                   of each axis; b is shampoo_beta, or beta2 where that is below 0
//! Q  <- QR(GG Q)                               every precondition_frequency steps, by falling eigenvalues; v is put in their order
//! ```
//!
//! The first step only begins `GG` and finds its eigenvectors: the weights stay. Vyas et al., "SOAP: Improving and Stabilizing Shampoo
//! using Adam" (2024); names and defaults are those of the authors' program, but the new basis is found in double precision. An axis
//! longer than `max_precond_dim` keeps its own basis, as do vectors unless `precondition_1d` says otherwise; where that changes in the
//! middle of a run, `GG` and `Q` begin anew.
//!
//! `GG` and `Q` hold the matrices of all axes one after the other. A basis has no slope, as that of equal eigenvalues could be any: a
//! step that is differentiated through takes it as given.

use rappel_autodiff::Var;
use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::{Float, Shape, Tensor};

use super::{correction, root};
use crate::aliases::Soap;
use crate::knob::Knob;
use crate::matrix::MatrixRule;
use crate::optimizer::Optimizer;

/// The formula of [`Soap`](crate::Soap).
#[derive(Debug, Clone, Copy)]
pub struct SoapRule;

/// The matrix of each axis; none of one that keeps its own basis.
type Axes<'t, T> = Vec<Option<Var<'t, T>>>;

impl MatrixRule for SoapRule {
    const NAME: &'static str = "soap";
    const KNOBS: &'static [Knob] = &[
        Knob::below("beta1", 0.95, 0.0..=1.0).within("betas"),
        Knob::below("beta2", 0.95, 0.0..=1.0).within("betas"),
        Knob::below("shampoo_beta", -1.0, -1.0..=1.0),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.01, 0.0..=f64::MAX),
        Knob::whole("precondition_frequency", 10.0, 1.0..=f64::MAX),
        Knob::whole("max_precond_dim", 10_000.0, 0.0..=f64::MAX),
        Knob::flag("precondition_1d", false),
        Knob::flag("normalize_grads", false),
        Knob::flag("correct_bias", true),
    ];
    const STATE: &'static [&'static str] = &["exp_avg", "exp_avg_sq", "GG", "Q"];
    type Hyper<E: Elem> = [E; 13];

    fn slots(shape: &[usize]) -> Vec<Shape> {
        let none: Shape = [0].into_iter().collect();
        vec![shape.into(), shape.into(), none.clone(), none]
    }

    fn hyper<E: Elem>(lr: E, knobs: &[E], step: u64) -> [E; 13] {
        let &[beta1, beta2, beta, eps, decay, frequency, most, vectors, normalize, correct] = knobs else {
            unreachable!("as many as KNOBS")
        };
        let (zero, one) = (lr.lit(0.0), lr.lit(1.0));
        let beta = E::pick(beta.below(zero), beta2, beta);
        let t = step.saturating_sub(1);
        let unbiased = correction(beta1, t) / correction(beta2, t).sqrt();
        let by = E::pick(zero.below(correct), unbiased, one);
        [
            lr,
            beta1,
            one - beta1,
            beta2,
            one - beta2,
            beta,
            one - beta,
            eps,
            decay,
            by,
            frequency,
            most,
            vectors + normalize * lr.lit(2.0),
        ]
    }

    fn direction<'t, T: Float>(
        h: &[Var<'t, T>; 13],
        step: u64,
        p: Var<'t, T>,
        g: Var<'t, T>,
        s: &mut [Var<'t, T>],
    ) -> Var<'t, T> {
        let &[lr, beta1, fresh1, beta2, fresh2, beta, fresh, eps, decay, by, frequency, most, flags] = h;
        let (shape, flags) = (p.shape(), flags.item().re());
        if shape.iter().product::<usize>() == 0 {
            return g;
        }
        let (vectors, normalize) = (flags % 2.0 == 1.0, flags >= 2.0);
        let turns = |n: usize| (shape.len() > 1 || vectors) && n as f64 <= most.item().re();
        let sides: Vec<usize> = shape.iter().map(|n| if turns(*n) { *n } else { 0 }).collect();
        let products = products(g.detach(), &sides);
        let turned: usize = sides.iter().map(|n| n * n).sum();
        if step == 0 || [s[2], s[3]].iter().any(|slot| slot.shape()[..] != [turned]) {
            s[2] = joined(p, products.into_iter().map(|x| x.map(|x| x * fresh)));
            let bases = split(s[2], &sides).into_iter().map(|x| x.map(|x| basis(x.value())));
            s[3] = joined(p, bases.map(|q| q.map(|q| p.tape().input(&q))));
            return p.tape().input(&Tensor::zeros(&shape));
        }
        let q = split(s[3], &sides);
        s[0] = beta1 * s[0] + fresh1 * g;
        s[1] = beta2 * s[1] + fresh2 * turn(g, &q, false).square();
        let mut u = turn(turn(s[0], &q, false) / (root(s[1]) + eps), &q, true);
        if normalize {
            u = u / (root(u.square().mean()) + p.lit(1e-30));
        }
        u = u * by;
        let old = split(s[2], &sides);
        let both = old.into_iter().zip(products);
        s[2] = joined(p, both.map(|(old, new)| Some(beta * old? + fresh * new?)));
        if step.is_multiple_of(frequency.item().re() as u64) {
            let mut bases = Vec::new();
            for (axis, (gg, q)) in split(s[2], &sides).into_iter().zip(q).enumerate() {
                bases.push(gg.zip(q).map(|(gg, q)| {
                    let (q, order) = refreshed(&gg.value(), &q.value());
                    s[1] = s[1].index_select(axis as isize, &order);
                    p.tape().input(&q)
                }));
            }
            s[3] = joined(p, bases.into_iter());
        }
        u + decay * (p - lr * u)
    }
}

/// The product of a gradient with itself over all axes but one, of each axis of those sides.
fn products<'t, T: Float>(g: Var<'t, T>, sides: &[usize]) -> Axes<'t, T> {
    let shape = g.shape();
    let all: usize = shape.iter().product();
    let mut x = g;
    let of = |(n, side): (&usize, &usize)| {
        let rows = x.reshape(&[*n, all / n]);
        x = rows.transpose();
        (*side > 0).then(|| rows.matmul(x))
    };
    shape.iter().zip(sides).map(of).collect()
}

/// A tensor in the basis of each axis, or back from it.
fn turn<'t, T: Float>(x: Var<'t, T>, q: &Axes<'t, T>, back: bool) -> Var<'t, T> {
    let shape = x.shape();
    let all: usize = shape.iter().product();
    // Each axis in turn is the first and becomes the last.
    let one = |x: Var<'t, T>, (n, q): (&usize, &Option<Var<'t, T>>)| {
        let x = x.reshape(&[*n, all / n]).transpose();
        q.map_or(x, |q| x.matmul(if back { q.transpose() } else { q }))
    };
    shape.iter().zip(q).fold(x, one).reshape(&shape)
}

/// The matrices of those sides in a slot.
fn split<'t, T: Float>(slot: Var<'t, T>, sides: &[usize]) -> Axes<'t, T> {
    let mut from = 0;
    let one = |n: &usize| {
        let at = from..from + n * n;
        from = at.end;
        (*n > 0).then(|| slot.slice(&[at]).reshape(&[*n, *n]))
    };
    sides.iter().map(one).collect()
}

/// Matrices one after the other, beside anything on the same tape.
fn joined<'t, T: Float>(beside: Var<'t, T>, of: impl Iterator<Item = Option<Var<'t, T>>>) -> Var<'t, T> {
    let all: Vec<_> = of.flatten().map(|x| x.flatten(0, -1)).collect();
    if all.is_empty() { beside.tape().input(&Tensor::zeros(&[0])) } else { Var::concat(&all, 0) }
}

/// Eigenvectors by falling eigenvalues.
fn basis<T: Float>(gg: Tensor<T>) -> Tensor<T> {
    gg.cast::<f64>().eigh().1.flip(&[1]).cast()
}

/// One round of power iteration, and the order that the axes of the basis before have in the new one.
fn refreshed<T: Float>(gg: &Tensor<T>, q: &Tensor<T>) -> (Tensor<T>, Tensor<u32>) {
    let q = q.cast::<f64>();
    let moved = gg.cast::<f64>().matmul(&q);
    let order = (&q * &moved).sum_axes(&[0], false).argsort(0, true);
    (moved.index_select(1, &order).qr().0.cast(), order)
}

impl<T: Float> Soap<T> {
    /// SOAP at a learning rate: a number or a schedule. Its authors' is 3e-3.
    ///
    /// ```
    /// use rappel_optim::Soap;
    ///
    /// let soap: Soap = Soap::new(3e-3).precondition_frequency(5.0);
    /// assert_eq!(soap.to_string(), "soap(lr=0.003, precondition_frequency=5)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_matrix_rule(lr)
    }

    /// How much of the running means of the gradient and of its square stays, each in `[0, 1)`. 0.95 both at first.
    pub fn betas(self, beta1: impl Into<Schedule>, beta2: impl Into<Schedule>) -> Self {
        self.knob("beta1", beta1).knob("beta2", beta2)
    }

    /// How much of the products of gradients stays, in `[0, 1)`; below 0 it is the second of the betas, as at first.
    pub fn shampoo_beta(self, beta: impl Into<Schedule>) -> Self {
        self.knob("shampoo_beta", beta)
    }

    /// What is added to the root of the running mean square. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// Decoupled decay, of the weights after the step. 0.01 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// After how many steps the basis is found anew, a whole number. 10 at first.
    pub fn precondition_frequency(self, steps: impl Into<Schedule>) -> Self {
        self.knob("precondition_frequency", steps)
    }

    /// The length of the longest axis that is turned, a whole number; the time of a new basis grows with its cube. 10,000 at first.
    pub fn max_precond_dim(self, most: impl Into<Schedule>) -> Self {
        self.knob("max_precond_dim", most)
    }
}
