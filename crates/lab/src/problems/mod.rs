//! Test problems with what is known of their optimum.
//!
//! [`named`] makes each by the name it has in the `rappel` program, and [`Setup`] from a start or with a spectrum of one's own; those with
//! settings have constructors too. A net and data of one's own are a [`Classes`], or any other [`Problem`].

mod beale;
mod chebyshev;
mod classes;
mod deep_linear;
mod logistic;
mod matrix;
#[cfg(feature = "mnist")]
mod mnist;
mod mnist1d;
mod moons;
mod mulberry;
mod noisy_quadratic;
mod numbers;
mod point;
mod quadratic;
mod rastrigin;
mod rosenbrock;
mod setup;
mod sphere;
mod started;

pub use beale::Beale;
pub use chebyshev::{Chebyshev, ChebyshevNet};
pub use classes::Classes;
pub use deep_linear::DeepLinear;
pub use logistic::Logistic;
pub use matrix::Matrix;
pub use moons::Moons;
pub use mulberry::Mulberry32;
pub use noisy_quadratic::NoisyQuadratic;
pub use numbers::Numbers;
pub use point::Point;
pub use quadratic::Quadratic;
pub use rastrigin::Rastrigin;
pub use rosenbrock::Rosenbrock;
pub use setup::Setup;
pub use sphere::Sphere;
pub use started::Started;

use rappel_autodiff::Float;

use crate::{LabError, Problem};

/// Name and description of each problem, as [`named`] takes them.
pub const NAMES: &[(&str, &str)] = &[
    ("sphere", "the sum of squares in 3 dimensions; optimum 0"),
    ("quadratic", "a valley of curvatures 1, 10 and 100; optimum 0"),
    ("noisy_quadratic", "the same with noise in the gradient; optimum 0, and a known floor at each rate"),
    ("rosenbrock", "the banana valley in 2 dimensions; optimum 0"),
    ("beale", "a plateau with steep edges, in 2 dimensions; optimum 0"),
    ("rastrigin", "a bowl full of pits in 2 dimensions; optimum 0"),
    ("matrix", "least squares for a weight of 4 x 3; optimum known"),
    ("logistic", "logistic regression on 200 points, batches of 20; optimum known"),
    ("deep_linear", "6-6-6-3 without activations on 40 points; optimum that of least squares"),
    ("chebyshev", "1-30-20-1, tanh, on 20 points of a polynomial: the edge of stability"),
    ("moons", "2-16-16-1, tanh, on 100 points of two half circles; optimum 0, far away"),
    ("mnist1d", "MNIST-1D by 40-50-10, tanh, batches of 50"),
    ("mnist1d_relu", "MNIST-1D by 40-100-100-10, ReLU, batches of 100"),
    #[cfg(feature = "mnist")]
    ("mnist", "MNIST by 784-128-10, ReLU, batches of 64"),
];

/// The problem of that name, for nets of `f32` or `f64`.
///
/// ```
/// use rappel_lab::problems::{NAMES, named};
///
/// for (name, _) in NAMES {
///     assert_eq!(named::<f32>(name)?.name(), *name);
/// }
/// let error = named::<f64>("mnist2d").err().unwrap().to_string();
/// assert!(error.starts_with("there is no problem `mnist2d`; did you mean `mnist1d`? There are sphere, "));
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// [`LabError::Unknown`] for another name.
pub fn named<T: Float>(name: &str) -> Result<Box<dyn Problem<T>>, LabError> {
    Setup::new(name).problem()
}
