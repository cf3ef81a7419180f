//! How the entries of a state dict go into a net.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rappel_autodiff::ParamId;

use super::array::{Array, Values};
use super::dict::StateDict;
use super::error::{Difference, Differences, Names, StateError};
use super::net::Leaf;

/// What may differ between a state dict and a net, and is then left out instead of refused.
///
/// Whatever is allowed: half precision (f16, bf16) goes into f32 and f64, as that is exact; a tied parameter is found under any of its
/// paths, and under several if they hold the same bits; values are set all together or, on an error, not at all.
///
/// ```
/// use rappel_nn::Linear;
/// use rappel_nn::autodiff::{Rng, Tensor};
/// use rappel_nn::state::{Loading, StateDict};
///
/// let mut net: Linear = Linear::new(2, 1, &mut Rng::seed(0));
/// let dict = StateDict::new().with("weight", Tensor::from([[1.0_f64, 2.0]])).with("scale", Tensor::from([3.0_f32]));
/// let report = dict.load_into_with(&mut net, &Loading::partial().cast())?;
/// assert_eq!(
///     report.to_string(),
///     "1 loaded, 1 of them converted:\n  only in the net: bias\n  only in the file: scale"
/// );
/// assert_eq!(net.weight.value, Tensor::from([[1.0, 2.0]]));
///
/// let error = dict.load_into_with(&mut net, &Loading::strict().allow_missing().cast()).unwrap_err();
/// assert!(error.to_string().ends_with("nothing was loaded:\n  only in the file: scale"));
/// # Ok::<(), rappel_nn::StateError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loading {
    missing: bool,
    unexpected: bool,
    different: bool,
    cast: bool,
}

impl Loading {
    /// Names, shapes and number types must all agree.
    pub fn strict() -> Self {
        Self::default()
    }

    /// What fits by name, shape and type is loaded; the rest is told in the report. Look at it: where all names differ, nothing is
    /// loaded.
    pub fn partial() -> Self {
        Loading { missing: true, unexpected: true, different: true, cast: false }
    }

    /// What only the net has keeps its values.
    #[must_use]
    pub fn allow_missing(self) -> Self {
        Loading { missing: true, ..self }
    }

    /// What only the state dict has is left out.
    #[must_use]
    pub fn allow_unexpected(self) -> Self {
        Loading { unexpected: true, ..self }
    }

    /// What both have in different shapes or number types is left out.
    #[must_use]
    pub fn skip_different(self) -> Self {
        Loading { different: true, ..self }
    }

    /// f64 goes into f32, rounded to the nearest, and f32 into f64; integers of any kind go into i64. Floating point and integers never
    /// mix.
    #[must_use]
    pub fn cast(self) -> Self {
        Loading { cast: true, ..self }
    }

    /// The values for the leaves of a net.
    pub(super) fn fit(
        self,
        dict: &StateDict,
        leaves: &[Leaf],
    ) -> Result<(BTreeMap<ParamId, Values>, LoadReport), StateError> {
        let arrays: BTreeMap<&str, &Array> = dict.iter().collect();
        let (mut values, mut report) = (BTreeMap::new(), LoadReport::default());
        for leaf in leaves {
            let mut loaded: Option<(&str, Values)> = None;
            let found = leaf.paths.iter().filter_map(|path| Some((path, *arrays.get(path.as_str())?)));
            let mut none = true;
            for (path, array) in found {
                none = false;
                let different = |net: String, file: String| Difference { name: path.clone(), net, file };
                match (self.convert(array, &leaf.values), &loaded) {
                    (None, _) => report
                        .different
                        .push(different(Array::from(leaf.values.clone()).to_string(), array.to_string())),
                    (Some(value), None) => {
                        if array.kind() != leaf.values.kind() {
                            report.converted.push(path.clone());
                        }
                        report.loaded.push(path.clone());
                        loaded = Some((path, value));
                    }
                    (Some(value), Some((first, other))) if !value.same_bits(other) => {
                        report.different.push(different(format!("tied to {first}"), "other values".into()));
                    }
                    (Some(_), Some(_)) => {}
                }
            }
            if none {
                report.missing.push(leaf.paths[0].clone());
            }
            values.extend(loaded.map(|(_, value)| (leaf.id, value)));
        }
        let known: BTreeSet<&str> = leaves.iter().flat_map(|leaf| &leaf.paths).map(String::as_str).collect();
        report.unexpected = arrays.keys().filter(|name| !known.contains(*name)).map(|&name| name.to_owned()).collect();
        match self.refuses(&report) {
            None => Ok((values, report)),
            Some((missing, unexpected, different)) => {
                let hint = hint(&report);
                Err(StateError::Mismatch { origin: dict.origin.clone(), missing, unexpected, different, hint })
            }
        }
    }

