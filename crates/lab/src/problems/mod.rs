//! Test problems with what is known of their optimum.

mod chebyshev;
mod mulberry;
mod point;
mod quadratic;

pub use chebyshev::{Chebyshev, ChebyshevNet};
pub use mulberry::Mulberry32;
pub use point::Point;
pub use quadratic::Quadratic;

use rappel_autodiff::Float;

use crate::{LabError, Problem};

/// Name and description of each problem, as [`named`] takes them.
pub const NAMES: [(&str, &str); 1] = [("quadratic", "a valley with curvatures from 1 to 100")];

/// The problem of that name.
///
/// # Errors
/// [`LabError::Unknown`] for another name.
pub fn named<T: Float>(name: &str) -> Result<Box<dyn Problem<T>>, LabError> {
    match name {
        "quadratic" => Ok(Box::new(Quadratic::new(&[1.0, 10.0, 100.0]))),
        _ => {
            let known = NAMES.iter().map(|n| n.0.to_owned()).collect();
            Err(LabError::Unknown { what: "problem", name: name.into(), known })
        }
    }
}
