//! The rules, one short file each.

mod adam;
mod armijo;
mod dadapt_adamw;
mod dog;
mod dowg;
mod lamb;
mod lbfgs;
mod momo;
mod momo_adam;
mod muon;
mod polyak_sgd;
mod prodigy;
mod sgd;
mod wolfe;

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::matrix::MatrixRule;
use crate::optimizer::{AnyOptimizer, Optimizer};
use crate::search::Search;
use crate::staged::Staged;

pub use adam::AdamRule;
pub use armijo::ArmijoSearch;
pub use dadapt_adamw::DadaptAdamWRule;
pub use dog::DogRule;
pub use dowg::DowgRule;
pub use lamb::LambRule;
pub use lbfgs::LbfgsSearch;
pub use momo::MomoRule;
pub use momo_adam::MomoAdamRule;
pub use muon::MuonRule;
pub use polyak_sgd::PolyakSgdRule;
pub use prodigy::ProdigyRule;
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
        staged::<AdamRule, T>(
            Some(1e-3),
            "steps in units of the gradient's recent size",
            "Kingma and Ba 2015; torch.optim.Adam",
        ),
        search::<ArmijoSearch, T>(
            Some(1.0),
            "gradient descent with a backtracking line search",
            "Vaswani et al. 2019; Sls of IssamLaradji/sls",
        ),
        staged::<DadaptAdamWRule, T>(
            Some(1.0),
            "AdamW at a rate from a bound on the distance to a solution",
            "Defazio and Mishchenko 2023; optax.contrib.dadapt_adamw",
        ),
        staged::<DogRule, T>(
            Some(1.0),
            "the distance from the start over the root of the summed gradients",
            "Ivgi et al. 2023; optax.contrib.dog",
        ),
        staged::<DowgRule, T>(
            Some(1.0),
            "DoG with gradients weighted by the distance they were found at",
            "Khaled et al. 2023; optax.contrib.dowg",
        ),
        staged::<LambRule, T>(None, "Adam's direction at the length of the parameter", "You et al. 2020; optax.lamb"),
        search::<LbfgsSearch<T>, T>(
            Some(1.0),
            "Newton's direction as far as the last steps tell it",
            "Liu and Nocedal 1989; torch.optim.LBFGS",
        ),
        staged::<MomoRule, T>(
            Some(1.0),
            "momentum at a rate that a model of the loss allows",
            "Schaipp et al. 2023; optax.contrib.momo",
        ),
        staged::<MomoAdamRule, T>(
            Some(1e-2),
            "Adam's direction at a rate that a model of the loss allows",
            "Schaipp et al. 2023; optax.contrib.momo_adam",
        ),
        matrix::<MuonRule, T>(
            Some(1e-3),
            "momentum whose singular values are all made 1",
            "Jordan et al. 2024; torch.optim.Muon",
        ),
        staged::<PolyakSgdRule, T>(
            Some(1.0),
            "gradient descent at Polyak's step size",
            "Loizou et al. 2021; optax.polyak_sgd",
        ),
        staged::<ProdigyRule, T>(
            Some(1.0),
            "Adam in units of an estimated distance",
            "Mishchenko and Defazio 2023; optax.contrib.prodigy",
        ),
        staged::<SgdRule, T>(Some(1e-3), "gradient descent, with momentum", "Sutskever et al. 2013; torch.optim.SGD"),
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
