//! Which layer each node of a watched tape is of.

use std::collections::BTreeMap;
use std::fmt;

use smallvec::SmallVec;

use crate::module::{Module, ModuleExt, ParamRef, Path, Visitor};
use crate::param::ParamId;

/// A layer as messages name it: where it is in the net, and what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// Names joined by dots, as [`ModuleExt`](crate::ModuleExt) gives them; empty for the net itself, and for a layer that cannot be
    /// found in the watched net because it has no parameters: then this is the path of what it is in.
    pub path: String,
    /// Kind and sizes.
    pub layer: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path[..], &self.layer[..]) {
            (path, "") => f.write_str(path),
            ("", layer) => f.write_str(layer),
            (path, layer) => write!(f, "{path}: {layer}"),
        }
    }
}

/// One run through a layer.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) place: Place,
    /// Whether the path is the layer's own.
    pub(crate) named: bool,
    pub(crate) output: Option<u32>,
}

/// What a watched tape knows: the names of parameters, and the layers that ran since it was cleared.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    paths: BTreeMap<ParamId, SmallVec<[String; 1]>>,
    pub(crate) visits: Vec<Visit>,
    /// From which node on which visit, sorted by node; a later entry for the same node counts.
    changes: Vec<(u32, Option<u32>)>,
    pub(crate) now: Now,
}

/// Where recording is.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) visit: Option<u32>,
    /// A child that its container has named and that has not said yet that it runs.
    pub(crate) named_by_container: Option<u32>,
}

impl Watch {
    /// Learns the paths of a net's parameters.
    pub(crate) fn learn<M: Module + ?Sized>(&mut self, net: &M) {
        net.for_each_param(|path, param| {
            let paths = self.paths.entry(param.id()).or_default();
            if !paths.iter().any(|known| known == path) {
                paths.push(path.to_owned());
            }
        });
    }

    /// Forgets what ran.
    pub(crate) fn clear(&mut self) {
        self.visits.clear();
        self.changes.clear();
        self.now = Now::default();
    }

    /// The first path of a parameter.
    pub(crate) fn path_of(&self, param: ParamId) -> Option<&str> {
        self.paths.get(&param).map(|paths| &paths[0][..])
    }

    /// The path of a layer, told by its parameters.
    pub(crate) fn locate<M: Module + ?Sized>(&self, layer: &M) -> Option<String> {
        let mut search = Search { watch: self, path: Path::default(), candidates: None };
        layer.visit(&mut search);
        let candidates = search.candidates?;
        // Of the places of a layer whose parameters are all tied, the one below what runs.
        let below = candidates.iter().find(|path| parent_of(self.here(), path));
        below.or(candidates.first()).map(|path| (*path).to_owned())
    }

    /// Records from node `from` on for another place.
    pub(crate) fn go(&mut self, from: usize, now: Now) {
        if self.now.visit != now.visit {
            self.changes.push((from as u32, now.visit));
        }
        self.now = now;
    }

    /// Begins a visit.
    pub(crate) fn begin(&mut self, from: usize, place: Place, named: bool) -> u32 {
        let visit = self.visits.len() as u32;
        self.visits.push(Visit { place, named, output: None });
        self.go(from, Now { visit: Some(visit), named_by_container: None });
        visit
    }

    /// The path of what runs.
    pub(crate) fn here(&self) -> &str {
        self.now.visit.map_or("", |visit| &self.visits[visit as usize].place.path)
    }

    /// The visit that a node was recorded in.
    pub(crate) fn visit_of(&self, node: u32) -> Option<u32> {
        let after = self.changes.partition_point(|change| change.0 <= node);
        self.changes[..after].last()?.1
    }

    /// The layer that a node was recorded in.
    pub(crate) fn place_of(&self, node: u32) -> Option<Place> {
        self.visit_of(node).map(|visit| self.visits[visit as usize].place.clone())
    }
}

/// Whether `path` is `parent` or below it.
fn parent_of(parent: &str, path: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| parent.is_empty() || rest.is_empty() || rest.starts_with('.'))
}

/// Passes through a layer and keeps the paths of the layer that all its parameters agree on.
struct Search<'w> {
    watch: &'w Watch,
    path: Path,
    candidates: Option<SmallVec<[&'w str; 1]>>,
}

impl<'a> Visitor<'a> for Search<'_> {
    fn enter(&mut self, name: &str) {
        self.path.enter(name);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn param(&mut self, param: ParamRef<'a>) {
        // One path is left: nothing to learn.
        if self.candidates.as_ref().is_some_and(|known| known.len() == 1) {
            return;
        }
        let Some(paths) = self.watch.paths.get(&param.id()) else { return };
        let own = paths.iter().filter_map(|path| {
            let rest = path.strip_suffix(self.path.as_str())?;
            if self.path.as_str().is_empty() || rest.is_empty() { Some(rest) } else { rest.strip_suffix('.') }
        });
        match &mut self.candidates {
            None => self.candidates = Some(own.collect()),
            Some(known) => {
                let own: SmallVec<[&str; 4]> = own.collect();
                known.retain(|path| own.contains(path));
            }
        }
    }
}
