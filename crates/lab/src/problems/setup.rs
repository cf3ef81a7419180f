//! A problem that is asked for by name.

use rappel_autodiff::Float;

use super::{
    Beale, Chebyshev, Classes, DeepLinear, Logistic, Matrix, Moons, NAMES, NoisyQuadratic, Quadratic, Rastrigin,
    Rosenbrock, Sphere, Started,
};
use crate::{LabError, Problem};

/// The curvatures of a valley where none are given.
const SPECTRUM: [f64; 3] = [1.0, 10.0, 100.0];

/// A problem that is asked for: its name, and where something else is wanted than usual, its start and its spectrum.
///
/// `sphere`, `rosenbrock` and `rastrigin` have as many dimensions as the start has numbers, and the valleys as many as the spectrum.
///
/// ```
/// use rappel_lab::autodiff::Tape;
/// use rappel_lab::problems::Setup;
/// use rappel_lab::Problem;
///
/// let loss = |problem: Box<dyn Problem<f64>>| problem.whole(&*problem.net(0), &Tape::default()).item();
/// assert_eq!(loss(Setup::new("sphere").start([3.0, 4.0]).problem()?), 25.0);
/// assert_eq!(loss(Setup::new("quadratic").spectrum([1.0, 25.0]).problem()?), 13.0);
/// assert!(Setup::new("beale").start([1.0]).problem::<f64>().is_err());
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    name: String,
    start: Option<Vec<f64>>,
    spectrum: Option<Vec<f64>>,
}

impl Setup {
    /// The problem of a name, one of [`NAMES`].
    pub fn new(name: impl Into<String>) -> Setup {
        Setup { name: name.into(), start: None, spectrum: None }
    }

    /// With runs that begin at these numbers, as [`Started`] takes them.
    #[must_use]
    pub fn start(self, start: impl Into<Vec<f64>>) -> Setup {
        Setup { start: Some(start.into()), ..self }
    }

    /// With these curvatures, for a valley.
    #[must_use]
    pub fn spectrum(self, spectrum: impl Into<Vec<f64>>) -> Setup {
        Setup { spectrum: Some(spectrum.into()), ..self }
    }

    /// The problem, for nets of `f32` or `f64`.
    ///
    /// # Errors
    /// [`LabError::Unknown`] when there is none of that name; [`LabError::Start`] when the start has not as many numbers as the net;
    /// [`LabError::Setting`] when a number is not finite, a list is empty, or a spectrum is given to what has none.
    pub fn problem<T: Float>(&self) -> Result<Box<dyn Problem<T>>, LabError> {
        let n = self.start.as_ref().map(Vec::len);
        let valley = || Quadratic::new(self.spectrum.as_deref().unwrap_or(&SPECTRUM));
        let problem: Box<dyn Problem<T>> = match self.name.as_str() {
            "sphere" => Box::new(Sphere::new(n.unwrap_or(3))?),
            "quadratic" => Box::new(valley()),
            "noisy_quadratic" => Box::new(NoisyQuadratic::new(valley(), 0.1)),
            "rosenbrock" => Box::new(Rosenbrock::new(n.unwrap_or(2))?),
            "beale" => Box::new(Beale),
            "rastrigin" => Box::new(Rastrigin::new(n.unwrap_or(2))?),
            "matrix" => Box::new(Matrix::<T>::new()),
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
                return Err(LabError::Unknown { what: "problem", name: self.name.clone(), known });
            }
        };
        self.check_spectrum()?;
        Ok(match &self.start {
            None => problem,
            Some(start) => Box::new(Started::new(problem, start.clone())?),
        })
    }

    fn check_spectrum(&self) -> Result<(), LabError> {
        let Some(spectrum) = &self.spectrum else { return Ok(()) };
        let wrong = |what, value, why| Err(LabError::Setting { what, value, why });
        if !["quadratic", "noisy_quadratic"].contains(&self.name.as_str()) {
            return wrong("the spectrum", format!("{spectrum:?}"), "only `quadratic` and `noisy_quadratic` have one");
        }
        match spectrum.iter().find(|curvature| !curvature.is_finite()) {
            Some(bad) => wrong("a curvature", format!("{bad:?}"), "curvatures are finite numbers"),
            None if spectrum.is_empty() => {
                wrong("the number of curvatures", "0".into(), "a valley has one curvature at least")
            }
            None => Ok(()),
        }
    }
}
