//! The rules, one short file each.

mod adafactor;
mod adam;
mod lamb;
mod muon;
mod sgd;
mod soap;

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::matrix::MatrixRule;
use crate::optimizer::{AnyOptimizer, Optimizer};
use crate::search::Search;
use crate::staged::Staged;

pub use adafactor::AdafactorRule;
pub use adam::AdamRule;
pub use lamb::LambRule;
pub use muon::MuonRule;
pub use sgd::SgdRule;
pub use soap::SoapRule;

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
        matrix::<AdafactorRule, T>(
            Some(1e-2),
            "the second moment of a matrix as a column times a row",
            "Shazeer and Stern 2018; torch.optim.Adafactor",
        ),
        staged::<AdamRule, T>(
            Some(1e-3),
            "steps in units of the gradient's recent size",
            "Kingma and Ba 2015; torch.optim.Adam",
        ),
        staged::<LambRule, T>(None, "Adam's direction at the length of the parameter", "You et al. 2020; optax.lamb"),
        matrix::<MuonRule, T>(
            Some(1e-3),
            "momentum whose singular values are all made 1",
            "Jordan et al. 2024; torch.optim.Muon",
        ),
        staged::<SgdRule, T>(Some(1e-3), "gradient descent, with momentum", "Sutskever et al. 2013; torch.optim.SGD"),
        matrix::<SoapRule, T>(
            Some(3e-3),
            "Adam in the eigenbasis of Shampoo's preconditioner",
            "Vyas et al. 2024; nikhilvyas/SOAP",
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
