//! The rules, one short file each.

mod adadelta;
mod adagrad;
mod adam;
mod asgd;
mod hd;
mod lamb;
mod lars;
mod muon;
mod rmsprop;
mod rprop;
mod sgd;

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::matrix::MatrixRule;
use crate::optimizer::{AnyOptimizer, Optimizer};
use crate::search::Search;
use crate::staged::Staged;

pub use adadelta::AdadeltaRule;
pub use adagrad::AdagradRule;
pub use adam::AdamRule;
pub use asgd::AsgdRule;
pub use hd::{Followed, HdRule, Hypergradient};
pub use lamb::LambRule;
pub use lars::LarsRule;
pub use muon::MuonRule;
pub use rmsprop::RmspropRule;
pub use rprop::RpropRule;
pub use sgd::SgdRule;

/// What the text form knows of a rule.
pub(crate) struct Row<T: Float> {
    pub(crate) name: &'static str,
    /// The learning rate where none is given; nothing where it must be.
    pub(crate) lr: Option<f64>,
    pub(crate) make: fn(Schedule) -> AnyOptimizer<T>,
    /// What it is, in a line.
    pub(crate) about: &'static str,
    /// Who wrote it down, and whose names and defaults it has.
    pub(crate) source: &'static str,
}

fn staged<R: Staged, T: Float>(lr: Option<f64>, about: &'static str, source: &'static str) -> Row<T> {
    Row { name: R::NAME, lr, make: |lr| Optimizer::<R, T>::with_rule(lr).any(), about, source }
}

fn matrix<R: MatrixRule, T: Float>(lr: Option<f64>, about: &'static str, source: &'static str) -> Row<T> {
    Row { name: R::NAME, lr, make: |lr| Optimizer::<R, T>::with_matrix_rule(lr).any(), about, source }
}

fn search<S: Search<T> + Default + 'static, T: Float>(
    lr: Option<f64>,
    about: &'static str,
    source: &'static str,
) -> Row<T> {
    Row { name: S::default().name(), lr, make: |lr| AnyOptimizer::with_search(S::default(), lr), about, source }
}

/// All rules, by their names.
pub(crate) fn table<T: Float>() -> Vec<Row<T>> {
    vec![
        staged::<AdadeltaRule, T>(
            Some(1.0),
            "steps in units of the recent steps' size over the gradient's",
            "Zeiler 2012; torch.optim.Adadelta",
        ),
        staged::<AdagradRule, T>(
            Some(1e-2),
            "steps in units of the root of all squared gradients",
            "Duchi, Hazan and Singer 2011; torch.optim.Adagrad",
        ),
        staged::<AdamRule, T>(
            Some(1e-3),
            "steps in units of the gradient's recent size",
            "Kingma and Ba 2015; torch.optim.Adam",
        ),
        staged::<HdRule<AdamRule>, T>(
            Some(1e-3),
            "Adam whose rate descends, by the derivative of one step",
            "Baydin et al. 2018; hypergradient-descent AdamHD",
        ),
        staged::<AsgdRule, T>(
            Some(1e-2),
            "gradient descent at a falling rate, and the mean of the weights",
            "Polyak and Juditsky 1992; torch.optim.ASGD",
        ),
        staged::<LambRule, T>(None, "Adam's direction at the length of the parameter", "You et al. 2020; optax.lamb"),
        staged::<LarsRule, T>(
            None,
            "the gradient at a share of the parameter's length, with momentum",
            "You, Gitman and Ginsburg 2017; optax.lars",
        ),
        matrix::<MuonRule, T>(
            Some(1e-3),
            "momentum whose singular values are all made 1",
            "Jordan et al. 2024; torch.optim.Muon",
        ),
        staged::<RmspropRule, T>(
            Some(1e-2),
            "the gradient in units of its recent size, with momentum",
            "Tieleman and Hinton 2012; torch.optim.RMSprop",
        ),
        staged::<RpropRule, T>(
            Some(1e-2),
            "steps by the signs of whole batches' gradients",
            "Riedmiller and Braun 1993; torch.optim.Rprop",
        ),
        staged::<SgdRule, T>(Some(1e-3), "gradient descent, with momentum", "Sutskever et al. 2013; torch.optim.SGD"),
        staged::<HdRule<SgdRule>, T>(
            None,
            "gradient descent whose rate descends, by the derivative of one step",
            "Baydin et al. 2018; hypergradient-descent SGDHD",
        ),
    ]
}

/// The square root of a running mean of squares, with slope 0 at 0.
///
/// The root's own slope there is infinite, and times the slope 0 of the square it would be NaN: a step through a parameter whose
/// gradient is exactly 0 (a dead unit) could not be differentiated. Values are those of the root, NaN included; the root of a
/// negative number is 0.
///
/// ```
/// use rappel_optim::rules::root;
///
/// assert_eq!([4.0_f64, 0.0, 1e-300].map(root), [2.0, 0.0, 1e-150]);
/// assert!(root(f32::NAN).is_nan());
/// ```
#[inline(always)]
pub fn root<E: Elem>(mean_square: E) -> E {
    let (zero, one) = (mean_square.lit(0.0), mean_square.lit(1.0));
    let none = mean_square.below(one) & !zero.below(mean_square);
    E::pick(none, zero, E::pick(none, one, mean_square).sqrt())
}

/// The sign: -1, 0 or 1, with slope 0; NaN of NaN.
///
/// ```
/// use rappel_optim::rules::sign;
///
/// assert_eq!([-3.0_f32, 0.0, 1e-30, f32::INFINITY].map(sign), [-1.0, 0.0, 1.0, 1.0]);
/// assert!(sign(f64::NAN).is_nan());
/// ```
#[inline(always)]
pub fn sign<E: Elem>(x: E) -> E {
    let (zero, one) = (x.lit(0.0), x.lit(1.0));
    E::pick(zero.below(x), one, E::pick(x.below(zero), -one, x * zero))
}

/// A learning rate to count steps in where a rule's step is not a multiple of it: the rate itself, but 1e-18 where it is below that.
///
/// Such a rule gives `step / unit(lr)` for its direction, so that decay and all else around it meets the rate as around any rule. Where
/// it gives `unit(lr)` for its rate, the step goes on at a rate of 0.
pub(crate) fn unit<E: Elem>(lr: E) -> E {
    lr.max(lr.lit(1e-18))
}

/// The factor `1 / (1 - beta^t)` that undoes the bias of a running mean which began at 0, after `step` steps and one more.
///
/// Through `expm1`, which keeps its digits where beta is close to 1; at 0, where the logarithm has no slope, by multiplication.
///
/// ```
/// use rappel_optim::rules::correction;
///
/// assert!((correction(0.9_f64, 0) - 10.0).abs() < 1e-12);
/// assert_eq!(correction(0.0_f64, 5), 1.0);
/// ```
pub fn correction<E: Elem>(beta: E, step: u64) -> E {
    let (one, half) = (beta.lit(1.0), beta.lit(0.5));
    let some = beta.lit(0.0).below(beta);
    let logs = -one / (E::pick(some, beta, half).ln() * beta.lit(step as f64 + 1.0)).expm1();
    let few = i32::try_from(step + 1).unwrap_or(i32::MAX);
    E::pick(some, logs, one / (one - E::pick(some, half, beta).powi(few)))
}
