//! What the rules of other libraries suggest.

use super::{Curve, fastai, lightning};

/// The suggestion of another library's rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Other {
    /// The library and its rule.
    pub name: &'static str,
    /// The rate; none where the rule has none.
    pub rate: Option<f64>,
}

/// What fastai's four rules and Lightning's two suggest on a curve, taken as it is: they are meant for one that is
/// [`averaged`](Curve::averaged).
///
/// ```
/// use rappel_lab::range::{Curve, others};
///
/// let rates: Vec<f64> = (0..60).map(|i| 1e-6 * 10_f64.powf(f64::from(i) / 10.0)).collect();
/// let losses = (0..60).map(|i| if i < 40 { 2.0 - (f64::from(i) / 40.0).powi(4) } else { 9.0 }).collect();
/// let names: Vec<&str> = others(&Curve::new(rates, losses)?).iter().map(|o| o.name).collect();
/// assert_eq!(names[..2], ["fastai valley", "fastai steep"]);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
pub fn others(curve: &Curve) -> [Other; 6] {
    [
        Other { name: "fastai valley", rate: fastai::valley(curve) },
        Other { name: "fastai steep", rate: fastai::steep(curve) },
        Other { name: "fastai minimum", rate: fastai::minimum(curve) },
        Other { name: "fastai slide", rate: fastai::slide(curve) },
        Other { name: "Lightning to 2.5.2", rate: lightning::old(curve) },
        Other { name: "Lightning from 2.5.3", rate: lightning::new(curve) },
    ]
}
