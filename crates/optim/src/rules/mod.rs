//! The rules, one short file each.

mod adabelief;
mod adadelta;
mod adafactor;
mod adagrad;
mod adam;
mod adamax;
mod adamw;
mod adan;
mod ademamix;
mod adopt;
mod amsgrad;
mod armijo;
mod asgd;
mod dadapt_adamw;
mod dog;
mod dowg;
mod hd;
mod lamb;
mod lars;
mod lbfgs;
mod lion;
mod moments;
mod momo;
mod momo_adam;
mod muon;
mod nadam;
mod nadamw;
mod polyak_sgd;
mod prodigy;
mod radam;
mod rmsprop;
mod rprop;
mod sgd;
mod soap;
mod wolfe;
mod yogi;

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use crate::matrix::MatrixRule;
use crate::optimizer::{AnyOptimizer, Optimizer};
use crate::search::Search;
use crate::staged::Staged;

pub use adabelief::AdaBeliefRule;
pub use adadelta::AdadeltaRule;
pub use adafactor::AdafactorRule;
pub use adagrad::AdagradRule;
pub use adam::{AdamOf, AdamRule};
pub use adamax::AdamaxRule;
pub use adamw::AdamWRule;
pub use adan::AdanRule;
pub use ademamix::AdEmaMixRule;
pub use adopt::AdoptRule;
pub use amsgrad::AmsGradRule;
pub use armijo::ArmijoSearch;
pub use asgd::AsgdRule;
pub use dadapt_adamw::DadaptAdamWRule;
pub use dog::DogRule;
pub use dowg::DowgRule;
pub use hd::{Followed, HdRule, Hypergradient};
pub use lamb::LambRule;
pub use lars::LarsRule;
pub use lbfgs::LbfgsSearch;
pub use lion::LionRule;
pub use momo::MomoRule;
pub use momo_adam::MomoAdamRule;
pub use muon::MuonRule;
pub use nadam::NAdamRule;
pub use nadamw::NAdamWRule;
pub use polyak_sgd::PolyakSgdRule;
pub use prodigy::ProdigyRule;
pub use radam::RAdamRule;
pub use rmsprop::{RmspropOf, RmspropRule};
pub use rprop::RpropRule;
pub use sgd::SgdRule;
pub use soap::SoapRule;
pub use yogi::YogiRule;

/// What the text form knows of a rule.
pub(crate) struct Row<T: Float> {
    pub(crate) name: &'static str,
    /// The flag that chooses it among those of its name.
    pub(crate) variant: Option<&'static str>,
    /// The learning rate where none is given; nothing where it must be.
    pub(crate) lr: Option<f64>,
    pub(crate) make: fn(Schedule) -> AnyOptimizer<T>,
    /// What it is, in a line.
    pub(crate) about: &'static str,
    /// Who wrote it down, and whose names and defaults it has.
    pub(crate) source: &'static str,
}

fn staged<R: Staged, T: Float>(lr: Option<f64>, about: &'static str, source: &'static str) -> Row<T> {
    Row { name: R::NAME, variant: R::VARIANT, lr, make: |lr| Optimizer::<R, T>::with_rule(lr).any(), about, source }
}

fn matrix<R: MatrixRule, T: Float>(lr: Option<f64>, about: &'static str, source: &'static str) -> Row<T> {
    Row { name: R::NAME, variant: None, lr, make: |lr| Optimizer::<R, T>::with_matrix_rule(lr).any(), about, source }
}

fn search<S: Search<T> + Default + 'static, T: Float>(
    lr: Option<f64>,
    about: &'static str,
    source: &'static str,
) -> Row<T> {
    Row {
        name: S::default().name(),
        variant: None,
        lr,
        make: |lr| AnyOptimizer::with_search(S::default(), lr),
        about,
        source,
    }
}

