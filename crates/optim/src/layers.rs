//! Layer-wise decay: rates that fall from the last layer to the first.

use std::fmt;

use rappel_autodiff::ParamRef;
use rappel_schedule::Number;

use crate::select::Select;

/// By what the rates of a net's layers are multiplied.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    /// From one layer to the one before it.
    pub(crate) by: f64,
    /// The layers, first to last; none where they are told by the paths.
    pub(crate) patterns: Vec<Select>,
}

impl Layers {
    /// Of each path how many layers come after its own.
    pub(crate) fn after<'p>(&self, all: &[(&'p str, ParamRef<'_>)]) -> Vec<u32> {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        if !self.patterns.is_empty() {
            let layer = |(path, p): &(&str, _)| self.patterns.iter().rposition(|select| select.takes(path, *p));
            return all.iter().map(|at| layer(at).map_or(0, |i| count(self.patterns.len() - 1 - i))).collect();
        }
        let shared = shared(all.iter().map(|(path, _)| *path));
        let mut names: Vec<&'p str> = Vec::new();
        let mut layers = Vec::with_capacity(all.len());
        for (path, _) in all {
            let name = layer(path, shared);
            let at = names.iter().position(|known| *known == name);
            layers.push(at.unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            }));
        }
        layers.into_iter().map(|at| count(names.len() - 1 - at)).collect()
    }
}

/// How many components all paths begin with.
fn shared<'p>(mut paths: impl Iterator<Item = &'p str>) -> usize {
    let Some(first) = paths.next() else { return 0 };
    // The last component is the parameter itself.
    let most = first.split('.').count() - 1;
    paths.fold(most, |most, path| {
        let same = first.split('.').zip(path.split('.')).take_while(|(a, b)| a == b).count();
        most.min(same)
    })
}

/// The layer of a path: behind what all paths share, up to the first number, or else the first component; without the name of the
/// parameter itself.
fn layer(path: &str, shared: usize) -> &str {
    let own = path.split('.').skip(shared).position(|part| part.parse::<u64>().is_ok()).unwrap_or(0);
    let end = path.match_indices('.').nth(shared + own).map(|(i, _)| i).or_else(|| path.rfind('.'));
    &path[..end.unwrap_or(path.len())]
}

/// As the text has it between its brackets.
impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Number(self.by))?;
        if self.patterns.is_empty() {
            return Ok(());
        }
        let patterns: Vec<_> = self.patterns.iter().map(Select::to_string).collect();
        write!(f, ", [{}]", patterns.join(", "))
    }
}