    /// What of a report is not allowed, if anything.
    fn refuses(self, report: &LoadReport) -> Option<(Vec<String>, Vec<String>, Vec<Difference>)> {
        let missing = if self.missing { vec![] } else { report.missing.clone() };
        let unexpected = if self.unexpected { vec![] } else { report.unexpected.clone() };
        let different = if self.different { vec![] } else { report.different.clone() };
        let any = !(missing.is_empty() && unexpected.is_empty() && different.is_empty());
        any.then_some((missing, unexpected, different))
    }

    /// An array as a net has it, if it may be.
    fn convert(self, array: &Array, like: &Values) -> Option<Values> {
        if array.shape() != like.shape() {
            return None;
        }
        match (array.values(), like) {
            (Values::F32(_), Values::F32(_)) | (Values::F64(_), Values::F64(_)) => Some(array.values().clone()),
            (Values::I64(_), Values::I64(_)) if self.cast || array.kind() == like.kind() => {
                Some(array.values().clone())
            }
            (Values::F32(x), Values::F64(_)) if self.cast || array.kind().is_half() => Some(Values::F64(x.cast())),
            (Values::F64(x), Values::F32(_)) if self.cast => Some(Values::F32(x.cast())),
            _ => None,
        }
    }
}

/// What to do about a prefix that all names of one side have.
fn hint(report: &LoadReport) -> Option<String> {
    let prefixed = |long: &[String], short: &[String]| {
        let prefix = long.iter().find_map(|name| name.strip_suffix(short.first()?.as_str()))?;
        let all = long.len() == short.len() && !prefix.is_empty();
        (all && short.iter().all(|name| long.contains(&format!("{prefix}{name}")))).then(|| prefix.to_owned())
    };
    if let Some(prefix) = prefixed(&report.unexpected, &report.missing) {
        return Some(format!("the names in the file begin with {prefix:?}: take it off by `without_prefix`"));
    }
    let prefix = prefixed(&report.missing, &report.unexpected)?;
    Some(format!("the names in the net begin with {prefix:?}: put it before those in the file by `with_prefix`"))
}

/// What was loaded into a net, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "where all names differ, nothing is loaded, and only the report says so"]
pub struct LoadReport {
    /// What was loaded, by the name in the file, in the net's order.
    pub loaded: Vec<String>,
    /// What of it was converted from another number type.
    pub converted: Vec<String>,
    /// Names that the net has and the file has not, in the net's order.
    pub missing: Vec<String>,
    /// Names that the file has and the net has not, sorted.
    pub unexpected: Vec<String>,
    /// What both have in different forms, in the net's order.
    pub different: Vec<Difference>,
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} loaded", self.loaded.len())?;
        if !self.converted.is_empty() {
            write!(f, ", {} of them converted", self.converted.len())?;
        }
        if !(self.missing.is_empty() && self.unexpected.is_empty() && self.different.is_empty()) {
            f.write_str(":")?;
        }
        write!(f, "{}{}", Names("only in the net", &self.missing), Names("only in the file", &self.unexpected))?;
        write!(f, "{}", Differences(&self.different))
    }
}
