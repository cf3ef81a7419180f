//! Test problems with what is known of their optimum.
//!
//! [`named`] makes each by the name it has in the `rappel` program; those with settings have constructors too. A net and data of one's
//! own are a [`Classes`], or any other [`Problem`].

mod chebyshev;
mod classes;
mod deep_linear;
mod logistic;
#[cfg(feature = "mnist")]
mod mnist;
mod mnist1d;
mod moons;
mod mulberry;
mod noisy_quadratic;
mod point;
mod quadratic;
mod rosenbrock;

pub use chebyshev::{Chebyshev, ChebyshevNet};
pub use classes::Classes;
pub use deep_linear::DeepLinear;
pub use logistic::Logistic;
pub use moons::Moons;
pub use mulberry::Mulberry32;
pub use noisy_quadratic::NoisyQuadratic;
pub use point::Point;
pub use quadratic::Quadratic;
pub use rosenbrock::Rosenbrock;

use rappel_autodiff::Float;

use crate::{LabError, Problem};

/// Name and description of each problem, as [`named`] takes them.
pub const NAMES: &[(&str, &str)] = &[
    ("quadratic", "a valley of curvatures 1, 10 and 100; optimum 0"),
    ("noisy_quadratic", "the same with noise in the gradient; optimum 0, and a known floor at each rate"),
    ("rosenbrock", "the banana valley in 2 dimensions; optimum 0"),
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
/// assert!(error.starts_with("there is no problem `mnist2d`; there are quadratic, "));
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
///
/// # Errors
/// [`LabError::Unknown`] for another name.
pub fn named<T: Float>(name: &str) -> Result<Box<dyn Problem<T>>, LabError> {
    let valley = || Quadratic::new(&[1.0, 10.0, 100.0]);
    Ok(match name {
        "quadratic" => Box::new(valley()),
        "noisy_quadratic" => Box::new(NoisyQuadratic::new(valley(), 0.1)),
        "rosenbrock" => Box::new(Rosenbrock::new(2)?),
        "logistic" => Box::new(Logistic::new()?),
        "deep_linear" => Box::new(DeepLinear::<T>::new()),
        "chebyshev" => Box::new(Chebyshev::<T>::new()),
        "moons" => Box::new(Moons::<T>::new()),
        "mnist1d" => Box::new(Classes::<T>::mnist1d()?),
        "mnist1d_relu" => Box::new(Classes::<T>::mnist1d_relu()?),
        #[cfg(feature = "mnist")]
        "mnist" => Box::new(Classes::<T>::mnist()?),
        _ => {
            let known = NAMES.iter().map(|n| n.0.to_owned()).collect();
            return Err(LabError::Unknown { what: "problem", name: name.into(), known });
        }
    })
}