/// All rules, by their names.
pub(crate) fn table<T: Float>() -> Vec<Row<T>> {
    vec![
        staged::<AdaBeliefRule, T>(
            None,
            "Adam in units of how far the gradient is from what its mean foretold",
            "Zhuang et al. 2020; optax.adabelief",
        ),
        staged::<AdadeltaRule, T>(
            Some(1.0),
            "steps in units of the recent steps' size over the gradient's",
            "Zeiler 2012; torch.optim.Adadelta",
        ),
        matrix::<AdafactorRule, T>(
            Some(1e-2),
            "the second moment of a matrix as a column times a row",
            "Shazeer and Stern 2018; torch.optim.Adafactor",
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
        staged::<AdamOf<false, true>, T>(
            Some(1e-3),
            "Adam whose divisor never shrinks",
            "Reddi et al. 2018; torch.optim.Adam with amsgrad",
        ),
        staged::<HdRule<AdamRule>, T>(
            Some(1e-3),
            "Adam whose rate descends, by the derivative of one step",
            "Baydin et al. 2018; hypergradient-descent AdamHD",
        ),
        staged::<AdamaxRule, T>(
            Some(2e-3),
            "Adam in units of the largest recent gradient",
            "Kingma and Ba 2015; torch.optim.Adamax",
        ),
        staged::<AdamWRule, T>(
            Some(1e-3),
            "Adam with decoupled weight decay",
            "Loshchilov and Hutter 2019; torch.optim.AdamW",
        ),
        staged::<AdamOf<true, true>, T>(
            Some(1e-3),
            "AdamW whose divisor never shrinks",
            "Reddi et al. 2018; torch.optim.AdamW with amsgrad",
        ),
        staged::<AdanRule, T>(
            None,
            "Adam that looks ahead along the change of the gradient",
            "Xie et al. 2022; optax.adan",
        ),
        staged::<AdEmaMixRule, T>(
            None,
            "Adam with a second, much longer memory of gradients",
            "Pagliardini et al. 2024; optax.contrib.ademamix",
        ),
        staged::<AdoptRule, T>(
            None,
            "Adam that divides a gradient by the size of those before it",
            "Taniguchi et al. 2024; optax.contrib.adopt",
        ),
        staged::<AmsGradRule, T>(None, "Adam whose divisor never shrinks", "Reddi et al. 2018; optax.amsgrad"),
        search::<ArmijoSearch, T>(
            Some(1.0),
            "gradient descent with a backtracking line search",
            "Vaswani et al. 2019; Sls of IssamLaradji/sls",
        ),
        staged::<AsgdRule, T>(
            Some(1e-2),
            "gradient descent at a falling rate, and the mean of the weights",
            "Polyak and Juditsky 1992; torch.optim.ASGD",
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
        staged::<LarsRule, T>(
            None,
            "the gradient at a share of the parameter's length, with momentum",
            "You, Gitman and Ginsburg 2017; optax.lars",
        ),
        search::<LbfgsSearch<T>, T>(
            Some(1.0),
            "Newton's direction as far as the last steps tell it",
            "Liu and Nocedal 1989; torch.optim.LBFGS",
        ),
        staged::<LionRule, T>(None, "the sign of momentum", "Chen et al. 2023; optax.lion"),
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
        staged::<NAdamRule, T>(
            Some(2e-3),
            "Adam with Nesterov's look-ahead and a momentum that grows",
            "Dozat 2016; torch.optim.NAdam",
        ),
        staged::<NAdamWRule, T>(
            None,
            "AdamW with Nesterov's look-ahead",
            "Dozat 2016, Loshchilov and Hutter 2019; optax.nadamw",
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
        staged::<RAdamRule, T>(
            Some(1e-3),
            "Adam that waits with its divisor until that can be trusted",
            "Liu et al. 2020; torch.optim.RAdam",
        ),
        staged::<RmspropRule, T>(
            Some(1e-2),
            "the gradient in units of its recent size, with momentum",
            "Tieleman and Hinton 2012; torch.optim.RMSprop",
        ),
        staged::<RmspropOf<true>, T>(
            Some(1e-2),
            "the gradient in units of its recent spread, with momentum",
            "Graves 2013; torch.optim.RMSprop with centered",
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
        matrix::<SoapRule, T>(
            Some(3e-3),
            "Adam in the eigenbasis of Shampoo's preconditioner",
            "Vyas et al. 2024; nikhilvyas/SOAP",
        ),
        staged::<YogiRule, T>(
            None,
            "Adam whose second moment moves by no more than a gradient's square",
            "Zaheer et al. 2018; optax.yogi",
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
